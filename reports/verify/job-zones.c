/* reports/verify/job-zones.c - how far each counter of a node went while a job's ranks read it: the rule of
 * v_job_zone in plain C. See readings.h. */
#include <config.h>

#include "reports/verify/readings.h"

#include "reports/figure/column-text.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What one rank read of one counter, in the order of their ranks' begin. */
struct rank_channel {
	int64_t channel_id;
	const char *job, *boot, *domain, *name, *collector, *unit;
	bool is_counter;
	double unit_per_raw;
	int64_t wrap_range; /* 0: it never passes one */
	int64_t end_ns, last_raw;
};

static const char channels_sql[] =
    "SELECT k.channel_id, ifnull(r.job, 'campaign ' || t.campaign_id), h.boot_id,"
    " CASE k.unit WHEN 's' THEN 'busy' ELSE k.domain END, k.name, k.collector,"
    " CASE k.unit WHEN 's' THEN 's' ELSE 'J' END, k.kind = 'counter', k.unit_per_raw,"
    " ifnull(k.wrap_range, 0) FROM channel k JOIN trial t ON t.trial_id = k.trial_id"
    " JOIN campaign c ON c.campaign_id = t.campaign_id"
    " JOIN host h ON h.host_id = c.host_id LEFT JOIN job_rank r ON r.trial_id = t.trial_id"
    " WHERE NOT t.is_warmup AND ((k.counted AND k.provenance IN ('measured', 'modelled'))"
    " OR (k.collector = 'cputime' AND k.name = 'busy'))"
    " ORDER BY t.begin_mono_ns, t.trial_id";
static const char last_sql[] = "SELECT end_mono_ns, last_raw FROM stretch WHERE"
			       " channel_id = ?1 AND last_raw IS NOT NULL"
			       " ORDER BY seq DESC LIMIT 1";
static const char rollups_sql[] =
    "SELECT begin_mono_ns, end_mono_ns, last_raw, advance, advance_low = advance_high"
    " FROM stretch WHERE channel_id = ?1 ORDER BY seq";
static const char given_sql[] =
    "SELECT scope, job, boot_id, domain, name, collector, unit, si FROM v_job_zone";

/* Where the figures are being held against the rollups. */
struct zones {
	sqlite3 *db;
	struct arena *arena;
	struct rank_channel *channels;
	size_t n;
	sqlite3_stmt *last, *rollups;
};

/* false: it was never read. */
static bool read_last(const struct zones *zones, struct rank_channel *channel)
{
	sqlite3_bind_int64(zones->last, 1, channel->channel_id);
	bool is_read = sqlite3_step(zones->last) == SQLITE_ROW;
	if (is_read) {
		channel->end_ns = sqlite3_column_int64(zones->last, 0);
		channel->last_raw = sqlite3_column_int64(zones->last, 1);
	}
	sqlite3_reset(zones->last);
	return is_read;
}

static int read_channels(struct zones *zones)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(zones->db, channels_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct rank_channel channel = {
			.channel_id = sqlite3_column_int64(row, 0),
			.job = column_text(row, 1, zones->arena),
			.boot = column_text(row, 2, zones->arena),
			.domain = column_text(row, 3, zones->arena),
			.name = column_text(row, 4, zones->arena),
			.collector = column_text(row, 5, zones->arena),
			.unit = column_text(row, 6, zones->arena),
			.is_counter = sqlite3_column_int(row, 7) != 0,
			.unit_per_raw = sqlite3_column_double(row, 8),
			.wrap_range = sqlite3_column_int64(row, 9),
		};
		if (read_last(zones, &channel))
			arena_append(zones->arena, &channel, sizeof(channel));
	}
	sqlite3_finalize(row);
	zones->n = arena_appended(zones->arena) / sizeof(struct rank_channel);
	zones->channels = arena_take(zones->arena);
	return step == SQLITE_DONE ? 0 : -1;
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Does the later one count on from where the earlier one read last? */
static bool goes_on(const struct rank_channel *earlier, const struct rank_channel *later)
{
	return earlier->is_counter && later->is_counter &&
	       is_same(earlier->collector, later->collector) &&
	       earlier->unit_per_raw == later->unit_per_raw &&
	       earlier->wrap_range == later->wrap_range;
}

