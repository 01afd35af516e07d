/* A library for LD_PRELOAD that counts the calls by which a program touches some directory trees and lets the n-th one
 * fail, kill the program, or only be recorded. Made for prove-crash.mjs and the tests of the order of calls.
 *   PROVE_TREES  prefixes of absolute paths, joined by ':'; calls on other paths pass untouched
 *   PROVE_STATE  a file of 16 octets that all threads and children share: calls so far, and whether something was done
 *   PROVE_CALLS  names of the calls that count, each between commas (",write,fsync,"); absent: all
 *   PROVE_AT     number of the call to act on, from 1; 0 or absent: none
 *   PROVE_DO     "kill" or the number of an error
 *   PROVE_WHEN   "before" (default), "after", or "torn": half of a write is done first
 *   PROVE_HOLD   set: from then on all calls that count fail, as on a disk that stays full
 *   PROVE_LOG    a file to which one line a call is appended: thread, name, path, second path or octets
 *   PROVE_CLOCK  how many times faster the clock of the day shall run, so that commits come often
 * Build: cc -O2 -fPIC -shared -o shim.so shim.c -ldl -lpthread
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct state { _Atomic unsigned long count, fired; };

static struct state own, *shared = &own;
static const char *trees, *calls, *moment = "before";
static unsigned long at, hold;
static int fault, kills, log_fd = -1;
static double speed;
static struct timespec began;

#define REAL(type, name, ...) static type (*real_##name)(__VA_ARGS__)
REAL(int, open64, const char *, int, ...);
REAL(int, close, int);
REAL(ssize_t, read, int, void *, size_t);
REAL(ssize_t, pread64, int, void *, size_t, off_t);
REAL(ssize_t, readv, int, const struct iovec *, int);
REAL(ssize_t, preadv64, int, const struct iovec *, int, off_t);
REAL(ssize_t, write, int, const void *, size_t);
REAL(ssize_t, pwrite64, int, const void *, size_t, off_t);
REAL(ssize_t, writev, int, const struct iovec *, int);
REAL(ssize_t, pwritev64, int, const struct iovec *, int, off_t);
REAL(int, rename, const char *, const char *);
REAL(int, link, const char *, const char *);
REAL(int, unlink, const char *);
REAL(int, mkdir, const char *, mode_t);
REAL(int, rmdir, const char *);
REAL(int, fsync, int);
REAL(int, fdatasync, int);
REAL(int, syncfs, int);
REAL(int, ftruncate64, int, off_t);
REAL(int, futimens, int, const struct timespec *);
REAL(int, utimensat, int, const char *, const struct timespec *, int);
REAL(DIR *, opendir, const char *);
REAL(int, scandir64, const char *, struct dirent64 ***, int (*)(const struct dirent64 *), int (*)(const struct dirent64 **, const struct dirent64 **));
REAL(long, syscall, long, ...);
REAL(int, gettimeofday, struct timeval *, void *);
REAL(int, clock_gettime, clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
#define FIND(name) *(void **)&real_##name = dlsym(RTLD_NEXT, #name)
  FIND(open64), FIND(close), FIND(read), FIND(pread64), FIND(readv), FIND(preadv64), FIND(write), FIND(pwrite64), FIND(writev), FIND(pwritev64);
  FIND(rename), FIND(link), FIND(unlink), FIND(mkdir), FIND(rmdir), FIND(fsync), FIND(fdatasync), FIND(syncfs), FIND(ftruncate64);
  FIND(futimens), FIND(utimensat), FIND(opendir), FIND(scandir64), FIND(syscall), FIND(gettimeofday), FIND(clock_gettime);
  const char *path = getenv("PROVE_STATE"), *what = getenv("PROVE_DO"), *log = getenv("PROVE_LOG"), *clock = getenv("PROVE_CLOCK");
  if (path != NULL) {
    int fd = real_open64(path, O_RDWR | O_CLOEXEC);
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) shared = map;
    if (fd >= 0) real_close(fd);
  }
  calls = getenv("PROVE_CALLS");
  at = getenv("PROVE_AT") == NULL ? 0 : strtoul(getenv("PROVE_AT"), NULL, 10);
  hold = getenv("PROVE_HOLD") != NULL;
  kills = what != NULL && strcmp(what, "kill") == 0;
  fault = what == NULL || kills ? 0 : atoi(what);
  if (getenv("PROVE_WHEN") != NULL) moment = getenv("PROVE_WHEN");
  if (log != NULL) log_fd = real_open64(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (clock != NULL) speed = atof(clock), real_clock_gettime(CLOCK_REALTIME, &began);
  trees = getenv("PROVE_TREES");
}

static int counts_path(const char *path) {
  if (trees == NULL || path == NULL) return 0;
  for (const char *tree = trees; *tree != 0;) {
    size_t length = strcspn(tree, ":");
    if (length > 0 && strncmp(path, tree, length) == 0) return 1;
    tree += length + (tree[length] == ':');
  }
  return 0;
}

static const char *path_of(int fd, char *room, size_t size) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, room, size - 1);
  room[length < 0 ? 0 : length] = 0;
  return room;
}

static void die(void) {
  shared->fired = 1;
  kill(0, SIGKILL);
  for (;;) pause();
}

/* What to do with a call: 0 let it pass, 1 fail, 2 kill after it, 3 do half of it and then kill, 4 do half of it. */
static int judge(const char *name, const char *path, const char *more) {
  if (!counts_path(path)) return 0;
  if (calls != NULL) {
    char wanted[32];
    snprintf(wanted, sizeof wanted, ",%s,", name);
    if (strstr(calls, wanted) == NULL) return 0;
  }
  unsigned long number = atomic_fetch_add(&shared->count, 1) + 1;
  if (log_fd >= 0) {
    char line[9000];
    int length = snprintf(line, sizeof line, "%ld %s %s %s\n", (long)gettid(), name, path, more);
    if (length > 0) (void)!real_write(log_fd, line, (size_t)length);
  }
  int is_torn = strcmp(moment, "torn") == 0 && strstr(name, "write") != NULL;
  if (at == 0 || number < at || (number > at && !(hold && fault != 0))) return 0;
  if (kills && strcmp(moment, "before") == 0) die();
  if (kills) return is_torn ? 3 : 2;
  if (is_torn && number == at) return 4;
  shared->fired = 1;
  return 1;
}

