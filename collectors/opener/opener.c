/* collectors/opener/opener.c - the privileged part, see opener.h: what runs with root's rights once the program
 * has begun, in the C library's words alone, without locale, environment, or path from outside. */
#include <config.h>

#include "collectors/opener/opener.h"

#include "collectors/opener/stack-event.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/ipmi.h>
#include <linux/perf_event.h>
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

/* Of proc_pid_stat(5): it has begun no program yet (include/linux/sched.h). */
enum { PF_FORKNOEXEC = 0x40 };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* The list: files, opened for reading, ... */
static const char *const files[] = {
	"/sys/class/powercap/intel-rapl:%u/energy_uj",
	"/sys/class/powercap/intel-rapl:%u:%u/energy_uj",
	"/sys/class/powercap/intel-rapl-mmio:%u/energy_uj",
	"/sys/class/powercap/intel-rapl-mmio:%u:%u/energy_uj",
	"/sys/class/powercap/intel-rapl-tpmi:%u/energy_uj",
	"/sys/class/powercap/intel-rapl-tpmi:%u:%u/energy_uj",
	"/sys/class/hwmon/hwmon%u/energy%u_input",
	"/sys/class/hwmon/hwmon%u/power%u_input",
	"/sys/class/hwmon/hwmon%u/power%u_average",
	"/sys/class/hwmon/hwmon%u/in%u_input",
	"/sys/class/hwmon/hwmon%u/curr%u_input",
};
/* ... PMUs that count, by how their names begin: none traces (intel_pt, arm_spe), none takes a
 * pointer or an address (kprobe, uprobe, breakpoint), ... */
static const char pmu_folder[] = "/sys/bus/event_source/devices";
static const char *const pmus[] = { "cpu",     "power", "msr",  "uncore_",
				    "cstate_", "amd_",  "armv", "arm_cmn",
				    "arm_dsu", "i915",  "xe",   "hisi_sccl" };
/* ... and one command of the BMC: whoever had its device could switch the machine off. */
static const unsigned char bmc_netfn = 0x2c, bmc_command = 0x02,
			   bmc_data[] = { 0xdc, 1, 0, 0 };
/* Twice the interval at which it is asked: what comes later is of no use. */
enum { BMC_PATIENCE_MS = 2000 };

bool opener_path(const uint32_t numbers[3], char *path, size_t size)
{
	if (numbers[0] >= COUNT(files))
		return false;
	return snprintf(path, size, files[numbers[0]], numbers[1], numbers[2]) < (int)size;
}

/* A small file's text, always ended: whether there is any. */
static bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
	text[length > 0 ? length : 0] = '\0';
	if (fd >= 0)
		close(fd);
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

/* A child of the caller's, with the kernel's flags of it. */
static bool find_child(pid_t caller, pid_t pid, unsigned *flags)
{
	char path[32], text[512];
	int parent = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	const char *end = pid > 0 && read_text(path, text, sizeof(text))
			      ? strrchr(text, ')')
			      : NULL;
	return end && sscanf(end, ") %*c %d %*d %*d %*d %*d %u", &parent, flags) == 2 &&
	       parent == caller;
}

static bool is_child(pid_t caller, pid_t pid)
{
	unsigned flags;
	return find_child(caller, pid, &flags);
}

/* The line of proc_pid_status(5) with all its user ids. */
static bool read_ids(pid_t pid, char ids[64])
{
	char path[32], text[1024];
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	const char *line = read_text(path, text, sizeof(text)) ? strstr(text, "\nUid:")
							       : NULL;
	return line && sscanf(line, "\nUid:%63[^\n]", ids) == 1;
}

/* A child that is still the caller's own program, with the caller's rights. What it starts then is the
 * kernel's to judge: one with the rights of a file (set-user-ID) is not sampled. */
static bool is_own_copy(pid_t caller, pid_t pid)
{
	char own[64], its[64];
	unsigned flags = 0;
	return find_child(caller, pid, &flags) && (flags & PF_FORKNOEXEC) != 0 &&
	       read_ids(caller, own) && read_ids(pid, its) && strcmp(own, its) == 0;
}

static bool is_pmu(const char *name, uint32_t type)
{
	char path[320], text[32];
	bool is_listed = false;
	for (size_t i = 0; i < COUNT(pmus); i++)
		is_listed |= strncmp(name, pmus[i], strlen(pmus[i])) == 0;
	snprintf(path, sizeof(path), "%s/%s/type", pmu_folder, name);
	return is_listed && read_text(path, text, sizeof(text)) &&
	       strtoul(text, NULL, 10) == type;
}

