/* collectors/opener/opener.c - the privileged part, see opener.h: what runs with root's rights once the program
 * has begun, in the C library's words alone, without locale, environment, or path from outside. */
#include <config.h>

#include "collectors/opener/opener.h"

#include "collectors/opener/opener-list.h"
#include "collectors/opener/stack-event.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	PF_FORKNOEXEC = 0x40,   /* of proc_pid_stat(5): it has begun no program yet */
	BMC_PATIENCE_MS = 2000, /* what comes later, after two ticks, is of no use */
};

bool opener_path(const uint32_t numbers[3], char *path, size_t size)
{
	return numbers[0] < sizeof(listed_files) / sizeof(*listed_files) &&
	       snprintf(path, size, listed_files[numbers[0]], numbers[1], numbers[2]) <
		   (int)size;
}

/* A small file's text, always ended: whether there is any. */
static bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = read(fd, text, size - 1);
	close(fd); /* which may be none */
	text[length > 0 ? length : 0] = '\0';
	return length > 0;
}

static int open_file(const uint32_t numbers[3])
{
	char path[96];
	struct stat status;
	if (!opener_path(numbers, path, sizeof(path)))
		return -EINVAL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)))
		return fd < 0 ? -errno : fd;
	close(fd);
	return -EINVAL;
}

/* The kernel's flags of a child of the caller's; -1: it is none. */
static long child_flags(pid_t caller, pid_t pid)
{
	char path[32], text[512];
	unsigned parent = 0, flags = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	read_text(path, text, sizeof(text));
	const char *end = strrchr(text, ')');
	bool is_read = end &&
		       sscanf(end, ") %*c %u %*d %*d %*d %*d %u", &parent, &flags) == 2;
	return is_read && parent == (unsigned)caller ? (long)flags : -1;
}

/* The line of proc_pid_status(5) with all its user ids. */
static bool read_ids(pid_t pid, char ids[64])
{
	char path[32], text[1024];
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	read_text(path, text, sizeof(text));
	const char *line = strstr(text, "\nUid:");
	return line && sscanf(line, "\nUid:%63[^\n]", ids) == 1;
}

/* A child that is still the caller's own program, with the caller's rights. What it starts then is the
 * kernel's to judge: one with the rights of a file (set-user-ID) is not sampled. */
static bool is_own_copy(pid_t caller, pid_t pid)
{
	char own[64], its[64];
	long flags = child_flags(caller, pid);
	return flags >= 0 && (flags & PF_FORKNOEXEC) != 0 && read_ids(caller, own) &&
	       read_ids(pid, its) && strcmp(own, its) == 0;
}

static bool is_listed_pmu(uint32_t type)
{
	char text[32];
	bool is_listed = false;
	glob_t found = { 0 };
	glob(listed_pmus, GLOB_BRACE | GLOB_NOSORT, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc && !is_listed; i++)
		is_listed = read_text(found.gl_pathv[i], text, sizeof(text)) &&
			    strtoul(text, NULL, 10) == type;
	globfree(&found);
	return is_listed;
}

/* The kernel's generic events name a PMU in their upper half. */
static bool is_listed_event(const struct perf_event_attr *event)
{
	uint32_t pmu = (uint32_t)(event->config >> PERF_PMU_TYPE_SHIFT);
	if (event->type == PERF_TYPE_SOFTWARE)
		return event->config <= PERF_COUNT_SW_DUMMY;
	if (event->type == PERF_TYPE_HARDWARE || event->type == PERF_TYPE_HW_CACHE)
		return pmu == 0 || is_listed_pmu(pmu);
	return event->type == PERF_TYPE_RAW || is_listed_pmu(event->type);
}

static bool may_open(pid_t caller, const struct opener_request *request)
{
	if (request->kind == OPENER_STACKS)
		return request->cpu >= 0 && is_own_copy(caller, request->pid);
	return request->pid == caller || child_flags(caller, request->pid) >= 0 ||
	       (request->pid == -1 && request->cpu >= 0);
}

