/* bench/floor.c - what the sampler costs above the reads that it must make.
 *
 *     bench-floor [SECONDS] [ROUNDS]               [1 second, 15 rounds]
 *
 * Eight channels, twice: attributes of sysfs, and software events of perf. In each round, in
 * turn, the sampler reads them at 1 kHz, and a bare loop on absolute deadlines makes the same
 * system calls and nothing else. Prints lines for ratio.awk: ROUND NAME VALUE, where NAME is
 *     SET-tick-joulecart, SET-tick-raw   ns from the first to the last read of a tick
 *     SET-cpu-joulecart, SET-cpu-raw     CPU ns of the thread a tick, waking up included
 * and at last how many deadlines of 10 kHz each of them missed, of the files: what the bare loop
 * misses too is the machine's. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/registry.h"
#include "collectors/sysfs.h"
#include "profiler/sample/sampler.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { N_CHANNELS = 8, RATE_HZ = 1000, FAST_HZ = 10000, FAST_ROUNDS = 4 };

/* A set of channels as the sampler has it, and the same descriptors for the bare loop. */
struct set {
	const char *name;
	struct sensors sensors;
	int fds[N_CHANNELS];
	bool is_perf;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* What powercap does for a zone. */
static int read_file(void *state, size_t i, uint64_t *raw)
{
	return sysfs_read_u64(((const int *)state)[i], raw);
}

static const struct collector files = { .name = "files", .read_one = read_file };

static void open_files(struct set *set)
{
	static const char *const names[] = { "rx_bytes",   "rx_packets", "rx_errors",
					     "rx_dropped", "tx_bytes",   "tx_packets",
					     "tx_errors",  "tx_dropped" };
	char path[96];
	for (int i = 0; i < N_CHANNELS; i++) {
		snprintf(path, sizeof(path), "/sys/class/net/lo/statistics/%s", names[i]);
		set->fds[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (set->fds[i] < 0)
			die(path);
	}
	set->sensors.items[0] = (struct sensor){ .collector = &files, .state = set->fds };
}

/* The collector's own events, and the same ones once more. */
static void open_events(struct set *set)
{
	static const struct {
		const char *name;
		unsigned config;
	} events[N_CHANNELS] = {
		{ "task-clock", PERF_COUNT_SW_TASK_CLOCK },
		{ "cpu-clock", PERF_COUNT_SW_CPU_CLOCK },
		{ "page-faults", PERF_COUNT_SW_PAGE_FAULTS },
		{ "minor-faults", PERF_COUNT_SW_PAGE_FAULTS_MIN },
		{ "major-faults", PERF_COUNT_SW_PAGE_FAULTS_MAJ },
		{ "alignment-faults", PERF_COUNT_SW_ALIGNMENT_FAULTS },
		{ "emulation-faults", PERF_COUNT_SW_EMULATION_FAULTS },
		{ "context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES },
	};
	static char list[256];
	struct channel_list found;
	struct problem why;
	for (int i = 0; i < N_CHANNELS; i++) {
		struct perf_event_attr attr = {
			.type = PERF_TYPE_SOFTWARE,
			.config = events[i].config,
			.size = sizeof(attr),
			.inherit = 1,
			.disabled = 1, /* as before an exec */
			.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
				       PERF_FORMAT_TOTAL_TIME_RUNNING
		};
		set->fds[i] = (int)syscall(SYS_perf_event_open, &attr, getpid(), -1,
					   i ? set->fds[0] : -1, PERF_FLAG_FD_CLOEXEC);
		if (set->fds[i] < 0)
			die(events[i].name);
		strcat(strcat(list, i ? "," : ""), events[i].name);
	}
	const struct scope scope = { .root_pid = getpid(), .events = list };
	/* Read at each tick here, to compare the cost of one. */
	static struct collector hwevents;
	hwevents = *collector_find("hwevents");
	hwevents.rest_ns = 0;
	set->sensors.items[0].collector = &hwevents;
	if (hwevents.open(&scope, &set->sensors.items[0].state, &found, &why) != 0 ||
	    found.n != N_CHANNELS)
		die("hwevents");
}

static void plan(struct set *set)
{
	set->sensors.n = 1;
	set->sensors.n_channels = set->sensors.items[0].list.n = N_CHANNELS;
	if (sensors_plan(&set->sensors) != 0)
		die("sensors_plan");
}

static struct sampler_stats sample(struct set *set, double rate_hz, double seconds)
{
	int sockets[2];
	struct problem why;
	struct sampler_stats stats;
	const struct sampler_options options = { rate_hz, -1, NULL };
	struct sampler_ends ends = {
		.sensors = &set->sensors,
		.ring = ring_new(entry_size(&set->sensors),
				 (size_t)(rate_hz * seconds * 1.5) + 64),
		.slow_readers = slow_readers_new(&set->sensors),
	};
	if (!ends.ring || !ends.slow_readers ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
		die("sampler");
	ends.marker_fd = sockets[0];
	struct sampler *sampler = sampler_start(&ends, &options, &why);
	if (!sampler)
		die(why.why);
	usleep((useconds_t)(seconds * 1e6));
	sampler_stop(sampler, &stats);
	ring_free(ends.ring);
	slow_readers_free(ends.slow_readers, &set->sensors);
	close(sockets[0]);
	close(sockets[1]);
	return stats;
}

struct bare {
	const struct set *set;
	double rate_hz, seconds;
	int64_t ticks, missed, total_ns;
	double cpu_s;
};

/* The floor: eight files one by one, eight events in one call. */
static void read_all(const struct set *set)
{
	uint64_t words[3 + N_CHANNELS];
	if (set->is_perf && read(set->fds[0], words, sizeof(words)) != sizeof(words))
		die("read");
	for (int i = 0; i < N_CHANNELS && !set->is_perf; i++)
		if (pread(set->fds[i], words, 32, 0) <= 0)
			die("pread");
}

static void *loop(void *argument)
{
	struct bare *bare = argument;
	const struct sched_param lowest = { .sched_priority = 1 };
	const int64_t period_ns = (int64_t)((double)NS_PER_S / bare->rate_hz);
	prctl(PR_SET_TIMERSLACK, 1UL);
	pthread_setschedparam(pthread_self(), SCHED_FIFO, &lowest);
	int64_t end_ns = monotonic_ns() + (int64_t)(bare->seconds * 1e9);
	for (int64_t due_ns = monotonic_ns(); due_ns < end_ns; due_ns += period_ns) {
		const struct timespec due = { due_ns / NS_PER_S, due_ns % NS_PER_S };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
		int64_t begin_ns = monotonic_ns(), passed = (begin_ns - due_ns) / period_ns;
		bare->missed += passed;
		due_ns += passed * period_ns;
		read_all(bare->set);
		bare->total_ns += monotonic_ns() - begin_ns;
		bare->ticks++;
	}
	bare->cpu_s = (double)clock_ns(CLOCK_THREAD_CPUTIME_ID) * 1e-9;
	return NULL;
}

static struct bare read_bare(const struct set *set, double rate_hz, double seconds)
{
	struct bare bare = { .set = set, .rate_hz = rate_hz, .seconds = seconds };
	pthread_t thread;
	if (pthread_create(&thread, NULL, loop, &bare) != 0)
		die("thread");
	pthread_join(thread, NULL);
	return bare;
}

static void print(int round, const struct set *set, const char *what, double value)
{
	printf("%d %s-%s %.1f\n", round, set->name, what, value);
}

static void compare(struct set *set, double seconds, int round)
{
	struct bare bare;
	if (round % 2)
		bare = read_bare(set, RATE_HZ, seconds);
	struct sampler_stats stats = sample(set, RATE_HZ, seconds);
	if (round % 2 == 0)
		bare = read_bare(set, RATE_HZ, seconds);
	print(round, set, "tick-joulecart", (double)stats.total_ns / (double)stats.ticks);
	print(round, set, "tick-raw", (double)bare.total_ns / (double)bare.ticks);
	print(round, set, "cpu-joulecart", stats.cpu_s * 1e9 / (double)stats.ticks);
	print(round, set, "cpu-raw", bare.cpu_s * 1e9 / (double)bare.ticks);
}

static void print_missed(const char *who, int64_t missed, int64_t ticks)
{
	fprintf(stderr, "10 kHz, %s: %lld of %lld deadlines missed (%.3f %%)\n", who,
		(long long)missed, (long long)(ticks + missed),
		100 * (double)missed / (double)(ticks + missed));
}

static void compare_fast(struct set *set, double seconds)
{
	int64_t ticks = 0, missed = 0, bare_ticks = 0, bare_missed = 0;
	for (int round = 0; round < FAST_ROUNDS; round++) {
		struct sampler_stats stats = sample(set, FAST_HZ, seconds);
		struct bare bare = read_bare(set, FAST_HZ, seconds);
		ticks += stats.ticks;
		missed += stats.missed;
		bare_ticks += bare.ticks;
		bare_missed += bare.missed;
		fprintf(
		    stderr,
		    "10 kHz: late by %.1f us (median), %.1f us (99 %%), %.1f us at most\n",
		    (double)stats.late_p50_ns / 1e3, (double)stats.late_p99_ns / 1e3,
		    (double)stats.late_max_ns / 1e3);
	}
	print_missed("joulecart", missed, ticks);
	print_missed("raw", bare_missed, bare_ticks);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 1;
	int rounds = argc > 2 ? atoi(argv[2]) : 15;
	static struct set sets[] = { { .name = "sysfs" },
				     { .name = "perf", .is_perf = true } };
	open_files(&sets[0]);
	open_events(&sets[1]);
	for (int i = 0; i < 2; i++)
		plan(&sets[i]);
	for (int round = 1; round <= rounds; round++)
		for (int i = 0; i < 2; i++)
			compare(&sets[i], seconds, round);
	compare_fast(&sets[0], 5 * seconds);
	return 0;
}
