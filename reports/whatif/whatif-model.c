/* reports/whatif/whatif-model.c - see whatif-model.h. */
#include <config.h>

#include "reports/whatif/whatif-model.h"

#include "base/problem.h"
#include "reports/campaign/carbon.h"
#include "reports/campaign/figures.h"
#include "reports/figure/column-text.h"
#include "schema/database/bundled.h"
#include "schema/database/migrate.h"
#include "schema/database/trial-span.h"

#include <string.h>

/* Where one campaign is being put together. */
struct build {
	sqlite3 *db;
	const struct whatif_options *options;
	const struct model_campaign *campaign;
	struct arena *arena;
	struct figure_reader reader;
	struct problem *why;
};

/* What is read of each case. */
enum { CASE_KWH, CASE_O, CASE_M, CASE_SCI, N_CASE_FIGURES };
static const enum figure_kind case_kinds[N_CASE_FIGURES] = {
	[CASE_KWH] = FIGURE_KWH,
	[CASE_O] = FIGURE_O_G,
	[CASE_M] = FIGURE_M_G,
	[CASE_SCI] = FIGURE_SCI_G,
};
struct case_figures {
	struct figure *of[N_CASE_FIGURES]; /* one for each case */
};

static int failed(const struct build *build)
{
	return store_problem(build->db, "read", build->options->path, build->why);
}

static const char account_sql[] =
    "SELECT zone, scope, coalesce(g_per_kwh, 0), pue, coalesce(psu, 0),"
    " zone_assumed OR pue_assumed, coalesce(te_kg, 0), life_years, share"
    " FROM v_account WHERE campaign_id = ?";

static int read_stored(const struct build *build, struct whatif_case *stored)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(build->db, account_sql, -1, &row, NULL) != SQLITE_OK)
		return failed(build);
	sqlite3_bind_int64(row, 1, build->campaign->campaign_id);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	if (is_there)
		*stored = (struct whatif_case){
			.label = "stored",
			.zone = column_text(row, 0, build->arena),
			.scope = column_text(row, 1, build->arena),
			.g_per_kwh = sqlite3_column_double(row, 2),
			.pue = sqlite3_column_double(row, 3),
			.psu = sqlite3_column_double(row, 4),
			.is_assumed = sqlite3_column_int(row, 5),
			.te_kg = sqlite3_column_double(row, 6),
			.life_years = sqlite3_column_double(row, 7),
			.share = sqlite3_column_double(row, 8),
		};
	sqlite3_finalize(row);
	return is_there ? 0 : failed(build);
}

static int read_zone(const struct build *build, const char *zone,
		     struct whatif_case *changed)
{
	sqlite3_stmt *row = NULL;
	if (bundled_know(build->db) != SQLITE_OK ||
	    sqlite3_prepare_v2(build->db,
			       "SELECT value, scope FROM known_factor WHERE in_force"
			       " AND kind = 'grid'"
			       " AND parameter = 'intensity' AND key = ?",
			       -1, &row, NULL) != SQLITE_OK)
		return failed(build);
	bind_text(row, 1, zone);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	if (is_there) {
		changed->label = changed->zone = zone;
		changed->g_per_kwh = sqlite3_column_double(row, 0);
		changed->scope = column_text(row, 1, build->arena);
	}
	sqlite3_finalize(row);
	return is_there ? 0 : failed(build);
}

static void apply_options(const struct whatif_options *options, struct whatif_case *changed)
{
	if (options->g_per_kwh > 0) {
		changed->g_per_kwh = options->g_per_kwh;
		changed->zone = NULL;
		changed->scope = NULL;
	}
	if (options->pue > 0)
		changed->pue = options->pue;
	if (options->psu > 0)
		changed->psu = options->psu;
	if (options->life_years > 0)
		changed->life_years = options->life_years;
	if (options->share > 0)
		changed->share = options->share;
	if (options->te_kg > 0)
		changed->te_kg = options->te_kg;
}