/* Asks before and after: the number may have become another process's. */
static int open_perf(pid_t caller, const struct opener_request *request,
		     struct perf_event_attr attr, int leader)
{
	if (!may_open(caller, request))
		return -EACCES;
	int fd = (int)syscall(SYS_perf_event_open, &attr, request->pid, request->cpu,
			      leader, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0 || may_open(caller, request))
		return fd < 0 ? -errno : fd;
	close(fd);
	return -EACCES;
}

static int open_event(pid_t caller, const struct opener_request *request, int leader)
{
	const unsigned char *listed = (const unsigned char *)&listed_event;
	struct perf_event_attr attr = request->event;
	for (size_t i = 0; i < sizeof(attr); i++)
		((unsigned char *)&attr)[i] &= listed[i];
	attr.size = sizeof(attr);
	return is_listed_event(&attr) ? open_perf(caller, request, attr, leader) : -EACCES;
}

static int open_stacks(pid_t caller, const struct opener_request *request)
{
	const uint32_t *numbers = request->numbers;
	if (numbers[1] < 1 || numbers[1] > STACK_MILLIHERTZ_MOST)
		return -EINVAL;
	struct perf_event_attr attr = stack_event(numbers[0], numbers[1], false,
						  numbers[2]);
	return open_perf(caller, request, attr, -1);
}

int opener_bmc_power(unsigned char *data, uint32_t *length)
{
	struct ipmi_system_interface_addr bmc = { IPMI_SYSTEM_INTERFACE_ADDR_TYPE,
						  IPMI_BMC_CHANNEL, 0 };
	unsigned char *to = (unsigned char *)&bmc; /* the answer's address overwrites it */
	struct ipmi_req ask = { to, sizeof(bmc), 1, listed_command };
	struct ipmi_recv got = { 0, to, sizeof(bmc), 0, { 0, 0, OPENER_DATA_MAX, data } };
	struct pollfd ready = { open(IPMI_DEVICE, O_RDWR | O_CLOEXEC), POLLIN, 0 };
	errno = ready.fd < 0 ? errno : ETIMEDOUT; /* which poll() leaves as it is */
	bool is_read = ready.fd >= 0 && ioctl(ready.fd, IPMICTL_SEND_COMMAND, &ask) == 0 &&
		       poll(&ready, 1, BMC_PATIENCE_MS) == 1 &&
		       ioctl(ready.fd, IPMICTL_RECEIVE_MSG_TRUNC, &got) == 0;
	int err = is_read ? 0 : errno;
	close(ready.fd); /* which may be none */
	*length = is_read ? got.msg.data_len : 0;
	return -err;
}

/* The caller's own thread; what that starts is ordinary again. */
static int raise_priority(pid_t caller, pid_t thread)
{
	const struct sched_param lowest = { .sched_priority = 1 };
	if (thread <= 0 || syscall(SYS_tgkill, caller, thread, 0) != 0)
		return -EACCES;
	int code = sched_setscheduler(thread, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest);
	return code ? -errno : 0;
}

/* A descriptor to hand over, 0: none, or minus an errno. */
static int serve(pid_t caller, const struct opener_request *request, int given,
		 struct opener_answer *answer)
{
	switch (request->kind) {
	case OPENER_FILE:
		return open_file(request->numbers);
	case OPENER_EVENT:
		return open_event(caller, request, given);
	case OPENER_BMC_POWER:
		return opener_bmc_power(answer->data, &answer->length);
	case OPENER_STACKS:
		return open_stacks(caller, request);
	case OPENER_PRIORITY:
		return raise_priority(caller, request->pid);
	default:
		return -EINVAL;
	}
}

