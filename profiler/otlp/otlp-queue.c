/* profiler/otlp/otlp-queue.c - see otlp-queue.h. */
#include <config.h>

#include "profiler/otlp/otlp-queue.h"

#include "base/problem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct waiting {
	uint64_t number;
	size_t size;
};

struct otlp_queue {
	int fd;     /* of the folder, locked */
	char *path; /* of one that goes with the queue; else NULL */
	struct waiting items[OTLP_QUEUE_MOST]; /* a ring */
	size_t first, n, bytes;
	uint64_t next, n_lost;
};

enum { NAME = 32 };

/* --- one file -------------------------------------------------------------------------- */

static const char *name_of(uint64_t number, char name[NAME])
{
	snprintf(name, NAME, "%016" PRIx64 ".json", number);
	return name;
}

/* A name that name_of() makes. */
static bool is_name(const char *name, uint64_t *number)
{
	char again[NAME];
	if (strspn(name, "0123456789abcdef") != 16)
		return false;
	*number = strtoull(name, NULL, 16);
	return strcmp(name, name_of(*number, again)) == 0 && *number < UINT64_MAX / 2;
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, text, size);
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return fdatasync(fd) == 0 ? 0 : errno;
}

/* Whole under its own name, or not at all. */
static int write_file(int folder, const char *name, const char *text, size_t size)
{
	static const char part[] = "part";
	unlinkat(folder, part, 0);
	int fd = openat(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			0600);
	int err = fd < 0 ? errno : write_all(fd, text, size);
	if (fd >= 0)
		close(fd);
	if (!err && renameat(folder, part, folder, name) != 0)
		err = errno;
	if (err)
		unlinkat(folder, part, 0);
	return err;
}

static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t at = 0;
	ssize_t n = 1;
	while (at < size && n > 0) {
		n = read(fd, text + at, size - at);
		at += n > 0 ? (size_t)n : 0;
	}
	return n < 0 ? -1 : (ssize_t)at;
}

