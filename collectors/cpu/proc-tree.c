/* collectors/cpu/proc-tree.c - see proc-tree.h. */
#include <config.h>

#include "collectors/cpu/proc-tree.h"

#include "collectors/cpu/machine-cpu.h"
#include "collectors/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Processes of a tree that are looked at in one pass; strangers among a process's children. */
enum { MAX_PENDING = 16384, MAX_OTHERS = 64 };

/* A child that is not of the tree. */
struct other {
	pid_t pid;
	bool is_gone;
	uint64_t ns; /* as last seen */
};

struct proc_tree {
	pid_t root; /* 0: the children of this process */
	uint64_t reaped_before_ns, last_ns;
	uint64_t living_ns; /* summed during one walk */
	size_t n_others;
	struct other others[MAX_OTHERS];
	size_t n_pending;
	pid_t pending[MAX_PENDING]; /* found and not yet visited */
};

int proc_stat_ticks(const char *line, uint64_t *own, uint64_t *reaped)
{
	enum { SKIPPED = 11 }; /* state to cmajflt, proc(5) fields 3 to 13 */
	/* The name before may hold blanks and parentheses: the last one ends it. */
	const char *at = strrchr(line, ')');
	*own = *reaped = 0;
	if (!at)
		return EBADMSG;
	at++;
	for (int i = 0; i < SKIPPED; i++) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	for (int i = 0; i < 4; i++) {
		uint64_t value;
		int err = parse_u64(&at, &value);
		if (err)
			return err;
		*(i < 2 ? own : reaped) += value;
	}
	return 0;
}

static uint64_t reaped_ns(void)
{
	struct rusage usage;
	getrusage(RUSAGE_CHILDREN, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000U +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000U;
}

/* Adds the pids of a 'children' file, "12 34 ", which may be longer than any buffer. */
static int add_children(struct proc_tree *tree, const char *path)
{
	char text[4096];
	off_t offset = 0;
	ssize_t length;
	int fd = sysfs_open(path), err = 0;
	if (fd < 0)
		return -fd;
	while (!err && (length = pread(fd, text, sizeof(text) - 1, offset)) > 0) {
		const char *at = text, *taken = text;
		uint64_t pid;
		text[length] = '\0';
		while (!err && parse_u64(&at, &pid) == 0 && *at == ' ') {
			taken = ++at;
			if (tree->n_pending == MAX_PENDING)
				err = EOVERFLOW;
			else
				tree->pending[tree->n_pending++] = (pid_t)pid;
		}
		/* A number cut by the end of the buffer is read again, whole. */
		offset += taken - text;
		if (taken == text)
			break;
	}
	close(fd);
	return err;
}

/* The children of every thread of pid. getdents64, since opendir allocates. */
static int add_children_of(struct proc_tree *tree, pid_t pid)
{
	char path[64], buffer[4096];
	int err = 0;
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	ssize_t length;
	while ((length = getdents64(fd, buffer, sizeof(buffer))) > 0)
		for (ssize_t at = 0; at < length && !err;) {
			const struct dirent64 *entry = (const void *)(buffer + at);
			at += entry->d_reclen;
			int thread = atoi(entry->d_name);
			if (thread <= 0)
				continue;
			snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid,
				 thread);
			err = add_children(tree, path);
			if (err == ENOENT || err == ESRCH) /* the thread has ended */
				err = 0;
		}
	close(fd);
	return err;
}

/* A service that works for less than a tick at a time would seem to use nothing by its ticks: its own
 * time is read from its clock. Of a process that has ended and waits to be reaped there is none. */
static int read_time(pid_t pid, uint64_t *ns)
{
	char path[32], line[1024];
	uint64_t own, reaped;
	clockid_t clock;
	struct timespec used;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int err = sysfs_text(path, line, sizeof(line));
	if (!err)
		err = proc_stat_ticks(line, &own, &reaped);
	if (err)
		return err;
	*ns = (own + reaped) * machine_cpu_tick_ns();
	if (clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &used) == 0)
		*ns = (uint64_t)used.tv_sec * 1000000000U + (uint64_t)used.tv_nsec +
		      reaped * machine_cpu_tick_ns();
	return 0;
}

