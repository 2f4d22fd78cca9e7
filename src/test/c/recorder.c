/*
 * Records what a process does to the files below one directory, in one global order, for replay to a power loss.
 *
 * Loaded with LD_PRELOAD; POWERLOSS_DIR names the directory (absolute, without links), POWERLOSS_TRACE the file to append to.
 * POWERLOSS_SYNC_MICROS makes each sync take so long, as on a disk, so that writes gather behind it.
 * Both ends of the format: io.skipstone.powerloss.Trace. Each record is
 *
 *     type u8, file u32, a u64, b u64, length u32, bytes[length]        little-endian
 *
 * and its number is its place in the file. What counts:
 *
 * - A plain write is done and recorded under one lock, so the order of the records is the order of the page cache.
 * - A sync has two records. It covers what was recorded before the first, and has happened only at the second.
 * - A write to a file opened with O_DSYNC has two records too: under way, and durable.
 * - A failed call leaves no record, or (sync, O_DSYNC) no second one.
 * - What this cannot follow (shared writable maps of anything but LMDB's lock, copies inside the kernel) is recorded as unsupported.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define MAX_FDS 65536
#define MAX_FILES 65536
#define MARKS "marks"

enum {
    CREATE = 1,
    WRITE = 2,
    DURABLE = 3,
    SYNC_BEGIN = 4,
    SYNC_END = 5,
    TRUNCATE = 6,
    RENAME = 7,
    UNLINK = 8,
    MKDIR = 9,
    MARK = 10,
    UNSUPPORTED = 11,
    DIRECTORY = 12
};

struct file {
    dev_t dev;
    ino_t ino;
    int live;
};

struct handle {
    uint32_t file; /* 0: not followed */
    int dsync;
    int marks;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file files[MAX_FILES]; /* number 0 is nobody's */
static uint32_t file_count = 1;
static struct handle handles[MAX_FDS];
static uint64_t record_count;
static int trace_fd = -1;
static char root[PATH_MAX];
static size_t root_length;
static useconds_t sync_micros;

#define REAL(result, name, ...)                                          \
    static result (*real_##name)(__VA_ARGS__);                           \
    static void find_##name(void) {                                      \
        if (!real_##name) {                                              \
            *(void **)(&real_##name) = dlsym(RTLD_NEXT, #name);          \
        }                                                                \
    }

REAL(int, open64, const char *, int, ...)
REAL(int, openat64, int, const char *, int, ...)
REAL(int, close, int)
REAL(int, dup2, int, int)
REAL(ssize_t, write, int, const void *, size_t)
REAL(ssize_t, writev, int, const struct iovec *, int)
REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t)
REAL(ssize_t, pwritev64, int, const struct iovec *, int, off64_t)
REAL(int, ftruncate64, int, off64_t)
REAL(int, fallocate64, int, int, off64_t, off64_t)
REAL(int, posix_fallocate64, int, off64_t, off64_t)
REAL(int, fsync, int)
REAL(int, fdatasync, int)
REAL(int, renameat, int, const char *, int, const char *)
REAL(int, unlinkat, int, const char *, int)
REAL(int, mkdir, const char *, mode_t)
REAL(void *, mmap64, void *, size_t, int, int, int, off64_t)
REAL(ssize_t, sendfile64, int, int, off64_t *, size_t)
REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned int)

static void die(const char *what) {
    fprintf(stderr, "recorder: %s: %s\n", what, strerror(errno));
    _exit(99);
}

