/* reports/campaign/figures.c - see figures.h. The formulas are the views' own texts, which stand in the
 * database for everybody to read. They are run here over the trials of one campaign alone: SQLite
 * does not hand a campaign down through a view that takes means over trials, and a database can
 * hold years of them. */
#include <config.h>

#include "reports/campaign/figures.h"

#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"

#include <string.h>

/* Named as the views that they stand before. ?1 the campaign, ?2 and ?3 its first and last trial. */
#define QUERIES_SQL                                         \
	"v_query AS MATERIALIZED (SELECT * FROM %s.v_query" \
	" WHERE trial_id BETWEEN ?2 AND ?3 AND campaign_id = ?1)"

/* Where nothing says how many queries were served, v_query is v_phase and dear to compile. */
#define RUNS_SQL                                                                          \
	"v_query AS MATERIALIZED (SELECT t.trial_id, t.campaign_id, t.variant, t.job,"    \
	" NULL AS queries, NULL AS seconds, NULL AS joules_per_query, NULL AS low, NULL " \
	"AS high,"                                                                        \
	" NULL AS provenance, 0 AS usable, p.joules AS run_j, p.interval_low_j AS "       \
	"run_low_j,"                                                                      \
	" p.interval_high_j AS run_high_j, p.provenance AS run_provenance FROM "          \
	"%s.v_phase p"                                                                    \
	" JOIN trial t ON t.trial_id = p.trial_id WHERE p.trial_id BETWEEN ?2 AND ?3"     \
	" AND p.phase_ordinal = 0 AND t.campaign_id = ?1)"

/* ?4 and on: struct account_change, NULL where it says nothing. */
#define ACCOUNT_SQL                                                                       \
	"v_account AS MATERIALIZED (SELECT campaign_id, coalesce(?4, g_per_kwh) AS "      \
	"g_per_kwh,"                                                                      \
	" coalesce(?5, pue) AS pue, ?5 IS NULL AND pue_assumed AS pue_assumed,"           \
	" coalesce(?6, psu) AS psu, coalesce(?7, te_kg) AS te_kg,"                        \
	" iif(?7 IS NULL, te_low_kg, NULL) AS te_low_kg,"                                 \
	" iif(?7 IS NULL, te_high_kg, NULL) AS te_high_kg,"                               \
	" coalesce(?8, life_years) AS life_years, ?8 IS NULL AND life_assumed AS "        \
	"life_assumed,"                                                                   \
	" coalesce(?9, share) AS share, ?9 IS NULL AND share_assumed AS share_assumed,"   \
	" coalesce(?10, grid_doubt) AS grid_doubt, ?10 IS NULL AND zone_assumed AS "      \
	"zone_assumed,"                                                                   \
	" iif(?4 IS NULL, grid_reason, NULL) AS grid_reason,"                             \
	" is_guest, training_queries, wue, water_l_per_kwh, direct_g_per_kwh, "           \
	"market_g_per_kwh,"                                                               \
	" cat3_upstream_g_per_kwh, cat3_td_g_per_kwh, scope2_location_reason,"            \
	" scope2_market_reason, td_reason, upstream_basis, onsite_reason, offsite_reason" \
	" FROM %s.v_account WHERE campaign_id = ?1)"

static const char *const words[N_FIGURE_KINDS] = {
	[FIGURE_JOULES] = "joules",
	[FIGURE_KWH] = "e_kwh",
	[FIGURE_O_G] = "o_g",
	[FIGURE_M_G] = "m_g",
	[FIGURE_SCI_G] = "sci_g",
	[FIGURE_AMORTISED] = "amortised_g",
	[FIGURE_SCOPE2_LOCATION] = "scope2_location_g",
	[FIGURE_SCOPE2_MARKET] = "scope2_market_g",
	[FIGURE_SCOPE3_FUEL] = "scope3_cat3_upstream_g",
	[FIGURE_SCOPE3_LOSSES] = "scope3_cat3_td_g",
	[FIGURE_WATER_ONSITE] = "water_onsite_l",
	[FIGURE_WATER_OFFSITE] = "water_offsite_l",
};

const char *figure_kind_word(enum figure_kind kind)
{
	return words[kind];
}

/* Which trials there are, and whether any says how many queries it served. */
struct scope {
	int64_t campaign_id, first, last;
	bool has_queries;
	const char
	    *schema; /* whose views hold: views_refresh() may have put them into temp */
};

static int read_scope(sqlite3 *db, int64_t campaign_id, struct scope *scope)
{
	static const char sql[] =
	    "SELECT coalesce(min(trial_id), 0), coalesce(max(trial_id), 0),"
	    " EXISTS (SELECT 1 FROM trial t WHERE t.campaign_id = ?1 AND (t.queries IS NOT "
	    "NULL"
	    "   OR EXISTS (SELECT 1 FROM phase p WHERE p.trial_id = t.trial_id"
	    "              AND p.queries IS NOT NULL))),"
	    " EXISTS (SELECT 1 FROM sqlite_temp_schema WHERE name = 'v_figure')"
	    " FROM trial WHERE campaign_id = ?1";
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	int step = sqlite3_step(row);
	*scope = (struct scope){ campaign_id, sqlite3_column_int64(row, 0),
				 sqlite3_column_int64(row, 1),
				 sqlite3_column_int(row, 2) != 0,
				 sqlite3_column_int(row, 3) ? "temp" : "main" };
	sqlite3_finalize(row);
	return step == SQLITE_ROW ? 0 : -1;
}

