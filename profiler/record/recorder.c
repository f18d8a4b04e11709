/* profiler/record/recorder.c - see recorder.h. */
#include <config.h>

#include "profiler/record/recorder.h"

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/registry.h"
#include "profiler/profile/profile.h"
#include "profiler/record/findings.h"
#include "profiler/record/phases.h"
#include "profiler/record/region-book.h"
#include "profiler/record/second-source.h"
#include "profiler/record/system-events.h"
#include "profiler/sample/sampler.h"
#include "profiler/sample/tick-schedule.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Ten rounds a second: few wake-ups beside the command, while the ring holds seconds of ticks. */
enum { DRAIN_INTERVAL_MS = 100 };
/* Marks of a transaction: what a killed joulecart loses, and how long another's trial has to wait for its own. */
enum { EDGES_TOGETHER = 512 };

struct cut_rollup {
	struct rollup_row row;
	struct rollup_pack pack;
	struct finding_list findings;
};

/* The places of its two channels in the flat order. */
struct watched_pair {
	size_t counted, second;
	struct source_pair pair;
};

/* The thread's round (run), ten times a second and at the stop: each tick in the ring goes to the
 * builders of its channels; once a second, and at each phase edge, all rollups are cut and stored. What a
 * round stores is one transaction, or several of some hundred edges: a transaction an edge takes ten times
 * as long. After a failed write (has_failed) the rounds go on and keep nothing: the
 * sampler's ring must never fill up because a disk did. */
struct recorder {
	pthread_t thread;
	struct store *store;
	int64_t trial_id;
	const struct sensors *sensors;
	struct ring *ring;
	struct slow_readers *slow_readers;
	pthread_mutex_t watching; /* held while the sampler is used */
	struct sampler *sampler;  /* to be watched, or NULL */
	int stop_fd;
	struct rollup_builder **builders; /* one a channel, in the flat order */
	int64_t *channel_ids;
	int64_t *still_ns;           /* of each channel, as stored */
	struct region_book *regions; /* or NULL: none are taken */
	struct profile *profile;     /* or NULL: no stacks are */
	int64_t tree_ns;             /* the run's CPU time at the last tick; 0: not known */
	size_t tree; /* the channel of the run's CPU time; n_channels: there is none */
	struct phases phases;
	int64_t seq;             /* of the rollup that is open */
	int64_t cut_ns;          /* when the last one ended */
	int64_t edge_ns;         /* the tick of the last edge */
	int64_t synced_ns;       /* when the disk was last waited for */
	bool is_open, is_synced; /* the transaction; it waits for the disk */
	int n_edges;             /* in it */
	int64_t first_tick_ns, last_tick_ns, last_read_ns; /* the end of the last tick */
	int64_t energy_read_ns; /* when the last tick's readings of energy had been made */
	struct machine_moment moment;     /* of the last cut */
	struct system_event system_event; /* in the rollup that is being cut */
	struct cut_rollup *cuts;          /* of each channel, until they are stored */
	struct watched_pair *pairs;
	size_t n_pairs;
	bool is_ending; /* the last rollups are cut */
	bool has_failed;
	struct problem failure; /* the first */
};

static void fail(struct recorder *recorder, const struct problem *why)
{
	if (!recorder->has_failed)
		recorder->failure = *why;
	recorder->has_failed = true;
	recorder->is_open = false;
	store_rollback(recorder->store);
}

/* Commits what is open. 0, or -1 with *why. */
static int settle(struct recorder *recorder, struct problem *why)
{
	bool was_open = recorder->is_open;
	recorder->is_open = false;
	return was_open ? store_commit(recorder->store, why) : 0;
}

static void settle_or_fail(struct recorder *recorder)
{
	struct problem why;
	if (settle(recorder, &why) != 0)
		fail(recorder, &why);
}

/* Has a transaction open, which waits for the disk where is_synced. 0, or -1 with *why. */
static int begin(struct recorder *recorder, bool is_synced, struct problem *why)
{
	if (recorder->is_open && (recorder->is_synced || !is_synced))
		return 0;
	if (settle(recorder, why) != 0)
		return -1;
	int code = is_synced ? store_begin_synced(recorder->store, why)
			     : store_begin(recorder->store, why);
	recorder->is_open = code == 0;
	recorder->is_synced = is_synced;
	recorder->n_edges = 0;
	return code;
}

static const struct sensor *sensor_of(const struct recorder *recorder, size_t channel)
{
	size_t i = 0;
	while (channel >=
	       recorder->sensors->items[i].first + recorder->sensors->items[i].list.n)
		i++;
	return &recorder->sensors->items[i];
}

