/* reports/verify/readings.c - see readings.h. */
#include <config.h>

#include "reports/verify/readings.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "schema/database/migrate.h"
#include "schema/store/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool agrees(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)) + 1e-300;
}

static int failed(sqlite3 *db, struct problem *why)
{
	return store_problem(db, "read", "the trials", why);
}

static const char channels_sql[] =
    "SELECT channel_id, collector, name, coalesce(domain, ''), kind = 'gauge',"
    " unit = 'J' AND kind = 'counter', counted, unit = 's',"
    " provenance IN ('estimated', 'assumed'), unit_per_raw, coalesce(max_power_w, 0),"
    " coalesce(wrap_range, 0), coalesce(update_interval_ns, 0),"
    " kind = 'gauge' AND unit = 'W', CASE provenance WHEN 'measured' THEN 0"
    "  WHEN 'modelled' THEN 1 WHEN 'estimated' THEN 2 ELSE 3 END,"
    " max(coalesce(update_interval_ns, 0), coalesce(seen_interval_ns, 0)),"
    " uncertainty_k2 "
    "FROM channel WHERE trial_id = ? ORDER BY channel_id";

static const char rollups_sql[] =
    "SELECT seq, begin_mono_ns, end_mono_ns, n, n_failed, coalesce(first_raw, 0),"
    " coalesce(last_raw, 0), coalesce(min_raw, 0), coalesce(max_raw, 0),"
    " coalesce(mean_raw, 0), advance, advance_low, advance_high "
    "FROM stretch WHERE channel_id = ? ORDER BY seq";

static struct rollup_check rollup_check_of(sqlite3_stmt *row)
{
	return (struct rollup_check){
		.seq = sqlite3_column_int64(row, 0),
		.begin_ns = sqlite3_column_int64(row, 1),
		.end_ns = sqlite3_column_int64(row, 2),
		.stored = { .n = sqlite3_column_int64(row, 3),
			    .n_failed = sqlite3_column_int64(row, 4),
			    .first = (uint64_t)sqlite3_column_int64(row, 5),
			    .last = (uint64_t)sqlite3_column_int64(row, 6),
			    .min = (uint64_t)sqlite3_column_int64(row, 7),
			    .max = (uint64_t)sqlite3_column_int64(row, 8),
			    .mean = sqlite3_column_double(row, 9),
			    .advance = sqlite3_column_int64(row, 10) },
		.low = sqlite3_column_int64(row, 11),
		.high = sqlite3_column_int64(row, 12),
	};
}

static int read_rollups(sqlite3 *db, struct arena *arena, struct channel_check *channel)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(db, rollups_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, channel->channel_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct rollup_check rollup = rollup_check_of(row);
		arena_append(arena, &rollup, sizeof(rollup));
	}
	channel->n = arena_appended(arena) / sizeof(struct rollup_check);
	channel->rollups = arena_take(arena);
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

static struct channel_check channel_check_of(sqlite3_stmt *row, struct arena *arena)
{
	return (struct channel_check){
		.channel_id = sqlite3_column_int64(row, 0),
		.collector = column_text(row, 1, arena),
		.name = column_text(row, 2, arena),
		.domain = column_text(row, 3, arena),
		.stored_collector = column_sql(row, 1, arena),
		.stored_name = column_sql(row, 2, arena),
		.is_gauge = sqlite3_column_int(row, 4),
		.is_energy = sqlite3_column_int(row, 5),
		.is_counted = sqlite3_column_int(row, 6),
		.is_seconds = sqlite3_column_int(row, 7),
		.is_shared = sqlite3_column_int(row, 8),
		.unit_per_raw = sqlite3_column_double(row, 9),
		.max_power_w = sqlite3_column_double(row, 10),
		.wrap_range = (uint64_t)sqlite3_column_int64(row, 11),
		.update_ns = (uint64_t)sqlite3_column_int64(row, 12),
		.is_power = sqlite3_column_int(row, 13),
		.weakness = sqlite3_column_int(row, 14),
		.stands_ns = (uint64_t)sqlite3_column_int64(row, 15),
		.uncertainty_k2 = sqlite3_column_type(row, 16) == SQLITE_NULL
				      ? NAN
				      : sqlite3_column_double(row, 16),
	};
}

static int read_channels(sqlite3 *db, struct arena *arena, struct trial_check *trial)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(db, channels_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial->trial_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct channel_check channel = channel_check_of(row, arena);
		arena_append(arena, &channel, sizeof(channel));
	}
	sqlite3_finalize(row);
	trial->n = arena_appended(arena) / sizeof(struct channel_check);
	trial->channels = arena_take(arena);
	for (size_t i = 0; step == SQLITE_DONE && i < trial->n; i++)
		if (read_rollups(db, arena, &trial->channels[i]) != 0)
			return -1;
	return step == SQLITE_DONE ? 0 : -1;
}

