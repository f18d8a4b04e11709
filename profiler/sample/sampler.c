/* profiler/sample/sampler.c - see sampler.h. */
#include <config.h>

#include "profiler/sample/sampler.h"

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/opener/opener-ask.h"
#include "profiler/sample/cpu-choice.h"
#include "profiler/sample/histogram.h"
#include "profiler/sample/look-schedule.h"
#include "profiler/sample/marker-door.h"
#include "profiler/sample/tick-schedule.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The value of busy when the watch has taken the reader away. */
enum { TAKEN = -1 };

/* What may rest does so for at least this many times as long as its last read took. */
enum { REST_PER_COST = 50 };
/* Where another process reads the machine's counters, this one does so twice or so within a second, the length
 * of a stretch: each has a reading then, and no counter in use wraps in that time. */
static const int64_t second_rest_ns = 400 * (NS_PER_S / 1000);
/* Marks that one reading serves; and of one way in before the other, and a tick, has its turn. */
enum { MARKS_AT_ONCE = 16, MARKS_IN_A_ROW = 64 };
/* Of the ring: for a batch of marks and its tick, and for the one that is begun when that is handed
 * on; and for the regions of a tick, which leave that much. */
enum {
	ROOM_OF_MARKS = 2 * (MARKS_AT_ONCE + 1),
	ROOM_OF_REGIONS = REGION_SHARES_MOST / REGION_SHARES + 1
};
/* So many times in a row all that came was said after the end: nothing from before it is left. */
enum { LATE_ROUNDS = 64 };
/* When a mark was said is what its program states. After both so many and so long no more can be waiting of
 * what was said before the end, than by a program that marks for ever. */
enum { LAST_MARKS_MOST = 1 << 16 };
static const int64_t LAST_ROUNDS_NS = 5 * NS_PER_S;
/* However few they were: the recorder has no time for more. */
static const int64_t LAST_MOST_NS = 60 * NS_PER_S;

static const int64_t first_patience_ns = 2 * NS_PER_S; /* for the first tick */
static const int64_t last_patience_ns = NS_PER_S; /* for the last reading of slow readers */
static const int64_t watch_interval_ns = NS_PER_S / 10;

struct sampler {
	pthread_t thread;
	struct sampler_ends ends;
	struct sampler_options options;
	int stop_fd;
	sem_t first_tick, last_tick;
	/* What the watch sees: whether the first tick is over; the number of the read that goes
	 * on (see read_number), or 0; and since when. */
	atomic_bool has_begun;
	atomic_long busy;
	_Atomic int64_t busy_since_ns;
	struct cpu_choice *cpu_choice; /* of who watches; NULL: there is none to make */
	atomic_int cpu;                /* on which the last tick was taken */
	long n_reads;                  /* of the thread that takes the ticks */
	int64_t n_marks, n_marks_late; /* those that were said after end_ns */
	int64_t end_ns;                /* of the trial, once it is there */
	struct look_schedule looks;    /* for marks, which do not wake it meanwhile */
	atomic_bool is_apart;          /* on a processor to itself, as the watch finds */
	atomic_bool is_second;         /* another process reads at the full rate */
	/* Who said the last mark, for the watch: see cpu_of_thread(). */
	atomic_int marking_pid, marking_tid;
	struct marker_message held; /* taken from its socket, for the next round */
	bool is_holding;
	struct tick_schedule schedule;
	struct histogram lateness;
	struct sampler_stats stats;
	struct region_share shares[REGION_SHARES_MOST];
};

size_t entry_size(const struct sensors *sensors)
{
	size_t tick = sensors->n_readers * sizeof(struct span) +
		      sensors->n_channels * sizeof(struct reading);
	return sizeof(struct entry) + (tick > sizeof(struct marker_message)
					   ? tick
					   : sizeof(struct marker_message));
}

/* Of no other read: a thread must know its own again after another has taken its place. */
static long read_number(struct sampler *sampler, size_t reader)
{
	return sampler->n_reads++ * (long)sampler->ends.slow_readers->n + (long)reader + 1;
}

