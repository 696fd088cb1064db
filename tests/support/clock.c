// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Loaded before a program: its wall clock is off by as many seconds as the file CLOCK_OFFSET says (8 bytes, the machine's
// order), which may change at any time. What measures time by another clock is not touched. Deadlines by this clock are
// put back before the kernel sees them, which knows the true one.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static volatile const int64_t* offset;

__attribute__((constructor)) static void find_offset(void) {
  const char* path = getenv("CLOCK_OFFSET");
  const int fd = path == NULL ? -1 : open(path, O_RDONLY);
  if (fd < 0) return;
  void* page = mmap(NULL, sizeof(*offset), PROT_READ, MAP_SHARED, fd, 0);
  if (page != MAP_FAILED) offset = page;
  close(fd);
}

int clock_gettime(clockid_t clock, struct timespec* result) {
  const int failed = (int)syscall(SYS_clock_gettime, clock, result);
  if (!failed && offset != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    result->tv_sec += *offset;
  }
  return failed;
}

int gettimeofday(struct timeval* restrict result, void* restrict zone) {
  (void)zone;
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  result->tv_sec = now.tv_sec;
  result->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* result) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_REALTIME, &now);
  if (result != NULL) *result = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(struct timespec* result, int base) {
  return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, result) == 0 ? base : 0;
}

static int64_t distance(int64_t a, int64_t b) { return a > b ? a - b : b - a; }

/// The true deadline; a condition may go by the other clock, then it is that already.
static struct timespec put_back(const struct timespec* deadline) {
  struct timespec result = *deadline;
  struct timespec wall = {0, 0};
  struct timespec steady = {0, 0};
  clock_gettime(CLOCK_REALTIME, &wall);
  clock_gettime(CLOCK_MONOTONIC, &steady);
  if (offset != NULL && distance(result.tv_sec, wall.tv_sec) < distance(result.tv_sec, steady.tv_sec)) {
    result.tv_sec -= *offset;
  }
  return result;
}

typedef int posix_wait(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
typedef int c11_wait(cnd_t*, mtx_t*, const struct timespec*);

int pthread_cond_timedwait(pthread_cond_t* restrict condition, pthread_mutex_t* restrict mutex,
                           const struct timespec* restrict deadline) {
  static posix_wait* real;
  if (real == NULL) real = (posix_wait*)dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  if (real == NULL) real = (posix_wait*)dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  const struct timespec until = put_back(deadline);
  return real(condition, mutex, &until);
}

int cnd_timedwait(cnd_t* restrict condition, mtx_t* restrict mutex, const struct timespec* restrict deadline) {
  static c11_wait* real;
  if (real == NULL) real = (c11_wait*)dlsym(RTLD_NEXT, "cnd_timedwait");
  const struct timespec until = put_back(deadline);
  return real(condition, mutex, &until);
}