static int store_findings(struct recorder *recorder, size_t channel,
			  const struct finding_list *findings, struct problem *why)
{
	const struct sensor *sensor = sensor_of(recorder, channel);
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->items[i];
		const struct channel *facts =
		    &sensor->list.channels[channel - sensor->first];
		const struct gap_facts gap = {
			.trial_id = recorder->trial_id,
			.channel_id = recorder->channel_ids[channel],
			.collector = sensor->collector->name,
			.name = facts->name,
			.kind = finding_name(finding->kind),
			.why = finding_why(finding, facts),
			.begin_mono_ns = finding->begin_mono_ns,
			.end_mono_ns = finding->end_mono_ns,
		};
		if (store_add_gap(recorder->store, &gap, why) != 0)
			return -1;
	}
	return 0;
}

static int store_stillness(struct recorder *recorder, size_t channel, int64_t still_ns,
			   struct problem *why)
{
	if (still_ns <= recorder->still_ns[channel])
		return 0;
	recorder->still_ns[channel] = still_ns;
	return store_set_seen_interval(recorder->store, recorder->channel_ids[channel],
				       still_ns, why);
}

/* Channels that are read together have one time; a reader begins where the one before it
 * ended. n_channels: the channel stands on its own. */
static size_t times_of(const struct recorder *recorder, size_t channel)
{
	const struct sensors *sensors = recorder->sensors;
	const struct reader *reader = sensors->readers;
	while (channel >= reader->first + reader->n)
		reader++;
	if (channel > reader->first)
		return reader->first;
	return reader > sensors->readers ? reader[-1].first : sensors->n_channels;
}

/* What the channel can at most have drawn while the machine slept, in its raw steps: its counter
 * may have stood still, and no reading tells. */
static int64_t asleep_steps(const struct recorder *recorder, size_t channel)
{
	const struct sensor *sensor = sensor_of(recorder, channel);
	const struct channel *facts = &sensor->list.channels[channel - sensor->first];
	bool is_joules = facts->unit == UNIT_J && facts->kind == KIND_COUNTER;
	double w = facts->max_power_w > 0 ? facts->max_power_w : ADVANCE_CEILING_W;
	if (!is_joules && facts->unit != UNIT_W)
		return 0;
	return (int64_t)((double)recorder->system_event.slept_ns / NS_PER_S * w /
			 facts->unit_per_raw);
}

static double asleep_j(const struct recorder *recorder)
{
	const struct sensors *sensors = recorder->sensors;
	double joules = 0;
	for (size_t s = 0; s < sensors->n; s++)
		for (size_t i = 0; i < sensors->items[s].list.n; i++) {
			const struct channel *facts = &sensors->items[s].list.channels[i];
			if (facts->counted)
				joules += (double)asleep_steps(
					      recorder, sensors->items[s].first + i) *
					  facts->unit_per_raw;
		}
	return joules;
}

static int store_notice(struct recorder *recorder, const char *collector, const char *text,
			struct problem *why)
{
	const struct gap_facts gap = { .trial_id = recorder->trial_id,
				       .collector = collector,
				       .kind = "unavailable",
				       .why = text,
				       .begin_mono_ns = recorder->cut_ns,
				       .end_mono_ns = recorder->last_tick_ns };
	return store_add_gap(recorder->store, &gap, why);
}

static int store_system_event(struct recorder *recorder, struct problem *why)
{
	const struct system_event *found = &recorder->system_event;
	char text[160];
	int code = 0;
	if (found->slept_ns) {
		snprintf(
		    text, sizeof(text),
		    "the machine was suspended for %.1f s: up to %.0f J were not measured",
		    (double)found->slept_ns / NS_PER_S, asleep_j(recorder));
		code = store_notice(recorder, "clock", text, why);
	}
	if (code == 0 && found->stepped_ns) {
		snprintf(text, sizeof(text),
			 "the wall clock was set by %+.1f s: times of day differ, joules "
			 "and durations do not",
			 (double)found->stepped_ns / NS_PER_S);
		code = store_notice(recorder, "clock", text, why);
	}
	if (code == 0 && found->cpus_before != found->cpus_after) {
		snprintf(text, sizeof(text),
			 "the machine had %ld CPUs, and then %ld: their events may be "
			 "counted in part",
			 found->cpus_before, found->cpus_after);
		code = store_notice(recorder, "cputime", text, why);
	}
	return code;
}