/* Where the readings of one trial are being sorted into its rollups. */
struct sorter {
	struct trial_check *trial;
	struct channel_check *channel; /* of the reading before */
	size_t at;                     /* its rollup */
	bool has_last;
	struct sample last; /* its last good reading */
	double power_sum;   /* of a channel of watts: raw * seconds up to it */
	/* Of a counter of joules: how far it is ahead of its greatest power, below 0 while it stands
	 * still; how long it stood at first; its steps in this rollup that are ahead together. */
	double ahead_s, stood_s;
	bool has_moved;
	int64_t unsure;
	int64_t n_readings;
};

/* How many seconds the greatest power needs for that many steps (one may be rounding); 2 kW stand
 * in where the counter wraps and its power is not known (advance.h). 0: nothing limits it. */
static double needed_s(const struct channel_check *channel, double steps)
{
	double watts = channel->max_power_w;
	if (watts <= 0 && channel->wrap_range == 0)
		return 0;
	return (steps - 1) * channel->unit_per_raw / (watts > 0 ? watts : 2000);
}

/* A counter of joules can't outrun what its zone can draw, in one step or in several: such steps are
 * a jump, and count as nothing. Readings may be one update interval old at either end (100 ms
 * where that is not known), and were taken at any time within the one that they took. */
static int64_t limited(struct sorter *sorter, struct rollup_check *rollup, double steps,
		       double dt_s)
{
	const struct channel_check *channel = sorter->channel;
	double slack_s = 2e-9 * (channel->update_ns ? (double)channel->update_ns : 1e8);
	double ahead_s = sorter->ahead_s - (sorter->has_moved ? 0 : 4 * sorter->stood_s);
	double since_s = dt_s - fmin(ahead_s, 0);
	bool is_jump = steps < 0 || needed_s(channel, steps) > since_s + slack_s;
	double now_s = ahead_s - dt_s + needed_s(channel, steps);
	sorter->has_moved = true;
	if (is_jump || now_s > slack_s) {
		rollup->own.advance -= is_jump ? 0 : sorter->unsure;
		sorter->unsure = 0;
		sorter->ahead_s = slack_s;
		return 0;
	}
	sorter->ahead_s = fmax(now_s, 0);
	sorter->unsure = now_s > 0 ? sorter->unsure + (int64_t)steps : 0;
	return (int64_t)steps;
}

/* Processors cannot have worked for longer than there was time, nor undone it. */
static int64_t worked(const struct channel_check *channel, uint64_t from, uint64_t to,
		      double dt_s)
{
	double slack_s = 2e-9 * (channel->update_ns ? (double)channel->update_ns : 1e8);
	bool can_be = to >= from &&
		      needed_s(channel, (double)(to - from)) <= dt_s + slack_s;
	return can_be ? (int64_t)(to - from) : 0;
}

static int64_t rise(struct sorter *sorter, struct rollup_check *rollup,
		    const struct sample *to)
{
	const struct channel_check *channel = sorter->channel;
	const struct sample *from = &sorter->last;
	bool is_time = channel->is_seconds && channel->max_power_w > 0;
	if (!channel->is_energy && !is_time) /* scaled event counts may fall */
		return (int64_t)(to->raw - from->raw);
	double dt_s = (double)(to->mono_ns + to->half_ns - from->mono_ns + from->half_ns) *
		      1e-9;
	if (is_time)
		return worked(channel, from->raw, to->raw, dt_s);
	if (to->raw == from->raw) {
		sorter->ahead_s -= dt_s;
		sorter->stood_s += sorter->has_moved ? 0 : dt_s;
		return 0;
	}
	bool is_outside = channel->wrap_range && (from->raw >= channel->wrap_range ||
						  to->raw >= channel->wrap_range);
	if (is_outside || (to->raw < from->raw && !channel->wrap_range))
		return limited(sorter, rollup, -1, dt_s);
	uint64_t steps = to->raw >= from->raw ? to->raw - from->raw
					      : channel->wrap_range - from->raw + to->raw;
	return limited(sorter, rollup, (double)steps, dt_s);
}

/* Watts above what the channel can draw are no reading; nor is 0 of what cannot draw nothing. */
static bool is_possible(const struct channel_check *channel, uint64_t raw)
{
	static const char *const never_zero[] = { "machine", "psys", "package", "gpu" };
	if (!channel->is_power)
		return true;
	for (size_t i = 0; raw == 0 && i < sizeof(never_zero) / sizeof(*never_zero); i++)
		if (strcmp(channel->domain, never_zero[i]) == 0)
			return false;
	return channel->max_power_w <= 0 ||
	       (double)raw * channel->unit_per_raw <= channel->max_power_w;
}