static int add_hours(const struct build *build, struct whatif_case *changed)
{
	struct hourly_series *series = arena_room(build->arena, sizeof(*series));
	const char *method = build->options->method ? build->options->method : "average";
	int code = hourly_read(build->db, changed->zone, method, changed->scope, series,
			       build->why);
	if (code < 0)
		return -1;
	if (code > 0) {
		problem_what(build->why, "no hourly intensities for zone '%s'",
			     changed->zone);
		problem_why(build->why, "the database holds no %s series of it", method);
		return problem_todo(build->why, "joulecart factors import %s FILE.csv",
				    build->options->path);
	}
	/* The points go with the arena. */
	size_t size = series->series.n * sizeof(*series->series.points);
	struct grid_point *points = arena_room(build->arena, size);
	memcpy(points, series->series.points, size);
	hourly_free(series);
	series->series.points = points;
	changed->series = series;
	changed->scope = series->scope;
	return 0;
}

/* As stored; then one case for each zone, or one with all else that was asked. */
static int read_cases(const struct build *build, struct whatif *whatif)
{
	const struct whatif_options *options = build->options;
	size_t n = options->n_zones ? options->n_zones : 1;
	struct whatif_case *cases = arena_room(build->arena, (n + 1) * sizeof(*cases));
	if (read_stored(build, &cases[0]) != 0)
		return -1;
	for (size_t i = 1; i <= n; i++) {
		cases[i] = cases[0];
		cases[i].label = "what if";
		if (options->n_zones &&
		    read_zone(build, options->zones[i - 1], &cases[i]) != 0)
			return -1;
		apply_options(options, &cases[i]);
		bool has_zone = options->n_zones || options->g_per_kwh > 0 ||
				!build->campaign->zone_assumed;
		bool has_pue = options->pue > 0 || !build->campaign->pue_assumed;
		cases[i].is_assumed = !has_zone || !has_pue;
		if (options->hours && add_hours(build, &cases[i]) != 0)
			return -1;
	}
	whatif->cases = cases;
	whatif->n_cases = n + 1;
	return 0;
}

/* What the case changes of v_account. */
static struct account_change change_of(const struct build *build,
				       const struct whatif *whatif, size_t index,
				       const struct hourly *hourly)
{
	const struct whatif_options *options = build->options;
	const struct whatif_case *with = &whatif->cases[index];
	bool is_other_grid = options->n_zones > 0 || options->g_per_kwh > 0;
	return (struct account_change){
		.g_per_kwh = with->series    ? hourly_g_per_kwh(hourly)
			     : is_other_grid ? with->g_per_kwh
					     : 0,
		.pue = options->pue,
		.psu = options->psu,
		.te_kg = options->te_kg,
		.life_years = options->life_years,
		.share = options->share,
		.grid_doubt = with->series    ? "grid-hourly"
			      : is_other_grid ? "grid-annual"
					      : NULL,
	};
}

/* The trials behind a row's figure: those that count per query, or per run. */
static const char trials_sql[] =
    "SELECT q.trial_id, iif(?4, q.seconds / q.queries,"
    "  (t.end_mono_ns - t.begin_mono_ns) * 1e-9) "
    "FROM v_query q JOIN trial t ON t.trial_id = q.trial_id "
    "WHERE q.campaign_id = ?1 AND q.variant = ?2 AND q.job = ?3"
    "  AND q.trial_id BETWEEN ?5 AND ?6"
    "  AND iif(?4, q.usable, t.state = 'complete' AND NOT t.is_warmup)";

static int add_trial(const struct build *build, const struct whatif *whatif,
		     sqlite3_stmt *trial, struct hourly *hourly)
{
	for (size_t i = 0; i < whatif->n_cases; i++)
		if (whatif->cases[i].series &&
		    hourly_add_trial(build->db, whatif->cases[i].series,
				     sqlite3_column_int64(trial, 0), &hourly[i],
				     build->why) != 0)
			return -1;
	return 0;
}

/* How long a device was held, on average, and which hours its energy met. */
static int read_trials(const struct build *build, const struct whatif *whatif,
		       struct whatif_row *row, struct hourly *hourly)
{
	sqlite3_stmt *trial = NULL;
	int code = 0, n = 0, step = SQLITE_DONE;
	if (sqlite3_prepare_v2(build->db, trials_sql, -1, &trial, NULL) != SQLITE_OK)
		return failed(build);
	sqlite3_bind_int64(trial, 1, build->campaign->campaign_id);
	bind_text(trial, 2, row->variant);
	bind_text(trial, 3, row->job);
	sqlite3_bind_int(trial, 4, row->is_per_query);
	if (trial_span_bind(trial, 5, build->campaign->campaign_id) != 0) {
		sqlite3_finalize(trial);
		return failed(build);
	}
	while (code == 0 && (step = sqlite3_step(trial)) == SQLITE_ROW) {
		row->reserved_s += (sqlite3_column_double(trial, 1) - row->reserved_s) /
				   ++n;
		code = add_trial(build, whatif, trial, hourly);
	}
	sqlite3_finalize(trial);
	return code == 0 && step != SQLITE_DONE ? failed(build) : code;
}