static struct slow_reader *slow_reader_of_read(const struct sampler *sampler, long number)
{
	return &sampler->ends.slow_readers
		    ->items[(size_t)(number - 1) % sampler->ends.slow_readers->n];
}

/* All that measures energy sees the whole machine, and what another process does of it is done. */
static int64_t rest_of(const struct sampler *sampler, const struct reader *reader)
{
	const struct collector *collector = reader->sensor->collector;
	bool is_others = collector->is_energy && sampler->is_second;
	return is_others && collector->rest_ns < second_rest_ns ? second_rest_ns
								: collector->rest_ns;
}

/* When a reader that was read within that span is due again. */
static int64_t due_after(const struct sampler *sampler, const struct reader *reader,
			 const struct span *span)
{
	int64_t rest_ns = rest_of(sampler, reader);
	int64_t least_ns = REST_PER_COST * (span->end_ns - span->begin_ns);
	if (rest_ns == 0)
		return 0;
	return span->begin_ns + (rest_ns > least_ns ? rest_ns : least_ns);
}

/* Of two ticks, the nearer to the end of its rest is the one to read it in. */
static bool is_resting(const struct sampler *sampler, const struct slow_reader *slow,
		       int64_t now_ns)
{
	return rest_of(sampler, &slow->reader) > 0 &&
	       now_ns + sampler->schedule.period_ns / 2 < slow->due_ns;
}

/* Reads into out; returns when that was. A read that took so long that
 * the watch has given its place in the tick to another thread goes on as its slow reader. */
static int64_t read_in_time(struct sampler *sampler, size_t i, int64_t begin_ns,
			    struct reading *out)
{
	struct slow_reader *slow = &sampler->ends.slow_readers->items[i];
	long number = read_number(sampler, i);
	atomic_store_explicit(&sampler->busy_since_ns, begin_ns, memory_order_relaxed);
	atomic_store_explicit(&sampler->busy, number, memory_order_release);
	reader_read(&slow->reader, slow->readings);
	const struct span span = { begin_ns, monotonic_ns() };
	if (!atomic_compare_exchange_strong(&sampler->busy, &number, 0)) {
		slow_reader_serve(slow, &span);
		pthread_exit(NULL);
	}
	memcpy(out, slow->readings, slow->reader.n * sizeof(*out));
	slow->due_ns = due_after(sampler, &slow->reader, &span);
	if (reader_is_slow(&slow->reader, &span)) {
		slow->away_ns = span.end_ns;
		slow->took_ns = span.end_ns - begin_ns;
		atomic_store(&slow->is_away, true);
	}
	return span.end_ns;
}

static void account(struct sampler_stats *stats, int64_t took_ns)
{
	stats->ticks++;
	stats->total_ns += took_ns;
	if (took_ns > stats->max_ns)
		stats->max_ns = took_ns;
}

/* What the regions did since the last tick follows this one's readings. Without room for all of it, it
 * goes with the next. */
static void push_regions(struct sampler *sampler)
{
	struct ring *ring = sampler->ends.ring;
	struct region_span span;
	if (!region_reader_is_used(sampler->ends.regions) ||
	    ring_room(ring) < ROOM_OF_REGIONS + ROOM_OF_MARKS)
		return;
	size_t n = region_reader_read(sampler->ends.regions, sampler->shares,
				      REGION_SHARES_MOST, &span);
	size_t given = 0;
	do {
		struct entry *entry = ring_reserve(ring);
		struct region_entry *regions = entry_regions(entry);
		entry->kind = ENTRY_REGIONS;
		regions->span = given == 0 ? span : (struct region_span){ 0 };
		regions->n = (uint32_t)(n - given < REGION_SHARES ? n - given
								  : REGION_SHARES);
		memcpy(regions->shares, sampler->shares + given,
		       regions->n * sizeof(regions->shares[0]));
		given += regions->n;
		regions->is_last = given == n;
		ring_publish(ring);
	} while (given < n);
}

