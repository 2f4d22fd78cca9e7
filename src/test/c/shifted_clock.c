/*
 * Preloaded into a process (LD_PRELOAD), it shows that process a wall clock that is wrong by as many milliseconds as the file
 * named by SHIFTED_CLOCK_FILE says: eight bytes, a signed number in the byte order of the machine. The file is mapped, so a
 * running process sees a change at once. Clocks that nobody can set are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static const volatile int64_t *shift_millis;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fail(const char *what) {
    perror(what);
    _exit(99);
}

static void prepare(void) {
    *(void **)&real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    if (real_clock_gettime == NULL) {
        fail("shifted_clock: no clock_gettime");
    }
    const char *path = getenv("SHIFTED_CLOCK_FILE");
    if (path == NULL) {
        return;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        fail(path);
    }
    void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) {
        fail(path);
    }
    close(file);
    shift_millis = mapped;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    pthread_once(&once, prepare);
    int result = real_clock_gettime(clock, time);
    if (result == 0 && shift_millis != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t millis = *shift_millis;
        int64_t nanos = time->tv_nsec + millis % 1000 * 1000000;
        time->tv_sec += millis / 1000;
        if (nanos < 0) {
            nanos += 1000000000;
            time->tv_sec--;
        } else if (nanos >= 1000000000) {
            nanos -= 1000000000;
            time->tv_sec++;
        }
        time->tv_nsec = nanos;
    }
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    if (result == 0) {
        time->tv_sec = now.tv_sec;
        time->tv_usec = now.tv_nsec / 1000;
    }
    return result;
}

time_t time(time_t *where) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return -1;
    }
    if (where != NULL) {
        *where = now.tv_sec;
    }
    return now.tv_sec;
}
