/* tests/unit/profiler/markers/test-marker-packet.c - no packet is lost at its sender's end. Linked with
 * --wrap=recvmsg. */
#include <config.h>

#include "profiler/markers/marker-packet.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

ssize_t __real_recvmsg(int fd, struct msghdr *message, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags);

/* Of what the next call finds, the sender's end comes first: the kernel says so at times, where the last packet
 * came and the sender went between its two looks. */
static bool is_end_first;

ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags)
{
	if (is_end_first) {
		is_end_first = false;
		message->msg_controllen = 0;
		return 0;
	}
	return __real_recvmsg(fd, message, flags);
}

/* ends[0] listens. */
static void connect_ends(int ends[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
}

static ssize_t receive(int fd)
{
	char packet[8];
	int fds[MARKER_FILES];
	ssize_t got = marker_packet_receive(fd, packet, sizeof(packet), fds);
	for (int i = 0; i < MARKER_FILES; i++)
		assert_int_equal(fds[i], -1);
	return got;
}

static void a_last_packet_is_read_though_the_end_was_seen_first(void **state)
{
	int ends[2];
	(void)state;
	connect_ends(ends);
	assert_int_equal(marker_packet_send(ends[1], "last", 4, NULL), 4);
	close(ends[1]);
	is_end_first = true;
	assert_int_equal(receive(ends[0]), 4);
	assert_int_equal(receive(ends[0]), 0);
	close(ends[0]);
}

static void a_silent_sender_is_not_one_that_has_gone(void **state)
{
	int ends[2];
	(void)state;
	connect_ends(ends);
	assert_int_equal(receive(ends[0]), -1);
	assert_int_equal(errno, EAGAIN);
	close(ends[0]);
	close(ends[1]);
}

static int lowest_free(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
	return fd;
}

/* What a hostile program sends with no byte would fill the profiler's descriptors. */
static void files_of_an_empty_packet_are_closed(void **state)
{
	int ends[2], files[MARKER_FILES];
	(void)state;
	connect_ends(ends);
	int fd = lowest_free();
	files[0] = files[1] = ends[1];
	assert_int_equal(marker_packet_send(ends[1], "", 0, files), 0);
	assert_int_equal(marker_packet_send(ends[1], "next", 4, NULL), 4);
	assert_int_equal(receive(ends[0]), 4);
	assert_int_equal(lowest_free(), fd);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_last_packet_is_read_though_the_end_was_seen_first),
		cmocka_unit_test(a_silent_sender_is_not_one_that_has_gone),
		cmocka_unit_test(files_of_an_empty_packet_are_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