static void look_for_system_event(struct recorder *recorder)
{
	const struct machine_moment now = machine_moment_now();
	recorder->system_event = system_event_between(&recorder->moment, &now);
	recorder->moment = now;
}

static void cut_rollup(struct recorder *recorder, size_t channel, bool at_edge)
{
	struct cut_rollup *cut = &recorder->cuts[channel];
	size_t other = times_of(recorder, channel);
	bool has_other = other < recorder->sensors->n_channels;
	rollup_cut(recorder->builders[channel], at_edge ? recorder->last_tick_ns : 0,
		   has_other ? recorder->builders[other] : NULL, &cut->row, &cut->pack,
		   &cut->findings);
	cut->row.advance_high += asleep_steps(recorder, channel);
}

static int store_rollup(struct recorder *recorder, size_t channel, struct problem *why)
{
	const struct cut_rollup *cut = &recorder->cuts[channel];
	size_t other = times_of(recorder, channel);
	bool has_other = other < recorder->sensors->n_channels;
	if (store_add_rollup(recorder->store, recorder->channel_ids[channel], recorder->seq,
			     &cut->row, &cut->pack,
			     has_other ? recorder->channel_ids[other] : 0, why) != 0)
		return -1;
	if (recorder->regions &&
	    region_book_cut(recorder->regions, channel, recorder->seq, &cut->row, why) != 0)
		return -1;
	if (recorder->profile)
		profile_cut(recorder->profile, channel, cut->row.advance);
	if (store_findings(recorder, channel, &cut->findings, why) != 0)
		return -1;
	return store_stillness(recorder, channel, cut->row.still_ns, why);
}

static void compare_sources(struct recorder *recorder)
{
	for (size_t i = 0; i < recorder->n_pairs; i++) {
		struct watched_pair *watched = &recorder->pairs[i];
		struct cut_rollup *counted = &recorder->cuts[watched->counted];
		struct finding finding;
		if (source_pair_add(&watched->pair, &counted->row,
				    &recorder->cuts[watched->second].row,
				    recorder->is_ending, &finding))
			finding_list_add(&counted->findings, &finding);
	}
}

/* Counts the second source in the place of a counter that never moved, and says so. */
static int store_stand_in(struct recorder *recorder, const struct watched_pair *watched,
			  struct problem *why)
{
	const struct source_pair *pair = &watched->pair;
	char text[256];
	snprintf(
	    text, sizeof(text),
	    "it stood still all the time, while %.80s told %.3g J of the same hardware: "
	    "that is counted in its place",
	    pair->second->name, pair->totals[1].joules);
	const struct gap_facts gap = {
		.trial_id = recorder->trial_id,
		.collector = sensor_of(recorder, watched->counted)->collector->name,
		.name = pair->counted->name,
		.kind = "stuck",
		.why = text,
	};
	if (store_count_instead(recorder->store, recorder->channel_ids[watched->counted],
				recorder->channel_ids[watched->second], why) != 0)
		return -1;
	return store_add_gap(recorder->store, &gap, why);
}

/* One for each counter: the first that tells joules. */
static int store_stand_ins(struct recorder *recorder, struct problem *why)
{
	size_t done = recorder->sensors->n_channels;
	int code = 0;
	for (size_t i = 0; i < recorder->n_pairs && code == 0; i++) {
		const struct watched_pair *watched = &recorder->pairs[i];
		if (watched->counted == done || !source_pair_is_replaced(&watched->pair))
			continue;
		done = watched->counted;
		code = store_stand_in(recorder, watched, why);
	}
	return code;
}

static int store_rollups(struct recorder *recorder, bool at_edge, struct problem *why)
{
	size_t n = recorder->sensors->n_channels;
	for (size_t i = 0; i < n; i++)
		cut_rollup(recorder, i, at_edge);
	compare_sources(recorder);
	for (size_t i = 0; i < n; i++)
		if (store_rollup(recorder, i, why) != 0)
			return -1;
	if (recorder->is_ending && store_stand_ins(recorder, why) != 0)
		return -1;
	if (!recorder->regions)
		return 0;
	if (region_book_cut_times(recorder->regions, recorder->seq, why) != 0)
		return -1;
	return recorder->is_ending ? region_book_end(recorder->regions, why) : 0;
}

static bool is_empty(const struct recorder *recorder)
{
	for (size_t i = 0; i < recorder->sensors->n_channels; i++)
		if (rollup_length(recorder->builders[i]) > 0)
			return false;
	return true;
}

