/* profiler/campaign/concurrent-runs.c - see concurrent-runs.h. */
#include <config.h>

#include "profiler/campaign/concurrent-runs.h"

#include "base/clock.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usual_path[] = "/dev/shm/joulecart-trials";

/* What stands at the file's begin. */
struct last_begin {
	int64_t mono_ns;
	int64_t pid;
};

/* The byte of a process: behind that, and before those of jobs. A process id is below 2^22 (proc(5)). */
enum { FIRST_BYTE = 4096, N_BYTES = 1 << 22 };
/* The byte of a job: behind that, of so many. */
enum { FIRST_JOB = 1 << 30, N_JOBS = 1 << 30 };

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

static void add(struct concurrent_runs *concurrent_runs, pid_t pid)
{
	for (size_t i = 0; i < concurrent_runs->n; i++)
		if (concurrent_runs->pids[i] == pid)
			return;
	if (concurrent_runs->n < NEIGHBOURS_MAX)
		concurrent_runs->pids[concurrent_runs->n++] = pid;
}

/* Every lock but this process's own; the byte tells whose, whatever its process id is here. */
static void look(struct concurrent_runs *concurrent_runs)
{
	struct flock lock = { .l_type = F_WRLCK,
			      .l_whence = SEEK_SET,
			      .l_start = FIRST_BYTE };
	for (int i = 0; i < NEIGHBOURS_MAX; i++) {
		lock.l_type = F_WRLCK;
		lock.l_len = FIRST_BYTE + N_BYTES - lock.l_start;
		if (lock.l_len <= 0 || fcntl(concurrent_runs->fd, F_GETLK, &lock) != 0 ||
		    lock.l_type == F_UNLCK || lock.l_len <= 0)
			return;
		add(concurrent_runs, (pid_t)(lock.l_start - FIRST_BYTE));
		lock.l_start += lock.l_len;
	}
}

void concurrent_runs_begin(struct concurrent_runs *concurrent_runs, const char *path)
{
	*concurrent_runs = (struct concurrent_runs){
		.fd = open_file(path ? path : usual_path), .begin_ns = monotonic_ns()
	};
	if (concurrent_runs->fd < 0)
		return;
	const struct last_begin own = { concurrent_runs->begin_ns, getpid() };
	const struct flock lock = { .l_type = F_RDLCK,
				    .l_whence = SEEK_SET,
				    .l_start = FIRST_BYTE + getpid(),
				    .l_len = 1 };
	fcntl(concurrent_runs->fd, F_SETLK, &lock);
	look(concurrent_runs);
	if (pwrite(concurrent_runs->fd, &own, sizeof(own), 0) != sizeof(own))
		return; /* then those that this one should tell see it by its lock alone */
}

bool concurrent_runs_are_known(const struct concurrent_runs *concurrent_runs)
{
	return concurrent_runs->fd >= 0;
}

static int64_t byte_of(const char *job)
{
	uint64_t hash = 0;
	crypto_generichash_state state;
	uint8_t digest[crypto_generichash_BYTES_MIN];
	crypto_generichash_init(&state, NULL, 0, sizeof(digest));
	crypto_generichash_update(&state, (const uint8_t *)job, strlen(job));
	crypto_generichash_final(&state, digest, sizeof(digest));
	memcpy(&hash, digest, sizeof(hash));
	return FIRST_JOB + (int64_t)(hash % N_JOBS);
}

bool concurrent_runs_take_turn(struct concurrent_runs *concurrent_runs, const char *job)
{
	/* of the open file: it is held against other trials of this process, too */
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte_of(job), .l_len = 1
	};
	return concurrent_runs->fd >= 0 &&
	       fcntl(concurrent_runs->fd, F_OFD_SETLK, &lock) == 0;
}

void concurrent_runs_end(struct concurrent_runs *concurrent_runs)
{
	struct last_begin last;
	if (concurrent_runs->fd < 0)
		return;
	look(concurrent_runs);
	if (pread(concurrent_runs->fd, &last, sizeof(last), 0) == sizeof(last) &&
	    last.mono_ns > concurrent_runs->begin_ns && last.pid != getpid())
		add(concurrent_runs, (pid_t)last.pid);
	close(concurrent_runs->fd);
	concurrent_runs->fd = -1;
}