/* Hands over what serve() says, and holds it no longer. False: the other end is closed. */
static bool send_answer(int socket, struct opener_answer *answer, int fd)
{
	struct cmsghdr control[2] = { { CMSG_LEN(sizeof(fd)), SOL_SOCKET, SCM_RIGHTS } };
	struct iovec part = { answer, sizeof(*answer) };
	struct msghdr message = { NULL, 0, &part, 1, control, 0, 0 };
	answer->err = fd < 0 ? -fd : 0;
	message.msg_controllen = fd > 0 ? CMSG_SPACE(sizeof(fd)) : 0;
	memcpy(CMSG_DATA(control), &fd, sizeof(fd));
	bool is_sent = sendmsg(socket, &message, MSG_NOSIGNAL) >= 0;
	if (fd > 0)
		close(fd);
	return is_sent;
}

bool opener_step(pid_t caller, int socket)
{
	struct opener_request request = { 0 };
	struct opener_answer answer = { 0 };
	struct cmsghdr control[2] = { 0 };
	struct iovec part = { &request, sizeof(request) };
	/* Room for one descriptor: of more, the kernel closes the others. */
	struct msghdr message = { NULL, 0, &part, 1, control, CMSG_LEN(sizeof(int)), 0 };
	int given = -1;
	ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_TRUNC);
	if (length <= 0)
		return false;
	if (message.msg_controllen >= CMSG_LEN(sizeof(int)))
		memcpy(&given, CMSG_DATA(control), sizeof(given));
	int fd = length == sizeof(request) ? serve(caller, &request, given, &answer)
					   : -EBADMSG;
	close(given); /* which may be none */
	return send_answer(socket, &answer, fd);
}

/* What it may still do: count events of all processes, raise a priority. Files of root it reads as
 * their owner; by a capability of the program's file, as that allows. */
static bool keep_few_rights(void)
{
	uint64_t mask = UINT64_C(1) << CAP_PERFMON | UINT64_C(1) << CAP_SYS_NICE |
			(uint64_t)(geteuid() != 0) << CAP_DAC_READ_SEARCH;
	char level[8] = "";
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	read_text("/proc/sys/kernel/perf_event_paranoid", level, sizeof(level));
	/* PERFMON is not enough before Linux 5.8, nor above level 2 on Debian. */
	if (prctl(PR_CAPBSET_READ, CAP_PERFMON) < 0 || level[0] > '2')
		mask |= UINT64_C(1) << CAP_SYS_ADMIN;
	for (int i = 0; prctl(PR_CAPBSET_DROP, i) == 0; i++)
		continue;
	bool is_read = syscall(SYS_capget, &header, data) == 0;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].effective = data[i].permitted &= (uint32_t)(mask >> (32 * i));
		data[i].inheritable = 0;
	}
	return is_read && syscall(SYS_capset, &header, data) == 0;
}

/* The environment in which sudo was called, if sudo is what it seems and still the caller's parent:
 * a descriptor, or minus an errno. */
static int open_environment(pid_t sudo, pid_t caller)
{
	char path[32], name[16];
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)sudo);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)sudo);
	if (fd >= 0 && read_text(path, name, sizeof(name)) && strcmp(name, "sudo\n") == 0 &&
	    child_flags(sudo, caller) >= 0)
		return fd;
	close(fd);
	return -ENOENT;
}

void opener_run(int socket, pid_t caller, pid_t sudo)
{
	struct opener_answer first = { 0 };
	sigset_t all;
	sigfillset(&all); /* a terminal's keys are meant for the command */
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (dup2(socket, 3) != 3 || close_range(4, ~0U, 0) != 0 || chdir("/") != 0)
		_exit(1);
	for (int i = 0; i < 3; i++)
		if (close(i) != 0 || open("/dev/null", O_RDWR | O_CLOEXEC) != i)
			_exit(1);
	int environment = sudo > 0 ? open_environment(sudo, caller) : -ENOENT;
	if (!keep_few_rights() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0) != 0)
		_exit(1);
	for (bool is_open = send_answer(3, &first, environment); is_open;)
		is_open = opener_step(caller, 3);
	_exit(0);
}
