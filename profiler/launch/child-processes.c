/* profiler/launch/child-processes.c - see child-processes.h. */
#include <config.h>

#include "profiler/launch/child-processes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool children_add(struct children *children, pid_t pid)
{
	pid_t *grown = realloc(children->pids, (children->n + 1) * sizeof(*grown));
	if (!grown)
		return false;
	children->pids = grown;
	grown[children->n++] = pid;
	return true;
}

static void add_of_thread(struct children *children, const char *process,
			  const char *thread)
{
	char path[96];
	int pid;
	snprintf(path, sizeof(path), "/proc/%.32s/task/%.32s/children", process, thread);
	FILE *file = fopen(path, "re");
	if (!file)
		return;
	while (fscanf(file, "%d", &pid) == 1 && children_add(children, pid))
		continue;
	fclose(file);
}

void children_list(struct children *children)
{
	char self[16];
	*children = (struct children){ 0 };
	snprintf(self, sizeof(self), "%d", (int)getpid());
	add_of_thread(children, "self", self);
}

/* Those that any of its threads started. */
static void add_of_process(struct children *children, pid_t pid)
{
	char process[16], path[48];
	snprintf(process, sizeof(process), "%d", (int)pid);
	snprintf(path, sizeof(path), "/proc/%s/task", process);
	DIR *threads = opendir(path);
	for (struct dirent *entry; threads && (entry = readdir(threads));)
		if (entry->d_name[0] != '.')
			add_of_thread(children, process, entry->d_name);
	if (threads)
		closedir(threads);
}

void children_list_all(struct children *descendants, const struct children *without)
{
	children_list(descendants);
	for (size_t i = 0; i < without->n; i++)
		children_remove(descendants, without->pids[i]);
	for (size_t i = 0; i < descendants->n; i++) /* which grows meanwhile */
		add_of_process(descendants, descendants->pids[i]);
}

bool children_have(const struct children *children, pid_t pid)
{
	for (size_t i = 0; i < children->n; i++)
		if (children->pids[i] == pid)
			return true;
	return false;
}

void children_remove(struct children *children, pid_t pid)
{
	for (size_t i = 0; i < children->n; i++)
		if (children->pids[i] == pid)
			children->pids[i--] = children->pids[--children->n];
}

void children_free(struct children *children)
{
	free(children->pids);
	*children = (struct children){ 0 };
}
