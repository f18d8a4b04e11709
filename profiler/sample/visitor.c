/* profiler/sample/visitor.c - see visitor.h. */
#include <config.h>

#include "profiler/sample/visitor.h"

#include "collectors/sysfs.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A deeper tree is not searched: each generation costs some microseconds of the sampler's time. */
enum { MOST_GENERATIONS = 64 };

/* 0: it has none that can be seen from here. -1: it cannot be looked up. */
static pid_t parent_of(pid_t pid)
{
	char path[32], line[1024];
	int parent;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	/* The name may hold anything, also brackets: the last one ends it. */
	const char *rest = sysfs_text(path, line, sizeof(line)) == 0 ? strrchr(line, ')')
								     : NULL;
	return rest && sscanf(rest, ") %*c %d", &parent) == 1 ? parent : -1;
}

enum visitor visitor_of(int fd, uid_t uid)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
	    (peer.uid != uid && peer.uid != 0))
		return VISITOR_FOREIGN;
	/* Orphans of the run come to this process, which is their subreaper. */
	pid_t pid = peer.pid, own = getpid();
	for (int i = 0; i < MOST_GENERATIONS && pid > 0; i++) {
		if (pid == own)
			return VISITOR_OF_THE_RUN;
		if (pid == 1)
			return VISITOR_FOREIGN;
		pid = parent_of(pid);
	}
	return VISITOR_UNKNOWN;
}
