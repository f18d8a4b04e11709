/* collectors/cpu/service-time.c - see service-time.h. */
#include <config.h>

#include "collectors/cpu/service-time.h"

#include "collectors/cpu/proc-tree.h"
#include "collectors/cpu/run-group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct service_time {
	const char *group; /* NULL: of a process */
	struct proc_tree *tree;
	int fd;              /* cpu.stat; -1: the group is away */
	uint64_t before_ns;  /* what the present group had used when it was found */
	uint64_t ended_ns;   /* of groups that are gone */
	uint64_t present_ns; /* of this one since it was found */
	int n_restarts;
};

static int open_group(struct service_time *time)
{
	const struct run_group group = {
		.fd = open(time->group, O_PATH | O_DIRECTORY | O_CLOEXEC), .parent_fd = -1
	};
	if (group.fd < 0)
		return errno;
	time->fd = run_group_open_cpu(&group);
	close(group.fd);
	if (time->fd < 0)
		return -time->fd;
	int err = run_group_read_cpu(time->fd, &time->before_ns);
	if (err) {
		close(time->fd);
		time->fd = -1;
	}
	return err;
}

int service_time_open(struct service_time **time, const struct service *service)
{
	struct service_time *made = calloc(1, sizeof(*made));
	if (!made)
		return ENOMEM;
	made->group = service->group;
	made->fd = -1;
	int err = service->group ? open_group(made)
				 : proc_tree_open_at(&made->tree, service->pid);
	if (err) {
		free(made);
		return err;
	}
	*time = made;
	return 0;
}

/* The group of that path may be another one by now, which has used what it says since its own
 * beginning. */
static void look_again(struct service_time *time)
{
	if (open_group(time) != 0)
		return;
	time->before_ns = 0;
	time->n_restarts++;
}

static void read_group(struct service_time *time)
{
	uint64_t ns;
	if (time->fd < 0)
		look_again(time);
	if (time->fd < 0)
		return; /* between its end and its next start it uses nothing */
	if (run_group_read_cpu(time->fd, &ns) == 0) {
		if (ns - time->before_ns > time->present_ns)
			time->present_ns = ns - time->before_ns;
		return;
	}
	close(time->fd); /* removed */
	time->fd = -1;
	time->ended_ns += time->present_ns;
	time->present_ns = 0;
}

int service_time_read(struct service_time *time, uint64_t *ns)
{
	if (!time->group)
		return proc_tree_read(time->tree, ns);
	read_group(time);
	*ns = time->ended_ns + time->present_ns;
	return 0;
}

int service_time_restarts(const struct service_time *time)
{
	return time->n_restarts;
}

const char *service_time_basis(const struct service_time *time)
{
	return time->group ? "control group" : "/proc";
}

void service_time_close(struct service_time *time)
{
	if (!time)
		return;
	proc_tree_close(time->tree);
	if (time->fd >= 0)
		close(time->fd);
	free(time);
}
