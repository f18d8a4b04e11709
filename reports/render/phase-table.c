/* reports/render/phase-table.c - see phase-table.h. */
#include <config.h>

#include "reports/render/phase-table.h"

#include "reports/figure/column-text.h"
#include "reports/figure/format.h"
#include "reports/figure/rows.h"
#include "reports/render/marked-report.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The phases of one name, of one variant; the run itself is the first, with ordinal 0. A mean run's, but
 * for n, which is of all trials. */
struct phase_row {
	int64_t campaign_id, ordinal, n, n_trials;
	const char *variant, *job, *name;
	bool has_queries;
	double queries, seconds, share;
	struct figure joules, watts;
};

/* Of complete runs that are no warm-ups, as in the other reports. */
#define PHASE_ROWS                                                                     \
	"SELECT t.campaign_id, t.variant, t.job, p.phase, min(p.phase_ordinal) AS "    \
	"ordinal,"                                                                     \
	" count(*) AS n, count(DISTINCT p.trial_id) AS n_trials,"                      \
	" iif(count(p.joules) = count(*), sum(p.joules), NULL)"                        \
	"  / count(DISTINCT p.trial_id) AS joules_per_run,"                            \
	" sum(p.interval_low_j) / count(DISTINCT p.trial_id) AS low_per_run,"          \
	" iif(count(p.interval_high_j) = count(*), sum(p.interval_high_j), NULL)"      \
	"  / count(DISTINCT p.trial_id) AS high_per_run,"                              \
	" sum(p.seconds) / count(DISTINCT p.trial_id) AS seconds_per_run,"             \
	" iif(count(p.queries) = count(*), sum(p.queries), NULL)"                      \
	"  * 1.0 / count(DISTINCT p.trial_id) AS queries_per_run,"                     \
	" CASE max(p.weakness) WHEN 0 THEN 'measured' WHEN 1 THEN 'modelled'"          \
	"  WHEN 2 THEN 'estimated' WHEN 3 THEN 'assumed' END AS provenance,"           \
	" max(p.reason) AS reason,"                                                    \
	" min(t.trial_id) AS first_trial"                                              \
	" FROM v_phase p JOIN trial t ON t.trial_id = p.trial_id"                      \
	" WHERE t.state = 'complete' AND NOT t.is_warmup AND ?1 IN (0, t.campaign_id)" \
	" GROUP BY t.campaign_id, t.variant, t.job, p.phase_ordinal = 0, p.phase"

/* Variants that have no phase but the run itself are left out. */
static const char rows_sql[] =
    "SELECT campaign_id, ordinal, n, n_trials, variant, job, phase, queries_per_run,"
    " seconds_per_run, joules_per_run, low_per_run, high_per_run, provenance, reason,"
    " max(iif(ordinal = 0, joules_per_run, NULL)) OVER one FROM (SELECT *,"
    " max(ordinal) OVER one AS last, min(first_trial) OVER one AS place FROM (" PHASE_ROWS
    ") WINDOW one AS (PARTITION BY campaign_id, variant, job)) WHERE last > 0"
    " WINDOW one AS (PARTITION BY campaign_id, variant, job)"
    " ORDER BY campaign_id, place, ordinal";

static struct figure joules_of(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct figure figure = figure_unknown(text_of(row, 13, reading));
	figure.provenance = provenance_of_word(text_of(row, 12, reading));
	if (sqlite3_column_type(row, 9) == SQLITE_NULL)
		return figure;
	figure.is_known = true;
	figure.value = sqlite3_column_double(row, 9);
	figure.has_interval = sqlite3_column_type(row, 11) != SQLITE_NULL;
	figure.low = sqlite3_column_double(row, 10);
	figure.high = sqlite3_column_double(row, 11);
	return figure;
}

static void take_phase(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct phase_row phase = {
		.campaign_id = sqlite3_column_int64(row, 0),
		.ordinal = sqlite3_column_int64(row, 1),
		.n = sqlite3_column_int64(row, 2),
		.n_trials = sqlite3_column_int64(row, 3),
		.variant = text_of(row, 4, reading),
		.job = text_of(row, 5, reading),
		.name = text_of(row, 6, reading),
		.has_queries = sqlite3_column_type(row, 7) != SQLITE_NULL,
		.queries = sqlite3_column_double(row, 7),
		.seconds = real_or(row, 8, NAN),
		.joules = joules_of(row, reading),
	};
	double whole = real_or(row, 14, NAN);
	phase.share = phase.joules.is_known && whole > 0 ? phase.joules.value / whole : NAN;
	if (phase.seconds > 0)
		phase.watts = figure_times(phase.joules, 1 / phase.seconds);
	arena_append(reading->arena, &phase, sizeof(phase));
}

/* The phases of one variant and job: n in a row. */
struct phase_group {
	const struct phase_row *rows;
	size_t n;
};

static struct phase_group group_at(const struct phase_row *rows, size_t at, size_t n)
{
	struct phase_group group = { rows + at, 1 };
	while (at + group.n < n && rows[at + group.n].ordinal > 0)
		group.n++;
	return group;
}

/* Where the table of one variant is being written. */
struct phase_view {
	const struct glyphs *glyphs;
	struct arena *arena;
	const struct marked_page *page;
	struct scale joules, watts;
};

