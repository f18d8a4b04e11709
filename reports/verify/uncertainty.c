/* reports/verify/uncertainty.c - see uncertainty.h. */
#include <config.h>

#include "reports/verify/uncertainty.h"

#include "reports/campaign/figure-tables.h"
#include "reports/figure/arena.h"
#include "reports/figure/column-text.h"
#include "reports/verify/doubts.h"
#include "reports/verify/readings.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

/* Sums over the trials of one campaign, variant and job, by columns of trials_sql. */
struct sums {
	double n, j, squares, below, above, instrument, kwh, o_g, m_g;
	bool is_at_wall;
};

/* A figure and its bounds; NAN: not known. */
struct bounded {
	double value, low, high;
};

enum { JOULES, KWH, OPERATIONAL, EMBODIED, SCI, N_FIGURES };

/* Of one group, as v_figure should have it; u_c as v_budget_total. */
struct own {
	struct bounded figures[N_FIGURES];
	double u_c;
};

/* Each trial is asked for by its number: a view of all is made anew for each group that joins it. v_sci looks at all
 * trials even so, and is read once. */
static const char sci_sql[] =
    "DROP TABLE IF EXISTS temp.read_sci; CREATE TEMP TABLE read_sci (trial_id INTEGER "
    "PRIMARY KEY,"
    " e_kwh, run_e_kwh, o_g, run_o_g, m_g, run_m_g); INSERT OR IGNORE INTO read_sci"
    " SELECT trial_id, e_kwh, run_e_kwh, o_g, run_o_g, m_g, run_m_g FROM v_sci";
static const char trials_sql[] = "SELECT trial_id FROM trial WHERE campaign_id = ?1"
				 " AND variant = ?2 AND job = ?3 ORDER BY trial_id";
/* ?2: per query (usable trials), else per run (complete ones that are no warm-ups). */
static const char trial_sql[] =
    "SELECT iif(?2, q.joules_per_query, q.run_j), iif(?2, q.low, q.run_low_j),"
    " iif(?2, q.high, q.run_high_j), p.instrument_u_j / p.joules,"
    " iif(?2, s.e_kwh, s.run_e_kwh), iif(?2, s.o_g, s.run_o_g), iif(?2, s.m_g, s.run_m_g),"
    " q.run_provenance IS 'estimated' FROM trial t"
    " JOIN v_query q ON q.trial_id = ?1 JOIN temp.read_sci s ON s.trial_id = ?1"
    " JOIN v_phase p ON p.trial_id = ?1 AND p.phase_ordinal = 0"
    " WHERE t.trial_id = ?1"
    " AND iif(?2, q.usable AND q.joules_per_query IS NOT NULL, t.state = 'complete'"
    " AND NOT t.is_warmup AND q.run_j IS NOT NULL)";

/* Both, prepared. */
struct trials {
	sqlite3 *db;
	sqlite3_stmt *of_group, *one;
};

static void add_trial(struct sums *sums, sqlite3_stmt *row)
{
	double j = sqlite3_column_double(row, 0), before = sums->j;
	sums->n++;
	sums->j += (j - sums->j) / sums->n; /* the mean so far: B. Welford, 1962 */
	sums->squares += (j - before) * (j - sums->j);
	sums->below += j - real_or_nan(row, 1);
	sums->above += real_or_nan(row, 2) - j;
	sums->instrument += real_or_nan(row, 3);
	sums->kwh += real_or_nan(row, 4);
	sums->o_g += real_or_nan(row, 5);
	sums->m_g += real_or_nan(row, 6);
	sums->is_at_wall |= sqlite3_column_int(row, 7) != 0;
}

static double square(double x)
{
	return x * x;
}

/* Student's half-width of the mean (95 %); 0: one trial shows no spread. */
static double spread_of(const struct sums *sums)
{
	if (sums->n < 2)
		return 0;
	return gsl_cdf_tdist_Pinv(0.975, sums->n - 1) *
	       sqrt(sums->squares / (sums->n - 1) / sums->n);
}

static struct bounded joules_of(const struct sums *sums)
{
	double spread = spread_of(sums);
	double below = sums->below / sums->n, above = sums->above / sums->n;
	double low = sums->j - hypot(spread, below);
	return (struct bounded){ sums->j, isnan(low) ? NAN : fmax(low, 0),
				 sums->j + hypot(spread, above) };
}