/* Ends the open rollup of every channel. */
static void cut(struct recorder *recorder, bool at_edge)
{
	struct problem why;
	if (recorder->has_failed || (is_empty(recorder) && !at_edge))
		return;
	look_for_system_event(recorder);
	/* Once a second the disk is waited for, also where phases follow each other faster. Each
	 * edge is not worth that: programs may mark thousands a second. */
	int64_t now_ns = monotonic_ns();
	bool is_synced = !at_edge || now_ns - recorder->synced_ns >= NS_PER_S;
	if (is_synced)
		recorder->synced_ns = now_ns;
	if (begin(recorder, is_synced, &why) != 0 ||
	    store_rollups(recorder, at_edge, &why) != 0 ||
	    store_system_event(recorder, &why) != 0)
		fail(recorder, &why);
	recorder->seq++;
	recorder->cut_ns = recorder->last_tick_ns;
}

static struct sample sample_of(const struct span *span, const struct reading *reading)
{
	return (struct sample){
		.mono_ns = span->begin_ns + (span->end_ns - span->begin_ns) / 2,
		.half_ns = (span->end_ns - span->begin_ns) / 2,
		.raw = reading->err ? 0 : reading->raw,
		.err = reading->err,
	};
}

static void take_readings(struct recorder *recorder, const struct reader *reader,
			  const struct span *span, const struct reading *readings)
{
	for (size_t i = 0; i < reader->n; i++) {
		struct rollup_builder *builder = recorder->builders[reader->first + i];
		struct sample sample = sample_of(span, &readings[i]);
		if (rollup_add(builder, &sample))
			continue;
		cut(recorder, false); /* only the first of a tick can find it full */
		rollup_add(builder, &sample);
	}
}

/* What ran until the tick before shares what its readings gave. */
static void take_regions(struct recorder *recorder, const struct region_entry *entry)
{
	struct problem why;
	if (!recorder->regions || recorder->has_failed)
		return;
	if (region_book_take(recorder->regions, entry->shares, entry->n, entry->span,
			     &why) != 0) {
		fail(recorder, &why);
		return;
	}
	if (entry->is_last && recorder->tree_ns > 0)
		region_book_take_tree(recorder->regions, recorder->tree_ns);
	for (size_t i = 0; entry->is_last && i < recorder->sensors->n_channels; i++)
		region_book_split(recorder->regions, i,
				  rollup_advance(recorder->builders[i]));
}

/* A tick before the first one, that was slow: what was slow begins with it, all else later. */
static bool take_early(struct recorder *recorder, const struct entry *entry)
{
	const struct sensors *sensors = recorder->sensors;
	const struct reading *readings = entry_readings(entry, sensors);
	bool is_early = false;
	for (size_t r = 0; r < sensors->n_readers && !recorder->first_tick_ns; r++) {
		const struct span *span = &entry->spans[r];
		if (span->end_ns == 0 || !reader_is_slow(&sensors->readers[r], span))
			continue;
		take_readings(recorder, &sensors->readers[r], span,
			      readings + sensors->readers[r].first);
		is_early = true;
	}
	return is_early;
}

/* The run's CPU time, for the regions of this tick. */
static void take_tree(struct recorder *recorder, const struct reading *readings)
{
	size_t tree = recorder->tree;
	if ((!recorder->regions && !recorder->profile) ||
	    tree == recorder->sensors->n_channels)
		return;
	const struct sensor *sensor = sensor_of(recorder, tree);
	const struct channel *channel = &sensor->list.channels[tree - sensor->first];
	if (!readings[tree].err && readings[tree].raw > 0)
		recorder->tree_ns = (int64_t)((double)readings[tree].raw *
					      channel->unit_per_raw * NS_PER_S);
}

/* The channels' rises so far, to the stacks until the last tick. */
static void split_to_stacks(struct recorder *recorder)
{
	for (size_t i = 0; recorder->profile && i < recorder->sensors->n_channels; i++)
		profile_split(recorder->profile, i, rollup_advance(recorder->builders[i]));
}

static void take_stacks(struct recorder *recorder)
{
	if (!recorder->profile)
		return;
	profile_take(recorder->profile, recorder->last_tick_ns);
	profile_tick(recorder->profile, recorder->last_tick_ns, recorder->tree_ns);
	split_to_stacks(recorder);
}

