/* reports/campaign/units.c - see units.h. */
#include <config.h>

#include "reports/campaign/units.h"

#include "reports/campaign/joules-mean.h"
#include "reports/figure/column-text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_QUERIES "the run does not say how many queries it served"

/* A trial and a unit that it served. */
struct served {
	const char *unit;
	struct trial trial; /* per unit */
};

/* The view is dear to compile: only where a program stated some. */
static int any_served(sqlite3 *db, struct trial_list group, bool *any)
{
	static const char sql[] = "SELECT 1 FROM phase p JOIN phase_units u"
				  " ON u.phase_id = p.phase_id WHERE p.trial_id = ?1";
	sqlite3_stmt *row = NULL;
	int step = SQLITE_DONE;
	*any = false;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	for (size_t i = 0; i < group.n && step == SQLITE_DONE; i++) {
		sqlite3_reset(row);
		sqlite3_bind_int64(row, 1, group.trials[i].trial_id);
		step = sqlite3_step(row);
	}
	*any = step == SQLITE_ROW;
	sqlite3_finalize(row);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -1;
}

static int append_served(sqlite3_stmt *row, const struct trial *trial, struct arena *arena)
{
	int step;
	sqlite3_reset(row);
	sqlite3_bind_int64(row, 1, trial->trial_id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct served served = { column_text(row, 0, arena), *trial };
		/* its phases are those of the queries, where it states any */
		double resolved = trial->per_query.is_known ? trial->per_query.step
							    : trial->per_run.step;
		served.trial.per_query = trial_value_of(row, 1, trial->block, arena);
		served.trial.per_query.step = resolved;
		served.trial.queries = sqlite3_column_int64(row, 6);
		served.trial.is_usable = sqlite3_column_int(row, 7) != 0;
		arena_append(arena, &served, sizeof(served));
	}
	return step == SQLITE_DONE ? 0 : -1;
}

static int by_unit(const void *left, const void *right)
{
	const struct served *a = left, *b = right;
	int order = strcmp(a->unit, b->unit);
	return order ? order
		     : (a->trial.trial_id > b->trial.trial_id) -
			   (a->trial.trial_id < b->trial.trial_id);
}

/* The n trials of one unit as a row. */
static int row_of(sqlite3 *db, const struct served *served, size_t n, struct arena *arena,
		  struct unit_row *row)
{
	struct trial *all = arena_room(arena, n * sizeof(*all));
	struct trial *usable = arena_room(arena, n * sizeof(*usable));
	struct trial_list counting = { usable, 0 };
	*row = (struct unit_row){ .unit = served[0].unit,
				  .grams = figure_unknown(NO_QUERIES),
				  .training_g = figure_unknown(NO_QUERIES),
				  .all_g = figure_unknown(NO_QUERIES),
				  .trials = { all, n } };
	for (size_t i = 0; i < n; i++) {
		all[i] = served[i].trial;
		if (!all[i].is_usable)
			continue;
		usable[counting.n++] = all[i];
		if (__builtin_add_overflow(row->n, all[i].queries, &row->n))
			row->n = INT64_MAX;
	}
	return joules_mean(db, counting.n ? counting : row->trials, true, arena,
			   &row->joules);
}

static int group_by_unit(sqlite3 *db, struct served *served, size_t n, struct arena *arena,
			 struct unit_list *list)
{
	struct unit_row *rows = arena_room(arena, (n + 1) * sizeof(*rows));
	if (n > 0)
		qsort(served, n, sizeof(*served), by_unit);
	for (size_t begin = 0, end; begin < n; begin = end) {
		end = begin + 1;
		while (end < n && strcmp(served[end].unit, served[begin].unit) == 0)
			end++;
		if (row_of(db, served + begin, end - begin, arena, &rows[list->n++]) != 0)
			return -1;
	}
	list->rows = rows;
	return 0;
}

int units_read(sqlite3 *db, struct trial_list group, struct arena *arena,
	       struct unit_list *list)
{
	static const char sql[] = "SELECT unit, joules_per_unit, low, high, provenance,"
				  " reason, n, usable FROM v_unit WHERE trial_id = ?1";
	sqlite3_stmt *row = NULL;
	bool any;
	int code = 0;
	*list = (struct unit_list){ 0 };
	if (any_served(db, group, &any) != 0)
		return -1;
	if (!any)
		return 0;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	for (size_t i = 0; code == 0 && i < group.n; i++)
		code = append_served(row, &group.trials[i], arena);
	sqlite3_finalize(row);
	size_t n = arena_appended(arena) / sizeof(struct served);
	struct served *served = arena_take(arena);
	return code == 0 ? group_by_unit(db, served, n, arena, list) : -1;
}

/* How many queries one takes. Grams are known of queries: they are those of a unit as well where its phases are
 * those of the queries, so that its joules are a whole multiple of theirs. */
static double queries_of(const struct unit_row *row, const struct unit_account *account)
{
	if (!row->joules.is_known || !account->joules.is_known || row->n <= 0 ||
	    account->queries <= 0)
		return 0;
	double queries = (double)account->queries / (double)row->n;
	double ratio = row->joules.value / (queries * account->joules.value);
	return fabs(ratio - 1) < 1e-6 ? queries : 0;
}

/* What errs alike, by the same grid: the bounds add up as the values do. */
static struct figure together(struct figure a, struct figure b)
{
	return (struct figure){
		.is_known = true,
		.has_interval = a.has_interval && b.has_interval,
		.value = a.value + b.value,
		.low = a.low + b.low,
		.high = a.high + b.high,
		.provenance = a.provenance > b.provenance ? a.provenance : b.provenance,
	};
}

static void account_row(struct unit_row *row, const struct unit_account *account)
{
	row->queries = queries_of(row, account);
	if (row->queries <= 0 || !account->query) {
		row->grams = row->training_g = row->all_g = figure_unknown(
		    account->joules.is_known
			? "it and the queries are not of the same phases"
			: NO_QUERIES);
		return;
	}
	row->has_embodied = account->query->figures[FIGURE_SCI_G].is_known;
	row->grams = figure_times(
	    account->query->figures[row->has_embodied ? FIGURE_SCI_G : FIGURE_O_G],
	    row->queries);
	row->training_g = account->training
			      ? figure_times(account->training->figures[FIGURE_AMORTISED],
					     row->queries)
			      : figure_unknown("not trained in this campaign");
	row->all_g = row->training_g;
	if (row->grams.is_known && row->training_g.is_known)
		row->all_g = together(row->grams, row->training_g);
	else if (row->training_g.is_known)
		row->all_g = row->grams;
}

void units_account(struct unit_list *list, const struct unit_account *account)
{
	for (size_t i = 0; i < list->n; i++)
		account_row(&list->rows[i], account);
}

struct unit_year unit_year_of(const struct unit_row *row, const struct figure_group *query,
			      double per_day)
{
	const double per_year = 365 * per_day;
	return (struct unit_year){
		.kwh = row->queries > 0 && query ? figure_times(query->figures[FIGURE_KWH],
								row->queries * per_year)
						 : figure_unknown(row->grams.reason),
		.kg = figure_times(row->all_g.is_known ? row->all_g : row->grams,
				   per_year / 1000),
	};
}

const struct unit_row *unit_row_of(const struct unit_list *list, const char *unit)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->rows[i].unit, unit) == 0)
			return &list->rows[i];
	return NULL;
}
