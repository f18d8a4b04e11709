/* tests/fuzz/opener-target.c - see opener-target.h. */
#include <config.h>

#include "tests/fuzz/opener-target.h"

#include "collectors/board/ipmi-power.h"
#include "collectors/opener/opener.h"
#include "tests/fuzz/must.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_GIVEN = 3 };

union descriptors {
	struct cmsghdr header;
	char room[CMSG_SPACE(MOST_GIVEN * sizeof(int))];
};

static int lowest_free(void)
{
	int fd = dup(STDERR_FILENO);
	close(fd);
	return fd;
}

static void send_message(int socket, const char *text, size_t size, size_t n_given)
{
	const int given[MOST_GIVEN] = { STDERR_FILENO, socket, STDERR_FILENO };
	union descriptors control = { .room = { 0 } };
	struct iovec part = { (void *)(uintptr_t)text, size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	if (n_given > 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(n_given * sizeof(int));
		control.header =
		    (struct cmsghdr){ .cmsg_len = CMSG_LEN(n_given * sizeof(int)),
				      .cmsg_level = SOL_SOCKET,
				      .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.header), given, n_given * sizeof(int));
	}
	MUST(sendmsg(socket, &message, 0) == (ssize_t)size);
}

/* Whatever was asked: it is on the list, can only be read, and counts without sampling, since
 * the target's caller has no child. */
static void check_opened(int fd)
{
	char link[64], path[PATH_MAX] = "";
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	MUST(readlink(link, path, sizeof(path) - 1) > 0);
	bool is_event = strcmp(path, "anon_inode:[perf_event]") == 0;
	bool is_counter = strncmp(path, "/sys/", 5) == 0 &&
			  (strstr(path, "/energy_uj") || strstr(path, "_input") ||
			   strstr(path, "_average"));
	MUST(is_event || is_counter);
	uint64_t period = 1000;
	MUST(!is_event ||
	     (ioctl(fd, PERF_EVENT_IOC_PERIOD, &period) != 0 && errno == EINVAL));
	MUST(is_event || (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY);
	close(fd);
}

static void check_answer(int socket)
{
	struct opener_answer answer;
	union descriptors control;
	struct iovec part = { &answer, sizeof(answer) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int fd = -1;
	MUST(recvmsg(socket, &message, MSG_DONTWAIT) == sizeof(answer));
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (header) {
		MUST(header->cmsg_len == CMSG_LEN(sizeof(int)));
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	}
	MUST(answer.err >= 0 && answer.length <= OPENER_DATA_MAX);
	MUST(fd < 0 || answer.err == 0);
	if (fd >= 0)
		check_opened(fd);
}

void take_opener(const char *text, size_t size)
{
	/* A caller that cannot be: nothing of this process is changed, no task is found. */
	const pid_t caller = INT_MAX;
	int ends[2], free_before = lowest_free();
	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	for (const char *end = text + size; text < end;) {
		unsigned head = (unsigned char)*text++;
		size_t length = head >> 2 ? head >> 2 : sizeof(struct opener_request);
		if (length > (size_t)(end - text))
			length = (size_t)(end - text);
		if (length == 0)
			break;
		send_message(ends[0], text, length, head & MOST_GIVEN);
		MUST(opener_step(caller, ends[1]));
		check_answer(ends[0]);
		text += length;
	}
	close(ends[0]);
	MUST(!opener_step(caller, ends[1]));
	close(ends[1]);
	MUST(lowest_free() == free_before);
}

void take_ipmi_power(const char *text, size_t size)
{
	uint64_t w = 1;
	int err = ipmi_power_parse((const unsigned char *)text, size, &w);
	MUST(err >= 0 && w <= UINT16_MAX && (err == 0) == (w > 0));
}