/* Its figures in one case: as stored (index 0), or with what the case changes. */
static int fill_case(struct build *build, const struct whatif *whatif,
		     const struct whatif_row *row, size_t index, struct case_figures *out)
{
	struct account_change change = { 0 };
	struct figure_list list;
	if (index > 0)
		change = change_of(build, whatif, index, &row->hourly[index]);
	if (figures_read(&build->reader, build->campaign->campaign_id, &change, &list) != 0)
		return failed(build);
	const struct figure_group *group = figure_group_of(list, row->variant, row->job,
							   row->is_per_query);
	for (size_t i = 0; i < N_CASE_FIGURES; i++)
		out->of[i][index] = group ? group->figures[case_kinds[i]]
					  : figure_unknown("no trial counts");
	return 0;
}

static int fill_row(struct build *build, const struct whatif *whatif,
		    struct whatif_row *row)
{
	struct case_figures figures;
	size_t n = whatif->n_cases;
	struct hourly *hourly = arena_room(build->arena, n * sizeof(*hourly));
	struct figure *grams = arena_room(build->arena, n * sizeof(*grams));
	for (size_t i = 0; i < N_CASE_FIGURES; i++)
		figures.of[i] = arena_room(build->arena, n * sizeof(struct figure));
	if (read_trials(build, whatif, row, hourly) != 0)
		return -1;
	row->hourly = hourly;
	for (size_t i = 0; i < n; i++) {
		const struct whatif_case *with = &whatif->cases[i];
		if (with->series &&
		    hourly_check(&hourly[i], with->series, build->options->allow_gaps,
				 build->why) != 0)
			return -1;
		if (fill_case(build, whatif, row, i, &figures) != 0)
			return -1;
		grams[i] = figures.of[CASE_SCI][i].is_known ? figures.of[CASE_SCI][i]
							    : figures.of[CASE_O][i];
	}
	row->grams = grams;
	row->kwh = figures.of[CASE_KWH];
	row->o_g = figures.of[CASE_O];
	row->m_g = figures.of[CASE_M];
	return 0;
}

/* Per query where any row has that figure; else per run. */
static int read_rows(struct build *build, struct whatif *whatif)
{
	const struct model_campaign *campaign = build->campaign;
	struct whatif_row *rows = arena_room(build->arena,
					     campaign->n_rows * sizeof(*rows));
	for (size_t i = 0; i < campaign->n_rows; i++)
		whatif->is_per_query |= campaign->rows[i].joules_per_query.is_known;
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *from = &campaign->rows[i];
		struct figure energy_j = whatif->is_per_query ? from->joules_per_query
							      : from->joules_per_run;
		if (!energy_j.is_known)
			continue;
		struct whatif_row *row = &rows[whatif->n_rows++];
		*row = (struct whatif_row){ .variant = from->variant,
					    .job = from->job,
					    .is_per_query = whatif->is_per_query,
					    .energy_j = energy_j };
		if (fill_row(build, whatif, row) != 0)
			return -1;
	}
	whatif->rows = rows;
	return 0;
}

int whatif_read(sqlite3 *db, const struct whatif_options *options,
		const struct model_campaign *campaign, struct arena *arena,
		struct whatif *whatif, struct problem *why)
{
	struct build build = { db, options, campaign, arena, { .db = db, .arena = arena },
			       why };
	*whatif = (struct whatif){ .campaign = campaign };
	int code = read_cases(&build, whatif);
	if (code == 0)
		code = read_rows(&build, whatif);
	figures_close(&build.reader);
	if (code != 0)
		return -1;
	if (whatif->n_rows > 0)
		return 0;
	problem_what(why, "nothing to compute in campaign %lld of '%s'",
		     (long long)campaign->campaign_id, options->path);
	problem_why(why, "no trial in it has joules");
	return problem_todo(why, "'joulecart report FILE.db' says why; 'joulecart doctor' "
				 "what would help");
}