enum { N_CELLS = 8 };

static void cells_of(const struct phase_row *row, const struct phase_view *view,
		     const char *cells[N_CELLS])
{
	const char *missing = view->glyphs->missing;
	struct arena *arena = view->arena;
	double n = (double)row->n / (double)row->n_trials;
	cells[0] = row->ordinal == 0 ? "(run)" : shown_text(row->name, arena);
	cells[1] = format_value(row->joules, view->joules, view->glyphs, arena);
	cells[2] = format_interval(row->joules, view->joules, arena);
	cells[3] = isnan(row->share)
		       ? missing
		       : arena_format(arena, "%s %%", format_share(row->share, 1, arena));
	cells[4] = format_value(row->watts, view->watts, view->glyphs, arena);
	cells[5] = isnan(row->seconds) ? missing : format_digits(row->seconds, 4, arena);
	cells[6] = format_digits(n, 4, arena);
	cells[7] = row->has_queries ? format_digits(row->queries, 7, arena) : missing;
}

static void print_head(const struct phase_group *group, const struct phase_view *view)
{
	const struct phase_row *run = group->rows;
	const struct figure total = { .is_known = true,
				      .provenance = run->joules.provenance };
	const char *rest = arena_format(
	    view->arena, "campaign %lld: %lld trial%s, all of a mean run; %s",
	    (long long)run->campaign_id, (long long)run->n_trials,
	    run->n_trials == 1 ? "" : "s", format_provenance(total));
	marked_head_print(run->variant, run->job, rest, view->page);
}

static void print_notes(const struct phase_group *group, const struct phase_view *view)
{
	const char *reason = NULL;
	double seconds = 0;
	for (size_t i = 0; i < group->n; i++) {
		const struct phase_row *row = &group->rows[i];
		seconds += row->ordinal > 0 ? row->seconds : 0;
		if (!row->joules.is_known && !reason)
			reason = row->joules.reason;
	}
	if (reason)
		marked_note_print(view->page,
				  arena_format(view->arena, "No figure: %s.", reason));
	if (seconds > group->rows[0].seconds)
		marked_note_print(
		    view->page, "Phases that overlap each have the joules of all that ran "
				"meanwhile: they do not add up.");
}

static int print_group(const struct phase_group *group, struct phase_view view)
{
	struct figure *joules = arena_room(view.arena, group->n * sizeof(*joules));
	struct figure *watts = arena_room(view.arena, group->n * sizeof(*watts));
	for (size_t i = 0; i < group->n; i++) {
		joules[i] = group->rows[i].joules;
		watts[i] = group->rows[i].watts;
	}
	view.joules = scale_of(joules, group->n, view.glyphs);
	view.watts = scale_of(watts, group->n, view.glyphs);
	const char *const headers[N_CELLS] = {
		"phase",
		arena_format(view.arena, "%sJ", view.joules.prefix),
		"interval",
		"share",
		arena_format(view.arena, "%sW", view.watts.prefix),
		"seconds",
		"times",
		"queries"
	};
	print_head(group, &view);
	static const bool is_spared[N_CELLS] = { [4] = true, [6] = true };
	const char **cells = arena_room(view.arena, group->n * N_CELLS * sizeof(*cells));
	for (size_t i = 0; i < group->n; i++)
		cells_of(&group->rows[i], &view, cells + i * N_CELLS);
	const struct marked_table table = { headers, is_spared, cells, N_CELLS, group->n };
	int code = marked_table_print(&table, view.page);
	print_notes(group, &view);
	return code;
}

static int print_groups(const void *items, size_t n, const struct marked_page *page)
{
	const struct phase_row *rows = items;
	const struct phase_view view = { .glyphs = page->glyphs,
					 .arena = page->arena,
					 .page = page };
	int code = 0;
	for (size_t at = 0; at < n && code == 0;) {
		const struct phase_group group = group_at(rows, at, n);
		if (at > 0)
			fputc('\n', page->out);
		code = print_group(&group, view);
		at += group.n;
	}
	return code;
}

static const struct marked_report report = {
	.what = "cannot show the joules of phases",
	.schema = "joulecart-phases-1",
	.program_sql = "SELECT campaign_id, variant, job, phase, ordinal, n, n_trials,"
		       " joules_per_run, low_per_run, high_per_run, seconds_per_run,"
		       " queries_per_run, provenance, reason"
		       " FROM (SELECT *, max(ordinal) OVER (PARTITION BY"
		       " campaign_id, variant, job) AS last_ordinal FROM (" PHASE_ROWS
		       ")) WHERE last_ordinal > 0"
		       " ORDER BY campaign_id, first_trial, ordinal",
	.people_sql = rows_sql,
	.take = take_phase,
	.item_size = sizeof(struct phase_row),
	.print = print_groups,
	.lack = "no trial in it has marked phases",
	.todo = "mark them ('man joulecart-mark', joulecart_begin), or run "
		"'joulecart run --phase-pattern'",
};

int phases_print(sqlite3 *db, int64_t campaign_id, const char *format, FILE *out,
		 struct problem *why)
{
	return marked_report_print(&report, db, campaign_id, format, out, why);
}
