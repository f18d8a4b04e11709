/* collectors/perf/service-threads.c - see service-threads.h. */
#include <config.h>

#include "collectors/perf/service-threads.h"

#include "collectors/service.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tree with more is none that one measures; and each thread takes a descriptor an event. */
enum { THREADS_MOST = 65536 };

static int add(struct service_threads *threads, pid_t id)
{
	if (threads->n == THREADS_MOST)
		return EOVERFLOW;
	if (threads->n == threads->room) {
		size_t room = threads->room ? 2 * threads->room : 64;
		pid_t *more = reallocarray(threads->ids, room, sizeof(*more));
		if (!more)
			return ENOMEM;
		threads->ids = more;
		threads->room = room;
	}
	threads->ids[threads->n++] = id;
	return 0;
}

/* Adds the numbers of a file, which may have gone. */
static int add_file(struct service_threads *threads, const char *path)
{
	FILE *file = fopen(path, "re");
	int id, err = 0;
	while (file && !err && fscanf(file, "%d", &id) == 1)
		if (id > 0) /* 0: of another namespace of processes */
			err = add(threads, id);
	if (file)
		fclose(file);
	return err;
}

/* The threads of a process, and to *processes the children of each. */
static int add_process(struct service_threads *threads, pid_t pid,
		       struct service_threads *processes)
{
	char path[64];
	struct dirent *entry;
	int err = 0;
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *folder = opendir(path);
	while (folder && !err && (entry = readdir(folder))) {
		int id = atoi(entry->d_name);
		if (id <= 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, id);
		err = add(threads, id);
		if (!err)
			err = add_file(processes, path);
	}
	if (folder)
		closedir(folder);
	return err;
}

static int add_tree(struct service_threads *threads, pid_t root)
{
	struct service_threads processes = { 0 };
	int err = add(&processes, root);
	for (size_t i = 0; i < processes.n && !err; i++)
		err = add_process(threads, processes.ids[i], &processes);
	service_threads_free(&processes);
	return err;
}

static int add_group(struct service_threads *threads, const char *group)
{
	char *const roots[] = { (char *)group, NULL };
	char path[PATH_MAX + 32];
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOSTAT | FTS_XDEV, NULL);
	const FTSENT *entry;
	int err = tree ? 0 : errno;
	while (tree && !err && (entry = fts_read(tree))) {
		if (entry->fts_info != FTS_D)
			continue;
		snprintf(path, sizeof(path), "%s/cgroup.threads", entry->fts_path);
		err = add_file(threads, path);
	}
	if (tree)
		fts_close(tree);
	return err;
}

int service_threads_find(const struct service *service, struct service_threads *threads)
{
	*threads = (struct service_threads){ 0 };
	int err = service->group ? add_group(threads, service->group)
				 : add_tree(threads, service->pid);
	return !err && threads->n == 0 ? ESRCH : err;
}

void service_threads_free(struct service_threads *threads)
{
	free(threads->ids);
	*threads = (struct service_threads){ 0 };
}