__attribute__((constructor)) static void start(void) {
    const char *dir = getenv("POWERLOSS_DIR");
    const char *trace = getenv("POWERLOSS_TRACE");
    if (!dir || !trace || trace_fd >= 0) {
        return;
    }
    find_open64();
    snprintf(root, sizeof root, "%s", dir);
    root_length = strlen(root);
    const char *micros = getenv("POWERLOSS_SYNC_MICROS");
    sync_micros = micros ? (useconds_t)atoi(micros) : 0;
    trace_fd = real_open64(trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (trace_fd < 0) {
        die(trace);
    }
}

/* Below the directory, as a path relative to it; NULL for all others. */
static const char *below_root(const char *path) {
    if (root_length == 0 || strncmp(path, root, root_length) != 0 || path[root_length] != '/') {
        return NULL;
    }
    return path + root_length + 1;
}

static void out(const struct iovec *parts, int count) {
    find_writev();
    ssize_t expected = 0;
    for (int i = 0; i < count; i++) {
        expected += (ssize_t)parts[i].iov_len;
    }
    if (real_writev(trace_fd, parts, count) != expected) {
        die("the trace cannot be written");
    }
}

/* With the lock held. Returns the record's number. */
static uint64_t record(uint8_t type, uint32_t file, uint64_t a, uint64_t b, const void *bytes, size_t length) {
    unsigned char head[25];
    uint32_t length4 = (uint32_t)length;
    head[0] = type;
    memcpy(head + 1, &file, 4);
    memcpy(head + 5, &a, 8);
    memcpy(head + 13, &b, 8);
    memcpy(head + 21, &length4, 4);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    out(parts, 2);
    return record_count++;
}

static void record_text(uint8_t type, uint32_t file, const char *text) {
    record(type, file, 0, 0, text, strlen(text));
}

/* With the lock held. A file is the same while it has the same inode; a new file may get the number of a deleted one. */
static uint32_t find_file(const struct stat *st) {
    for (uint32_t i = file_count - 1; i > 0; i--) {
        if (files[i].live && files[i].ino == st->st_ino && files[i].dev == st->st_dev) {
            return i;
        }
    }
    return 0;
}

static uint32_t new_file(const struct stat *st) {
    if (file_count == MAX_FILES) {
        die("too many files");
    }
    files[file_count] = (struct file){st->st_dev, st->st_ino, 1};
    return file_count++;
}

/* With the lock held: this name stands for another file or none from now on. */
static void forget(const struct stat *st) {
    uint32_t file = find_file(st);
    if (file && st->st_nlink <= 1 && !S_ISDIR(st->st_mode)) {
        files[file].live = 0;
    }
}

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static int opened(int fd, int flags) {
    char link[64], path[PATH_MAX];
    struct stat st;
    if (fd < 0 || trace_fd < 0) {
        return fd;
    }
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    const char *name = below_root(path);
    int is_root = strcmp(path, root) == 0;
    if ((name || is_root) && fstat(fd, &st) == 0) {
        if (fd >= MAX_FDS) {
            die("file descriptor too large");
        }
        uint32_t file = find_file(&st);
        if (!file) {
            file = new_file(&st);
            record_text(S_ISDIR(st.st_mode) ? DIRECTORY : CREATE, file, is_root ? "" : name);
            if (S_ISREG(st.st_mode) && st.st_size > 0) {
                record_text(UNSUPPORTED, file, "was there before");
            }
        } else if ((flags & O_TRUNC) && S_ISREG(st.st_mode)) {
            record(TRUNCATE, file, 0, 0, NULL, 0);
        }
        handles[fd].file = file;
        handles[fd].dsync = (flags & O_DSYNC) != 0;
        handles[fd].marks = name && strcmp(name, MARKS) == 0;
    }
    errno = before;
    return fd;
}

static int open_common(int dir, const char *path, int flags, mode_t mode) {
    find_openat64();
    pthread_mutex_lock(&lock);
    int fd = opened(real_openat64(dir, path, flags, mode), flags);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define MODE_OF(flags, last)                                      \
    mode_t mode = 0;                                              \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                      \
        va_list args;                                             \
        va_start(args, last);                                     \
        mode = (mode_t)va_arg(args, unsigned int);                \
        va_end(args);                                             \
    }

EXPORT int open(const char *path, int flags, ...) {
    MODE_OF(flags, flags)
    return open_common(AT_FDCWD, path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...) {
    MODE_OF(flags, flags)
    return open_common(AT_FDCWD, path, flags, mode);
}

EXPORT int openat(int dir, const char *path, int flags, ...) {
    MODE_OF(flags, flags)
    return open_common(dir, path, flags, mode);
}

EXPORT int openat64(int dir, const char *path, int flags, ...) {
    MODE_OF(flags, flags)
    return open_common(dir, path, flags, mode);
}

static struct handle *handle_of(int fd) {
    return trace_fd >= 0 && fd >= 0 && fd < MAX_FDS && handles[fd].file ? &handles[fd] : NULL;
}

EXPORT int close(int fd) {
    find_close();
    pthread_mutex_lock(&lock);
    if (fd >= 0 && fd < MAX_FDS) {
        handles[fd].file = 0;
    }
    int result = real_close(fd);
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT int dup2(int from, int to) {
    find_dup2();
    pthread_mutex_lock(&lock);
    int result = real_dup2(from, to);
    if (result >= 0 && result < MAX_FDS) {
        handles[to] = from < MAX_FDS ? handles[from] : (struct handle){0};
    }
    pthread_mutex_unlock(&lock);
    return result;
}

/* The bytes as one piece; freed by the caller unless there was one piece only. */
static const void *joined(const struct iovec *parts, int count, size_t length, void **owned) {
    *owned = NULL;
    if (count == 1) {
        return parts[0].iov_base;
    }
    char *all = malloc(length ? length : 1);
    size_t done = 0;
    for (int i = 0; i < count && done < length; i++) {
        size_t take = parts[i].iov_len < length - done ? parts[i].iov_len : length - done;
        memcpy(all + done, parts[i].iov_base, take);
        done += take;
    }
    *owned = all;
    return all;
}

/* offset < 0: where the file stands. */
static ssize_t write_really(int fd, const struct iovec *parts, int count, off64_t offset) {
    if (offset < 0) {
        find_writev();
        return real_writev(fd, parts, count);
    }
    find_pwritev64();
    return real_pwritev64(fd, parts, count, offset);
}

static void record_write(const struct handle *h, const struct iovec *parts, int count, size_t length, off64_t at) {
    void *owned;
    const void *bytes = joined(parts, count, length, &owned);
    record(h->marks ? MARK : WRITE, h->file, (uint64_t)at, (uint64_t)h->dsync, bytes, length);
    free(owned);
}

static ssize_t write_durably(int fd, const struct handle h, const struct iovec *parts, int count, off64_t offset) {
    size_t length = 0;
    for (int i = 0; i < count; i++) {
        length += parts[i].iov_len;
    }
    record_write(&h, parts, count, length, offset < 0 ? lseek64(fd, 0, SEEK_CUR) : offset);
    uint64_t number = record_count - 1;
    pthread_mutex_unlock(&lock);
    ssize_t written = write_really(fd, parts, count, offset);
    int before = errno;
    pthread_mutex_lock(&lock);
    if (written == (ssize_t)length) {
        record(DURABLE, h.file, number, 0, NULL, 0);
    }
    errno = before;
    return written;
}

static ssize_t write_common(int fd, const struct iovec *parts, int count, off64_t offset) {
    ssize_t written;
    pthread_mutex_lock(&lock);
    struct handle *h = handle_of(fd);
    if (h && h->dsync && !h->marks) {
        written = write_durably(fd, *h, parts, count, offset);
    } else {
        written = write_really(fd, parts, count, offset);
        if (h && written > 0) {
            int before = errno;
            record_write(
                    h, parts, count, (size_t)written, offset < 0 ? lseek64(fd, 0, SEEK_CUR) - written : offset);
            errno = before;
        }
    }
    pthread_mutex_unlock(&lock);
    return written;
}

EXPORT ssize_t write(int fd, const void *bytes, size_t length) {
    if (!handle_of(fd)) {
        find_write();
        return real_write(fd, bytes, length);
    }
    struct iovec part = {(void *)bytes, length};
    return write_common(fd, &part, 1, -1);
}

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (!handle_of(fd)) {
        find_writev();
        return real_writev(fd, parts, count);
    }
    return write_common(fd, parts, count, -1);
}

EXPORT ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    if (!handle_of(fd)) {
        find_pwrite64();
        return real_pwrite64(fd, bytes, length, offset);
    }
    struct iovec part = {(void *)bytes, length};
    return write_common(fd, &part, 1, offset);
}

EXPORT ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return pwrite64(fd, bytes, length, offset);
}