/* From one raw value to another of the same counter, the shorter way round its range, whatever a file says that
 * this is: a step for each round would never end. */
static double way(int64_t from, int64_t to, int64_t wrap_range)
{
	double range = (double)wrap_range, rise = (double)to - (double)from;
	if (wrap_range == 0)
		return rise;
	rise = remainder(rise, range);
	return rise >= range / 2 ? rise - range : rise;
}

/* What the channel adds to what the ranks before it have, of which the one that lasted longest is given, or
 * NULL. In raw steps. */
static double added_by(const struct zones *zones, const struct rank_channel *channel,
		       const struct rank_channel *before)
{
	double sum = 0;
	sqlite3_bind_int64(zones->rollups, 1, channel->channel_id);
	while (sqlite3_step(zones->rollups) == SQLITE_ROW) {
		int64_t begin_ns = sqlite3_column_int64(zones->rollups, 0);
		int64_t end_ns = sqlite3_column_int64(zones->rollups, 1);
		double advance = sqlite3_column_double(zones->rollups, 3);
		bool is_sure = sqlite3_column_int(zones->rollups, 4) != 0 &&
			       sqlite3_column_type(zones->rollups, 2) != SQLITE_NULL;
		if (!before || begin_ns >= before->end_ns)
			sum += advance;
		else if (end_ns > before->end_ns && is_sure && goes_on(before, channel))
			sum += way(before->last_raw,
				   sqlite3_column_int64(zones->rollups, 2),
				   channel->wrap_range);
		else if (end_ns > before->end_ns)
			sum += advance * (double)(end_ns - before->end_ns) /
			       (double)(end_ns - begin_ns);
	}
	sqlite3_reset(zones->rollups);
	return sum;
}

/* The row as v_job_zone has it: a job's, or with job NULL all of the node's. */
struct zone_row {
	const char *job, *boot, *domain, *name, *collector, *unit;
};

static double own_of(const struct zones *zones, const struct zone_row *row)
{
	const struct rank_channel *longest = NULL;
	double sum = 0;
	for (size_t i = 0; i < zones->n; i++) {
		const struct rank_channel *channel = &zones->channels[i];
		if ((row->job && !is_same(row->job, channel->job)) ||
		    !is_same(row->boot, channel->boot) ||
		    !is_same(row->domain, channel->domain) ||
		    !is_same(row->name, channel->name))
			continue;
		if (is_same(row->collector, channel->collector) &&
		    is_same(row->unit, channel->unit))
			sum += added_by(zones, channel, longest) * channel->unit_per_raw;
		if (!longest || channel->end_ns > longest->end_ns)
			longest = channel;
	}
	return sum;
}

static int compare_rows(const struct zones *zones, struct verification *result)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(zones->db, given_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		const struct zone_row zone = { column_text(row, 1, zones->arena),
					       column_text(row, 2, zones->arena),
					       column_text(row, 3, zones->arena),
					       column_text(row, 4, zones->arena),
					       column_text(row, 5, zones->arena),
					       column_text(row, 6, zones->arena) };
		double given = sqlite3_column_double(row, 7), own = own_of(zones, &zone);
		result->n_figures++;
		if (!*result->place && !agrees(given, own))
			snprintf(result->place, sizeof(result->place),
				 "%s of job %s is given as %.17g, the readings give %.17g",
				 zone.name, zone.job ? zone.job : "(all of a node)", given,
				 own);
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

int job_zones_check(sqlite3 *db, struct arena *arena, struct verification *result)
{
	struct zones zones = { .db = db, .arena = arena };
	sqlite3_stmt *any = NULL;
	int code = -1;
	if (sqlite3_prepare_v2(db, "SELECT 1 FROM job_rank", -1, &any, NULL) != SQLITE_OK)
		return -1;
	bool has_ranks = sqlite3_step(any) == SQLITE_ROW;
	sqlite3_finalize(any);
	if (!has_ranks)
		return 0;
	if (sqlite3_prepare_v2(db, last_sql, -1, &zones.last, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, rollups_sql, -1, &zones.rollups, NULL) == SQLITE_OK &&
	    read_channels(&zones) == 0)
		code = compare_rows(&zones, result);
	sqlite3_finalize(zones.last);
	sqlite3_finalize(zones.rollups);
	return code;
}
