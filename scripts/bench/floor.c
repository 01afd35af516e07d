/* The least that any mbox to Maildir converter must do: find "\nFrom ", create a file for each piece in tmp/, set its time, rename it to cur/.
 * Nothing is understood and nothing is kept: no dates, no flags, no UIDs, no W=, no hash.
 * usage: floor MBOX DIRECTORY      (the directory must not exist) */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int store(const char *text, size_t length, long number) {
  char staged[64], published[96];
  snprintf(staged, sizeof staged, "tmp/1000000000.M%ldP1.floor", number);
  snprintf(published, sizeof published, "cur/1000000000.M%ldP1.floor,S=%zu:2,S", number, length);
  int fd = open(staged, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (fd < 0) return -1;
  while (length > 0) {
    ssize_t n = write(fd, text, length);
    if (n <= 0) return -1;
    text += n;
    length -= (size_t)n;
  }
  const struct timespec times[2] = {{1000000000 + number, 0}, {1000000000 + number, 0}};
  if (futimens(fd, times) != 0 || close(fd) != 0) return -1;
  return rename(staged, published);
}

int main(int count, char **arguments) {
  struct stat st;
  int fd = count == 3 ? open(arguments[1], O_RDONLY) : -1;
  if (fd < 0 || fstat(fd, &st) != 0) return 64;
  const char *text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (text == MAP_FAILED || mkdir(arguments[2], 0700) != 0 || chdir(arguments[2]) != 0) return 74;
  if (mkdir("cur", 0700) != 0 || mkdir("new", 0700) != 0 || mkdir("tmp", 0700) != 0) return 74;
  const char *end = text + st.st_size;
  long number = 0;
  for (const char *at = text; at < end; number++) {
    const char *line = memchr(at, '\n', (size_t)(end - at));
    if (line == NULL) break;
    const char *next = memmem(line, (size_t)(end - line), "\nFrom ", 6);
    if (store(line + 1, (size_t)((next != NULL ? next : end - 1) - (line + 1)), number) != 0) return 74;
    if (next == NULL) break;
    at = next + 1;
  }
  printf("%ld\n", number + 1);
  return 0;
}