static int64_t energy_read_ns(const struct sensors *sensors, const struct entry *entry)
{
	int64_t last_ns = entry->begin_ns;
	for (size_t r = 0; r < sensors->n_readers; r++) {
		bool is_energy = sensors->readers[r].sensor->collector->is_energy;
		if (is_energy && entry->spans[r].end_ns > last_ns)
			last_ns = entry->spans[r].end_ns;
	}
	return last_ns;
}

static void take_tick(struct recorder *recorder, const struct entry *entry)
{
	struct problem why;
	const struct sensors *sensors = recorder->sensors;
	if (take_early(recorder, entry))
		return;
	recorder->last_tick_ns = recorder->last_read_ns = entry->begin_ns;
	recorder->energy_read_ns = energy_read_ns(sensors, entry);
	if (!recorder->first_tick_ns) {
		recorder->first_tick_ns = recorder->cut_ns = recorder->last_tick_ns;
		recorder->synced_ns = monotonic_ns();
		recorder->moment = machine_moment_now();
		if (!recorder->has_failed &&
		    (begin(recorder, false, &why) != 0 ||
		     phases_begin(&recorder->phases, recorder->store, recorder->trial_id,
				  (struct edge){ .tick_ns = recorder->first_tick_ns,
						 .read_ns = recorder->energy_read_ns },
				  &why) != 0))
			fail(recorder, &why);
	}
	const struct reading *readings = entry_readings(entry, sensors);
	take_tree(recorder, readings);
	for (size_t r = 0; r < sensors->n_readers; r++) {
		const struct reader *reader = &sensors->readers[r];
		if (entry->spans[r].end_ns == 0)
			continue;
		recorder->last_read_ns = entry->spans[r].end_ns;
		take_readings(recorder, reader, &entry->spans[r], readings + reader->first);
	}
	take_stacks(recorder);
}

static void take_mark(struct recorder *recorder, const struct entry *entry)
{
	struct problem why;
	bool is_edge = entry_mark(entry)->kind == MARKER_BEGIN ||
		       entry_mark(entry)->kind == MARKER_END;
	if (is_edge && recorder->edge_ns != recorder->last_tick_ns)
		cut(recorder, true);
	if (is_edge)
		recorder->edge_ns = recorder->last_tick_ns;
	if (recorder->has_failed)
		return;
	struct edge edge = { recorder->last_tick_ns, recorder->seq - 1, recorder->seq,
			     recorder->last_read_ns };
	if (begin(recorder, false, &why) != 0 ||
	    phases_take(&recorder->phases, entry_mark(entry), edge, &why) != 0)
		fail(recorder, &why);
	else if (++recorder->n_edges >= EDGES_TOGETHER)
		settle_or_fail(recorder);
}

static void drain(struct recorder *recorder)
{
	const struct entry *entry;
	while ((entry = ring_front(recorder->ring))) {
		if (entry->kind == ENTRY_TICK)
			take_tick(recorder, entry);
		else if (entry->kind == ENTRY_REGIONS)
			take_regions(recorder, entry_regions(entry));
		else
			take_mark(recorder, entry);
		ring_release(recorder->ring);
		if (recorder->last_tick_ns - recorder->cut_ns >= NS_PER_S)
			cut(recorder, false);
	}
	settle_or_fail(recorder);
}

static void drain_slow_readers(struct recorder *recorder)
{
	for (size_t i = 0; i < recorder->slow_readers->n; i++) {
		struct slow_reader *slow = &recorder->slow_readers->items[i];
		const struct slow_reader_entry *entry;
		while (atomic_load(&slow->is_open) && (entry = ring_front(slow->ring))) {
			take_readings(recorder, &slow->reader, &entry->span,
				      entry->readings);
			ring_release(slow->ring);
		}
	}
}

/* A read that never came back: what the channel did since its last one is not known. */
static void tell_lost(struct recorder *recorder, const struct slow_reader *slow)
{
	const struct sample lost = { .mono_ns = recorder->last_tick_ns, .err = ETIMEDOUT };
	for (size_t i = 0; i < slow->reader.n; i++)
		rollup_add(recorder->builders[slow->reader.first + i], &lost);
}

static int tell_slow(struct recorder *recorder, const struct slow_reader *slow,
		     struct problem *why)
{
	char text[128];
	snprintf(
	    text, sizeof(text),
	    "a read took %.3g s: from then on a thread of its own reads it, less often",
	    (double)slow->took_ns / (double)NS_PER_S);
	for (size_t i = slow->reader.first; i < slow->reader.first + slow->reader.n; i++) {
		const struct sensor *sensor = sensor_of(recorder, i);
		const struct gap_facts gap = {
			.trial_id = recorder->trial_id,
			.channel_id = recorder->channel_ids[i],
			.collector = sensor->collector->name,
			.name = sensor->list.channels[i - sensor->first].name,
			.kind = "lost-ticks",
			.why = text,
			.begin_mono_ns = slow->away_ns,
			.end_mono_ns = recorder->last_tick_ns,
		};
		if (store_add_gap(recorder->store, &gap, why) != 0)
			return -1;
	}
	return 0;
}