#define FAIL (errno = fault, -1)
#define SIMPLE(name, path, more, call)              \
  do {                                              \
    int verdict = judge(name, path, more);          \
    if (verdict == 1) return FAIL;                  \
    __typeof__(call) result = call;                 \
    if (verdict >= 2 && kills) die();               \
    return result;                                  \
  } while (0)

static int open_(const char *path, int flags, mode_t mode) {
  const char *name = flags & (O_CREAT | O_WRONLY | O_RDWR | O_TRUNC) ? (flags & O_CREAT ? "create" : "openw") : "open";
  SIMPLE(name, path, "", real_open64(path, flags, mode));
}

#define MODE                        \
  mode_t mode = 0;                  \
  if (flags & (O_CREAT | 020000000)) { \
    va_list list;                   \
    va_start(list, flags);          \
    mode = va_arg(list, mode_t);    \
    va_end(list);                   \
  }
int open(const char *path, int flags, ...) { MODE return open_(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_(path, flags, mode); }
int openat(int at_fd, const char *path, int flags, ...) {
  MODE
  if (path[0] == '/' || at_fd == AT_FDCWD) return open_(path, flags, mode);
  return (int)real_syscall(SYS_openat, at_fd, path, flags, mode);
}
int openat64(int at_fd, const char *path, int flags, ...) {
  MODE
  if (path[0] == '/' || at_fd == AT_FDCWD) return open_(path, flags, mode);
  return (int)real_syscall(SYS_openat, at_fd, path, flags, mode);
}

#define OF(fd) char room[4096]; const char *path = path_of(fd, room, sizeof room)

/* The descriptor is gone even where close reports an error, as Linux has it. */
int close(int fd) {
  if (trees == NULL || !real_close) return real_close ? real_close(fd) : -1;
  OF(fd);
  int verdict = judge("close", path, "");
  int result = real_close(fd);
  if (verdict == 1) return FAIL;
  if (verdict >= 2 && kills) die();
  return result;
}

/* libuv closes and looks at files by the number of the system call. */
long syscall(long number, ...) {
  long a[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_close) return close((int)a[0]);
  if (number == SYS_statx && ((const char *)a[1])[0] == '/')
    SIMPLE("stat", (const char *)a[1], "", real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]));
  return real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

