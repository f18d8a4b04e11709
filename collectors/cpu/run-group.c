/* collectors/cpu/run-group.c - see run-group.h. The files: Documentation/admin-guide/cgroup-v2.rst. */
#include <config.h>

#include "collectors/cpu/run-group.h"

#include "collectors/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static const char name_format[] = "joulecart-%d";
/* Tries at removing a group whose last process is just leaving, and what lies between two. */
enum { REMOVE_TRIES = 20, REMOVE_WAIT_NS = 1000000 };

struct run_group run_group_none(const char *why)
{
	struct run_group group = { .fd = -1, .parent_fd = -1 };
	snprintf(group.why, sizeof(group.why), "%s", why);
	return group;
}

static void close_all(struct run_group *group)
{
	if (group->fd >= 0)
		close(group->fd);
	if (group->parent_fd >= 0)
		close(group->parent_fd);
	group->fd = group->parent_fd = -1;
}

bool run_group_is_one(const char *path)
{
	struct statfs fs;
	return statfs(path, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* Where version 2 is mounted: alone, or beside version 1 by systemd's habit. */
const char *run_group_mount_point(void)
{
	static const char *const places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (run_group_is_one(places[i]))
			return places[i];
	return NULL;
}

const char *run_group_own_path(char *text)
{
	char *at = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
	at = at ? strchr(at, '/') : NULL;
	if (!at || strncmp(at, "/..", 3) == 0)
		return NULL;
	at[strcspn(at, "\n")] = '\0';
	return at;
}

static int open_parent(char *why, size_t size)
{
	char text[4096], path[4200];
	const char *mount = run_group_mount_point();
	const char *own = mount && sysfs_text("/proc/self/cgroup", text, sizeof(text)) == 0
			      ? run_group_own_path(text)
			      : NULL;
	if (!own) {
		snprintf(why, size, "no control groups of version 2 here");
		return -1;
	}
	snprintf(path, sizeof(path), "%s%s", mount, own);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		snprintf(why, size, "%s", strerror(errno));
	return fd;
}

/* A container's root that is not the root of what is mounted here: "/" means two groups. */
static bool is_another_root(int parent_fd)
{
	/* include/linux/proc_ns.h: PROC_CGROUP_INIT_INO, the machine's own name space. */
	static const ino_t of_machine = 0xEFFFFFFBU;
	struct stat space;
	return faccessat(parent_fd, "cgroup.events", F_OK, 0) != 0 &&
	       stat("/proc/self/ns/cgroup", &space) == 0 && space.st_ino != of_machine;
}

/* Programs size themselves by the limits in the folder of their own group; in a group below it
 * they would find none and run otherwise than unmeasured. */
static bool has_limit(int parent_fd)
{
	static const char *const files[] = { "cpu.max", "memory.max", "memory.high" };
	char text[64];
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		int fd = openat(parent_fd, files[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		int err = sysfs_read(fd, text, sizeof(text));
		close(fd);
		if (err || strncmp(text, "max", 3) != 0)
			return true;
	}
	return false;
}

static int open_usable_parent(char *why, size_t size)
{
	int fd = open_parent(why, size);
	if (fd < 0)
		return -1;
	if (is_another_root(fd))
		snprintf(why, size, "the control groups here are another container's");
	else if (has_limit(fd))
		snprintf(why, size,
			 "the control group here has limits that the command may look for");
	else
		return fd;
	close(fd);
	return -1;
}

int run_group_probe(char *why, size_t size)
{
	int fd = open_usable_parent(why, size);
	if (fd < 0)
		return -1;
	int code = faccessat(fd, ".", W_OK, AT_EACCESS);
	if (code != 0)
		snprintf(why, size, "%s", strerror(errno));
	close(fd);
	return code;
}

static bool is_stale(const char *name)
{
	int pid, end = 0;
	return sscanf(name, "joulecart-%d%n", &pid, &end) == 1 && !name[end] &&
	       kill(pid, 0) != 0 && errno == ESRCH;
}

/* Groups of runs that were killed, and of runs within these; one in use is not empty, and stays. */
static void remove_stale(int parent_fd)
{
	struct stat folder;
	const struct dirent *entry;
	/* A kernfs folder has two links and one for each folder in it. */
	if (fstat(parent_fd, &folder) != 0 || folder.st_nlink <= 2)
		return;
	int fd = openat(parent_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd >= 0 ? fdopendir(fd) : NULL;
	while (list && (entry = readdir(list))) {
		if (!is_stale(entry->d_name))
			continue;
		int inner_fd = openat(parent_fd, entry->d_name,
				      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (inner_fd >= 0) {
			remove_stale(inner_fd);
			close(inner_fd);
		}
		unlinkat(parent_fd, entry->d_name, AT_REMOVEDIR);
	}
	if (list)
		closedir(list);
}

void run_group_make(struct run_group *group)
{
	*group = run_group_none("");
	group->parent_fd = open_usable_parent(group->why, sizeof(group->why));
	if (group->parent_fd < 0)
		return;
	snprintf(group->name, sizeof(group->name), name_format, (int)getpid());
	remove_stale(group->parent_fd);
	unlinkat(group->parent_fd, group->name, AT_REMOVEDIR);
	if (mkdirat(group->parent_fd, group->name, 0755) == 0) {
		group->fd = openat(group->parent_fd, group->name,
				   O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (group->fd >= 0)
			return;
		unlinkat(group->parent_fd, group->name, AT_REMOVEDIR);
	}
	snprintf(group->why, sizeof(group->why), "%s", strerror(errno));
	close_all(group);
}

/* Every process in it, back to where joulecart is. */
static void move_out(const struct run_group *group)
{
	char pid[32];
	int from = openat(group->fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	int to = openat(group->parent_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	FILE *list = from >= 0 ? fdopen(from, "r") : NULL;
	while (list && to >= 0 && fgets(pid, sizeof(pid), list))
		if (write(to, pid, strlen(pid)) < 0)
			continue; /* it has ended */
	if (list)
		fclose(list);
	if (to >= 0)
		close(to);
}

int run_group_remove(struct run_group *group)
{
	const struct timespec wait = { .tv_nsec = REMOVE_WAIT_NS };
	int err = 0;
	if (group->fd < 0)
		return 0;
	for (int i = 0; i < REMOVE_TRIES; i++) {
		err = unlinkat(group->parent_fd, group->name, AT_REMOVEDIR) ? errno : 0;
		if (err != EBUSY)
			break;
		move_out(group);
		remove_stale(group->fd); /* of a run within this one */
		if (i > 0)
			nanosleep(&wait, NULL);
	}
	close_all(group);
	return err == ENOENT ? 0 : err;
}

int run_group_open_cpu(const struct run_group *group)
{
	int fd = openat(group->fd, "cpu.stat", O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

/* "usage_usec N" is its first line; it is there whether or not the cpu controller is. */
int run_group_read_cpu(int fd, uint64_t *ns)
{
	static const char word[] = "usage_usec ";
	char text[1024];
	uint64_t us;
	int err = sysfs_read(fd, text, sizeof(text));
	if (err)
		return err;
	const char *at = text + sizeof(word) - 1;
	if (strncmp(text, word, sizeof(word) - 1) != 0)
		return EBADMSG;
	err = parse_u64(&at, &us);
	*ns = us * 1000;
	return err;
}