static bool is_other(const struct proc_tree *tree, pid_t pid)
{
	for (size_t i = 0; i < tree->n_others; i++)
		if (tree->others[i].pid == pid && !tree->others[i].is_gone)
			return true;
	return false;
}

/* What was reaped of the tree: all that was, but the others. Their numbers are read after the
 * sum, so that one that is reaped between is taken off too early, not too late. */
static uint64_t reaped_of_tree_ns(struct proc_tree *tree)
{
	uint64_t ns = reaped_ns() - tree->reaped_before_ns, others_ns = 0;
	for (size_t i = 0; i < tree->n_others; i++) {
		struct other *other = &tree->others[i];
		other->is_gone = other->is_gone || read_time(other->pid, &other->ns) != 0;
		if (other->is_gone)
			others_ns += other->ns;
	}
	return ns > others_ns ? ns - others_ns : 0;
}

static int visit(struct proc_tree *tree, pid_t pid)
{
	uint64_t ns;
	if (is_other(tree, pid))
		return 0;
	int err = read_time(pid, &ns);
	if (!err) {
		tree->living_ns += ns;
		err = add_children_of(tree, pid);
	}
	/* Reaped since it was listed: its time is its parent's now, and shows next time. */
	return err == ENOENT || err == ESRCH ? 0 : err;
}

int proc_tree_read(struct proc_tree *tree, uint64_t *ns)
{
	tree->living_ns = 0;
	tree->n_pending = 0;
	/* Before the walk: what is reaped meanwhile is then missed once, not counted twice. */
	uint64_t now_ns = tree->root ? 0 : reaped_of_tree_ns(tree);
	int err = 0;
	if (tree->root)
		tree->pending[tree->n_pending++] = tree->root;
	else
		err = add_children_of(tree, getpid());
	while (!err && tree->n_pending > 0)
		err = visit(tree, tree->pending[--tree->n_pending]);
	if (err)
		return err;
	now_ns += tree->living_ns;
	if (tree->root)
		now_ns = now_ns > tree->reaped_before_ns ? now_ns - tree->reaped_before_ns
							 : 0;
	if (now_ns > tree->last_ns)
		tree->last_ns = now_ns;
	*ns = tree->last_ns;
	return 0;
}

/* Every child but root. */
static void find_others(struct proc_tree *tree, pid_t root)
{
	if (add_children_of(tree, getpid()) != 0)
		return;
	for (size_t i = 0; i < tree->n_pending && tree->n_others < MAX_OTHERS; i++)
		if (tree->pending[i] != root)
			tree->others[tree->n_others++].pid = tree->pending[i];
}

int proc_tree_open(struct proc_tree **tree, pid_t root)
{
	if (access("/proc/thread-self/children", R_OK) != 0)
		return ENOTSUP;
	*tree = calloc(1, sizeof(**tree));
	if (!*tree)
		return ENOMEM;
	(*tree)->reaped_before_ns = reaped_ns();
	find_others(*tree, root);
	return 0;
}

int proc_tree_open_at(struct proc_tree **tree, pid_t root)
{
	uint64_t ns, before_ns = 0;
	int err = read_time(root, &ns);
	if (err)
		return err == ENOENT ? ESRCH : err;
	*tree = calloc(1, sizeof(**tree));
	if (!*tree)
		return ENOMEM;
	(*tree)->root = root;
	err = proc_tree_read(*tree, &before_ns);
	(*tree)->reaped_before_ns = before_ns;
	(*tree)->last_ns = 0;
	if (!err)
		return 0;
	proc_tree_close(*tree);
	*tree = NULL;
	return err;
}

void proc_tree_close(struct proc_tree *tree)
{
	free(tree);
}
