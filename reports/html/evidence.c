/* reports/html/evidence.c - see evidence.h. One list, one statement, one function that turns
 * a row into an item. */
#include <config.h>

#include "reports/html/evidence.h"

#include "reports/figure/rows.h"

#include <string.h>

static const char channels_sql[] =
    "SELECT c.collector, c.name, c.domain, c.inside, c.unit, c.kind, c.provenance,"
    "       c.uncertainty_basis, max(c.counted), c.update_interval_ns, c.uncertainty_k2,"
    "       count(DISTINCT c.trial_id), sum(s.n), sum(s.n_failed), sum(s.wraps) "
    "FROM trial t JOIN channel c ON c.trial_id = t.trial_id "
    "     LEFT JOIN stretch s ON s.channel_id = c.channel_id "
    "WHERE t.campaign_id = ?1 GROUP BY c.collector, c.name "
    "ORDER BY max(c.counted) DESC, c.unit NOT IN ('J', 'W'), c.collector, c.name";

static void take_channel(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct channel_row channel = {
		.collector = word_of(row, 0, reading),
		.name = text_of(row, 1, reading),
		.domain = text_of(row, 2, reading),
		.inside = text_of(row, 3, reading),
		.unit = word_of(row, 4, reading),
		.kind = word_of(row, 5, reading),
		.provenance = word_of(row, 6, reading),
		.basis = text_of(row, 7, reading),
		.is_counted = sqlite3_column_int(row, 8),
		.update_interval_ns = sqlite3_column_int64(row, 9),
		.uncertainty_k2 = real_or(row, 10, -1),
		.n_trials = sqlite3_column_int64(row, 11),
		.n_readings = sqlite3_column_int64(row, 12),
		.n_failed = sqlite3_column_int64(row, 13),
		.wraps = sqlite3_column_int64(row, 14),
	};
	arena_append(reading->arena, &channel, sizeof(channel));
}

static const char gaps_sql[] =
    "SELECT coalesce(g.collector || ' ' || g.name, g.collector) AS source,"
    "       iif(g.kind = 'unavailable', 'event', g.kind) AS kind, g.why,"
    "       count(*), count(DISTINCT t.trial_id), min(t.ordinal),"
    "       sum(g.end_mono_ns - g.begin_mono_ns) * 1e-9 "
    "FROM trial t JOIN gap g ON g.trial_id = t.trial_id "
    "WHERE t.campaign_id = ?1 AND (g.kind <> 'unavailable' OR g.begin_mono_ns IS NOT NULL) "
    "GROUP BY source, 2, g.why ORDER BY min(t.ordinal), source, 2, g.why";

static void take_gap(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct gap_row gap = {
		.source = text_of(row, 0, reading),
		.kind = word_of(row, 1, reading),
		.why = text_of(row, 2, reading),
		.n = sqlite3_column_int64(row, 3),
		.n_trials = sqlite3_column_int64(row, 4),
		.first_trial = sqlite3_column_int64(row, 5),
		.seconds = real_or(row, 6, -1),
	};
	arena_append(reading->arena, &gap, sizeof(gap));
}

static const char spans_sql[] =
    "WITH first AS (SELECT min(begin_mono_ns) AS ns FROM trial WHERE campaign_id = ?1) "
    "SELECT t.trial_id, t.variant, t.job, (t.begin_mono_ns - first.ns) * 1e-9,"
    "       (t.end_mono_ns - first.ns) * 1e-9,"
    "       (SELECT min(p.begin_mono_ns) - first.ns FROM phase p"
    "        WHERE p.trial_id = t.trial_id AND p.name = 'steady') * 1e-9,"
    "       (SELECT max(p.end_mono_ns) - first.ns FROM phase p"
    "        WHERE p.trial_id = t.trial_id AND p.name = 'steady') * 1e-9 "
    "FROM trial t, first WHERE t.campaign_id = ?1 AND t.block = ?2"
    "  AND t.end_mono_ns IS NOT NULL ORDER BY t.begin_mono_ns";

static void take_span(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct span_row span = {
		.trial_id = sqlite3_column_int64(row, 0),
		.variant = word_of(row, 1, reading),
		.job = word_of(row, 2, reading),
		.begin_s = sqlite3_column_double(row, 3),
		.end_s = sqlite3_column_double(row, 4),
		.steady_begin_s = sqlite3_column_double(row, 5),
		.steady_end_s = sqlite3_column_double(row, 6),
	};
	arena_append(reading->arena, &span, sizeof(span));
}

static const char power_channels_sql[] =
    "SELECT DISTINCT c.name FROM trial t JOIN channel c ON c.trial_id = t.trial_id "
    "WHERE t.campaign_id = ?1 AND t.block = ?2 AND c.counted = 1 ORDER BY c.name";

static void take_name(sqlite3_stmt *row, const struct list_reading *reading)
{
	const char *name = text_of(row, 0, reading);
	arena_append(reading->arena, &name, sizeof(name));
}

static const char power_sql[] =
    "WITH first AS (SELECT min(begin_mono_ns) AS ns FROM trial WHERE campaign_id = ?1),"
    "     named AS (SELECT DISTINCT c.name FROM trial t"
    "               JOIN channel c ON c.trial_id = t.trial_id"
    "               WHERE t.campaign_id = ?1 AND t.block = ?2 AND c.counted = 1) "
    "SELECT (SELECT count(*) FROM named n WHERE n.name < c.name),"
    "       (t.begin_mono_ns - first.ns) * 1e-9 + v.at_s, v.seconds, v.per_second "
    "FROM first, trial t JOIN channel c ON c.trial_id = t.trial_id AND c.counted = 1 "
    "     JOIN v_second v ON v.trial_id = t.trial_id AND v.collector = c.collector"
    "                    AND v.channel = c.name "
    "WHERE t.campaign_id = ?1 AND t.block = ?2 AND v.seconds > 0 ORDER BY 1, 2";