/* How late a counter changes is seen by reading it often. Of one that is read once a second it is
 * not known, and so it is taken for the slowest. */
static int widen_by_age(struct recorder *recorder, const struct slow_reader *slow,
			struct problem *why)
{
	for (size_t i = slow->reader.first; i < slow->reader.first + slow->reader.n; i++) {
		const struct sensor *sensor = sensor_of(recorder, i);
		const struct channel *facts = &sensor->list.channels[i - sensor->first];
		if (facts->kind == KIND_COUNTER && facts->unit == UNIT_J &&
		    store_stillness(recorder, i, ADVANCE_SLOWEST_UPDATE_NS, why) != 0)
			return -1;
	}
	return 0;
}

static void end_slow_readers(struct recorder *recorder)
{
	struct problem why;
	for (size_t i = 0; i < recorder->slow_readers->n; i++) {
		const struct slow_reader *slow = &recorder->slow_readers->items[i];
		if (slow->is_lost)
			tell_lost(recorder, slow);
		bool is_known = slow->sensor.collector->is_slow && !slow->is_lost;
		if (slow_reader_is_away(slow) && !recorder->has_failed &&
		    (widen_by_age(recorder, slow, &why) != 0 ||
		     (!is_known && tell_slow(recorder, slow, &why) != 0)))
			fail(recorder, &why);
	}
}

static void tell_lost_regions(struct recorder *recorder)
{
	struct problem why;
	char text[192];
	if (recorder->regions && !recorder->has_failed &&
	    region_book_losses(recorder->regions, text, sizeof(text)) &&
	    store_notice(recorder, "markers", text, &why) != 0)
		fail(recorder, &why);
}

static void watch(struct recorder *recorder)
{
	pthread_mutex_lock(&recorder->watching);
	if (recorder->sampler)
		sampler_watch(recorder->sampler);
	pthread_mutex_unlock(&recorder->watching);
}

static void *run(void *argument)
{
	struct recorder *recorder = argument;
	struct pollfd stop = { .fd = recorder->stop_fd, .events = POLLIN };
	while (!(stop.revents & POLLIN)) {
		poll(&stop, 1, DRAIN_INTERVAL_MS);
		watch(recorder);
		if (recorder->profile)
			profile_drain(recorder->profile);
		drain(recorder);
		drain_slow_readers(recorder);
	}
	/* Taken, not only seen: what the stopping thread wrote before is then seen too. */
	eventfd_t word;
	(void)!eventfd_read(recorder->stop_fd, &word);
	end_slow_readers(recorder);
	tell_lost_regions(recorder);
	split_to_stacks(recorder);
	recorder->is_ending = true;
	cut(recorder, true);
	settle_or_fail(recorder);
	return NULL;
}

static struct channel_facts facts_of(const struct collector *collector,
				     const struct channel *channel)
{
	return (struct channel_facts){
		.collector = collector->name,
		.name = channel->name,
		.domain = channel->domain,
		.inside = channel->inside,
		.kind = channel->kind == KIND_COUNTER ? "counter" : "gauge",
		.unit = unit_name(channel->unit),
		.provenance = provenance_name(channel->provenance),
		.counted = channel->counted,
		.unit_per_raw = channel->unit_per_raw,
		.max_power_w = channel->max_power_w,
		.uncertainty_k2 = channel->uncertainty_k2,
		.wrap_range = channel->wrap_range,
		.update_interval_ns = channel->update_interval_ns,
		.uncertainty_basis = channel->uncertainty_basis,
	};
}

static struct rollup_builder *builder_of(const struct channel *channel, double rate_hz)
{
	const struct rollup_channel shape = {
		.is_counter = channel->kind == KIND_COUNTER,
		.is_energy = channel->kind == KIND_COUNTER && channel->unit == UNIT_J,
		.is_power = channel->kind == KIND_GAUGE && channel->unit == UNIT_W,
		.is_time = channel->kind == KIND_COUNTER && channel->unit == UNIT_S &&
			   channel->max_power_w > 0,
		.tick_interval_ns = (int64_t)((double)NS_PER_S /
					      tick_schedule_slowest_hz(rate_hz)),
		.rule = { channel->wrap_range, channel->unit_per_raw, channel->max_power_w,
			  channel->update_interval_ns,
			  advance_is_never_zero(channel->domain) },
	};
	/* A rollup lasts about a second; a burst of phase edges adds readings to it. */
	return rollup_new(&shape, (size_t)(2 * tick_schedule_fastest_hz(rate_hz)) + 64);
}

