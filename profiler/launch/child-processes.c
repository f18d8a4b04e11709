/* profiler/launch/child-processes.c - see child-processes.h. */
#include <config.h>

#include "profiler/launch/child-processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool add(struct children *children, pid_t pid)
{
	pid_t *grown = realloc(children->pids, (children->n + 1) * sizeof(*grown));
	if (!grown)
		return false;
	children->pids = grown;
	grown[children->n++] = pid;
	return true;
}

void children_list(struct children *children)
{
	char path[64];
	int pid;
	*children = (struct children){ 0 };
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	FILE *file = fopen(path, "re");
	if (!file)
		return;
	while (fscanf(file, "%d", &pid) == 1 && add(children, pid))
		continue;
	fclose(file);
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