static bool is_listed_pmu(uint32_t type)
{
	bool is_listed = false;
	DIR *folder = opendir(pmu_folder);
	for (struct dirent *entry; folder && !is_listed && (entry = readdir(folder));)
		is_listed = is_pmu(entry->d_name, type);
	if (folder)
		closedir(folder);
	return is_listed;
}

/* The kernel's generic events name a PMU in their upper half. */
static bool is_listed_event(const struct opener_event *event)
{
	uint32_t pmu = (uint32_t)(event->config >> PERF_PMU_TYPE_SHIFT);
	if (event->type == PERF_TYPE_SOFTWARE)
		return event->config <= PERF_COUNT_SW_DUMMY;
	if (event->type == PERF_TYPE_HARDWARE || event->type == PERF_TYPE_HW_CACHE)
		return pmu == 0 || is_listed_pmu(pmu);
	return event->type == PERF_TYPE_RAW || is_listed_pmu(event->type);
}

static bool may_count(const struct opener *opener, const struct opener_request *request)
{
	return request->pid == opener->caller || is_child(opener->caller, request->pid) ||
	       (request->pid == -1 && request->cpu >= 0);
}

static int open_event(const struct opener *opener, const struct opener_request *request,
		      int leader)
{
	const struct opener_event *event = &request->event;
	struct perf_event_attr attr = {
		.type = event->type,
		.size = sizeof(attr),
		.config = event->config,
		.config1 = event->config1,
		.config2 = event->config2,
		.read_format = event->read_format,
		.disabled = (event->flags & OPENER_DISABLED) != 0,
		.inherit = (event->flags & OPENER_INHERIT) != 0,
		.exclude_kernel = (event->flags & OPENER_NO_KERNEL) != 0,
		.exclude_hv = (event->flags & OPENER_NO_HYPERVISOR) != 0,
		.enable_on_exec = (event->flags & OPENER_ON_EXEC) != 0,
	};
	if (!is_listed_event(event) || !may_count(opener, request))
		return -EACCES;
	int fd = (int)syscall(SYS_perf_event_open, &attr, request->pid, request->cpu,
			      leader, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0 || may_count(opener, request))
		return fd < 0 ? -errno : fd;
	close(fd); /* the number had become another's */
	return -EACCES;
}

static int open_stacks(const struct opener *opener, const struct opener_request *request)
{
	const uint32_t *numbers = request->numbers;
	if (numbers[1] < 1 || numbers[1] > STACK_HZ_MOST || request->cpu < 0)
		return -EINVAL;
	if (!is_own_copy(opener->caller, request->pid))
		return -EACCES;
	struct perf_event_attr attr = stack_event(numbers[0] != 0, numbers[1], false,
						  numbers[2] != 0);
	int fd = (int)syscall(SYS_perf_event_open, &attr, request->pid, request->cpu, -1,
			      PERF_FLAG_FD_CLOEXEC);
	if (fd < 0 || is_own_copy(opener->caller, request->pid))
		return fd < 0 ? -errno : fd;
	close(fd); /* it had become another's, or another program */
	return -EACCES;
}

