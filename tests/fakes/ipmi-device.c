/* tests/fakes/ipmi-device.c - the kernel's /dev/ipmi0 before a BMC whose power is known, for
 * LD_PRELOAD. Only the device is made up. IPMI_BMC names the
 * machine file:
 *
 *     sensor ipmi/power1_input power=square:120:300:2.4 interval_ms=1000   what the BMC reads
 *     text   ipmi/open       EACCES    opening the device fails so: also ENXIO
 *     text   ipmi/completion 0xc1      with which DCMI's command is answered [0x00]
 *     text   ipmi/measuring  no        the BMC does not measure power
 *
 * Of a sensor's faults, slow delays the answer and an error is a completion code of 0xff. Layout
 * of the answer: DCMI specification 1.5, table 6-16. */
#include <config.h>

#include "base/clock.h"
#include "tests/fakes/machine.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ipmi.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	NETFN_GROUP = 0x2c,
	GROUP_DCMI = 0xdc,
	GET_POWER_READING = 0x02,
	INVALID_COMMAND = 0xc1,
	UNSPECIFIED = 0xff,
	MEASURING = 0x40,
	ANSWER_SIZE = 19
};

static struct machine machine;
static uint64_t epoch_ns;

/* The one device that is open, and the answer that waits there. */
static int device = -1;
static struct {
	unsigned char netfn, cmd, data[ANSWER_SIZE];
	unsigned short size;
	long id;
} answer;

static const char *text_of(const char *path, const char *otherwise)
{
	for (size_t i = 0; i < machine.n_extras; i++)
		if (strcmp(machine.extras[i].path, path) == 0)
			return machine.extras[i].text;
	return otherwise;
}

static void put(unsigned char *at, unsigned value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

static void sleep_s(double s)
{
	const struct timespec left = { (time_t)s, (long)((s - (double)(time_t)s) * 1e9) };
	nanosleep(&left, NULL);
}

/* The completion code. */
static unsigned char fill_power(unsigned char data[ANSWER_SIZE])
{
	const struct zone *zone = machine_zone(&machine, "ipmi/power1_input");
	bool is_measuring = strcmp(text_of("ipmi/measuring", "yes"), "yes") == 0;
	if (!zone)
		return INVALID_COMMAND;
	sleep_s(zone_delay_s(zone, epoch_ns, (uint64_t)monotonic_ns()));
	uint64_t now_ns = (uint64_t)monotonic_ns();
	unsigned w = (unsigned)((zone_value(zone, epoch_ns, now_ns) + 500000) / 1000000);
	if (zone_errno(zone, epoch_ns, now_ns) != 0)
		return UNSPECIFIED;
	data[1] = GROUP_DCMI;
	for (size_t i = 0; i < 4; i++) /* now, least, most, mean */
		put(data + 2 + 2 * i, is_measuring ? w : 0, 2);
	put(data + 10, 1800000000, 4);
	put(data + 14, 1000, 4);
	data[18] = is_measuring ? MEASURING : 0;
	return (unsigned char)strtoul(text_of("ipmi/completion", "0"), NULL, 0);
}

static void take_request(const struct ipmi_req *request)
{
	const struct ipmi_msg *asked = &request->msg;
	const uint64_t one = 1;
	memset(&answer, 0, sizeof(answer));
	answer.netfn = asked->netfn | 1;
	answer.cmd = asked->cmd;
	answer.id = request->msgid;
	answer.data[0] = asked->netfn == NETFN_GROUP && asked->cmd == GET_POWER_READING
			     ? fill_power(answer.data)
			     : INVALID_COMMAND;
	answer.size = answer.data[0] ? 1 : ANSWER_SIZE;
	if (write(device, &one, sizeof(one)) < 0)
		perror("ipmi-device");
}

static int give_answer(struct ipmi_recv *received)
{
	uint64_t n;
	if (read(device, &n, sizeof(n)) < 0)
		return -1;
	if (received->msg.data_len < answer.size) {
		errno = EMSGSIZE;
		return -1;
	}
	received->recv_type = IPMI_RESPONSE_RECV_TYPE;
	received->msgid = answer.id;
	received->msg.netfn = answer.netfn;
	received->msg.cmd = answer.cmd;
	received->msg.data_len = answer.size;
	memcpy(received->msg.data, answer.data, answer.size);
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	void *argument = va_arg(arguments, void *);
	va_end(arguments);
	if (fd != device || device < 0) {
		int (*real)(int, unsigned long, ...) =
		    (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
		return real(fd, request, argument);
	}
	if (request == IPMICTL_SEND_COMMAND)
		take_request(argument);
	if (request == IPMICTL_RECEIVE_MSG_TRUNC || request == IPMICTL_RECEIVE_MSG)
		return give_answer(argument);
	return 0;
}

/* The descriptor, or -1 with errno. */
static int open_bmc(const char *file)
{
	if (!epoch_ns && machine_read(&machine, file) != 0)
		exit(2);
	epoch_ns = epoch_ns ? epoch_ns : (uint64_t)monotonic_ns();
	const char *refusal = text_of("ipmi/open", "");
	errno = strcmp(refusal, "EACCES") == 0  ? EACCES
		: strcmp(refusal, "ENXIO") == 0 ? ENXIO
						: 0;
	return errno ? -1 : (device = eventfd(0, 0));
}

int close(int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "close");
	if (fd == device)
		device = -1;
	return real(fd);
}

int open(const char *path, int flags, ...)
{
	const char *file = getenv("IPMI_BMC");
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	if (file && strcmp(path, "/dev/ipmi0") == 0)
		return open_bmc(file);
	int (*real)(const char *, int,
		    ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
	return real(path, flags, mode);
}