static struct bounded scaled(double value, struct redoubt doubt)
{
	return (struct bounded){ value, value * doubt.down, value * doubt.up };
}

/* Half-widths in quadrature, each side by itself. */
static struct bounded sum_of(struct bounded a, struct bounded b)
{
	double value = a.value + b.value;
	double low = value - hypot(a.value - a.low, b.value - b.low);
	return (struct bounded){ value, isnan(low) ? NAN : fmax(low, 0),
				 value + hypot(a.high - a.value, b.high - b.value) };
}

/* Independent inputs add by their squares, each times the share of the grams that it scales. */
static double combined(const struct sums *sums, const struct redoubts *doubts)
{
	double n = sums->n, o_g = sums->o_g / n;
	double m_g = isnan(sums->m_g) ? 0 : sums->m_g / n, g = o_g + m_g;
	double instrument = sums->instrument / n;
	double half = (sums->below + sums->above) / 2 / n / sums->j;
	double edges = half > instrument ? half - instrument : half - half;
	double electric2 = square(spread_of(sums) / sums->j / 2) +
			   square((instrument + edges) / 2) + square(doubts->grid.u) +
			   square(doubts->pue.u) +
			   (sums->is_at_wall ? 0 : square(doubts->psu.u));
	double made2 = m_g > 0 ? square(doubts->te.u) + square(doubts->life.u) : 0;
	return sqrt(square(o_g / g) * electric2 + square(m_g / g) * made2);
}

static struct own own_of(const struct sums *sums, const struct redoubts *doubts)
{
	struct bounded j = joules_of(sums);
	struct redoubt kwh = redoubt_of_joules(j.value, j.low, j.high,
					       redoubt_of_kwh(doubts, sums->is_at_wall));
	struct redoubt grams = redoubt_of_joules(
	    j.value, j.low, j.high, redoubt_of_grams(doubts, sums->is_at_wall));
	struct own own = { .u_c = combined(sums, doubts) };
	own.figures[JOULES] = j;
	own.figures[KWH] = scaled(sums->kwh / sums->n, kwh);
	own.figures[OPERATIONAL] = scaled(sums->o_g / sums->n, grams);
	own.figures[EMBODIED] = scaled(sums->m_g / sums->n, redoubt_of_embodied(doubts));
	own.figures[SCI] = sum_of(own.figures[OPERATIONAL], own.figures[EMBODIED]);
	return own;
}

static int add_trials(struct trials *trials, sqlite3_stmt *of, struct sums *sums)
{
	int step;
	for (int i = 0; i < 3; i++)
		sqlite3_bind_value(trials->of_group, i + 1, sqlite3_column_value(of, i));
	sqlite3_bind_value(trials->one, 2, sqlite3_column_value(of, 3));
	while ((step = sqlite3_step(trials->of_group)) == SQLITE_ROW) {
		sqlite3_bind_value(trials->one, 1,
				   sqlite3_column_value(trials->of_group, 0));
		step = sqlite3_step(trials->one);
		if (step == SQLITE_ROW)
			add_trial(sums, trials->one);
		if (sqlite3_reset(trials->one) != SQLITE_OK)
			break;
	}
	return sqlite3_reset(trials->of_group) == SQLITE_OK && step == SQLITE_DONE ? 0 : -1;
}

/* Of the group that the first four columns of a row name. */
static int read_own(struct trials *trials, sqlite3_stmt *of, struct own *own)
{
	struct sums sums = { 0 };
	struct lookup lookup = { .db = trials->db,
				 .campaign_id = sqlite3_column_int64(of, 0) };
	struct redoubts doubts;
	if (redoubts_read(&lookup, &doubts) != 0 || add_trials(trials, of, &sums) != 0)
		return -1;
	*own = own_of(&sums, &doubts);
	return 0;
}