/* Watts hold from the reading before until this one (the step rule), in whole raw * seconds. */
static int64_t held(struct sorter *sorter, const struct sample *sample)
{
	double before = floor(sorter->power_sum);
	sorter->power_sum += (double)sample->raw *
			     (double)(sample->mono_ns - sorter->last.mono_ns) * 1e-9;
	return (int64_t)(floor(sorter->power_sum) - before);
}

static void add_good(struct sorter *sorter, struct rollup_check *rollup,
		     const struct sample *sample)
{
	struct rollup_sums *own = &rollup->own;
	own->first = own->n ? own->first : sample->raw;
	own->min = own->n && own->min < sample->raw ? own->min : sample->raw;
	own->max = own->n && own->max > sample->raw ? own->max : sample->raw;
	own->last = sample->raw;
	own->mean += (double)sample->raw; /* a sum, until all are in */
	own->n++;
	if (sorter->has_last && sorter->channel->is_power)
		own->advance += held(sorter, sample);
	else if (sorter->has_last && !sorter->channel->is_gauge)
		own->advance += rise(sorter, rollup, sample);
	sorter->last = *sample;
	sorter->has_last = true;
}

static bool is_of(const struct sample_row *row, const struct channel_check *channel)
{
	return strcmp(channel->stored_name, row->channel) == 0 &&
	       strcmp(channel->stored_collector, row->collector) == 0;
}

static struct channel_check *channel_named(struct trial_check *trial,
					   const struct sample_row *row)
{
	for (size_t i = 0; i < trial->n; i++)
		if (is_of(row, &trial->channels[i]))
			return &trial->channels[i];
	return NULL;
}

static int take_sample(void *context, const struct sample_row *row)
{
	struct sorter *sorter = context;
	struct channel_check *channel = sorter->channel;
	if (!channel || !is_of(row, channel)) {
		sorter->channel = channel = channel_named(sorter->trial, row);
		sorter->at = 0;
		sorter->has_last = false;
		sorter->power_sum = 0;
		sorter->ahead_s = sorter->stood_s = 0;
		sorter->has_moved = false;
		sorter->unsure = 0;
	}
	if (!channel)
		return 0; /* of no channel of the trial: the counts will not agree */
	sorter->n_readings++;
	while (sorter->at < channel->n &&
	       row->sample.mono_ns > channel->rollups[sorter->at].end_ns) {
		sorter->at++;
		sorter->unsure = 0;
	}
	if (sorter->at == channel->n)
		return 0; /* beyond the last rollup: the counts will not agree */
	struct rollup_check *rollup = &channel->rollups[sorter->at];
	if (row->sample.err || !is_possible(channel, row->sample.raw))
		rollup->own.n_failed++;
	else
		add_good(sorter, rollup, &row->sample);
	return 0;
}

/* Trimmed readings leave the stored sums; the advance across their edge is not known. */
static void settle(struct channel_check *channel, struct verification *result)
{
	bool is_cut = false;
	for (size_t i = 0; i < channel->n; i++) {
		struct rollup_check *rollup = &channel->rollups[i];
		struct rollup_sums *own = &rollup->own;
		if (own->n > 0)
			own->mean /= (double)own->n;
		rollup->is_trimmed = own->n + own->n_failed == 0 &&
				     rollup->stored.n + rollup->stored.n_failed > 0;
		rollup->is_cut_before = is_cut;
		if (rollup->is_trimmed) {
			*own = rollup->stored;
			result->n_trimmed++;
		} else if (is_cut)
			own->advance = rollup->stored.advance;
		/* Where the sum of watts falls on a whole step rounding decides. */
		if (channel->is_power && llabs(own->advance - rollup->stored.advance) <= 1)
			own->advance = rollup->stored.advance;
		is_cut = rollup->is_trimmed || (is_cut && own->n == 0);
	}
}

static const char *difference(const struct channel_check *channel,
			      const struct rollup_check *rollup, double *stored,
			      double *own)
{
	const struct rollup_sums *a = &rollup->stored, *b = &rollup->own;
	bool has_advance = !channel->is_gauge || channel->is_power;
	const struct {
		const char *name;
		double stored, own;
		bool differs;
	} fields[] = {
		{ "n", (double)a->n, (double)b->n, a->n != b->n },
		{ "n_failed", (double)a->n_failed, (double)b->n_failed,
		  a->n_failed != b->n_failed },
		{ "first_raw", (double)a->first, (double)b->first, a->first != b->first },
		{ "last_raw", (double)a->last, (double)b->last, a->last != b->last },
		{ "min_raw", (double)a->min, (double)b->min, a->min != b->min },
		{ "max_raw", (double)a->max, (double)b->max, a->max != b->max },
		{ "mean_raw", a->mean, b->mean, !agrees(a->mean, b->mean) },
		{ "advance", (double)a->advance, (double)b->advance,
		  has_advance && a->advance != b->advance },
		{ "advance_low", (double)rollup->low, (double)b->advance,
		  has_advance && b->advance < rollup->low },
		{ "advance_high", (double)rollup->high, (double)b->advance,
		  has_advance && b->advance > rollup->high },
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!fields[i].differs)
			continue;
		*stored = fields[i].stored;
		*own = fields[i].own;
		return fields[i].name;
	}
	return NULL;
}