/* The whole tick: read every channel, stamp it, push it; at an edge those that rest too. False:
 * the ring was full. */
static bool tick(struct sampler *sampler, bool is_edge)
{
	const struct slow_readers *slow_readers = sampler->ends.slow_readers;
	struct entry *entry = ring_reserve(sampler->ends.ring);
	if (!entry)
		return false;
	const int64_t begin_ns = monotonic_ns();
	entry->kind = ENTRY_TICK;
	entry->begin_ns = begin_ns;
	struct reading *readings = entry_readings(entry, sampler->ends.sensors);
	int64_t now_ns = begin_ns;
	for (size_t i = 0; i < slow_readers->n; i++) {
		const struct slow_reader *slow = &slow_readers->items[i];
		struct span *span = &entry->spans[i];
		*span = (struct span){ .begin_ns = now_ns };
		if (!slow_reader_is_away(slow) &&
		    (is_edge || !is_resting(sampler, slow, now_ns)))
			span->end_ns = now_ns = read_in_time(sampler, i, now_ns,
							     readings + slow->reader.first);
	}
	ring_publish(sampler->ends.ring);
	push_regions(sampler);
	account(&sampler->stats, monotonic_ns() - begin_ns);
	return true;
}

/* There is room for it. */
static void pass_on(struct sampler *sampler, const struct marker_message *message)
{
	struct entry *entry = ring_reserve(sampler->ends.ring);
	entry->kind = ENTRY_MARK;
	*entry_mark(entry) = *message;
	ring_publish(sampler->ends.ring);
}

/* A tick that may be lost, and is counted then. */
static void tick_or_count(struct sampler *sampler, bool is_edge)
{
	sampler->stats.dropped += !tick(sampler, is_edge);
}

/* From the tick on that is taken now, the process's regions have their share. */
static void take_regions(struct sampler *sampler, int files[MARKER_FILES])
{
	tick(sampler, true);
	if (sampler->ends.regions)
		region_reader_take(sampler->ends.regions, files);
	else
		marker_packet_close(files);
}

/* What waited together: one reading after all of it serves every edge. A begin and a later end would
 * be a phase without a reading in it, so the end waits for the next one. */
struct batch {
	size_t n;
	bool has_edge, has_begin;
	struct marker_message items[MARKS_AT_ONCE];
};

static bool has_room(const struct sampler *sampler)
{
	return ring_room(sampler->ends.ring) >= ROOM_OF_MARKS;
}

static void hand_on(struct sampler *sampler, struct batch *batch)
{
	if (batch->has_edge)
		tick(sampler, true);
	for (size_t i = 0; i < batch->n; i++)
		pass_on(sampler, &batch->items[i]);
	batch->n = 0;
	batch->has_edge = batch->has_begin = false;
}

static void put_in(struct sampler *sampler, struct batch *batch,
		   const struct marker_message *message)
{
	bool is_end = message->kind == MARKER_END;
	bool is_begin = message->kind == MARKER_BEGIN;
	if (batch->n == MARKS_AT_ONCE || (is_end && batch->has_begin))
		hand_on(sampler, batch);
	batch->items[batch->n++] = *message;
	sampler->n_marks++;
	atomic_store_explicit(&sampler->marking_pid, message->pid, memory_order_relaxed);
	atomic_store_explicit(&sampler->marking_tid, message->context,
			      memory_order_relaxed);
	sampler->n_marks_late += sampler->end_ns && message->mono_ns > sampler->end_ns;
	batch->has_edge |= is_begin || is_end;
	batch->has_begin |= is_begin;
}

static bool receive(struct sampler *sampler, bool from_door, struct marker_message *message,
		    int files[MARKER_FILES])
{
	const struct sampler_ends *ends = &sampler->ends;
	/* a longer packet has its own length, and is another's */
	ssize_t size = from_door ? (ssize_t)marker_door_receive(ends->door, message, files)
				 : marker_packet_receive(ends->marker_fd, message,
							 sizeof(*message), files);
	if (size > 0 && (size != sizeof(*message) || message->magic != MARKER_MAGIC))
		*message = (struct marker_message){ .kind = MARKER_FOREIGN };
	return size > 0;
}

