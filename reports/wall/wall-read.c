/* reports/wall/wall-read.c - see wall-read.h. */
#include <config.h>

#include "reports/wall/wall-read.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "schema/database/migrate.h"
#include "schema/samples/advance.h"
#include "schema/store/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An interval so many times as long as the usual one is one in which the meter missed some. */
enum { TOO_LONG = 3 };

/* No meter's reading is the mean of more than a day. */
static const int64_t longest_interval_ns = 86400 * INT64_C(1000000000);

/* One channel whose readings are being added up. */
struct track {
	int64_t trial_id, trial_utc_ns, trial_mono_ns;
	const char *channel; /* "powercap/package-0" */
	bool is_gauge;
	double unit_per_raw;
	struct advance_rule rule;
	const struct energy_point *points;
	size_t n;
	/* while it is read */
	struct arena *arena;
	struct sample last;
	bool has_last, is_cut;
	double joules;
};

static const char tracks_sql[] =
    "SELECT t.trial_id, t.begin_utc_ns, t.begin_mono_ns, c.collector || '/' || c.name,"
    " c.kind = 'gauge', c.unit_per_raw, coalesce(c.max_power_w, 0),"
    /* a file may say anything of up to 2^62: no sensor changes once a day */
    " coalesce(c.wrap_range, 0), min(coalesce(c.update_interval_ns, 0), 86400000000000) "
    "FROM trial t JOIN channel c ON c.trial_id = t.trial_id WHERE t.campaign_id = ?1"
    " AND iif(?2 IS NULL, c.counted AND c.unit IN ('J', 'W'),"
    "         c.collector = 'meter' AND c.name = ?2) ORDER BY t.begin_utc_ns, 1, 4";

static struct track track_of(sqlite3_stmt *row, struct arena *arena)
{
	struct track track = {
		.trial_id = sqlite3_column_int64(row, 0),
		.trial_utc_ns = sqlite3_column_int64(row, 1),
		.trial_mono_ns = sqlite3_column_int64(row, 2),
		.channel = column_sql(row, 3, arena),
		.is_gauge = sqlite3_column_int(row, 4),
		.unit_per_raw = sqlite3_column_double(row, 5),
		.rule = { .max_power_w = sqlite3_column_double(row, 6),
			  .wrap_range = (uint64_t)sqlite3_column_int64(row, 7),
			  .update_interval_ns = (uint64_t)sqlite3_column_int64(row, 8) },
		.arena = arena,
		.is_cut = true,
	};
	track.rule.unit_per_raw = track.unit_per_raw;
	return track;
}

/* NULL with *why; *n: how many. */
static struct track *read_tracks(sqlite3 *db, int64_t campaign_id, const char *meter,
				 struct arena *arena, size_t *n, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(db, tracks_sql, -1, &row, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(row, 1, campaign_id);
		bind_text(row, 2, meter);
		while ((step = sqlite3_step(row)) == SQLITE_ROW) {
			struct track track = track_of(row, arena);
			arena_append(arena, &track, sizeof(track));
		}
	}
	sqlite3_finalize(row);
	*n = arena_appended(arena) / sizeof(struct track);
	struct track *tracks = arena_take(arena);
	if (step == SQLITE_DONE)
		return tracks;
	store_problem(db, "read", "the channels", why);
	return NULL;
}

/* False: no reading of a trial is of that time, whatever its bytes say. */
static bool utc_of(const struct track *track, int64_t mono_ns, int64_t *utc_ns)
{
	static const int64_t longest_ns = INT64_C(1) << 60;
	int64_t since_ns;
	if (__builtin_sub_overflow(mono_ns, track->trial_mono_ns, &since_ns) ||
	    since_ns > longest_ns || since_ns < -longest_ns)
		return false;
	*utc_ns = track->trial_utc_ns + since_ns;
	return true;
}

/* What it rose by since the reading before; sets is_cut where that is not known. */
static double step_of(struct track *track, const struct sample *sample)
{
	int64_t ns = sample->mono_ns - track->last.mono_ns;
	if (track->is_gauge)
		return (double)sample->raw * track->unit_per_raw * (double)ns * 1e-9;
	struct advance step = advance_between(track->last.raw, sample->raw,
					      ns + sample->half_ns + track->last.half_ns,
					      &track->rule);
	track->is_cut |= step.kind == ADVANCE_AMBIGUOUS || step.kind == ADVANCE_IMPLAUSIBLE;
	return (double)step.raw * track->unit_per_raw;
}

static int add_sample(void *context, const struct sample_row *row)
{
	struct track *track = context;
	const struct sample *sample = &row->sample;
	int64_t utc_ns;
	if (!utc_of(track, sample->mono_ns, &utc_ns) || sample->err ||
	    (track->is_gauge && !advance_can_draw(sample->raw, &track->rule))) {
		track->is_cut = true;
		return 0;
	}
	if (track->has_last && sample->mono_ns <= track->last.mono_ns)
		return 0;
	if (track->has_last)
		track->joules += step_of(track, sample);
	const struct energy_point point = { utc_ns, track->joules, track->is_cut, 0 };
	arena_append(track->arena, &point, sizeof(point));
	track->last = *sample;
	track->has_last = true;
	track->is_cut = false;
	return 0;
}