int opener_bmc_power(unsigned char *data, size_t size)
{
	struct ipmi_system_interface_addr from;
	struct ipmi_system_interface_addr to = { IPMI_SYSTEM_INTERFACE_ADDR_TYPE,
						 IPMI_BMC_CHANNEL, 0 };
	unsigned char asked[sizeof(bmc_data)];
	struct ipmi_msg ask = { bmc_netfn, bmc_command, sizeof(asked), asked };
	struct ipmi_msg reply = { .data = data, .data_len = (unsigned short)size };
	struct ipmi_req request = { (unsigned char *)&to, sizeof(to), 1, ask };
	struct ipmi_recv got = { 0, (unsigned char *)&from, sizeof(from), 0, reply };
	struct pollfd ready = { .fd = open(IPMI_DEVICE, O_RDWR | O_CLOEXEC),
				.events = POLLIN };
	memcpy(asked, bmc_data, sizeof(asked));
	int n = ready.fd < 0 || ioctl(ready.fd, IPMICTL_SEND_COMMAND, &request) != 0
		    ? -1
		    : poll(&ready, 1, BMC_PATIENCE_MS);
	if (n > 0)
		n = ioctl(ready.fd, IPMICTL_RECEIVE_MSG_TRUNC, &got) == 0 ? got.msg.data_len
									  : -1;
	else if (n == 0)
		errno = ETIMEDOUT;
	int err = n > 0 ? 0 : n < 0 || errno == ETIMEDOUT ? errno : EIO;
	if (ready.fd >= 0)
		close(ready.fd);
	return err ? -err : n;
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
static int serve(struct opener *opener, const struct opener_request *request, int given,
		 struct opener_answer *answer)
{
	int fd = opener->environment_fd;
	switch (request->kind) {
	case OPENER_FILE:
		return open_file(request->numbers);
	case OPENER_EVENT:
		return open_event(opener, request, given);
	case OPENER_BMC_POWER:
		fd = opener_bmc_power(answer->data, sizeof(answer->data));
		answer->length = fd > 0 ? (uint32_t)fd : 0;
		return fd > 0 ? 0 : fd;
	case OPENER_ENVIRONMENT:
		opener->environment_fd = -1;
		return fd < 0 ? -ENOENT : fd;
	case OPENER_STACKS:
		return open_stacks(opener, request);
	case OPENER_PRIORITY:
		return raise_priority(opener->caller, request->pid);
	default:
		return -EINVAL;
	}
}

bool opener_step(struct opener *opener, int socket)
{
	struct opener_request request = { 0 };
	struct opener_answer answer = { 0 };
	/* Room for one descriptor; the kernel finds that a second one fits into the padding. */
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct cmsghdr *control = (struct cmsghdr *)(void *)room;
	struct iovec part = { &request, sizeof(request) };
	struct msghdr message = { NULL, 0, &part, 1, room, sizeof(room), 0 };
	ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	int given[2] = { -1, -1 };
	if (length <= 0)
		return false;
	if (message.msg_controllen >= CMSG_LEN(sizeof(int)))
		memcpy(given, CMSG_DATA(control), control->cmsg_len - CMSG_LEN(0));
	bool is_whole = length == sizeof(request) && !(message.msg_flags & MSG_TRUNC);
	int fd = is_whole ? serve(opener, &request, given[0], &answer) : -EBADMSG;
	answer.err = fd < 0 ? -fd : 0;
	part = (struct iovec){ &answer, sizeof(answer) };
	message = (struct msghdr){ NULL, 0, &part, 1, room, fd > 0 ? sizeof(room) : 0, 0 };
	*control = (struct cmsghdr){ CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
	memcpy(CMSG_DATA(control), &fd, sizeof(fd));
	bool is_sent = sendmsg(socket, &message, MSG_NOSIGNAL) >= 0;
	close(given[0]); /* which may be none */
	close(given[1]);
	if (fd > 0)
		close(fd);
	return is_sent;
}

/* What it may still do: count events of all processes, raise a priority. Files of root it reads as
 * their owner; by a capability of the program's file, as that allows. */
static bool keep_few_rights(void)
{
	uint64_t mask = UINT64_C(1) << CAP_PERFMON | UINT64_C(1) << CAP_SYS_NICE |
			(uint64_t)(geteuid() != 0) << CAP_DAC_READ_SEARCH;
	char level[8] = "";
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	read_text("/proc/sys/kernel/perf_event_paranoid", level, sizeof(level));
	/* PERFMON is not enough before Linux 5.8, nor above level 2 on Debian. */
	if (prctl(PR_CAPBSET_READ, CAP_PERFMON) < 0 || level[0] > '2')
		mask |= UINT64_C(1) << CAP_SYS_ADMIN;
	for (int i = 0; prctl(PR_CAPBSET_DROP, i) == 0; i++)
		continue;
	bool is_read = syscall(SYS_capget, &header, data) == 0;
	for (size_t i = 0; i < COUNT(data); i++) {
		data[i].effective = data[i].permitted &= (uint32_t)(mask >> (32 * i));
		data[i].inheritable = 0;
	}
	return is_read && syscall(SYS_capset, &header, data) == 0;
}

void opener_run(int socket, pid_t caller, pid_t sudo)
{
	struct opener opener = { caller, -1 };
	char path[32], name[16];
	sigset_t all;
	sigfillset(&all); /* a terminal's keys are meant for the command */
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (dup2(socket, 3) != 3 || close_range(4, ~0U, 0) != 0 || chdir("/") != 0)
		_exit(1);
	for (int i = 0; i < 3; i++)
		if (close(i) != 0 || open("/dev/null", O_RDWR | O_CLOEXEC) != i)
			_exit(1);
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)sudo);
	int environment = sudo > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)sudo);
	if (environment >= 0 && read_text(path, name, sizeof(name)) &&
	    strcmp(name, "sudo\n") == 0 &&
	    is_child(sudo, caller)) /* it is still the parent */
		opener.environment_fd = environment;
	if (!keep_few_rights() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0) != 0)
		_exit(1);
	while (opener_step(&opener, 3))
		continue;
	_exit(0);
}
