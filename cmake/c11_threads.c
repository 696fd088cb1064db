// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// C11's threads by POSIX's, linked into what the thread sanitizer watches: it knows nothing of threads that glibc's
// thrd_create() starts, nor of what mtx_lock() orders, and librdkafka uses these.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

_Static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "a mutex fits");
_Static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "a condition fits");

struct start {
  thrd_start_t run;
  void* argument;
};

static void* run(void* given) {
  const struct start start = *(struct start*)given;
  free(given);
  return (void*)(intptr_t)start.run(start.argument);
}

static int result_of(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ENOMEM:
      return thrd_nomem;
    case ETIMEDOUT:
      return thrd_timedout;
    default:
      return thrd_error;
  }
}

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  struct start* const start = malloc(sizeof *start);
  if (start == NULL) return thrd_nomem;
  *start = (struct start){function, argument};
  const int error = pthread_create(thread, NULL, run, start);
  if (error != 0) free(start);
  return result_of(error);
}

int thrd_join(thrd_t thread, int* result) {
  void* value = NULL;
  const int error = pthread_join(thread, &value);
  if (result != NULL) *result = (int)(intptr_t)value;
  return result_of(error);
}

int thrd_detach(thrd_t thread) { return result_of(pthread_detach(thread)); }

// Making and dropping are not told: librdkafka hands its objects from thread to thread under locks that stay unseen.
#define UNTOLD __attribute__((no_sanitize("thread")))

/// Byte by byte: memcpy() would be told.
UNTOLD static int make(void* object, const void* initial, size_t size) {
  volatile char* const to = object;
  const char* const from = initial;
  for (size_t i = 0; i < size; ++i) to[i] = from[i];
  return thrd_success;
}

UNTOLD int mtx_init(mtx_t* mutex, int type) {
  static const pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
  static const pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
  return make(mutex, type & mtx_recursive ? &recursive : &plain, sizeof plain);
}
UNTOLD void mtx_destroy(mtx_t* mutex) { (void)mutex; }
int mtx_lock(mtx_t* mutex) { return result_of(pthread_mutex_lock((pthread_mutex_t*)mutex)); }
int mtx_trylock(mtx_t* mutex) { return result_of(pthread_mutex_trylock((pthread_mutex_t*)mutex)); }
int mtx_unlock(mtx_t* mutex) { return result_of(pthread_mutex_unlock((pthread_mutex_t*)mutex)); }

UNTOLD int cnd_init(cnd_t* condition) {
  static const pthread_cond_t plain = PTHREAD_COND_INITIALIZER;
  return make(condition, &plain, sizeof plain);
}
UNTOLD void cnd_destroy(cnd_t* condition) { (void)condition; }
int cnd_signal(cnd_t* condition) {
  return result_of(pthread_cond_signal((pthread_cond_t*)condition));
}
int cnd_broadcast(cnd_t* condition) {
  return result_of(pthread_cond_broadcast((pthread_cond_t*)condition));
}
int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return result_of(pthread_cond_wait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex));
}
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const struct timespec* until) {
  return result_of(
      pthread_cond_timedwait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex, until));
}
