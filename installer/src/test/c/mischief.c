// Preloaded into a process, it lies to it about the world: syncs fail, the wall clock is off. What it is to lie is in a
// file that both sides map; see Mischief.java. Order: seconds the clock is off (8 bytes), syncs fail (4 bytes).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct order {
  int64_t seconds_off;
  int32_t syncs_fail;
};

static const volatile struct order *order;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FIELDWARD_MISCHIEF");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) {
    return;
  }
  void *mapped = mmap(NULL, sizeof(struct order), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) {
    order = mapped;
  }
}

static int sync_by(long call, int file) {
  if (order && order->syncs_fail) {
    errno = EIO;
    return -1;
  }
  return (int)syscall(call, file);
}

int fsync(int file) { return sync_by(SYS_fsync, file); }

int fdatasync(int file) { return sync_by(SYS_fdatasync, file); }

static int64_t seconds_off(void) { return order ? order->seconds_off : 0; }

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*honest)(clockid_t, struct timespec *);
  if (!honest) {
    honest = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  }
  int answer = honest(clock, now);
  if (answer == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += seconds_off();
  }
  return answer;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec exact;
  if (clock_gettime(CLOCK_REALTIME, &exact) != 0) {
    return -1;
  }
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
    return (time_t)-1;
  }
  if (out) {
    *out = now.tv_sec;
  }
  return now.tv_sec;
}
