/* collectors/perf/hwevents-service.c - the events of a service that runs already. See hwevents.h.
 *
 * A control group is counted by the kernel, on each CPU, whoever of it runs there: also what it
 * starts later. That takes the right to count on a whole CPU. Without it, and for a process, each
 * thread that there is has a counter of its own, which what it starts inherits; a thread that began
 * between the listing and the opening is missing, and is told of.
 *
 * The kernel counts from the opening on, so a service that is started again is counted from when
 * that was seen. */
#include <config.h>

#include "collectors/perf/hwevents.h"

#include "collectors/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The group that is there now, or -1. */
static int open_group(const struct service *service, ino_t *inode)
{
	struct stat status;
	int fd = open(service->group, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		*inode = fstat(fd, &status) == 0 ? status.st_ino : 0;
	return fd;
}

int hwevents_follow(struct hwevents *hwevents, const struct service *service)
{
	hwevents->service = service;
	if (service->group) {
		hwevents->group_fd = open_group(service, &hwevents->group_inode);
		if (hwevents->group_fd < 0)
			return errno;
	}
	return service_threads_find(service, &hwevents->threads);
}

/* The other collectors and the database need descriptors, too. */
static bool is_spare(int fd)
{
	struct rlimit most;
	return getrlimit(RLIMIT_NOFILE, &most) == 0 &&
	       (rlim_t)fd > most.rlim_cur - most.rlim_cur / 4;
}

/* Takes over fd, which may be minus an errno. 0, or minus an errno. */
static int add_place(struct hwevents *hwevents, int fd)
{
	if (fd < 0)
		return fd;
	if (hwevents->n_places == EVENT_PLACES_MAX || is_spare(fd)) {
		close(fd);
		return -EMFILE;
	}
	hwevents->places[hwevents->n_places++] = (struct place){ .fd = fd };
	return 0;
}

/* 0, or minus an errno. */
static int open_in_group(struct hwevents *hwevents, const struct event_code *code)
{
	int err = hwevents->n_cpus ? 0 : -hwevents_find_cpus(hwevents);
	for (size_t i = 0; i < hwevents->n_cpus && !err; i++)
		err = add_place(hwevents,
				perf_event_open_group(code->attr, hwevents->group_fd,
						      (int)hwevents->cpus[i]));
	return err;
}

/* 0, or minus an errno: ESRCH, where all of them have ended. */
static int open_in_threads(struct hwevents *hwevents, const struct event_code *code,
			   bool *is_user_only)
{
	const size_t before = hwevents->n_places;
	int err = 0;
	for (size_t i = 0; i < hwevents->threads.n && (!err || err == -ESRCH); i++)
		err = add_place(hwevents,
				perf_event_open_tree(code->attr, hwevents->threads.ids[i],
						     code->needs_kernel, is_user_only));
	return err == -ESRCH && hwevents->n_places > before ? 0 : err;
}

static void drop_places(struct hwevents *hwevents, size_t before)
{
	while (hwevents->n_places > before)
		close(hwevents->places[--hwevents->n_places].fd);
}

void hwevents_add_of_service(struct hwevents *hwevents, const char *name,
			     const struct event_code *code)
{
	const size_t before = hwevents->n_places;
	bool is_user_only = false, is_of_group = hwevents->group_fd >= 0;
	int err = is_of_group ? open_in_group(hwevents, code) : 0;
	if (!is_of_group || err == -EACCES || err == -EPERM) {
		drop_places(hwevents, before);
		is_of_group = false;
		err = open_in_threads(hwevents, code, &is_user_only);
	}
	if (!hwevents_add_places(hwevents, name, hwevents_user_mark(code, is_user_only),
				 code, before, -err))
		return;
	struct event *event = &hwevents->events[hwevents->n_events - 1];
	event->is_hardware = code->is_hardware;
	event->is_of_group = is_of_group;
	event->is_of_threads = !is_of_group;
	event->attr = code->attr;
}

static bool has(const struct service_threads *threads, pid_t id)
{
	for (size_t i = 0; i < threads->n; i++)
		if (threads->ids[i] == id)
			return true;
	return false;
}

void hwevents_count_missed(struct hwevents *hwevents)
{
	struct service_threads now;
	bool is_by_thread = false;
	for (size_t i = 0; i < hwevents->n_events; i++)
		is_by_thread |= hwevents->events[i].is_of_threads;
	if (is_by_thread && service_threads_find(hwevents->service, &now) == 0)
		for (size_t i = 0; i < now.n; i++)
			hwevents->n_missed += !has(&hwevents->threads, now.ids[i]);
	if (is_by_thread)
		service_threads_free(&now);
}

/* Counts what they did in the group before, too. */
static void open_again(struct hwevents *hwevents, const struct event *event)
{
	for (size_t i = 0; i < event->n_places; i++) {
		struct place *place = &hwevents->places[event->place + i];
		close(place->fd);
		place->fd = perf_event_open_group(event->attr, hwevents->group_fd,
						  (int)hwevents->cpus[i]);
		place->total.last = (struct perf_count){ 0 };
	}
}

void hwevents_look_for_restart(struct hwevents *hwevents)
{
	struct stat status;
	ino_t inode;
	if (hwevents->group_fd < 0 || stat(hwevents->service->group, &status) != 0 ||
	    status.st_ino == hwevents->group_inode)
		return;
	int fd = open_group(hwevents->service, &inode);
	if (fd < 0)
		return;
	close(hwevents->group_fd);
	hwevents->group_fd = fd;
	hwevents->group_inode = inode;
	hwevents->n_restarts++;
	for (size_t i = 0; i < hwevents->n_events; i++) {
		struct event *event = &hwevents->events[i];
		event->is_lost |= event->is_of_threads;
		if (event->is_of_group)
			open_again(hwevents, event);
	}
}

bool hwevents_look_back_at_service(struct hwevents *hwevents, size_t i,
				   struct hindsight *found)
{
	char *text = hwevents->told;
	const size_t size = sizeof(hwevents->told);
	if (i == 0 && hwevents->n_missed)
		snprintf(text, size,
			 "%zu thread%s began while the counters were opened: events of "
			 "%s may be missing",
			 hwevents->n_missed, hwevents->n_missed == 1 ? "" : "s",
			 hwevents->n_missed == 1 ? "its own" : "theirs");
	else if (i == (hwevents->n_missed ? 1 : 0) && hwevents->n_restarts)
		snprintf(text, size,
			 "the service was started again %zu time%s: its events are counted "
			 "from when that was seen, some hundredths of a second later",
			 hwevents->n_restarts, hwevents->n_restarts == 1 ? "" : "s");
	else
		return false;
	*found = (struct hindsight){ .what = { .name = "service", .why = text } };
	return true;
}