static int add_channels(struct recorder *recorder, double rate_hz, struct problem *why)
{
	const struct sensors *sensors = recorder->sensors;
	for (size_t s = 0; s < sensors->n; s++) {
		const struct sensor *sensor = &sensors->items[s];
		for (size_t i = 0; i < sensor->list.n; i++) {
			const struct channel *channel = &sensor->list.channels[i];
			struct channel_facts facts = facts_of(sensor->collector, channel);
			int64_t id = store_add_channel(recorder->store, recorder->trial_id,
						       &facts, why);
			if (id < 0)
				return -1;
			recorder->channel_ids[sensor->first + i] = id;
			recorder->builders[sensor->first + i] = builder_of(channel,
									   rate_hz);
			if (!recorder->builders[sensor->first + i])
				return problem_errno(why, ENOMEM);
		}
	}
	return 0;
}

static int add_gaps(struct recorder *recorder, struct problem *why)
{
	for (size_t i = 0; i < recorder->sensors->n_missing; i++) {
		const struct missing *missing = &recorder->sensors->missing[i];
		const struct gap_facts gap = {
			.trial_id = recorder->trial_id,
			.collector = missing->collector,
			.name = missing->name[0] ? missing->name : NULL,
			.kind = "unavailable",
			.why = missing->why,
			.todo = missing->todo[0] ? missing->todo : NULL,
		};
		if (store_add_gap(recorder->store, &gap, why) != 0)
			return -1;
	}
	return 0;
}

static void discard(struct recorder *recorder)
{
	if (recorder->builders)
		for (size_t i = 0; i < recorder->sensors->n_channels; i++)
			rollup_free(recorder->builders[i]);
	if (recorder->stop_fd >= 0)
		close(recorder->stop_fd);
	region_book_free(recorder->regions);
	free(recorder->builders);
	free(recorder->channel_ids);
	pthread_mutex_destroy(&recorder->watching);
	free(recorder->still_ns);
	free(recorder->cuts);
	free(recorder->pairs);
	free(recorder);
}

static const struct channel *channel_at(const struct recorder *recorder, size_t channel)
{
	const struct sensor *sensor = sensor_of(recorder, channel);
	return &sensor->list.channels[channel - sensor->first];
}

static int add_pair(struct recorder *recorder, size_t counted, size_t second)
{
	struct watched_pair *grown = reallocarray(recorder->pairs, recorder->n_pairs + 1,
						  sizeof(*grown));
	if (!grown)
		return -1;
	recorder->pairs = grown;
	grown[recorder->n_pairs++] = (struct watched_pair){
		.counted = counted,
		.second = second,
		.pair = { .counted = channel_at(recorder, counted),
			  .second = channel_at(recorder, second) },
	};
	return 0;
}

static int find_pairs(struct recorder *recorder)
{
	size_t n = recorder->sensors->n_channels;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (is_second_source(
				channel_at(recorder, i), channel_at(recorder, j),
				sensor_of(recorder, i) == sensor_of(recorder, j)) &&
			    add_pair(recorder, i, j) != 0)
				return -1;
	return 0;
}

/* Is the channel's energy split, and is it the run's own? */
static struct split_facts split_facts_of(const struct recorder *recorder, size_t i)
{
	const struct channel *channel = channel_at(recorder, i);
	return (struct split_facts){
		.channel_id = channel->counted ? recorder->channel_ids[i] : 0,
		.is_by_share = channel->provenance == PROV_ESTIMATED ||
			       channel->provenance == PROV_ASSUMED,
		.update_s = (double)channel->update_interval_ns * 1e-9,
	};
}

