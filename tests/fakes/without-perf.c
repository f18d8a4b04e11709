/* tests/fakes/without-perf.c - without-perf [--nor-clone3] COMMAND [ARG]...: runs COMMAND where
 * perf_event_open is refused, as on a machine whose administrator forbids it. What COMMAND then
 * says follows from files alone, and not from the PMUs of the machine that the test happens to
 * run on. --nor-clone3: a sandbox that does not know that call either. */
#include <config.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int refuse(unsigned number, unsigned err)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	int first = argc > 1 && strcmp(argv[1], "--nor-clone3") == 0 ? 2 : 1;
	if (argc <= first || refuse(SYS_perf_event_open, EACCES) != 0 ||
	    (first == 2 && refuse(SYS_clone3, ENOSYS) != 0)) {
		fprintf(stderr, "without-perf: %s\n",
			argc <= first ? "no command" : strerror(errno));
		return 77;
	}
	execvp(argv[first], argv + first);
	perror(argv[first]);
	return 127;
}