static int read_track(sqlite3 *db, struct track *track, struct problem *why)
{
	const struct sample_filter filter = { .trial_id = track->trial_id,
					      .channel = track->channel };
	int code = samples_each(db, &filter, add_sample, track, why);
	track->n = arena_appended(track->arena) / sizeof(struct energy_point);
	track->points = arena_take(track->arena);
	return code;
}

/* Where one of several tracks stands while they are added up. */
struct place {
	const struct track *track;
	size_t at; /* the last point at or before the time */
};

static void pass(struct energy_point *sum, const struct energy_point *points, size_t at)
{
	int64_t step_ns = points[at].utc_ns - points[at - 1].utc_ns;
	sum->is_cut |= points[at].is_cut;
	sum->step_ns = step_ns > sum->step_ns ? step_ns : sum->step_ns;
}

/* Goes to that time. Returns the joules there; sum takes on what the way there leaves open. */
static double go_to(struct place *place, int64_t utc_ns, struct energy_point *sum)
{
	const struct energy_point *points = place->track->points;
	while (place->at + 1 < place->track->n && points[place->at + 1].utc_ns <= utc_ns)
		pass(sum, points, ++place->at);
	const struct energy_point *point = &points[place->at];
	if (point->utc_ns >= utc_ns || place->at + 1 == place->track->n)
		return point->joules;
	pass(sum, points, place->at + 1);
	return point->joules + (double)(utc_ns - point->utc_ns) /
				   (double)(point[1].utc_ns - point->utc_ns) *
				   (point[1].joules - point->joules);
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The times at which any of the tracks was read while all were. */
static int64_t *times_of(const struct track *tracks, size_t n, struct arena *arena,
			 size_t *n_times)
{
	int64_t first = INT64_MIN, last = INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		const struct energy_point *points = tracks[i].points;
		first = tracks[i].n && points[0].utc_ns > first ? points[0].utc_ns : first;
		last = tracks[i].n && points[tracks[i].n - 1].utc_ns < last
			   ? points[tracks[i].n - 1].utc_ns
			   : last;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t p = 0; p < tracks[i].n; p++) {
			int64_t utc_ns = tracks[i].points[p].utc_ns;
			if (utc_ns >= first && utc_ns <= last)
				arena_append(arena, &utc_ns, sizeof(utc_ns));
		}
	*n_times = arena_appended(arena) / sizeof(int64_t);
	int64_t *times = arena_take(arena);
	qsort(times, *n_times, sizeof(*times), by_time);
	return times;
}

/* A trial's tracks together behind what is there; a channel without one good reading makes all of it unknown.
 * Returns the joules then. */
static double add_trial(const struct track *tracks, size_t n, double before,
			int64_t *last_ns, struct arena *arena, struct arena *out)
{
	size_t n_times;
	double sum = before;
	struct place *places = arena_room(arena, n * sizeof(*places));
	for (size_t i = 0; i < n; i++) {
		places[i].track = &tracks[i];
		if (tracks[i].n == 0)
			return before;
	}
	int64_t *times = times_of(tracks, n, arena, &n_times);
	for (size_t k = 0; k < n_times; k++) {
		struct energy_point point = { .utc_ns = times[k], .is_cut = k == 0 };
		if (times[k] <= *last_ns)
			continue;
		sum = before;
		for (size_t i = 0; i < n; i++)
			sum += go_to(&places[i], times[k], &point);
		point.joules = sum;
		arena_append(out, &point, sizeof(point));
		*last_ns = times[k];
	}
	return sum;
}

static int add_trials(const struct track *tracks, size_t n, struct arena *arena,
		      struct wall_series *series, struct problem *why)
{
	struct arena *out = arena_new();
	double joules = 0;
	int64_t last_ns = INT64_MIN;
	if (!out)
		return problem_errno(why, ENOMEM);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && tracks[to].trial_id == tracks[from].trial_id;)
			to++;
		joules = add_trial(tracks + from, to - from, joules, &last_ns, arena, out);
	}
	series->n_points = arena_appended(out) / sizeof(struct energy_point);
	arena_append(arena, arena_take(out),
		     series->n_points * sizeof(struct energy_point));
	series->points = arena_take(arena);
	arena_free(out);
	return 0;
}