/* The energy of counted channels goes to regions. */
static int open_regions(struct recorder *recorder, const struct region_reader *reader,
			struct problem *why)
{
	size_t n = recorder->sensors->n_channels;
	struct split_facts *facts = calloc(n + 1, sizeof(*facts));
	if (!facts)
		return problem_errno(why, ENOMEM);
	recorder->tree = n;
	for (size_t i = 0; i < n; i++) {
		facts[i] = split_facts_of(recorder, i);
		if (strcmp(sensor_of(recorder, i)->collector->name, "cputime") == 0 &&
		    strcmp(channel_at(recorder, i)->name, "tree") == 0)
			recorder->tree = i;
	}
	if (reader)
		recorder->regions = region_book_new(recorder->store, recorder->trial_id,
						    reader, facts, n);
	free(facts);
	return recorder->regions || !reader ? 0 : problem_errno(why, ENOMEM);
}

/* And to stacks. */
static int open_stacks(struct recorder *recorder, struct problem *why)
{
	size_t n = recorder->sensors->n_channels;
	struct energy_channel *channels = recorder->profile
					      ? calloc(n + 1, sizeof(*channels))
					      : NULL;
	int code = 0;
	if (!recorder->profile)
		return 0;
	for (size_t i = 0; channels && i < n; i++) {
		struct split_facts facts = split_facts_of(recorder, i);
		channels[i] = (struct energy_channel){ facts.channel_id != 0,
						       facts.is_by_share };
	}
	if (!channels || profile_set_channels(recorder->profile, channels,
					      recorder->channel_ids, n) != 0)
		code = problem_errno(why, ENOMEM);
	free(channels);
	return code;
}

static int set_up(struct recorder *recorder, const struct region_reader *regions,
		  double rate_hz, struct problem *why)
{
	size_t n = recorder->sensors->n_channels;
	recorder->stop_fd = eventfd(0, EFD_CLOEXEC);
	recorder->builders = calloc(n, sizeof(struct rollup_builder *));
	recorder->channel_ids = calloc(n, sizeof(*recorder->channel_ids));
	recorder->still_ns = calloc(n, sizeof(*recorder->still_ns));
	recorder->cuts = calloc(n, sizeof(*recorder->cuts));
	problem_what(why, "cannot start the recorder");
	if (recorder->stop_fd < 0 || !recorder->cuts || find_pairs(recorder) != 0 ||
	    !recorder->builders || !recorder->channel_ids || !recorder->still_ns)
		return problem_errno(why, errno);
	if (add_channels(recorder, rate_hz, why) != 0 || add_gaps(recorder, why) != 0 ||
	    open_regions(recorder, regions, why) != 0 || open_stacks(recorder, why) != 0)
		return -1;
	int err = pthread_create(&recorder->thread, NULL, run, recorder);
	return err ? problem_errno(why, err) : 0;
}

struct recorder *recorder_start(struct store *store, int64_t trial_id,
				const struct sampler_ends *ends, double rate_hz,
				struct profile *profile, struct problem *why)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	if (!recorder) {
		problem_what(why, "cannot start the recorder");
		problem_errno(why, ENOMEM);
		return NULL;
	}
	recorder->store = store;
	recorder->trial_id = trial_id;
	recorder->sensors = ends->sensors;
	recorder->profile = profile;
	recorder->ring = ends->ring;
	recorder->slow_readers = ends->slow_readers;
	pthread_mutex_init(&recorder->watching, NULL);
	if (set_up(recorder, ends->regions, rate_hz, why) == 0)
		return recorder;
	discard(recorder);
	return NULL;
}

void recorder_watch(struct recorder *recorder, struct sampler *sampler)
{
	pthread_mutex_lock(&recorder->watching);
	recorder->sampler = sampler;
	pthread_mutex_unlock(&recorder->watching);
}

int recorder_stop(struct recorder *recorder, int64_t n_lost, int64_t *end_mono_ns,
		  struct problem *why)
{
	uint64_t one = 1;
	while (write(recorder->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		continue;
	pthread_join(recorder->thread, NULL);
	struct problem failure;
	struct edge edge = { .tick_ns = recorder->last_tick_ns,
			     .rollup_before = recorder->seq - 1,
			     .rollup_after = recorder->seq,
			     .read_ns = recorder->energy_read_ns };
	phases_note_lost(&recorder->phases, n_lost);
	if (!recorder->has_failed && begin(recorder, false, &failure) != 0)
		fail(recorder, &failure);
	if (recorder->has_failed)
		phases_free(&recorder->phases);
	else if (phases_end(&recorder->phases, edge, &failure) != 0 ||
		 settle(recorder, &failure) != 0)
		fail(recorder, &failure);
	if (recorder->first_tick_ns)
		*end_mono_ns = recorder->last_tick_ns;
	bool has_failed = recorder->has_failed;
	*why = recorder->failure;
	discard(recorder);
	return has_failed ? -1 : 0;
}
