// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// step_count OFFSET EVERY PROGRAM ARG...
//
// Runs a position-independent program and counts the instructions of every EVERY-th call of the
// function that begins at OFFSET (hexadecimal, as nm tells it), what it calls included, step by
// step. Slow, some 50,000 a second, but it knows every instruction that the processor does. Prints
// "calls counted instructions" as its last line. Linux on x86-64 alone; the program has one thread
// there.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr long kBreakpoint = 0xcc;
constexpr long kByte = 0xff;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

user_regs_struct registers(pid_t child) {
  user_regs_struct all{};
  if (ptrace(PTRACE_GETREGS, child, nullptr, &all) != 0) fail("step_count: ptrace");
  return all;
}

/// Where the program lies in memory.
unsigned long base_of(pid_t child) {
  const std::string path = "/proc/" + std::to_string(child) + "/maps";
  std::FILE* const maps = std::fopen(path.c_str(), "r");
  unsigned long base = 0;
  if (maps == nullptr || std::fscanf(maps, "%lx", &base) != 1) fail("step_count: /proc/PID/maps");
  std::fclose(maps);
  return base;
}

class Counter {
 public:
  Counter(pid_t child, unsigned long place, long every)
      : child_(child),
        place_(place),
        every_(every),
        original_(ptrace(PTRACE_PEEKTEXT, child, place, nullptr)) {}

  /// Let the program run to its end; return its exit status.
  int run() {
    set(true);
    int status = resume(PTRACE_CONT, 0);
    while (WIFSTOPPED(status)) {
      const bool ours = WSTOPSIG(status) == SIGTRAP && registers(child_).rip == place_ + 1;
      if (ours) call();
      status = resume(PTRACE_CONT, ours || WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
  void print() const { std::printf("%ld %ld %lld\n", calls_, counted_, instructions_); }

 private:
  int resume(__ptrace_request how, int signal) const {
    int status = 0;
    if (ptrace(how, child_, nullptr, signal) != 0 || waitpid(child_, &status, __WALL) < 0)
      fail("step_count: ptrace");
    return status;
  }
  void set(bool stops) const {
    const long text = stops ? (original_ & ~kByte) | kBreakpoint : original_;
    if (ptrace(PTRACE_POKETEXT, child_, place_, text) != 0) fail("step_count: ptrace");
  }
  /// The program stands behind the breakpoint: step through the call, or past its first
  /// instruction.
  void call() {
    user_regs_struct all = registers(child_);
    all.rip = place_;
    ptrace(PTRACE_SETREGS, child_, nullptr, &all);
    set(false);
    resume(PTRACE_SINGLESTEP, 0);
    if (calls_++ % every_ == 0) {
      ++counted_;
      for (++instructions_; registers(child_).rsp <= all.rsp; ++instructions_)
        resume(PTRACE_SINGLESTEP, 0);
    }
    set(true);
  }

  pid_t child_;
  unsigned long place_;
  long every_;
  long original_;
  long calls_ = 0;
  long counted_ = 0;
  long long instructions_ = 0;
};

}  // namespace

int main(int count, char** words) {
  if (count < 4 || std::atol(words[2]) < 1) {
    std::fputs("usage: step_count OFFSET EVERY PROGRAM ARG...\n", stderr);
    return 2;
  }
  const pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    execv(words[3], words + 3);
    fail("step_count: exec");
  }
  if (child < 0 || waitpid(child, nullptr, 0) < 0) fail("step_count: fork");
  ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_EXITKILL);
  Counter counter(child, base_of(child) + std::strtoul(words[1], nullptr, 16), std::atol(words[2]));
  const int status = counter.run();
  counter.print();
  return status;
}
