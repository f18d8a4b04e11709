/* reports/campaign/summary.c - see summary.h. */
#include <config.h>

#include "reports/campaign/summary.h"

#include "base/problem.h"
#include "reports/campaign/score.h"
#include "reports/campaign/trials.h"
#include "reports/campaign/variants.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "reports/statistics/pairing.h"
#include "reports/statistics/slices.h"
#include "schema/database/guard.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The report and the memory that all of it is in. */
struct model {
	struct report report;
	struct arena *arena;
};

/* Where one campaign is being put together. */
struct build {
	sqlite3 *db;
	struct arena *arena;
	struct model_campaign *campaign;
	struct trial_list baseline; /* the trials of the row with is_baseline */
	enum figure_provenance baseline_provenance;
	struct figure_list figures;
};

/* A range of ids, which SQLite hands down into the view: it must not account for the campaigns
 * of years to print one. */
static const char campaigns_sql[] =
    "SELECT c.campaign_id, c.uuid, c.kind,"
    "       strftime('%Y-%m-%dT%H:%M:%SZ', c.begin_utc_ns / 1000000000, 'unixepoch'),"
    "       c.command_line, c.tool_version, c.git_revision,"
    "       h.cpu_model, h.hypervisor, h.kernel, h.governor,"
    "       a.zone, a.zone_name, a.source, a.licence, a.boundary,"
    "       a.year, a.g_per_kwh, a.zone_assumed, a.pue_assumed, a.pue,"
    "       (SELECT count(*) FROM trial t WHERE t.campaign_id = c.campaign_id),"
    "       (SELECT sum(t.own_cpu_s) FROM trial t WHERE t.campaign_id = c.campaign_id),"
    "       (SELECT total(t.end_mono_ns - t.begin_mono_ns) * 1e-9 FROM trial t"
    "        WHERE t.campaign_id = c.campaign_id),"
    "       a.psu, a.scope, a.method, a.basis,"
    "       EXISTS (SELECT 1 FROM gap g JOIN trial t ON t.trial_id = g.trial_id"
    "               WHERE t.campaign_id = c.campaign_id AND g.todo <> ''"
    "                 AND g.collector IN ('powercap', 'power-pmu', 'nvml', 'hwmon')),"
    "       2 * d.u_grid, 2 * d.u_pue, 2 * d.u_psu,"
    "       EXISTS (SELECT 1 FROM channel k JOIN trial t ON t.trial_id = k.trial_id"
    "               WHERE t.campaign_id = c.campaign_id AND k.counted"
    "                 AND k.domain = 'machine' AND k.provenance = 'measured'),"
    "       c.zone IS NOT a.zone, coalesce(c.baseline, 'teacher') "
    "FROM campaign c JOIN host h ON h.host_id = c.host_id "
    "     JOIN temp.kept_account a ON a.campaign_id = c.campaign_id "
    "     JOIN temp.kept_doubt d ON d.campaign_id = c.campaign_id "
    "WHERE a.campaign_id BETWEEN ?1 AND ?2 ORDER BY c.campaign_id";

static const char qualities_sql[] =
    "SELECT m.name, avg(m.value) FROM trial t JOIN metric m ON m.trial_id = t.trial_id "
    "WHERE t.campaign_id = ?1 AND t.variant = ?2 AND t.job = ?3"
    "  AND t.state = 'complete' AND t.is_warmup = 0 GROUP BY m.name ORDER BY m.name";

static struct model_campaign campaign_of(sqlite3_stmt *row, struct arena *arena)
{
	const char *text[16];
	for (int i = 0; i < 16; i++)
		text[i] = column_text(row, i, arena);
	return (struct model_campaign){
		.campaign_id = sqlite3_column_int64(row, 0),
		.uuid = text[1],
		.kind = text[2],
		.begin_utc = text[3],
		.command_line = text[4],
		.tool_version = text[5],
		.git_revision = text[6],
		.cpu_model = text[7],
		.hypervisor = text[8],
		.kernel = text[9],
		.governor = text[10],
		.zone = text[11],
		.zone_name = text[12],
		.factor_source = text[13],
		.factor_licence = text[14],
		.factor_boundary = text[15],
		.factor_year = sqlite3_column_int64(row, 16),
		.g_per_kwh = sqlite3_column_double(row, 17),
		.zone_assumed = sqlite3_column_int(row, 18),
		.pue_assumed = sqlite3_column_int(row, 19),
		.pue = sqlite3_column_double(row, 20),
		.n_trials = sqlite3_column_int64(row, 21),
		.has_own_cost = sqlite3_column_type(row, 22) != SQLITE_NULL,
		.own_cpu_s = sqlite3_column_double(row, 22),
		.wall_s = sqlite3_column_double(row, 23),
		.psu = sqlite3_column_double(row, 24),
		.can_measure = sqlite3_column_int(row, 28) != 0,
		.grid_k2 = sqlite3_column_double(row, 29),
		.pue_k2 = sqlite3_column_double(row, 30),
		.psu_k2 = sqlite3_column_double(row, 31),
		.has_machine_meter = sqlite3_column_int(row, 32) != 0,
		.zone_is_stated = sqlite3_column_int(row, 33) != 0,
		.baseline = column_text(row, 34, arena),
		.factor_scope = column_text(row, 25, arena),
		.factor_method = column_text(row, 26, arena),
		.factor_basis = column_text(row, 27, arena),
	};
}

