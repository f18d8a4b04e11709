/* worker FILE [daemon] [unwaited] [into=GROUP] MILLISECONDS - works for so much CPU time, and adds
 * to FILE a line for each of its processes: the nanoseconds that the kernel counts for it, to
 * the last moment before its end.
 *
 *   daemon      in a process whose parents have ended, as daemons do
 *   unwaited    and a child works as long, that nobody waits for (SIGCHLD is ignored)
 *   into=GROUP  half way it goes into that control group */
#include <config.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long used_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void work_until(long long ns)
{
	while (used_ns() < ns)
		for (volatile int i = 0; i < 100000; i++)
			continue;
}

static void end(int fd)
{
	char line[32];
	int length = snprintf(line, sizeof(line), "%lld\n", used_ns());
	_exit(write(fd, line, (size_t)length) != length);
}

static void leave_parents(int fd)
{
	for (int i = 0; i < 2; i++)
		if (fork() != 0)
			end(fd);
	setsid();
}

static void go_into(const char *group)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	int fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "0", 1) != 1)
		_exit(2);
	close(fd);
}

int main(int argc, char **argv)
{
	const char *group = NULL;
	int is_daemon = 0, is_unwaited = 0;
	for (int i = 2; i < argc - 1; i++) {
		is_daemon |= strcmp(argv[i], "daemon") == 0;
		is_unwaited |= strcmp(argv[i], "unwaited") == 0;
		if (strncmp(argv[i], "into=", 5) == 0)
			group = argv[i] + 5;
	}
	int fd = argc > 2 ? open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
	if (fd < 0)
		return 2;
	long long ns = atoll(argv[argc - 1]) * 1000000;
	if (is_daemon)
		leave_parents(fd);
	if (is_unwaited) {
		signal(SIGCHLD, SIG_IGN);
		fork();
	}
	work_until(ns / 2);
	if (group)
		go_into(group);
	work_until(ns);
	end(fd);
}