ssize_t read(int fd, void *to, size_t size) { OF(fd); SIMPLE("read", path, "", real_read(fd, to, size)); }
ssize_t pread64(int fd, void *to, size_t size, off_t from) { OF(fd); SIMPLE("read", path, "", real_pread64(fd, to, size, from)); }
ssize_t pread(int fd, void *to, size_t size, off_t from) { return pread64(fd, to, size, from); }
ssize_t readv(int fd, const struct iovec *v, int n) { OF(fd); SIMPLE("read", path, "", real_readv(fd, v, n)); }
ssize_t preadv64(int fd, const struct iovec *v, int n, off_t from) { OF(fd); SIMPLE("read", path, "", real_preadv64(fd, v, n, from)); }

#define OCTETS(n) char octets[32]; snprintf(octets, sizeof octets, "%zu", (size_t)(n))
#define WRITE(n, half, whole)                     \
  do {                                            \
    OF(fd);                                       \
    OCTETS(n);                                    \
    int verdict = judge("write", path, octets);   \
    if (verdict == 1) return FAIL;                \
    ssize_t result = verdict >= 3 ? half : whole; \
    if (verdict >= 2 && kills) die();             \
    return result;                                \
  } while (0)
ssize_t write(int fd, const void *from, size_t size) {
  if (trees == NULL) return real_write ? real_write(fd, from, size) : -1;
  WRITE(size, real_write(fd, from, (size + 1) / 2), real_write(fd, from, size));
}
ssize_t pwrite64(int fd, const void *from, size_t size, off_t to) {
  WRITE(size, real_pwrite64(fd, from, (size + 1) / 2, to), real_pwrite64(fd, from, size, to));
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t to) { return pwrite64(fd, from, size, to); }
ssize_t writev(int fd, const struct iovec *v, int n) { WRITE(n, real_writev(fd, v, (n + 1) / 2), real_writev(fd, v, n)); }
ssize_t pwritev64(int fd, const struct iovec *v, int n, off_t to) {
  WRITE(n, real_pwritev64(fd, v, (n + 1) / 2, to), real_pwritev64(fd, v, n, to));
}

int rename(const char *from, const char *to) { SIMPLE("rename", counts_path(to) ? to : from, from, real_rename(from, to)); }
int link(const char *from, const char *to) { SIMPLE("link", to, from, real_link(from, to)); }
int unlink(const char *path) { SIMPLE("unlink", path, "", real_unlink(path)); }
int mkdir(const char *path, mode_t mode) { SIMPLE("mkdir", path, "", real_mkdir(path, mode)); }
int rmdir(const char *path) { SIMPLE("rmdir", path, "", real_rmdir(path)); }
int fsync(int fd) { OF(fd); SIMPLE("fsync", path, "", real_fsync(fd)); }
int fdatasync(int fd) { OF(fd); SIMPLE("fsync", path, "", real_fdatasync(fd)); }
int syncfs(int fd) { OF(fd); SIMPLE("syncfs", path, "", real_syncfs(fd)); }
int ftruncate64(int fd, off_t size) { OF(fd); SIMPLE("truncate", path, "", real_ftruncate64(fd, size)); }
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int futimens(int fd, const struct timespec times[2]) { OF(fd); SIMPLE("utimes", path, "", real_futimens(fd, times)); }
int utimensat(int dir, const char *path, const struct timespec times[2], int flags) {
  SIMPLE("utimes", path, "", real_utimensat(dir, path, times, flags));
}
DIR *opendir(const char *path) {
  int verdict = judge("opendir", path, "");
  if (verdict == 1) return errno = fault, NULL;
  DIR *result = real_opendir(path);
  if (verdict >= 2 && kills) die();
  return result;
}
int scandir64(const char *path, struct dirent64 ***list, int (*select)(const struct dirent64 *),
              int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  SIMPLE("opendir", path, "", real_scandir64(path, list, select, compare));
}

static void hasten(long *seconds, long *fraction, long unit) {
  double passed = (double)(*seconds - began.tv_sec) + (double)*fraction / (double)unit - (double)began.tv_nsec / 1e9;
  double shown = (double)began.tv_nsec / 1e9 + passed * speed;
  *seconds = began.tv_sec + (long)shown;
  *fraction = (long)((shown - (double)(long)shown) * (double)unit);
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = real_gettimeofday(now, zone);
  if (speed > 0 && result == 0) hasten(&now->tv_sec, &now->tv_usec, 1000000);
  return result;
}
int clock_gettime(clockid_t id, struct timespec *now) {
  int result = real_clock_gettime(id, now);
  if (speed > 0 && result == 0 && id == CLOCK_REALTIME) hasten(&now->tv_sec, &now->tv_nsec, 1000000000);
  return result;
}
