/*
 * Preloaded into a process (LD_PRELOAD), it lets the disk of that process fail when told to. The file named by FAULTY_DISK_FILE
 * says how, in three bytes, and is mapped, so a running process sees a change at once:
 *
 *     which calls fail: 0 none, 'w' writes, 's' syncs
 *     with which errno
 *     in which files: 'l' the log (their path contains "/raft/"), 's' the store ("/store/"), 'v' term and vote ("/raft-meta")
 *
 * A write that fails has written nothing; a sync that fails has synced nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum { CALLS = 0, ERRNO = 1, FILES = 2, LENGTH = 3 };

static const volatile unsigned char *fault;

static void fail(const char *what) {
    perror(what);
    _exit(99);
}

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("FAULTY_DISK_FILE");
    if (path == NULL) {
        return;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        fail(path);
    }
    void *mapped = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) {
        fail(path);
    }
    close(file);
    fault = mapped;
}

static int is_hit(int fd, unsigned char call) {
    if (fault == NULL || fault[CALLS] != call) {
        return 0;
    }
    char link[64];
    char path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) {
        return 0;
    }
    path[length] = 0;
    const char *hit = fault[FILES] == 'l' ? "/raft/" : fault[FILES] == 'v' ? "/raft-meta" : "/store/";
    if (strstr(path, hit) == NULL) {
        return 0;
    }
    errno = fault[ERRNO];
    return 1;
}

#define FAULTY(result, name, call, parameters, ...)                      \
    EXPORT result name parameters {                                      \
        static result (*real) parameters;                                \
        if (real == NULL) {                                              \
            *(void **)(&real) = dlsym(RTLD_NEXT, #name);                 \
        }                                                                \
        return is_hit(fd, call) ? (result)-1 : real(__VA_ARGS__);        \
    }

FAULTY(ssize_t, write, 'w', (int fd, const void *bytes, size_t length), fd, bytes, length)
FAULTY(ssize_t, writev, 'w', (int fd, const struct iovec *parts, int count), fd, parts, count)
FAULTY(ssize_t, pwrite, 'w', (int fd, const void *bytes, size_t length, off_t at), fd, bytes, length, at)
FAULTY(ssize_t, pwrite64, 'w', (int fd, const void *bytes, size_t length, off64_t at), fd, bytes, length, at)
FAULTY(ssize_t, pwritev, 'w', (int fd, const struct iovec *parts, int count, off_t at), fd, parts, count, at)
FAULTY(ssize_t, pwritev64, 'w', (int fd, const struct iovec *parts, int count, off64_t at), fd, parts, count, at)
FAULTY(int, fsync, 's', (int fd), fd)
FAULTY(int, fdatasync, 's', (int fd), fd)