/* What follows --zone on the command line, where it names the campaign's zone otherwise: US-CAL is
 * US-CAMX. A zone that was stated later is no other name of it. */
static const char *zone_asked(const struct model_campaign *campaign, struct arena *arena)
{
	static const char option[] = "--zone";
	json_t *words = json_loads(campaign->command_line, 0, NULL);
	const char *asked = NULL;
	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *word = json_string_value(json_array_get(words, i));
		if (word && strcmp(word, "--") == 0)
			break;
		if (!word || strncmp(word, option, strlen(option)) != 0)
			continue;
		word += strlen(option);
		asked = *word == '=' ? word + 1
				     : json_string_value(json_array_get(words, i + 1));
	}
	asked = asked && strcasecmp(asked, campaign->zone) != 0 ? arena_string(arena, asked)
								: NULL;
	json_decref(words);
	return asked;
}

/* Over the same trials as qualities_sql. */
static int read_shares(const struct build *build, struct trial_list group,
		       struct quality *qualities, size_t n)
{
	struct trial *runs = arena_room(build->arena, (group.n + 1) * sizeof(*runs));
	struct trial_list counting = { runs, 0 };
	for (size_t i = 0; i < group.n; i++)
		if (group.trials[i].is_run)
			runs[counting.n++] = group.trials[i];
	for (size_t i = 0; i < n; i++) {
		struct score score;
		if (!score_is_share(qualities[i].name))
			continue;
		if (score_read(build->db, counting, qualities[i].name, build->arena,
			       &score) != 0)
			return -1;
		qualities[i].share = score_figure(&score);
		qualities[i].n_queries = score.n_queries;
	}
	return 0;
}

const struct quality *quality_named(const struct model_row *row, const char *name)
{
	for (size_t i = 0; i < row->n_qualities; i++)
		if (strcmp(row->qualities[i].name, name) == 0)
			return &row->qualities[i];
	return NULL;
}

/* Once the row has its qualities. */
static struct quality_gap gap_of(const struct model_row *row, struct arena *arena)
{
	struct slice *parts = arena_room(arena, (row->n_qualities + 1) * sizeof(*parts));
	struct slice_gap gap;
	size_t n = 0;
	for (size_t i = 0; i < row->n_qualities; i++) {
		const struct quality *quality = &row->qualities[i];
		const char *name = score_part(quality->name);
		if (!name || quality->mean < 0 || quality->mean > 1)
			continue;
		const char *kind = quality->name + SCORE_PART_PREFIX;
		kind = arena_format(arena, "%.*s", (int)(name - 1 - kind), kind);
		parts[n++] = (struct slice){ kind, name, quality->mean,
					     quality->n_queries };
	}
	if (!slice_gap_largest(parts, n, &gap))
		return (struct quality_gap){ 0 };
	return (struct quality_gap){
		.is_known = true,
		.kind = gap.low->kind,
		.low = gap.low->name,
		.high = gap.high->name,
		.points = gap.points,
		.is_shown = gap.is_shown,
		.words = arena_format(arena, "%s: %s, %s%s", gap.low->kind, gap.low->name,
				      gap.high->name, gap.is_shown ? "" : " ?"),
	};
}