static void compare(const struct trial_check *trial, const struct channel_check *channel,
		    struct verification *result)
{
	double stored, own;
	for (size_t i = 0; i < channel->n && !*result->place; i++) {
		const char *name = difference(channel, &channel->rollups[i], &stored, &own);
		result->n_figures++;
		if (name)
			snprintf(
			    result->place, sizeof(result->place),
			    "rollup %lld of %s/%s in trial %lld: %s is stored as %.17g, "
			    "its readings give %.17g",
			    (long long)channel->rollups[i].seq, channel->collector,
			    channel->name, (long long)trial->trial_id, name, stored, own);
	}
}

int trial_check_read(sqlite3 *db, int64_t trial_id, struct arena *arena,
		     struct trial_check *trial, struct verification *result,
		     struct problem *why)
{
	*trial = (struct trial_check){ .trial_id = trial_id };
	if (read_channels(db, arena, trial) != 0)
		return failed(db, why);
	struct sorter sorter = { .trial = trial };
	const struct sample_filter filter = { .trial_id = trial_id };
	if (samples_each(db, &filter, take_sample, &sorter, why) != 0) {
		/* A damaged chunk is a finding, and named; a failed read is not. */
		if (strstr(why->why, "damaged") == NULL)
			return -1;
		if (!*result->place)
			snprintf(result->place, sizeof(result->place),
				 "%.150s of trial %lld", why->why, (long long)trial_id);
		return 0;
	}
	result->n_readings += sorter.n_readings;
	result->n_channels += (int64_t)trial->n;
	for (size_t i = 0; i < trial->n; i++) {
		settle(&trial->channels[i], result);
		compare(trial, &trial->channels[i], result);
	}
	return 0;
}

/* The place of the first rollup that is not before seq. */
static size_t place_of(const struct channel_check *channel, int64_t seq)
{
	size_t first = 0, end = channel->n;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (channel->rollups[middle].seq < seq)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

const struct rollup_check *channel_check_rollups(const struct channel_check *channel,
						 int64_t first, int64_t last, size_t *n)
{
	size_t from = place_of(channel, first);
	size_t to = last == INT64_MAX ? channel->n : place_of(channel, last + 1);
	*n = to > from ? to - from : 0;
	return channel->rollups + from;
}

bool channel_check_si(const struct channel_check *channel, int64_t first, int64_t last,
		      double *si, bool *is_stuck)
{
	double sum = 0, most = 0;
	int64_t n = 0;
	size_t n_rollups;
	const struct rollup_check *rollups = channel_check_rollups(channel, first, last,
								   &n_rollups);
	for (size_t i = 0; i < n_rollups; i++) {
		const struct rollup_check *rollup = &rollups[i];
		n += rollup->own.n;
		most += (double)rollup->high;
		double seconds = (double)(rollup->end_ns - rollup->begin_ns) * 1e-9;
		sum += channel->is_gauge && !channel->is_power
			   ? rollup->own.mean * seconds
			   : (double)rollup->own.advance;
	}
	double stood_s = channel_check_seconds(channel, first, last);
	double update_s = channel->update_ns ? (double)channel->update_ns * 1e-9 : 0.1;
	*is_stuck = channel->is_energy && n > 0 && sum == 0 &&
		    (most > 0 || stood_s > fmax(5 * update_s, 0.25));
	*si = sum * channel->unit_per_raw;
	return n > 0 && !*is_stuck;
}

double channel_check_seconds(const struct channel_check *channel, int64_t first,
			     int64_t last)
{
	int64_t begin_ns = INT64_MAX, end_ns = INT64_MIN;
	size_t n;
	const struct rollup_check *rollups = channel_check_rollups(channel, first, last,
								   &n);
	for (size_t i = 0; i < n; i++) {
		const struct rollup_check *rollup = &rollups[i];
		begin_ns = rollup->begin_ns < begin_ns ? rollup->begin_ns : begin_ns;
		end_ns = rollup->end_ns > end_ns ? rollup->end_ns : end_ns;
	}
	return end_ns >= begin_ns ? (double)(end_ns - begin_ns) * 1e-9 : -1;
}
