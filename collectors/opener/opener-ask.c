/* collectors/opener/opener-ask.c - see opener-ask.h. */
#include <config.h>

#include "collectors/opener/opener-ask.h"

#include "collectors/opener/opener.h"
#include "collectors/opener/stack-event.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A process has one privileged part or none, from before its first thread to its end. */
static int opener_socket = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void opener_connect(int socket)
{
	opener_socket = socket;
}

static bool is_refused(int result)
{
	return opener_socket >= 0 && (result == -EACCES || result == -EPERM);
}

static int send_request(const struct opener_request *request, int given)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec part = { (void *)(uintptr_t)request, sizeof(*request) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	if (given >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
						   .cmsg_level = SOL_SOCKET,
						   .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.header), &given, sizeof(given));
	}
	ssize_t length;
	do
		length = sendmsg(opener_socket, &message, MSG_NOSIGNAL);
	while (length < 0 && errno == EINTR);
	return length < 0 ? errno : 0;
}

/* The answer, and the descriptor that comes with it or -1. 0 or an errno. */
static int take_answer(struct opener_answer *answer, int *fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { answer, sizeof(*answer) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	ssize_t length;
	do
		length = recvmsg(opener_socket, &message, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	*fd = -1;
	if (length != sizeof(*answer))
		return length < 0 ? errno : EPIPE;
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_len == CMSG_LEN(sizeof(int)) &&
	    header->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(header), sizeof(*fd));
	return answer->err;
}

/* A descriptor, 0: granted without one, or minus an errno. */
static int ask(const struct opener_request *request, int given,
	       struct opener_answer *answer)
{
	int fd = -1;
	pthread_mutex_lock(&lock);
	int err = send_request(request, given);
	if (!err)
		err = take_answer(answer, &fd);
	pthread_mutex_unlock(&lock);
	return err ? -err : fd >= 0 ? fd : 0;
}

/* The numbers by which the list knows the path. */
static bool find_numbers(const char *path, uint32_t numbers[3])
{
	static const char digits[] = "0123456789";
	char listed[96];
	numbers[1] = numbers[2] = 0;
	const char *at = strpbrk(path, digits);
	if (at && sscanf(at, "%9u", &numbers[1]) == 1) {
		at = strpbrk(at + strspn(at, digits), digits);
		if (at && sscanf(at, "%9u", &numbers[2]) != 1)
			return false;
	}
	for (numbers[0] = 0; opener_path(numbers, listed, sizeof(listed)); numbers[0]++)
		if (strcmp(listed, path) == 0)
			return true;
	return false;
}

int opener_open(const char *path)
{
	struct opener_request request = { .kind = OPENER_FILE };
	struct opener_answer answer;
	int fd = sysfs_open(path);
	if (!is_refused(fd) || !find_numbers(path, request.numbers))
		return fd;
	int asked = ask(&request, -1, &answer);
	return asked > 0 ? asked : fd;
}

int opener_open_event(const struct perf_event_attr *attr, pid_t pid, int cpu, int leader)
{
	long own = syscall(SYS_perf_event_open, attr, pid, cpu, leader,
			   PERF_FLAG_FD_CLOEXEC);
	int fd = own >= 0 ? (int)own : -errno;
	if (!is_refused(fd) || attr->sample_period != 0)
		return fd;
	const struct opener_request request = {
		.kind = OPENER_EVENT, .pid = pid, .cpu = cpu, .event = *attr
	};
	struct opener_answer answer;
	int asked = ask(&request, leader, &answer);
	return asked == -EPIPE ? fd : asked != 0 ? asked : fd;
}

/* By this process; an older kernel knows no build IDs here. */
static int open_own_stacks(const struct opener_request *request, bool has_kernel)
{
	int fd = -EINVAL;
	for (uint32_t unknown = 0; unknown <= STACK_BUILD_ID; unknown += STACK_BUILD_ID) {
		struct perf_event_attr attr = stack_event(request->numbers[0] != 0,
							  request->numbers[1], has_kernel,
							  request->numbers[2] & ~unknown);
		long own = syscall(SYS_perf_event_open, &attr, request->pid, request->cpu,
				   -1, PERF_FLAG_FD_CLOEXEC);
		fd = own >= 0 ? (int)own : -errno;
		if (fd != -EINVAL && fd != -E2BIG)
			break;
	}
	return fd;
}

int opener_open_stacks(bool is_cycles, uint32_t millihertz, uint32_t stack_bytes, pid_t pid,
		       int cpu, bool *has_kernel)
{
	const uint32_t what = stack_bytes | STACK_BUILD_ID;
	struct opener_request request = { .kind = OPENER_STACKS,
					  .numbers = { is_cycles, millihertz, what },
					  .pid = pid,
					  .cpu = cpu };
	struct opener_answer answer;
	int fd = *has_kernel ? open_own_stacks(&request, true) : -EACCES;
	if (fd == -EACCES || fd == -EPERM) {
		*has_kernel = false;
		fd = open_own_stacks(&request, false);
	}
	if (!is_refused(fd))
		return fd;
	int asked = ask(&request, -1, &answer);
	if (asked == -EINVAL) {
		request.numbers[2] = stack_bytes;
		asked = ask(&request, -1, &answer);
	}
	return asked == -EPIPE ? fd : asked != 0 ? asked : fd;
}

int opener_ask_bmc_power(unsigned char *data, size_t size)
{
	const struct opener_request request = { .kind = OPENER_BMC_POWER };
	struct opener_answer answer = { 0 };
	int err = opener_bmc_power(answer.data, &answer.length);
	if (is_refused(err)) {
		int asked = ask(&request, -1, &answer);
		err = asked == -EPIPE ? err : asked;
	}
	if (err < 0)
		return err;
	size_t n = answer.length < size ? answer.length : size;
	n = n < sizeof(answer.data) ? n : sizeof(answer.data);
	memcpy(data, answer.data, n);
	return (int)n;
}

int opener_environment(void)
{
	struct opener_answer answer;
	int fd = -1;
	if (opener_socket >= 0)
		take_answer(&answer, &fd);
	return fd >= 0 ? fd : -ENOENT;
}

int opener_raise_priority(void)
{
	const struct sched_param lowest = { .sched_priority = 1 };
	const struct opener_request request = { .kind = OPENER_PRIORITY, .pid = gettid() };
	struct opener_answer answer;
	int err = pthread_setschedparam(pthread_self(), SCHED_FIFO, &lowest);
	if (!is_refused(-err))
		return err;
	return -ask(&request, -1, &answer);
}