/* Said after the round began at begin_ns (0: that does not matter)? A reading for each end that is said
 * while we read would interrupt who marks all the time: it waits until the next round, as what comes after
 * it does. */
static bool is_end_after(const struct marker_message *message, int64_t begin_ns)
{
	return begin_ns && message->kind == MARKER_END && message->mono_ns > begin_ns;
}

static size_t take_from(struct sampler *sampler, bool from_door, int64_t begin_ns,
			struct batch *batch)
{
	struct marker_message message;
	int files[MARKER_FILES];
	size_t n = 0;
	for (; n < MARKS_IN_A_ROW && has_room(sampler) && !sampler->is_holding; n++) {
		if (!receive(sampler, from_door, &message, files))
			break;
		if (message.kind == MARKER_REGIONS) {
			hand_on(sampler, batch);
			take_regions(sampler, files);
			continue;
		}
		marker_packet_close(files);
		if (batch->has_begin && is_end_after(&message, begin_ns)) {
			sampler->held = message;
			sampler->is_holding = true;
		} else {
			put_in(sampler, batch, &message);
		}
	}
	return n;
}

/* Is there a mark in a socket or a ring? */
static bool is_waiting(const struct sampler *sampler)
{
	if (sampler->is_holding || marker_door_has_marks(sampler->ends.door))
		return true;
	struct pollfd fds[] = {
		{ .fd = sampler->ends.marker_fd, .events = POLLIN },
		{ .fd = marker_door_fd(sampler->ends.door), .events = POLLIN },
	};
	return poll(fds, 2, 0) > 0 && ((fds[0].revents | fds[1].revents) & POLLIN) != 0;
}

/* No mark is lost on its way to the recorder: where the ring has no room for it and the tick of its
 * edge, it stays in its socket for a millisecond. Takes some, so that a program that never stops marking
 * keeps no tick away. False: none was left. */
static bool take_marks(struct sampler *sampler)
{
	struct batch batch;
	batch.n = 0;
	batch.has_edge = batch.has_begin = false;
	marker_door_awake(sampler->ends.door);
	int64_t begin_ns = sampler->end_ns ? 0 : monotonic_ns();
	if (sampler->is_holding && has_room(sampler)) {
		put_in(sampler, &batch, &sampler->held);
		sampler->is_holding = false;
	}
	size_t n = take_from(sampler, false, begin_ns, &batch);
	if (sampler->ends.door)
		n += take_from(sampler, true, begin_ns, &batch);
	hand_on(sampler, &batch);
	if (has_room(sampler))
		return n > 0;
	if (!is_waiting(sampler))
		return false;
	nanosleep(&(struct timespec){ .tv_nsec = NS_PER_S / 1000 }, NULL);
	return true;
}

/* For the next tick, the end (fds[0]), the next look, or a mark (the others) where none is due. A time limit,
 * not a timer's descriptor: it costs one call a tick instead of two. */
static void wait(const struct sampler *sampler, struct pollfd *fds, nfds_t n)
{
	int64_t now_ns = monotonic_ns(), due_ns = sampler->schedule.due_ns;
	bool is_looking = look_schedule_is_on(&sampler->looks);
	if (is_looking && sampler->looks.due_ns < due_ns)
		due_ns = sampler->looks.due_ns;
	if (!is_looking && !marker_door_may_sleep(sampler->ends.door))
		due_ns = now_ns;
	int64_t left_ns = due_ns > now_ns ? due_ns - now_ns : 0;
	const struct timespec limit = { left_ns / NS_PER_S, left_ns % NS_PER_S };
	for (nfds_t i = 0; i < n; i++)
		fds[i].revents = 0;
	ppoll(fds, is_looking ? 1 : n, &limit, NULL);
}

/* Takes the marks that have come. Where a tick has woken it between two looks, they wait: a program that
 * marks all the time would be interrupted the more often. */