static int read_qualities(const struct build *build, struct trial_list group,
			  struct model_row *row)
{
	sqlite3_stmt *found = NULL;
	int code;
	if (sqlite3_prepare_v2(build->db, qualities_sql, -1, &found, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(found, 1, build->campaign->campaign_id);
	bind_text(found, 2, row->variant);
	bind_text(found, 3, row->job);
	while ((code = sqlite3_step(found)) == SQLITE_ROW) {
		struct quality quality = {
			column_text(found, 0, build->arena),
			sqlite3_column_double(found, 1),
			figure_unknown("it is no share"),
			0,
		};
		arena_append(build->arena, &quality, sizeof(quality));
	}
	sqlite3_finalize(found);
	row->n_qualities = arena_appended(build->arena) / sizeof(struct quality);
	struct quality *qualities = arena_take(build->arena);
	row->qualities = qualities;
	if (code != SQLITE_DONE ||
	    read_shares(build, group, qualities, row->n_qualities) != 0)
		return -1;
	row->gap = gap_of(row, build->arena);
	return 0;
}

/* The figure of that group; where no trial counts, why. */
static struct figure figure_of(const struct figure_group *group, enum figure_kind kind,
			       const char *reason)
{
	return group ? group->figures[kind] : figure_unknown(reason);
}

/* What v_figure has of the row, per query and per run. */
static void fill_figures(const struct build *build, struct trial_list group,
			 struct model_row *row)
{
	const char *no_query = trials_reason(group, true);
	const char *no_run = trials_reason(group, false);
	row->per_query = figure_group_of(build->figures, row->variant, row->job, true);
	row->per_run = figure_group_of(build->figures, row->variant, row->job, false);
	row->joules_per_query = figure_of(row->per_query, FIGURE_JOULES, no_query);
	row->joules_per_run = figure_of(row->per_run, FIGURE_JOULES, no_run);
	row->grams_per_1000_queries = figure_times(
	    figure_of(row->per_query, FIGURE_O_G, no_query), 1000);
	row->grams_per_run = figure_of(row->per_run, FIGURE_O_G, no_run);
}

/* What compare says of the two (reports/statistics/pairing.h), or why it would refuse. */
static struct figure ratio_of(const struct build *build, struct trial_list group,
			      enum figure_provenance provenance)
{
	struct block_list base = trials_blocks(build->baseline, true, false, build->arena);
	struct block_list mine = trials_blocks(group, true, false, build->arena);
	if (mine.n == 0 || base.n == 0)
		return figure_unknown("one side has no figure");
	if (!trials_same_work(trials_workload(group), trials_workload(build->baseline)))
		return figure_unknown("not the same workload");
	if (provenance_is_estimate(provenance) !=
	    provenance_is_estimate(build->baseline_provenance))
		return figure_unknown("one is measured, the other estimated");
	struct pairing pairs = pairing_of(base, mine, true, build->arena);
	return (struct figure){ .is_known = true,
				.has_interval = pairs.t.n > 1,
				.value = exp(pairs.t.mean),
				.low = exp(pairs.t.ci95.low),
				.high = exp(pairs.t.ci95.high),
				.reason = pairs.t.n <= 1 ? "one pair: no interval"
					  : pairs.is_paired
					      ? NULL
					      : "no block holds both: drift is in it" };
}

static void count_trials(struct trial_list group, struct model_row *row)
{
	bool is_infer = strcmp(row->job, "infer") == 0;
	row->n_trials = (int64_t)group.n;
	for (size_t i = 0; i < group.n; i++) {
		row->n_usable += is_infer ? group.trials[i].is_usable
					  : group.trials[i].is_run;
		row->queries += group.trials[i].is_usable ? group.trials[i].queries : 0;
	}
}

static struct model_row row_of(struct build *build, struct trial_list group)
{
	struct model_row row = {
		.variant = group.trials[0].variant,
		.job = group.trials[0].job,
		.seconds = trials_seconds(group, build->arena),
		.training_j = figure_unknown("not trained in this campaign"),
		.ratio = figure_unknown("no inference by the baseline to compare with"),
	};
	fill_figures(build, group, &row);
	count_trials(group, &row);
	row.is_baseline = strcmp(row.job, "infer") == 0 &&
			  strcmp(row.variant, build->campaign->baseline) == 0;
	if (row.is_baseline) {
		build->baseline = group;
		build->baseline_provenance = row.joules_per_query.provenance;
		row.ratio = figure_unknown("this is the baseline");
	}
	if (strcmp(row.job, "infer") == 0 && !row.is_baseline && build->baseline.n > 0)
		row.ratio = ratio_of(build, group, row.joules_per_query.provenance);
	return row;
}

static double sort_key(const struct model_row *row)
{
	struct figure figure = strcmp(row->job, "infer") == 0 ? row->joules_per_query
							      : row->joules_per_run;
	if (row->is_baseline)
		return (double)INFINITY;
	return figure.is_known ? figure.value : -1;
}

static int by_energy(const void *left, const void *right)
{
	const struct model_row *a = left, *b = right;
	double first = sort_key(a), second = sort_key(b);
	return first != second ? (first < second) - (first > second)
			       : strcmp(a->variant, b->variant);
}

/* Of one job the dearest first, behind the baseline: a bench runs its variants in an order that
 * was drawn. Commands keep the order in which they were run. */
static void sort_rows(struct model_row *rows, size_t n)
{
	for (size_t begin = 0, end; begin < n; begin = end) {
		const char *job = rows[begin].job;
		end = begin + 1;
		while (end < n && strcmp(rows[end].job, job) == 0)
			end++;
		if (strcmp(job, "infer") == 0 || strcmp(job, "train") == 0)
			qsort(rows + begin, end - begin, sizeof(*rows), by_energy);
	}
}

static void link_training(struct model_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (strcmp(rows[i].job, "train") != 0 &&
			    strcmp(rows[j].job, "train") == 0 &&
			    strcmp(rows[i].variant, rows[j].variant) == 0)
				rows[i].training_j = rows[j].joules_per_run;
}

static void account_units(struct model_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct unit_account account = { rows[i].joules_per_query, rows[i].queries,
						rows[i].per_query, NULL };
		for (size_t j = 0; j < n && rows[i].units.n > 0; j++)
			if (strcmp(rows[j].job, "train") == 0 &&
			    strcmp(rows[j].variant, rows[i].variant) == 0)
				account.training = rows[j].per_run;
		units_account(&rows[i].units, &account);
	}
}

static void tell_last(struct model_campaign *campaign, struct trial_list list)
{
	const struct trial *last = list.n ? &list.trials[0] : NULL;
	for (size_t i = 1; i < list.n; i++)
		if (list.trials[i].trial_id > last->trial_id)
			last = &list.trials[i];
	if (!last)
		return;
	const struct trial_value *run = &last->per_run;
	campaign->last_trial_id = last->trial_id;
	campaign->last_query_reason = last->queries ? last->per_query.reason : NULL;
	campaign->last_run_j = (struct figure){ .is_known = run->is_known,
						.has_interval = run->has_bounds,
						.value = run->seen.value,
						.low = run->seen.low,
						.high = run->seen.high,
						.provenance = run->provenance,
						.reason = run->reason };
}

static int read_rows(struct build *build)
{
	struct trial_list rest;
	if (trials_read(build->db, build->campaign->campaign_id, build->arena, &rest) != 0)
		return -1;
	tell_last(build->campaign, rest);
	size_t n = 0;
	for (struct trial_list left = rest; left.n > 0; n++) {
		size_t length = trials_group(left).n;
		left = (struct trial_list){ left.trials + length, left.n - length };
	}
	struct model_row *rows = arena_room(build->arena, n * sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		struct trial_list group = trials_group(rest);
		rows[i] = row_of(build, group);
		if (read_qualities(build, group, &rows[i]) != 0 ||
		    ratios_read(build->db, build->campaign->campaign_id, rows[i].variant,
				rows[i].job, &rows[i].ratios) != 0 ||
		    units_read(build->db, group, build->arena, &rows[i].units) != 0)
			return -1;
		build->campaign->n_usable += rows[i].n_usable;
		rest = (struct trial_list){ rest.trials + group.n, rest.n - group.n };
	}
	link_training(rows, n);
	account_units(rows, n);
	sort_rows(rows, n);
	build->campaign->rows = rows;
	build->campaign->n_rows = n;
	return 0;
}

static bool any_run_counts(const struct model_campaign *campaign)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		if (campaign->rows[i].joules_per_run.is_known)
			return true;
	return campaign->n_rows == 0;
}