/* A request begins as an object does: where the power went, a file may have its length and no bytes. */
static char *read_file(int folder, const char *name, size_t size)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *text = fd >= 0 ? malloc(size + 1) : NULL;
	bool is_whole = text && read_all(fd, text, size) == (ssize_t)size && size &&
			text[0] == '{';
	if (fd >= 0)
		close(fd);
	if (is_whole) {
		text[size] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

/* --- the queue ------------------------------------------------------------------------- */

static const struct waiting *first_of(const struct otlp_queue *queue)
{
	return &queue->items[queue->first];
}

void otlp_queue_drop(struct otlp_queue *queue)
{
	char name[NAME];
	if (queue->n == 0)
		return;
	unlinkat(queue->fd, name_of(first_of(queue)->number, name), 0);
	queue->bytes -= first_of(queue)->size;
	queue->first = (queue->first + 1) % OTLP_QUEUE_MOST;
	queue->n--;
}

static void lose(struct otlp_queue *queue)
{
	otlp_queue_drop(queue);
	queue->n_lost++;
}

/* Takes what is on disk already. */
static void append(struct otlp_queue *queue, uint64_t number, size_t size)
{
	while (queue->n > 0 && (queue->n == OTLP_QUEUE_MOST ||
				queue->bytes + size > (size_t)OTLP_QUEUE_BYTES))
		lose(queue);
	queue->items[(queue->first + queue->n++) % OTLP_QUEUE_MOST] =
	    (struct waiting){ number, size };
	queue->bytes += size;
}

int otlp_queue_put(struct otlp_queue *queue, const char *text, size_t size)
{
	char name[NAME];
	if (size > (size_t)OTLP_QUEUE_BYTES)
		return EFBIG;
	int err = write_file(queue->fd, name_of(queue->next, name), text, size);
	if (err)
		return err;
	append(queue, queue->next++, size);
	return 0;
}

char *otlp_queue_first(struct otlp_queue *queue, size_t *size)
{
	char name[NAME];
	while (queue->n > 0) {
		const struct waiting *first = first_of(queue);
		char *text = read_file(queue->fd, name_of(first->number, name),
				       first->size);
		*size = first->size;
		if (text)
			return text;
		lose(queue);
	}
	return NULL;
}

size_t otlp_queue_length(const struct otlp_queue *queue)
{
	return queue->n;
}

uint64_t otlp_queue_lost(const struct otlp_queue *queue)
{
	return queue->n_lost;
}

/* --- begin and end --------------------------------------------------------------------- */

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_request(const struct dirent *entry)
{
	uint64_t number;
	return is_name(entry->d_name, &number);
}

/* Requests of a service that ended; their names, in order. */
static int find_waiting(struct otlp_queue *queue)
{
	struct dirent **entries;
	int n = scandirat(queue->fd, ".", &entries, is_request, by_name);
	for (int i = 0; i < n; i++) {
		struct stat status;
		uint64_t number;
		if (is_name(entries[i]->d_name, &number) &&
		    fstatat(queue->fd, entries[i]->d_name, &status, AT_SYMLINK_NOFOLLOW) ==
			0 &&
		    S_ISREG(status.st_mode) && status.st_size <= OTLP_QUEUE_BYTES) {
			append(queue, number, (size_t)status.st_size);
			queue->next = number + 1;
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return n < 0 ? -1 : 0;
}

static int refuse(const char *folder, const char *reason, struct problem *why)
{
	problem_what(why, "cannot keep requests in '%s'", folder);
	return problem_refuse(why, "name another folder with --otlp-queue", "%s", reason);
}

/* Whoever may write into it says what is sent in this machine's name. */
static int claim(struct otlp_queue *queue, const char *folder, struct problem *why)
{
	struct stat status;
	problem_what(why, "cannot keep requests in '%s'", folder);
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return problem_errno(why, errno);
	queue->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (queue->fd < 0 || fstat(queue->fd, &status) != 0)
		return problem_errno(why, errno);
	if (status.st_uid != geteuid() || status.st_mode & (S_IWGRP | S_IWOTH))
		return refuse(folder, "others may write there", why);
	if (flock(queue->fd, LOCK_EX | LOCK_NB) != 0)
		return refuse(folder, "another 'joulecart serve' keeps its requests there",
			      why);
	return find_waiting(queue) == 0 ? 0 : problem_errno(why, errno);
}

static int claim_temporary(struct otlp_queue *queue, struct problem *why)
{
	const char *below = getenv("TMPDIR");
	problem_what(why, "cannot keep requests for later");
	if (asprintf(&queue->path, "%s/joulecart-otlp-XXXXXX",
		     below && *below ? below : "/tmp") < 0) {
		queue->path = NULL;
		return problem_errno(why, ENOMEM);
	}
	if (mkdtemp(queue->path))
		return claim(queue, queue->path, why);
	problem_errno(why, errno);
	free(queue->path);
	queue->path = NULL;
	return problem_todo(why, "name a folder of yours with --otlp-queue");
}

struct otlp_queue *otlp_queue_open(const char *folder, struct problem *why)
{
	struct otlp_queue *queue = calloc(1, sizeof(*queue));
	if (!queue) {
		problem_what(why, "cannot keep requests for later");
		problem_errno(why, ENOMEM);
		return NULL;
	}
	queue->fd = -1;
	int code = folder ? claim(queue, folder, why) : claim_temporary(queue, why);
	if (code == 0)
		return queue;
	otlp_queue_close(queue);
	return NULL;
}

void otlp_queue_close(struct otlp_queue *queue)
{
	if (!queue)
		return;
	while (queue->path && queue->n > 0)
		otlp_queue_drop(queue);
	if (queue->fd >= 0)
		close(queue->fd);
	if (queue->path)
		rmdir(queue->path);
	free(queue->path);
	free(queue);
}