/* The view's SELECT, without what makes it a view. */
static const char *view_text(sqlite3 *db, const char *schema, const char *name,
			     struct arena *arena)
{
	static const char head[] = " AS\n";
	sqlite3_stmt *row = NULL;
	const char *sql = arena_format(
	    arena, "SELECT sql FROM %s.sqlite_schema WHERE type = 'view' AND name = '%s'",
	    schema, name);
	const char *text = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW)
		text = column_sql(row, 0, arena);
	sqlite3_finalize(row);
	const char *as = text ? strstr(text, head) : NULL;
	return as ? as + strlen(head) : NULL;
}

static const char *figures_sql(sqlite3 *db, const struct scope *scope, struct arena *arena)
{
	const char *schema = scope->schema;
	const char *doubt = view_text(db, schema, "v_doubt", arena);
	const char *mean = view_text(db, schema, "v_mean", arena);
	const char *figure = view_text(db, schema, "v_figure", arena);
	if (!doubt || !mean || !figure)
		return NULL;
	const char *query = scope->has_queries ? arena_format(arena, QUERIES_SQL, schema)
					       : arena_format(arena, RUNS_SQL, schema);
	return arena_format(
	    arena,
	    "WITH %s, %s, v_doubt AS MATERIALIZED (%s), v_mean AS MATERIALIZED (%s) "
	    "SELECT variant, job, per = 'query', n, ordinal, value, low, high, provenance, "
	    "reason FROM (%s) ORDER BY variant, job, per, ordinal",
	    query, arena_format(arena, ACCOUNT_SQL, schema), doubt, mean, figure);
}

static void bind_change(sqlite3_stmt *row, const struct account_change *change)
{
	const double values[] = { change->g_per_kwh, change->pue,        change->psu,
				  change->te_kg,     change->life_years, change->share };
	const int n = sizeof(values) / sizeof(values[0]);
	for (int i = 0; i < n; i++)
		if (values[i] > 0)
			sqlite3_bind_double(row, 4 + i, values[i]);
	bind_text(row, 4 + n, change->grid_doubt);
}

static struct figure figure_in(sqlite3_stmt *row, const struct list_reading *reading)
{
	return (struct figure){
		.is_known = sqlite3_column_type(row, 5) != SQLITE_NULL,
		.has_interval = sqlite3_column_type(row, 6) != SQLITE_NULL,
		.value = sqlite3_column_double(row, 5),
		.low = sqlite3_column_double(row, 6),
		.high = sqlite3_column_double(row, 7),
		.provenance = provenance_of_word(column_word(row, 8)),
		.reason = text_of(row, 9, reading),
	};
}

static int read_groups(sqlite3_stmt *row, const struct list_reading *reading,
		       struct figure_list *list)
{
	struct figure_group group = { 0 };
	int step;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		int kind = sqlite3_column_int(row, 4) - 1;
		if (kind < 0 || kind >= N_FIGURE_KINDS)
			continue;
		if (kind == 0)
			group = (struct figure_group){
				.variant = text_of(row, 0, reading),
				.job = text_of(row, 1, reading),
				.is_per_query = sqlite3_column_int(row, 2) != 0,
				.n = sqlite3_column_int64(row, 3),
			};
		group.figures[kind] = figure_in(row, reading);
		if (kind == N_FIGURE_KINDS - 1)
			arena_append(reading->arena, &group, sizeof(group));
	}
	list->groups = rows_taken(reading, sizeof(group), &list->n);
	return step == SQLITE_DONE ? 0 : -1;
}

/* The statement for such a campaign, compiled once; NULL: sqlite3_errmsg() says why. */
static sqlite3_stmt *statement_of(struct figure_reader *reader, const struct scope *scope)
{
	sqlite3_stmt **kept = scope->has_queries ? &reader->of_queries : &reader->of_runs;
	const char *sql = *kept ? NULL : figures_sql(reader->db, scope, reader->arena);
	if (sql && sqlite3_prepare_v2(reader->db, sql, -1, kept, NULL) != SQLITE_OK)
		*kept = NULL;
	return *kept;
}

int figures_read(struct figure_reader *reader, int64_t campaign_id,
		 const struct account_change *change, struct figure_list *list)
{
	const struct account_change none = { 0 };
	const struct list_reading reading = { .db = reader->db, .arena = reader->arena };
	struct scope scope;
	*list = (struct figure_list){ NULL, 0 };
	if (read_scope(reader->db, campaign_id, &scope) != 0)
		return -1;
	sqlite3_stmt *row = statement_of(reader, &scope);
	if (!row)
		return -1;
	sqlite3_bind_int64(row, 1, scope.campaign_id);
	sqlite3_bind_int64(row, 2, scope.first);
	sqlite3_bind_int64(row, 3, scope.last);
	bind_change(row, change ? change : &none);
	int code = read_groups(row, &reading, list);
	sqlite3_reset(row);
	sqlite3_clear_bindings(row);
	return code;
}

void figures_close(struct figure_reader *reader)
{
	sqlite3_finalize(reader->of_queries);
	sqlite3_finalize(reader->of_runs);
	reader->of_queries = reader->of_runs = NULL;
}

const struct figure_group *figure_group_of(struct figure_list list, const char *variant,
					   const char *job, bool is_per_query)
{
	for (size_t i = 0; i < list.n; i++)
		if (list.groups[i].is_per_query == is_per_query &&
		    strcmp(list.groups[i].variant, variant) == 0 &&
		    strcmp(list.groups[i].job, job) == 0)
			return &list.groups[i];
	return NULL;
}