/* The grams of a trial that was cut off, which no mean holds. */
static int read_last_grams(const struct build *build)
{
	static const char sql[] = "SELECT grams, grams_low, grams_high, provenance, reason "
				  "FROM v_carbon WHERE trial_id = ?1";
	struct model_campaign *campaign = build->campaign;
	const struct list_reading reading = { .db = build->db, .arena = build->arena };
	sqlite3_stmt *row = NULL;
	if (any_run_counts(campaign))
		return 0;
	if (sqlite3_prepare_v2(build->db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign->last_trial_id);
	if (sqlite3_step(row) == SQLITE_ROW)
		campaign->last_run_g = (struct figure){
			.is_known = sqlite3_column_type(row, 0) != SQLITE_NULL,
			.has_interval = sqlite3_column_type(row, 1) != SQLITE_NULL &&
					sqlite3_column_type(row, 2) != SQLITE_NULL,
			.value = sqlite3_column_double(row, 0),
			.low = sqlite3_column_double(row, 1),
			.high = sqlite3_column_double(row, 2),
			.provenance = provenance_of_word(column_word(row, 3)),
			.reason = text_of(row, 4, &reading),
		};
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

static int fill_campaign(struct figure_reader *figures, struct model_campaign *campaign)
{
	sqlite3 *db = figures->db;
	struct arena *arena = figures->arena;
	campaign->zone_asked = campaign->zone_is_stated ? NULL
							: zone_asked(campaign, arena);
	struct build build = { .db = db, .arena = arena, .campaign = campaign };
	if (figures_read(figures, campaign->campaign_id, NULL, &build.figures) != 0 ||
	    read_rows(&build) != 0 || read_last_grams(&build) != 0 ||
	    sampling_read(db, campaign->campaign_id, arena, &campaign->sampling) != 0)
		return -1;
	return notes_read(db, campaign->campaign_id, arena, &campaign->notes);
}

static int read_campaigns(sqlite3 *db, int64_t campaign_id, struct model *model)
{
	struct figure_reader figures = { .db = db, .arena = model->arena };
	const int64_t last = campaign_id ? campaign_id : INT64_MAX;
	sqlite3_stmt *row = NULL;
	int code;
	if (figures_prepare(&figures, campaign_id, last) != 0 || notes_prepare(db) != 0 ||
	    sqlite3_prepare_v2(db, campaigns_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	sqlite3_bind_int64(row, 2, last);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		struct model_campaign campaign = campaign_of(row, model->arena);
		arena_append(model->arena, &campaign, sizeof(campaign));
	}
	sqlite3_finalize(row);
	size_t n = arena_appended(model->arena) / sizeof(struct model_campaign);
	struct model_campaign *campaigns = arena_take(model->arena);
	for (size_t i = 0; code == SQLITE_DONE && i < n; i++)
		if (fill_campaign(&figures, &campaigns[i]) != 0)
			code = SQLITE_ERROR;
	figures_close(&figures);
	model->report.campaigns = campaigns;
	model->report.n_campaigns = n;
	return code == SQLITE_DONE ? 0 : -1;
}

/* In one transaction, so that all figures are of one state of a file into which others write, and SQLite
 * takes its locks once. */
static int read_snapshot(sqlite3 *db, int64_t campaign_id, struct model *model)
{
	if (sqlite3_exec(db, "SAVEPOINT report", NULL, NULL, NULL) != SQLITE_OK)
		return -1;
	int code = read_campaigns(db, campaign_id, model);
	/* What failed is told by sqlite3_errmsg(), which a statement that succeeds would clear. */
	if (code != 0)
		return -1;
	return sqlite3_exec(db, "RELEASE report", NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

static int no_campaign(int64_t campaign_id, const char *path, struct problem *why)
{
	problem_what(why, "cannot report on '%s'", path ? path : "the database");
	if (campaign_id == 0) {
		problem_why(why, "nothing was run into it yet");
		return problem_todo(
		    why, "measure something into it: joulecart run -o FILE.db -- COMMAND");
	}
	return campaign_missing(campaign_id, why);
}

static int read_failed(sqlite3 *db, const char *path, struct problem *why)
{
	problem_what(why, "cannot read '%s'", path ? path : "the database");
	return guard_why(db, why);
}

const struct report *report_read(sqlite3 *db, int64_t campaign_id, const char *path,
				 struct problem *why)
{
	struct arena *arena = arena_new();
	if (!arena) {
		problem_what(why, "cannot make a report");
		problem_errno(why, ENOMEM);
		return NULL;
	}
	struct model *model = arena_room(arena, sizeof(*model));
	model->arena = arena;
	model->report.path = guarded_text(path, arena);
	int code = read_snapshot(db, campaign_id, model);
	if (code != 0) {
		read_failed(db, path, why);
		sqlite3_exec(db, "ROLLBACK TO report; RELEASE report", NULL, NULL, NULL);
	} else if (model->report.n_campaigns == 0)
		code = no_campaign(campaign_id, path, why);
	if (code == 0)
		return &model->report;
	arena_free(arena);
	return NULL;
}

void report_free(const struct report *report)
{
	if (report)
		arena_free(((const struct model *)(const void *)report)->arena);
}
