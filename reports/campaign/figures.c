/* reports/campaign/figures.c - see figures.h. The formulas are the views' own texts, which stand in the
 * database for everybody to read. They are run here over what is asked for alone: SQLite does not
 * hand a campaign down through a view that takes means over trials, and a database can hold years
 * of them. */
#include <config.h>

#include "reports/campaign/figures.h"

#include "reports/campaign/figure-tables.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"

#include <string.h>

/* ?1 the campaign; ?4 and on: struct account_change, NULL where it says nothing. */
#define CHANGED_ACCOUNT                                                                   \
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
	" FROM temp.kept_account WHERE campaign_id = ?1)"

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

#define OF_CAMPAIGN " WHERE campaign_id = ?1"

static const char *stored_sql(struct arena *arena)
{
	return arena_format(
	    arena, FIGURE_TABLES_ACCOUNT ", " FIGURE_TABLES_DOUBT ", " FIGURE_TABLES_MEAN,
	    OF_CAMPAIGN, OF_CAMPAIGN, OF_CAMPAIGN);
}

/* Another account gives other doubts and means. */
static const char *changed_sql(sqlite3 *db, struct arena *arena)
{
	const char *doubt = figure_view_text(db, "v_doubt", arena);
	const char *mean = figure_view_text(db, "v_mean", arena);
	if (!doubt || !mean)
		return NULL;
	return arena_format(arena,
			    FIGURE_TABLES_QUERY ", " CHANGED_ACCOUNT
						", v_doubt AS MATERIALIZED (%s),"
						" v_mean AS MATERIALIZED (%s)",
			    OF_CAMPAIGN, doubt, mean);
}

static const char *figures_sql(sqlite3 *db, bool is_changed, struct arena *arena)
{
	const char *below = is_changed ? changed_sql(db, arena) : stored_sql(arena);
	const char *figure = figure_view_text(db, "v_figure", arena);
	if (!below || !figure)
		return NULL;
	return arena_format(
	    arena,
	    "WITH %s SELECT variant, job, per = 'query', n, ordinal, value, low, high, "
	    "provenance, reason FROM (%s) ORDER BY variant, job, per, ordinal",
	    below, figure);
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
				.variant = word_of(row, 0, reading),
				.job = word_of(row, 1, reading),
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

/* Compiled once; NULL: sqlite3_errmsg() says why. */
static sqlite3_stmt *statement_of(struct figure_reader *reader, bool is_changed)
{
	sqlite3_stmt **kept = is_changed ? &reader->changed : &reader->stored;
	const char *sql = *kept ? NULL : figures_sql(reader->db, is_changed, reader->arena);
	if (sql && sqlite3_prepare_v2(reader->db, sql, -1, kept, NULL) != SQLITE_OK)
		*kept = NULL;
	return *kept;
}

int figures_prepare(struct figure_reader *reader, int64_t first, int64_t last)
{
	reader->is_ready = figure_tables_make(reader->db, first, last, reader->arena) == 0;
	reader->first = first;
	reader->last = last;
	return reader->is_ready ? 0 : -1;
}

int figures_read(struct figure_reader *reader, int64_t campaign_id,
		 const struct account_change *change, struct figure_list *list)
{
	const struct list_reading reading = { .db = reader->db, .arena = reader->arena };
	*list = (struct figure_list){ NULL, 0 };
	if ((!reader->is_ready || campaign_id < reader->first ||
	     campaign_id > reader->last) &&
	    figures_prepare(reader, campaign_id, campaign_id) != 0)
		return -1;
	sqlite3_stmt *row = statement_of(reader, change != NULL);
	if (!row)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	if (change)
		bind_change(row, change);
	int code = read_groups(row, &reading, list);
	sqlite3_reset(row);
	sqlite3_clear_bindings(row);
	return code;
}

void figures_close(struct figure_reader *reader)
{
	sqlite3_finalize(reader->stored);
	sqlite3_finalize(reader->changed);
	reader->stored = reader->changed = NULL;
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