int wall_read_counters(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		       struct wall_series *series, struct problem *why)
{
	size_t n;
	struct track *tracks = read_tracks(db, campaign_id, NULL, arena, &n, why);
	if (!tracks)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (read_track(db, &tracks[i], why) != 0)
			return -1;
	if (add_trials(tracks, n, arena, series, why) != 0)
		return -1;
	problem_what(why, "cannot compare with the counters of campaign %lld",
		     (long long)campaign_id);
	return series->n_points >= 2
		   ? 0
		   : problem_refuse(
			 why,
			 "measure anew: its readings were trimmed, or no counter "
			 "could be read",
			 "no readings of what it counted are kept");
}

/* The step that most points are in, by their number. */
static int64_t usual_step_ns(const struct wall_series *series, struct arena *arena)
{
	int64_t *steps = arena_room(arena, (series->n_points + 1) * sizeof(*steps));
	for (size_t i = 0; i < series->n_points; i++)
		steps[i] = series->points[i].step_ns;
	qsort(steps, series->n_points, sizeof(*steps), by_time);
	return steps[series->n_points / 2];
}

/* Takes neighbours together until they last for so long; what is left over at a hole is none. */
static void take_together(struct wall_series *series, int64_t least_ns, struct arena *arena)
{
	struct meter_interval sum = { 0 };
	for (size_t i = 0; i < series->n_intervals; i++) {
		const struct meter_interval *next = &series->intervals[i];
		double before_ns = (double)(sum.end_ns - sum.begin_ns);
		double ns = (double)(next->end_ns - next->begin_ns);
		if (sum.end_ns != next->begin_ns || sum.end_ns == sum.begin_ns)
			sum = *next;
		else
			sum = (struct meter_interval){ sum.begin_ns, next->end_ns,
						       (sum.watts * before_ns +
							next->watts * ns) /
							   (before_ns + ns) };
		if (sum.end_ns - sum.begin_ns < least_ns)
			continue;
		arena_append(arena, &sum, sizeof(sum));
		sum.begin_ns = sum.end_ns;
	}
	series->n_intervals = arena_appended(arena) / sizeof(struct meter_interval);
	series->intervals = arena_take(arena);
}

int64_t meter_usual_ns(const struct meter_reading *readings, size_t n)
{
	int64_t usual_ns = 0, *steps = n > 1 ? calloc(n - 1, sizeof(*steps)) : NULL;
	if (!steps)
		return 0;
	for (size_t i = 1; i < n; i++)
		steps[i - 1] = readings[i].utc_ns - readings[i - 1].utc_ns;
	qsort(steps, n - 1, sizeof(*steps), by_time);
	usual_ns = steps[(n - 1) / 2];
	free(steps);
	return usual_ns;
}

void wall_intervals(const struct meter_reading *readings, size_t n, struct arena *arena,
		    struct wall_series *series)
{
	int64_t usual_ns = meter_usual_ns(readings, n);
	if (usual_ns >= longest_interval_ns)
		usual_ns = 0;
	for (size_t i = 1; i < n; i++) {
		const struct meter_interval interval = { readings[i - 1].utc_ns,
							 readings[i].utc_ns,
							 readings[i].watts };
		int64_t ns = interval.end_ns - interval.begin_ns;
		if (!readings[i].err && !readings[i - 1].err && ns > 0 &&
		    ns <= TOO_LONG * usual_ns)
			arena_append(arena, &interval, sizeof(interval));
	}
	series->n_intervals = arena_appended(arena) / sizeof(struct meter_interval);
	series->intervals = arena_take(arena);
	int64_t step_ns = usual_step_ns(series, arena);
	if (step_ns < longest_interval_ns && WALL_FINE * step_ns > usual_ns)
		take_together(series, WALL_FINE * step_ns, arena);
}

static int add_reading(void *context, const struct sample_row *row)
{
	struct track *track = context;
	int err = row->sample.err;
	int64_t utc_ns;
	if (!utc_of(track, row->sample.mono_ns, &utc_ns))
		return 0;
	if (!err && !advance_can_draw(row->sample.raw, &track->rule))
		err = ERANGE;
	const struct meter_reading reading = {
		utc_ns, (double)row->sample.raw * track->unit_per_raw, err
	};
	arena_append(track->arena, &reading, sizeof(reading));
	return 0;
}

int wall_read_meter(sqlite3 *db, int64_t campaign_id, const char *name, struct arena *arena,
		    struct wall_series *series, struct problem *why)
{
	size_t n;
	struct track *tracks = read_tracks(db, campaign_id, name, arena, &n, why);
	if (!tracks)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct sample_filter filter = { .trial_id = tracks[i].trial_id,
						      .channel = tracks[i].channel };
		/* between trials nothing is known */
		const struct meter_reading cut = { tracks[i].trial_utc_ns, 0, ENODATA };
		arena_append(arena, &cut, sizeof(cut));
		if (samples_each(db, &filter, add_reading, &tracks[i], why) != 0)
			return -1;
	}
	size_t n_readings = arena_appended(arena) / sizeof(struct meter_reading);
	wall_intervals(arena_take(arena), n_readings, arena, series);
	return 0;
}
