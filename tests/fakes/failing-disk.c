/* tests/fakes/failing-disk.c - a disk that ends at a chosen write, for LD_PRELOAD.
 *
 *   FAILING_DISK=HOW:N   from the Nth write on to a file named *.db or *.db-wal (HOW:@FILE: once
 *                        FILE exists):
 *     kill    that write is done by half, and the process is killed by SIGKILL
 *     EROFS   it and all later ones fail so: the file system became read-only
 *     ENOSPC  only those that would make a file longer: the disk is full
 *   FAILING_DISK_LOG=FILE  how many writes there were, when the process ends by itself */
#include <config.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long n_writes;

static bool is_database(int fd)
{
	char link[64], path[4096];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	const char *end = strstr(path, ".db");
	return end && (end[3] == '\0' || strcmp(end + 3, "-wal") == 0);
}

static bool would_grow(int fd, off_t end)
{
	struct stat status;
	return fstat(fd, &status) != 0 || end > (off_t)status.st_blocks * 512;
}

static bool is_time(const char *when, long n)
{
	return when[0] == '@' ? access(when + 1, F_OK) == 0 : n >= strtol(when, NULL, 10);
}

/* 0: go on. Otherwise the errno. */
static int verdict(int fd, const void *data, size_t size, off_t offset)
{
	const char *how = getenv("FAILING_DISK"), *colon = how ? strchr(how, ':') : NULL;
	if (!is_database(fd))
		return 0;
	long n = atomic_fetch_add(&n_writes, 1) + 1;
	if (!colon || !is_time(colon + 1, n))
		return 0;
	if (strncmp(how, "kill", 4) == 0) {
		ssize_t (*real)(int, const void *, size_t, off_t) = (ssize_t(*)(
		    int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
		(void)!real(fd, data, size / 2, offset);
		kill(getpid(), SIGKILL);
	}
	if (strncmp(how, "EROFS", 5) == 0)
		return EROFS;
	return would_grow(fd, offset + (off_t)size) ? ENOSPC : 0;
}

static ssize_t write_through(const char *name, int fd, const void *data, size_t size,
			     off_t offset)
{
	ssize_t (*real)(int, const void *, size_t, off_t) =
	    (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, name);
	int err = verdict(fd, data, size, offset);
	if (err == 0)
		return real(fd, data, size, offset);
	errno = err;
	return -1;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
	return write_through("pwrite", fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
	return write_through("pwrite64", fd, data, size, offset);
}

__attribute__((destructor)) static void tell(void)
{
	const char *path = getenv("FAILING_DISK_LOG");
	long n = atomic_load(&n_writes);
	FILE *log = path && n ? fopen(path, "w") : NULL;
	if (!log)
		return;
	fprintf(log, "%ld\n", n);
	fclose(log);
}