static void look_for_marks(struct sampler *sampler, bool is_woken)
{
	int64_t now_ns = monotonic_ns();
	if (now_ns < sampler->looks.due_ns ||
	    (!look_schedule_is_on(&sampler->looks) && !is_woken))
		return;
	/* a socket whose senders are gone is readable, and holds none */
	int64_t n_marks = sampler->n_marks;
	if (is_waiting(sampler))
		take_marks(sampler);
	now_ns = monotonic_ns();
	if (sampler->n_marks == n_marks && !sampler->is_holding) {
		look_schedule_miss(
		    &sampler->looks, now_ns,
		    atomic_load_explicit(&sampler->is_apart, memory_order_relaxed));
		return;
	}
	look_schedule_hear(&sampler->looks, now_ns);
	if (!sampler->is_holding && is_waiting(sampler))
		look_schedule_hurry(&sampler->looks, now_ns);
}

static void serve(struct sampler *sampler, int64_t now_ns)
{
	histogram_add(&sampler->lateness, now_ns - sampler->schedule.due_ns);
	sampler->stats.missed += tick_schedule_next(&sampler->schedule, now_ns);
	atomic_store_explicit(&sampler->cpu, sched_getcpu(), memory_order_relaxed);
	tick_or_count(sampler, false);
}

/* To the deadline itself, not to a multiple of 50 us behind it; and before whatever else wants
 * the processor, where that is allowed. */
static void settle_in(struct sampler *sampler)
{
	prctl(PR_SET_TIMERSLACK, 1UL);
	sampler->stats.priority_err = opener_raise_priority();
	if (sampler->options.cpu < 0)
		return;
	cpu_set_t cpus;
	CPU_ZERO(&cpus);
	CPU_SET((size_t)sampler->options.cpu, &cpus);
	sampler->stats.pin_err = pthread_setaffinity_np(pthread_self(), sizeof(cpus),
							&cpus);
}

static size_t count_away(const struct slow_readers *slow_readers)
{
	size_t n = 0;
	for (size_t i = 0; i < slow_readers->n; i++)
		n += slow_reader_is_away(&slow_readers->items[i]);
	return n;
}

/* What turns out to be slow only now must not be in the tick that the trial begins with. */
static void begin(struct sampler *sampler)
{
	size_t n_away;
	do {
		n_away = count_away(sampler->ends.slow_readers);
		tick_or_count(sampler, true);
	} while (count_away(sampler->ends.slow_readers) != n_away);
	sampler->schedule = tick_schedule_of(sampler->options.rate_hz,
					     sampler->ends.sensors, monotonic_ns());
	sampler->stats.rate_begin_hz = tick_schedule_hz(&sampler->schedule);
	sampler->has_begun = true;
	sem_post(&sampler->first_tick);
}

/* However long the recorder takes. What was left behind may go on marking for ever: that is not waited
 * for. */
static void take_last_marks(struct sampler *sampler)
{
	int n_rounds = 0;
	bool is_more = true;
	const int64_t n_before = sampler->n_marks;
	sampler->end_ns = monotonic_ns();
	marker_door_last_round(sampler->ends.door);
	while (is_more && n_rounds < LATE_ROUNDS && !sampler->stats.are_marks_cut) {
		int64_t n = sampler->n_marks, n_late = sampler->n_marks_late;
		is_more = take_marks(sampler);
		n = sampler->n_marks - n;
		n_late = sampler->n_marks_late - n_late;
		n_rounds = n > n_late ? 0 : n_rounds + (n > 0);
		int64_t since_end_ns = monotonic_ns() - sampler->end_ns;
		bool are_many = sampler->n_marks - n_before > LAST_MARKS_MOST;
		sampler->stats.are_marks_cut = since_end_ns >
					       (are_many ? LAST_ROUNDS_NS : LAST_MOST_NS);
	}
}

