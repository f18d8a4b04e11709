/* reports/verify/unit-check.c - see unit-check.h. */
#include <config.h>

#include "reports/verify/unit-check.h"

#include "reports/figure/column-text.h"
#include "reports/verify/readings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a phase served of the unit. */
struct served {
	const struct unit_phase *phase;
	double n, uncounted;
};

static const struct unit_phase *phase_of(const struct unit_phase *phases, size_t n,
					 int64_t ordinal)
{
	for (size_t i = 0; i < n; i++)
		if (phases[i].ordinal == ordinal)
			return &phases[i];
	return NULL;
}

static bool is_steady(const struct served *served)
{
	return served->phase->ordinal > 0 && strcmp(served->phase->name, "steady") == 0;
}

static bool any_overlap(const struct served *served, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (is_steady(&served[i]) && is_steady(&served[j]) &&
			    served[i].phase->begin_ns < served[j].phase->end_ns &&
			    served[j].phase->begin_ns < served[i].phase->end_ns)
				return true;
	return false;
}

/* What stands over what. */
struct span {
	double joules, low_j, high_j, n, uncounted;
};

static void add(struct span *span, const struct unit_phase *phase)
{
	span->joules += phase->joules;
	span->low_j += phase->low_j;
	span->high_j += phase->high_j;
}

/* The steady phases that served it; where there are none, or they overlap, the run over all. */
static struct span span_of(const struct served *served, size_t n,
			   const struct unit_phase *whole)
{
	struct span steady = { 0 }, all = { 0 };
	for (size_t i = 0; i < n; i++) {
		all.n += served[i].n;
		all.uncounted += served[i].uncounted;
		if (!is_steady(&served[i]))
			continue;
		steady.n += served[i].n;
		steady.uncounted += served[i].uncounted;
		add(&steady, served[i].phase);
	}
	if (steady.n > 0 && !any_overlap(served, n))
		return steady;
	add(&all, whole);
	return all;
}

static void check(struct verification *result, int64_t trial_id, const char *unit,
		  sqlite3_stmt *row, int column, double own)
{
	static const char *const words[] = { "", "joules per unit",
					     "low of joules per unit",
					     "high of joules per unit" };
	double stored = sqlite3_column_double(row, column);
	result->n_figures++;
	if (*result->place || sqlite3_column_type(row, column) == SQLITE_NULL ||
	    agrees(stored, own))
		return;
	snprintf(result->place, sizeof(result->place),
		 "%s ('%.60s') of trial %lld is given as %.17g, the readings give %.17g",
		 words[column], unit, (long long)trial_id, stored, own);
}

/* The phases of that unit, as the marks left them. */
static int read_served(sqlite3 *db, int64_t trial_id, const char *unit,
		       const struct unit_phase *phases, size_t n_phases,
		       struct arena *arena)
{
	sqlite3_stmt *row = NULL;
	int step;
	if (sqlite3_prepare_v2(db,
			       "SELECT p.ordinal, u.n, u.n_uncounted FROM phase_units u"
			       " JOIN phase p ON p.phase_id = u.phase_id"
			       " WHERE p.trial_id = ?1 AND u.unit = ?2",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial_id);
	bind_text(row, 2, unit);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct served served = {
			phase_of(phases, n_phases, sqlite3_column_int64(row, 0)),
			sqlite3_column_double(row, 1), sqlite3_column_double(row, 2)
		};
		if (served.phase)
			arena_append(arena, &served, sizeof(served));
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

int unit_check(sqlite3 *db, int64_t trial_id, const struct unit_phase *phases, size_t n,
	       struct arena *arena, struct verification *result)
{
	const struct unit_phase *whole = phase_of(phases, n, 0);
	sqlite3_stmt *row = NULL;
	int code = 0, step = SQLITE_DONE;
	if (!whole)
		return 0;
	if (sqlite3_prepare_v2(db,
			       "SELECT unit, joules_per_unit, low, high FROM v_unit"
			       " WHERE trial_id = ?1",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial_id);
	while (code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW) {
		const char *unit = column_sql(row, 0, arena);
		code = read_served(db, trial_id, unit, phases, n, arena);
		size_t n_served = arena_appended(arena) / sizeof(struct served);
		struct span span = span_of(arena_take(arena), n_served, whole);
		check(result, trial_id, unit, row, 1, span.joules / span.n);
		check(result, trial_id, unit, row, 2,
		      span.low_j / (span.n + span.uncounted));
		check(result, trial_id, unit, row, 3, span.high_j / span.n);
	}
	sqlite3_finalize(row);
	return code == 0 && step == SQLITE_DONE ? 0 : -1;
}
