// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <iterator>

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "commands.h"
#include "cortado/dashboard/api_client.h"
#include "look/top_screen.h"

namespace cortado::app {
namespace {

constexpr int kEveryMs = 1'000;
constexpr std::size_t kDevicesOnce = 1'000;

struct Size {
  std::size_t rows = 24;
  std::size_t columns = 80;
};

Size terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return {};
  return {size.ws_row, size.ws_col};
}

/// The other screen of the terminal, with keys that come at once, as long as it lives.
class Screen {
 public:
  Screen() {
    keys_ = ::isatty(STDIN_FILENO) != 0 && ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (keys_) {
      termios now = before_;
      now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
      ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
    }
    write("\x1b[?1049h\x1b[?25l");
  }
  ~Screen() {
    write("\x1b[?25h\x1b[?1049l");
    if (keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  static void show(const std::string& text) { write("\x1b[H\x1b[2J" + text); }

  /// Wait; returns the key that was pressed meanwhile, or 0.
  char wait_for_key() const {
    pollfd input{.fd = keys_ ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0};
    if (::poll(&input, 1, kEveryMs) <= 0) return 0;
    char key = 0;
    return ::read(STDIN_FILENO, &key, 1) == 1 ? key : '\0';
  }

 private:
  static void write(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }

  termios before_{};
  bool keys_ = false;
};

base::Result<TopAnswers> ask(const dashboard::ApiClient& client, const LookOptions& options,
                             std::size_t devices) {
  TopAnswers answers;
  CORTADO_ASSIGN(answers.info, client.get("/api/v1/info"));
  CORTADO_ASSIGN(answers.engine, client.get("/api/v1/engine"));
  CORTADO_ASSIGN(answers.partitions, client.get("/api/v1/partitions"));
  CORTADO_ASSIGN(answers.devices, client.get("/api/v1/devices?sort=" + options.sort +
                                             "&limit=" + std::to_string(devices)));
  return answers;
}

base::Status show_once(const dashboard::ApiClient& client, const LookOptions& options) {
  const std::size_t devices =
      options.rows > 0 ? static_cast<std::size_t>(options.rows) : kDevicesOnce;
  CORTADO_ASSIGN(const TopAnswers answers, ask(client, options, devices));
  const std::string text = draw_top(answers, 0, 0);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return {};
}

std::string next_sort(const std::string& sort) {
  const auto found = std::find(kTopSorts.begin(), kTopSorts.end(), sort);
  const auto next = found == kTopSorts.end() ? found : std::next(found);
  return next == kTopSorts.end() ? kTopSorts.front() : *next;
}

base::Status show_live(const dashboard::ApiClient& client, LookOptions options,
                       const std::stop_token& stop) {
  // Before the screen is taken: whoever mistyped the address reads why.
  CORTADO_TRY(client.get("/api/v1/info"));
  const Screen screen;
  for (char key = 0; !stop.stop_requested() && key != 'q' && key != 'Q';) {
    if (key == 's' || key == 'S') options.sort = next_sort(options.sort);
    const Size size = terminal_size();
    const std::size_t rows = options.rows > 0 ? static_cast<std::size_t>(options.rows) : size.rows;
    const auto answers = ask(client, options, rows);
    Screen::show(
        (answers.ok()
             ? draw_top(*answers, std::max<std::size_t>(3, size.rows) - 2, size.columns)
             : "waiting for " + client.address() + ": " + answers.error().message() + "\n") +
        "q leaves  s sorts otherwise (" + options.sort + ")");
    key = screen.wait_for_key();
  }
  return {};
}

}  // namespace

ExitCode run_top(const CommandLine& line, StopSignals& signals) {
  const auto client = dashboard::ApiClient::create(line.look.url);
  if (!client.ok()) return report(client.error());
  const bool once = line.look.once || ::isatty(STDOUT_FILENO) == 0;
  const base::Status status =
      once ? show_once(*client, line.look) : show_live(*client, line.look, signals.token());
  return status.ok() ? ExitCode::kOk : report(status.error());
}

}  // namespace cortado::app