static void end(struct sampler *sampler)
{
	struct sampler_stats *stats = &sampler->stats;
	take_last_marks(sampler);
	/* The last tick holds the joules of the whole trial: it waits for the recorder. */
	while (!tick(sampler, true))
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_S / 1000 }, NULL);
	stats->late_p50_ns = histogram_quantile(&sampler->lateness, 0.50);
	stats->late_p99_ns = histogram_quantile(&sampler->lateness, 0.99);
	stats->late_max_ns = sampler->lateness.max_ns;
	stats->rate_end_hz = tick_schedule_hz(&sampler->schedule);
	stats->cpu_s = (double)clock_ns(CLOCK_THREAD_CPUTIME_ID) / (double)NS_PER_S;
	sem_post(&sampler->last_tick);
}

/* Begins, or goes on where a thread that hangs has left off. */
static void *run(void *argument)
{
	struct sampler *sampler = argument;
	struct pollfd fds[] = {
		{ .fd = sampler->stop_fd, .events = POLLIN },
		{ .fd = sampler->ends.marker_fd, .events = POLLIN },
		{ .fd = marker_door_fd(sampler->ends.door), .events = POLLIN },
	};
	settle_in(sampler);
	if (!sampler->has_begun)
		begin(sampler);
	while (!(fds[0].revents & POLLIN)) {
		wait(sampler, fds, sizeof(fds) / sizeof(*fds));
		look_for_marks(sampler, ((fds[1].revents | fds[2].revents) & POLLIN) != 0 ||
					    marker_door_has_marks(sampler->ends.door));
		if (fds[1].revents & (POLLHUP | POLLERR))
			fds[1].fd =
			    -1; /* every sender is gone: it would wake us for ever */
		int64_t now_ns = monotonic_ns();
		if (now_ns >= sampler->schedule.due_ns)
			serve(sampler, now_ns);
	}
	end(sampler);
	return NULL;
}

/* The first tick may be slow: the command does not run yet, and ends need a beginning. */
static bool is_hanging(const struct sampler *sampler)
{
	int64_t limit_ns = sampler->has_begun ? SLOW_READ_NS : first_patience_ns;
	return monotonic_ns() - atomic_load(&sampler->busy_since_ns) > limit_ns;
}

/* A processor may have been taken away since: then the thread stays where it is. */
static void run_where_chosen(struct sampler *sampler)
{
	if (sampler->cpu_choice)
		pthread_setaffinity_np(sampler->thread, sizeof(cpu_set_t),
				       cpu_choice_set(sampler->cpu_choice));
}

/* Lets another thread take the ticks, and this one have its slow reader. */
static void replace(struct sampler *sampler, long busy)
{
	struct slow_reader *slow = slow_reader_of_read(sampler, busy);
	pthread_t hanging = sampler->thread;
	slow->away_ns = monotonic_ns();
	slow->took_ns = slow->away_ns - atomic_load(&sampler->busy_since_ns);
	if (slow_reader_open(slow) != 0)
		return;
	if (!atomic_compare_exchange_strong(&sampler->busy, &busy, TAKEN)) {
		atomic_store(&slow->is_open, false); /* it has come back just now */
		return;
	}
	atomic_store(&slow->is_away, true);
	pthread_detach(hanging);
	atomic_store(&sampler->busy_since_ns, slow->away_ns);
	while (pthread_create(&sampler->thread, NULL, run, sampler) != 0)
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_S / 1000 }, NULL);
	run_where_chosen(sampler);
}

/* Keeps the thread off the processors that work, as long as one is idle: here, so that no tick pays for the
 * look. */
static void keep_off(struct sampler *sampler)
{
	struct cpu_own own = { .cpu = atomic_load(&sampler->cpu) };
	clockid_t clock;
	if (!sampler->cpu_choice || !sampler->has_begun ||
	    pthread_getcpuclockid(sampler->thread, &clock) != 0)
		return;
	own.cpu_ns = clock_ns(clock);
	cpu_choice_keep_off(sampler->cpu_choice,
			    cpu_of_thread(atomic_load(&sampler->marking_pid),
					  atomic_load(&sampler->marking_tid)));
	if (cpu_choice_look(sampler->cpu_choice, monotonic_ns(), &own))
		run_where_chosen(sampler);
	sampler->is_apart = cpu_choice_is_apart(sampler->cpu_choice);
}