EXPORT ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
    if (!handle_of(fd)) {
        find_pwritev64();
        return real_pwritev64(fd, parts, count, offset);
    }
    return write_common(fd, parts, count, offset);
}

EXPORT ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    return pwritev64(fd, parts, count, offset);
}

static int resized(int fd, int result, off64_t length) {
    struct handle *h = handle_of(fd);
    if (h && result == 0) {
        record(TRUNCATE, h->file, (uint64_t)length, 0, NULL, 0);
    }
    return result;
}

EXPORT int ftruncate64(int fd, off64_t length) {
    find_ftruncate64();
    pthread_mutex_lock(&lock);
    int result = resized(fd, real_ftruncate64(fd, length), length);
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT int ftruncate(int fd, off_t length) {
    return ftruncate64(fd, length);
}

/* Reserves room and makes the file longer; nothing else is followed. */
static int allocated(int fd, int mode, int result, off64_t end) {
    struct handle *h = handle_of(fd);
    struct stat st;
    if (h && result == 0) {
        if (mode != 0) {
            record_text(UNSUPPORTED, h->file, "fallocate with a mode");
        } else if (fstat(fd, &st) == 0 && st.st_size == end) {
            record(TRUNCATE, h->file, (uint64_t)end, 0, NULL, 0);
        }
    }
    return result;
}

EXPORT int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    find_fallocate64();
    pthread_mutex_lock(&lock);
    int result = allocated(fd, mode, real_fallocate64(fd, mode, offset, length), offset + length);
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT int fallocate(int fd, int mode, off_t offset, off_t length) {
    return fallocate64(fd, mode, offset, length);
}

EXPORT int posix_fallocate64(int fd, off64_t offset, off64_t length) {
    find_posix_fallocate64();
    pthread_mutex_lock(&lock);
    int result = allocated(fd, 0, real_posix_fallocate64(fd, offset, length), offset + length);
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT int posix_fallocate(int fd, off_t offset, off_t length) {
    return posix_fallocate64(fd, offset, length);
}

static int sync_common(int fd, int (*really)(int)) {
    pthread_mutex_lock(&lock);
    struct handle *h = handle_of(fd);
    uint32_t file = h ? h->file : 0;
    uint64_t begin = file ? record(SYNC_BEGIN, file, 0, 0, NULL, 0) : 0;
    pthread_mutex_unlock(&lock);
    if (file && sync_micros) {
        usleep(sync_micros);
    }
    int result = really(fd);
    if (file && result == 0) {
        pthread_mutex_lock(&lock);
        record(SYNC_END, file, begin, 0, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return result;
}

EXPORT int fsync(int fd) {
    find_fsync();
    return sync_common(fd, real_fsync);
}

EXPORT int fdatasync(int fd) {
    find_fdatasync();
    return sync_common(fd, real_fdatasync);
}

/* The path made absolute, so that it can be compared with the directory. */
static const char *absolute(int dir, const char *path, char *buffer) {
    char link[64], base[PATH_MAX];
    if (path[0] == '/') {
        return path;
    }
    if (dir == AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/cwd");
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
    }
    ssize_t length = readlink(link, base, sizeof base - 1);
    base[length < 0 ? 0 : length] = 0;
    snprintf(buffer, PATH_MAX, "%.2000s/%.2000s", base, path);
    return buffer;
}

static int rename_common(int from_dir, const char *from, int to_dir, const char *to) {
    char from_buffer[PATH_MAX], to_buffer[PATH_MAX], both[2 * PATH_MAX];
    find_renameat();
    pthread_mutex_lock(&lock);
    const char *from_name = below_root(absolute(from_dir, from, from_buffer));
    const char *to_name = below_root(absolute(to_dir, to, to_buffer));
    struct stat replaced;
    int replaces = to_name && fstatat(to_dir, to, &replaced, AT_SYMLINK_NOFOLLOW) == 0;
    int result = real_renameat(from_dir, from, to_dir, to);
    int before = errno;
    if (result == 0 && trace_fd >= 0 && (from_name || to_name)) {
        if (from_name && to_name) {
            if (replaces) {
                forget(&replaced);
            }
            int length = snprintf(both, sizeof both, "%s%c%s", from_name, 0, to_name);
            record(RENAME, 0, 0, 0, both, (size_t)length);
        } else {
            record_text(UNSUPPORTED, 0, "rename across the directory's border");
        }
    }
    errno = before;
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT int rename(const char *from, const char *to) {
    return rename_common(AT_FDCWD, from, AT_FDCWD, to);
}

EXPORT int renameat(int from_dir, const char *from, int to_dir, const char *to) {
    return rename_common(from_dir, from, to_dir, to);
}

static int unlink_common(int dir, const char *path, int flags) {
    char buffer[PATH_MAX];
    struct stat st;
    find_unlinkat();
    pthread_mutex_lock(&lock);
    const char *name = below_root(absolute(dir, path, buffer));
    int found = name && fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
    int result = real_unlinkat(dir, path, flags);
    int before = errno;
    if (result == 0 && found && trace_fd >= 0) {
        forget(&st);
        record_text(UNLINK, 0, name);
    }
    errno = before;
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT int unlink(const char *path) {
    return unlink_common(AT_FDCWD, path, 0);
}

EXPORT int unlinkat(int dir, const char *path, int flags) {
    return unlink_common(dir, path, flags);
}

EXPORT int rmdir(const char *path) {
    return unlink_common(AT_FDCWD, path, AT_REMOVEDIR);
}

EXPORT int remove(const char *path) {
    struct stat st;
    int is_directory = lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
    return unlink_common(AT_FDCWD, path, is_directory ? AT_REMOVEDIR : 0);
}

EXPORT int mkdir(const char *path, mode_t mode) {
    char buffer[PATH_MAX];
    find_mkdir();
    pthread_mutex_lock(&lock);
    int result = real_mkdir(path, mode);
    int before = errno;
    const char *name = below_root(absolute(AT_FDCWD, path, buffer));
    if (result == 0 && name && trace_fd >= 0) {
        record_text(MKDIR, 0, name);
    }
    errno = before;
    pthread_mutex_unlock(&lock);
    return result;
}

static void unsupported(int fd, const char *what) {
    char link[64], path[PATH_MAX];
    if (!handle_of(fd)) {
        return;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    /* LMDB's table of readers is made anew by each first process. */
    if (!ends_with(path, "/lock.mdb") && !ends_with(path, "-lock")) {
        pthread_mutex_lock(&lock);
        record_text(UNSUPPORTED, handles[fd].file, what);
        pthread_mutex_unlock(&lock);
    }
}

EXPORT void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
    find_mmap64();
    if ((flags & MAP_SHARED) && (protection & PROT_WRITE)) {
        unsupported(fd, "shared writable map");
    }
    return real_mmap64(at, length, protection, flags, fd, offset);
}

EXPORT void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap64(at, length, protection, flags, fd, offset);
}

EXPORT ssize_t sendfile64(int to, int from, off64_t *offset, size_t length) {
    find_sendfile64();
    unsupported(to, "sendfile");
    return real_sendfile64(to, from, offset, length);
}

EXPORT ssize_t copy_file_range(
        int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length, unsigned int flags) {
    find_copy_file_range();
    unsupported(to, "copy_file_range");
    return real_copy_file_range(from, from_offset, to, to_offset, length, flags);
}