static void compare(sqlite3_stmt *row, const char *view, const char *name, double stored,
		    double own, struct verification *result)
{
	result->n_figures++;
	if (*result->place || (isnan(stored) && isnan(own)) || agrees(stored, own))
		return;
	char variant[128], job[128];
	column_copy(row, 1, variant, sizeof(variant));
	column_copy(row, 2, job, sizeof(job));
	snprintf(
	    result->place, sizeof(result->place),
	    "%s in %s of %.80s (%s) in campaign %lld is given as %.17g, its trials give "
	    "%.17g",
	    name, view, variant, job, (long long)sqlite3_column_int64(row, 0), stored, own);
}

/* A bound without the other is none: that of no joules has no highest ratio to them. */
static struct bounded both_or_none(struct bounded figure)
{
	if (isnan(figure.low) || isnan(figure.high))
		figure.low = figure.high = NAN;
	return figure;
}

/* A row of v_figure: its ordinal, value and bounds. */
static void compare_figure(sqlite3_stmt *row, const struct own *own,
			   struct verification *result)
{
	static const char *const names[] = { "value", "low", "high" };
	struct bounded figure = both_or_none(own->figures[sqlite3_column_int(row, 4) - 1]);
	const double figures[] = { figure.value, figure.low, figure.high };
	for (int i = 0; i < 3; i++) {
		char name[40];
		snprintf(name, sizeof(name), "%s of %s", names[i], column_word(row, 5));
		compare(row, "v_figure", name, real_or_nan(row, 6 + i), figures[i], result);
	}
}

static void compare_total(sqlite3_stmt *row, const struct own *own,
			  struct verification *result)
{
	struct bounded figure = both_or_none(
	    own->figures[sqlite3_column_int(row, 4) ? SCI : OPERATIONAL]);
	compare(row, "v_budget_total", "u_c_rel", real_or_nan(row, 5), own->u_c, result);
	compare(row, "v_budget_total", "value_g", real_or_nan(row, 6), figure.value,
		result);
	compare(row, "v_budget_total", "low", real_or_nan(row, 7), figure.low, result);
	compare(row, "v_budget_total", "high", real_or_nan(row, 8), figure.high, result);
}

/* Columns: campaign, variant, job, is per query, a number (0 or 1: the group's first row). */
static int compare_each(struct trials *trials, const char *sql, int first,
			void (*compare_row)(sqlite3_stmt *, const struct own *,
					    struct verification *),
			struct verification *result)
{
	sqlite3_stmt *row = NULL;
	struct own own = { .u_c = NAN };
	int code = 0, step = SQLITE_DONE;
	if (sqlite3_prepare_v2(trials->db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	while (code == 0 && !*result->place && (step = sqlite3_step(row)) == SQLITE_ROW) {
		if (first < 0 || sqlite3_column_int(row, 4) == first)
			code = read_own(trials, row, &own);
		if (code == 0)
			compare_row(row, &own, result);
	}
	sqlite3_finalize(row);
	return step == SQLITE_ROW || step == SQLITE_DONE ? code : -1;
}

static int check(sqlite3 *db, struct arena *arena, struct verification *result)
{
	static const char figures_sql[] = "SELECT campaign_id, variant, job, per = "
					  "'query', ordinal, figure, value, low, high"
					  " FROM v_figure WHERE ordinal <= 5 ORDER BY "
					  "campaign_id, variant, job, per, ordinal";
	static const char totals_sql[] =
	    "SELECT campaign_id, variant, job, per = 'query', figure = 'sci_g', u_c_rel,"
	    " value_g, low, high FROM v_budget_total";
	struct trials trials = { .db = db };
	const char *head = figure_tables_head(db, arena);
	int code = -1;
	if (head && sqlite3_exec(db, sci_sql, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, trials_sql, -1, &trials.of_group, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, trial_sql, -1, &trials.one, NULL) == SQLITE_OK)
		code = compare_each(&trials,
				    arena_format(arena, "%s %s", head, figures_sql), 1,
				    compare_figure, result);
	if (code == 0)
		code = compare_each(&trials, arena_format(arena, "%s %s", head, totals_sql),
				    -1, compare_total, result);
	sqlite3_finalize(trials.of_group);
	sqlite3_finalize(trials.one);
	return code;
}

int uncertainty_check(sqlite3 *db, struct verification *result)
{
	struct arena *arena = arena_new();
	int code = arena ? check(db, arena, result) : -1;
	arena_free(arena);
	return code;
}