/* Whoever had the turn has ended, however it did. */
static void ask_turn(struct sampler *sampler)
{
	const struct reading_turn *turn = sampler->options.turn;
	if (!sampler->is_second || !turn->take(turn->state))
		return;
	sampler->stats.turn_ns = monotonic_ns();
	sampler->is_second = false;
}

void sampler_watch(struct sampler *sampler)
{
	struct slow_readers *slow_readers = sampler->ends.slow_readers;
	for (size_t i = 0; i < slow_readers->n; i++) {
		struct slow_reader *slow = &slow_readers->items[i];
		if (atomic_load(&slow->is_away) && !atomic_load(&slow->is_open) &&
		    slow_reader_open(slow) == 0 && slow_reader_start(slow) != 0)
			atomic_store(&slow->is_open, false);
	}
	long busy = atomic_load(&sampler->busy);
	if (busy > 0 && is_hanging(sampler))
		replace(sampler, busy);
	keep_off(sampler);
	ask_turn(sampler);
}

/* Waits, and watches meanwhile. */
static void await(struct sampler *sampler, sem_t *event)
{
	for (;;) {
		int64_t until_ns = monotonic_ns() + watch_interval_ns;
		const struct timespec limit = { until_ns / NS_PER_S, until_ns % NS_PER_S };
		if (sem_clockwait(event, CLOCK_MONOTONIC, &limit) == 0)
			return;
		sampler_watch(sampler);
	}
}

static void discard(struct sampler *sampler)
{
	if (sampler->stop_fd >= 0)
		close(sampler->stop_fd);
	sem_destroy(&sampler->first_tick);
	sem_destroy(&sampler->last_tick);
	cpu_choice_free(sampler->cpu_choice);
	free(sampler);
}

/* Where the user has not said it. */
static struct cpu_choice *choice_of(const struct sampler_options *options)
{
	cpu_set_t allowed;
	if (options->cpu >= 0 || sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return NULL;
	return cpu_choice_new(&cpu_files_of_machine, &allowed);
}

/* 0, or the errno of what could not be had. */
static int start(struct sampler *sampler)
{
	sampler->cpu_choice = choice_of(&sampler->options);
	sampler->is_apart = sampler->options.cpu >= 0; /* the user's choice */
	sampler->is_second = sampler->options.turn != NULL;
	sampler->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (sem_init(&sampler->first_tick, 0, 0) != 0 ||
	    sem_init(&sampler->last_tick, 0, 0) != 0 || sampler->stop_fd < 0)
		return errno;
	int err = pthread_create(&sampler->thread, NULL, run, sampler);
	if (err == 0)
		await(sampler, &sampler->first_tick);
	return err;
}

struct sampler *sampler_start(const struct sampler_ends *ends,
			      const struct sampler_options *options, struct problem *why)
{
	struct sampler *sampler = calloc(1, sizeof(*sampler));
	int err = ENOMEM;
	if (sampler) {
		sampler->ends = *ends;
		sampler->options = *options;
		err = start(sampler);
		if (err == 0)
			return sampler;
		discard(sampler);
	}
	problem_what(why, "cannot start the sampler");
	problem_errno(why, err);
	return NULL;
}

void sampler_stop(struct sampler *sampler, struct sampler_stats *stats)
{
	uint64_t one = 1;
	const struct cpu_looks looks = cpu_choice_looks(sampler->cpu_choice);
	cpu_choice_free(sampler->cpu_choice);
	sampler->cpu_choice = NULL; /* the thread that it is for ends */
	while (write(sampler->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		continue;
	await(sampler, &sampler->last_tick);
	pthread_join(sampler->thread, NULL);
	sampler_watch(sampler); /* slow sources of a short run have no slow reader yet */
	slow_readers_stop(sampler->ends.slow_readers, last_patience_ns);
	*stats = sampler->stats;
	stats->looks = looks.n;
	stats->looks_busy = looks.n_busy;
	discard(sampler);
}
