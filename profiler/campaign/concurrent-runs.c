/* profiler/campaign/concurrent-runs.c - see neighbours.h. */
#include <config.h>

#include "profiler/campaign/concurrent-runs.h"

#include "base/clock.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usual_path[] = "/dev/shm/joulecart-trials";

/* What stands at the file's begin. */
struct last_begin {
	int64_t mono_ns;
	int64_t pid;
};

/* The byte of a process: behind that. */
enum { FIRST_BYTE = 4096 };

/* Without O_CREAT first: in a sticky folder root is kept from creating what another user has
 * (fs.protected_regular). */
static int open_file(const char *path)
{
	enum { HOW = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK };
	struct stat file;
	int fd = open(path, HOW);
	if (fd < 0 && (fd = open(path, HOW | O_CREAT | O_EXCL, 0666)) >= 0)
		fchmod(fd, 0666); /* whatever the umask is */
	else if (fd < 0)
		fd = open(path, HOW); /* another was quicker */
	if (fd >= 0 && (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

static void add(struct neighbours *neighbours, pid_t pid)
{
	for (size_t i = 0; i < neighbours->n; i++)
		if (neighbours->pids[i] == pid)
			return;
	if (neighbours->n < NEIGHBOURS_MAX)
		neighbours->pids[neighbours->n++] = pid;
}

/* Every lock but this process's own; the byte tells whose, whatever its process id is here. */
static void look(struct neighbours *neighbours)
{
	struct flock lock = { .l_type = F_WRLCK,
			      .l_whence = SEEK_SET,
			      .l_start = FIRST_BYTE };
	for (int i = 0; i < NEIGHBOURS_MAX; i++) {
		lock.l_type = F_WRLCK;
		lock.l_len = 0;
		if (fcntl(neighbours->fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK ||
		    lock.l_len <= 0)
			return;
		add(neighbours, (pid_t)(lock.l_start - FIRST_BYTE));
		lock.l_start += lock.l_len;
	}
}

void neighbours_begin(struct neighbours *neighbours, const char *path)
{
	*neighbours = (struct neighbours){ .fd = open_file(path ? path : usual_path),
					   .begin_ns = monotonic_ns() };
	if (neighbours->fd < 0)
		return;
	const struct last_begin own = { neighbours->begin_ns, getpid() };
	const struct flock lock = { .l_type = F_RDLCK,
				    .l_whence = SEEK_SET,
				    .l_start = FIRST_BYTE + getpid(),
				    .l_len = 1 };
	fcntl(neighbours->fd, F_SETLK, &lock);
	look(neighbours);
	if (pwrite(neighbours->fd, &own, sizeof(own), 0) != sizeof(own))
		return; /* then those that this one should tell see it by its lock alone */
}

void neighbours_end(struct neighbours *neighbours)
{
	struct last_begin last;
	if (neighbours->fd < 0)
		return;
	look(neighbours);
	if (pread(neighbours->fd, &last, sizeof(last), 0) == sizeof(last) &&
	    last.mono_ns > neighbours->begin_ns && last.pid != getpid())
		add(neighbours, (pid_t)last.pid);
	close(neighbours->fd);
	neighbours->fd = -1;
}