static void take_power(sqlite3_stmt *row, const struct list_reading *reading)
{
	double begin_s = sqlite3_column_double(row, 1);
	struct power_row power = {
		.channel = (size_t)sqlite3_column_int64(row, 0),
		.begin_s = begin_s,
		.end_s = begin_s + sqlite3_column_double(row, 2),
		.watts = real_or(row, 3, -1),
	};
	arena_append(reading->arena, &power, sizeof(power));
}

static const char facts_sql[] =
    "SELECT strftime('%Y-%m-%d %H:%M', c.begin_utc_ns / 1000000000, 'unixepoch'),"
    "       strftime('%Y-%m-%d %H:%M', c.end_utc_ns / 1000000000, 'unixepoch'),"
    "       c.rate_hz, c.seed,"
    "       (SELECT iif(count(DISTINCT t.workload) = 1, min(t.workload), NULL) FROM trial t"
    "        WHERE t.campaign_id = c.campaign_id AND t.job = 'infer'),"
    "       (SELECT count(DISTINCT t.block) FROM trial t WHERE t.campaign_id ="
    "        c.campaign_id AND t.job IN ('infer', 'command')),"
    "       (SELECT sum(t.ticks) FROM trial t WHERE t.campaign_id = c.campaign_id),"
    "       (SELECT sum(t.ticks_missed) FROM trial t WHERE t.campaign_id = c.campaign_id),"
    "       (SELECT sum(t.ticks_dropped) FROM trial t WHERE t.campaign_id = c.campaign_id),"
    "       (SELECT max(t.block) FROM trial t WHERE t.campaign_id = c.campaign_id"
    "        AND t.job IN ('infer', 'command')),"
    "       h.cpu_model, h.microarchitecture, h.microcode, h.kernel, h.os, h.hypervisor,"
    "       h.governor, h.clocksource, h.boot_id, h.n_packages, h.n_cores, h.n_threads,"
    "       h.memory_bytes, h.turbo,"
    "       EXISTS (SELECT 1 FROM trimmed x JOIN trial t ON t.trial_id = x.trial_id"
    "               WHERE t.campaign_id = c.campaign_id) "
    "FROM campaign c JOIN host h ON h.host_id = c.host_id WHERE c.campaign_id = ?1";

static void take_facts(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct evidence facts = {
		.begin_utc = text_of(row, 0, reading),
		.end_utc = text_of(row, 1, reading),
		.rate_hz = sqlite3_column_double(row, 2),
		.is_trimmed = sqlite3_column_int(row, 24) != 0,
		.seed = count_or(row, 3, -1),
		.workload = text_of(row, 4, reading),
		.n_blocks = sqlite3_column_int64(row, 5),
		.ticks = sqlite3_column_int64(row, 6),
		.ticks_missed = sqlite3_column_int64(row, 7),
		.ticks_dropped = sqlite3_column_int64(row, 8),
		.block = sqlite3_column_int64(row, 9),
		.host = { .cpu_model = text_of(row, 10, reading),
			  .microarchitecture = text_of(row, 11, reading),
			  .microcode = text_of(row, 12, reading),
			  .kernel = text_of(row, 13, reading),
			  .os = text_of(row, 14, reading),
			  .hypervisor = text_of(row, 15, reading),
			  .governor = text_of(row, 16, reading),
			  .clocksource = text_of(row, 17, reading),
			  .boot_id = text_of(row, 18, reading),
			  .n_packages = sqlite3_column_int64(row, 19),
			  .n_cores = sqlite3_column_int64(row, 20),
			  .n_threads = sqlite3_column_int64(row, 21),
			  .memory_bytes = sqlite3_column_int64(row, 22),
			  .turbo = count_or(row, 23, -1) },
	};
	arena_append(reading->arena, &facts, sizeof(facts));
}

static int read_facts(const struct list_reading *reading, struct evidence *evidence)
{
	size_t n;
	if (each_row(reading, facts_sql, take_facts) != 0)
		return -1;
	const struct evidence *facts = rows_taken(reading, sizeof(*facts), &n);
	if (n == 1)
		*evidence = *facts;
	return n == 1 ? 0 : -1;
}

static int read_power(const struct list_reading *reading, struct evidence *evidence)
{
	if (each_row(reading, spans_sql, take_span) != 0)
		return -1;
	evidence->spans = rows_taken(reading, sizeof(*evidence->spans), &evidence->n_spans);
	if (each_row(reading, power_channels_sql, take_name) != 0)
		return -1;
	evidence->power_channels = rows_taken(reading, sizeof(*evidence->power_channels),
					      &evidence->n_power_channels);
	if (each_row(reading, power_sql, take_power) != 0)
		return -1;
	evidence->power = rows_taken(reading, sizeof(*evidence->power), &evidence->n_power);
	return 0;
}

int evidence_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		  struct evidence *evidence)
{
	struct list_reading reading = { .db = db,
					.arena = arena,
					.campaign_id = campaign_id };
	if (read_facts(&reading, evidence) != 0)
		return -1;
	reading.block = evidence->block;
	if (each_row(&reading, channels_sql, take_channel) != 0)
		return -1;
	evidence->channels = rows_taken(&reading, sizeof(*evidence->channels),
					&evidence->n_channels);
	if (each_row(&reading, gaps_sql, take_gap) != 0)
		return -1;
	evidence->gaps = rows_taken(&reading, sizeof(*evidence->gaps), &evidence->n_gaps);
	return read_power(&reading, evidence);
}
