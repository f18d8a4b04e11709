/* reports/verify/uncertainty.c - see uncertainty.h. */
#include <config.h>

#include "reports/verify/uncertainty.h"

#include "reports/verify/readings.h"

#include <math.h>
#include <stdio.h>

/* Sums over the trials of one campaign, variant and job, by columns of trials_sql. */
struct sums {
	double n, j, squares, instrument, half, o_g, m_g;
	bool has_embodied;
};

/* Relative standard uncertainties that are the campaign's; 0: not stated, out of the sum. */
struct inputs {
	double grid, pue, psu, te, life;
};

struct total {
	double value_g, u_c, low, high;
};

/* ?4: per query (usable trials), else per run (complete ones that are no warm-ups). */
static const char trials_sql[] =
    "SELECT iif(?4, q.joules_per_query, q.run_j), iif(?4, q.low, q.run_low_j),"
    " iif(?4, q.high, q.run_high_j), p.instrument_u_j / p.joules,"
    " iif(?4, s.o_g, s.run_o_g), iif(?4, s.m_g, s.run_m_g) FROM trial t"
    " JOIN v_query q ON q.trial_id = t.trial_id JOIN v_sci s ON s.trial_id = t.trial_id"
    " JOIN v_phase p ON p.trial_id = t.trial_id AND p.phase_ordinal = 0"
    " WHERE t.campaign_id = ?1 AND t.variant = ?2 AND t.job = ?3"
    " AND iif(?4, q.usable, t.state = 'complete' AND NOT t.is_warmup AND q.run_j IS NOT "
    "NULL)";

static const char inputs_sql[] =
    "WITH said AS (SELECT name, value, text FROM setting s WHERE campaign_id = ?1"
    "  OR (campaign_id = 0 AND name NOT IN (SELECT name FROM setting WHERE campaign_id = "
    "?1))),"
    " force AS (SELECT *, row_number() OVER (PARTITION BY kind, key, parameter"
    "  ORDER BY CASE origin WHEN 'set' THEN 0 WHEN 'imported' THEN 1 ELSE 2 END) AS rank"
    "  FROM factor)"
    "SELECT CASE key WHEN 'grid-annual' THEN 0 WHEN 'pue' THEN 1 WHEN 'psu' THEN 2"
    "  WHEN 'embodied' THEN 3 WHEN 'life' THEN 4 END, value / 2,"
    " CASE key WHEN 'grid-annual' THEN (SELECT zone FROM campaign WHERE campaign_id = ?1)"
    "   IS NOT NULL OR EXISTS (SELECT 1 FROM said WHERE name = 'zone')"
    "  WHEN 'pue' THEN (SELECT pue FROM campaign WHERE campaign_id = ?1) IS NOT NULL"
    "   OR EXISTS (SELECT 1 FROM said WHERE name = 'pue')"
    "  WHEN 'psu' THEN EXISTS (SELECT 1 FROM said WHERE name = 'psu') ELSE 1 END,"
    " iif(key = 'embodied', (SELECT f.low FROM force f JOIN said ON said.name = 'embodied'"
    "  AND said.text = f.key WHERE f.kind = 'embodied' AND f.parameter = 'te'"
    "  AND f.rank = 1), NULL),"
    " iif(key = 'embodied', (SELECT f.high FROM force f JOIN said ON said.name = 'embodied'"
    "  AND said.text = f.key WHERE f.kind = 'embodied' AND f.parameter = 'te'"
    "  AND f.rank = 1), NULL) "
    "FROM force WHERE kind = 'uncertainty' AND rank = 1"
    " AND key IN ('grid-annual', 'pue', 'psu', 'embodied', 'life')";

static const char countries_sql[] =
    "SELECT value FROM factor f WHERE kind = 'grid' AND parameter = 'intensity'"
    " AND length(key) = 2 AND scope = 'lifecycle' AND value > 0 AND origin = (SELECT"
    " max(origin) FROM factor g WHERE g.kind = 'grid' AND g.parameter = 'intensity'"
    " AND g.key = f.key)";

/* The standard deviation of the logarithms of all countries' figures. */
static int read_countries(sqlite3 *db, double *sd)
{
	double n = 0, mean = 0, squares = 0;
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, countries_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	while (sqlite3_step(row) == SQLITE_ROW) { /* B. Welford, 1962 */
		double value = log(sqlite3_column_double(row, 0)), before = mean;
		mean += (value - mean) / ++n;
		squares += (value - before) * (value - mean);
	}
	*sd = sqrt(squares / (n - 1));
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

static int read_inputs(sqlite3 *db, int64_t campaign_id, struct inputs *inputs)
{
	double u[5] = { 0 }, countries;
	sqlite3_stmt *row = NULL;
	if (read_countries(db, &countries) != 0 ||
	    sqlite3_prepare_v2(db, inputs_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	while (sqlite3_step(row) == SQLITE_ROW) {
		int i = sqlite3_column_int(row, 0);
		double low = sqlite3_column_double(row, 3);
		double high = sqlite3_column_double(row, 4);
		bool is_stated = sqlite3_column_int(row, 2);
		u[i] = is_stated ? sqlite3_column_double(row, 1) : i == 0 ? countries : 0;
		if (i == 3 && low > 0 && high > low)
			u[i] = log(high / low) / 4; /* p05 to p95 taken as 95 % */
	}
	*inputs = (struct inputs){ u[0], u[1], u[2], u[3], u[4] };
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

static double real_or_nan(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL
		   ? NAN
		   : sqlite3_column_double(row, column);
}

static void add_trial(struct sums *sums, sqlite3_stmt *row)
{
	double j = sqlite3_column_double(row, 0), before = sums->j;
	sums->n++;
	sums->j += (j - sums->j) / sums->n; /* the mean so far */
	sums->squares += (j - before) * (j - sums->j);
	sums->instrument += real_or_nan(row, 3);
	sums->half += (real_or_nan(row, 2) - real_or_nan(row, 1)) / 2 / j;
	sums->o_g += real_or_nan(row, 4);
	sums->m_g += sqlite3_column_double(row, 5);
	sums->has_embodied |= sqlite3_column_type(row, 5) != SQLITE_NULL;
}

static double square(double x)
{
	return x * x;
}

/* Independent inputs add by their squares, each times the share of the grams that it scales. */
static struct total total_of(const struct sums *sums, const struct inputs *inputs)
{
	double o_g = sums->o_g / sums->n, m_g = sums->m_g / sums->n, g = o_g + m_g;
	double instrument = sums->instrument / sums->n, half = sums->half / sums->n;
	double beyond = half > instrument ? half - instrument : half - half;
	double repeat2 = sums->n > 1
			     ? sums->squares / (sums->n - 1) / sums->n / square(sums->j)
			     : 0;
	double electric2 = repeat2 + square(instrument / 2) + square(beyond) / 3 +
			   square(inputs->grid) + square(inputs->pue) + square(inputs->psu);
	double made2 = sums->has_embodied ? square(inputs->te) + square(inputs->life) : 0;
	double u = sqrt(square(o_g / g) * electric2 + square(m_g / g) * made2);
	double factor = exp(2 * sqrt(log(1 + u * u)));
	bool is_skewed = 2 * u > 0.30;
	return (struct total){ g, u, is_skewed ? g / factor : g * (1 - 2 * u),
			       is_skewed ? g * factor : g * (1 + 2 * u) };
}

static int own_total(sqlite3 *db, sqlite3_stmt *of, struct total *total)
{
	struct sums sums = { 0 };
	struct inputs inputs;
	sqlite3_stmt *row = NULL;
	if (read_inputs(db, sqlite3_column_int64(of, 0), &inputs) != 0 ||
	    sqlite3_prepare_v2(db, trials_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	for (int i = 0; i < 4; i++)
		sqlite3_bind_value(row, i + 1, sqlite3_column_value(of, i));
	while (sqlite3_step(row) == SQLITE_ROW)
		add_trial(&sums, row);
	*total = total_of(&sums, &inputs);
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

static void compare_total(sqlite3_stmt *row, const struct total *own,
			  struct recompute *result)
{
	static const char *const names[] = { "value_g", "u_c_rel", "low", "high" };
	const double figures[] = { own->value_g, own->u_c, own->low, own->high };
	for (int i = 0; i < 4; i++) {
		double stored = real_or_nan(row, i + 4);
		result->n_figures++;
		if (*result->place || isnan(stored) || agrees(stored, figures[i]))
			continue;
		snprintf(result->place, sizeof(result->place),
			 "%s in v_budget_total of %.80s (%s) in campaign %lld is given as "
			 "%.17g, its trials give %.17g",
			 names[i], (const char *)sqlite3_column_text(row, 1),
			 (const char *)sqlite3_column_text(row, 2),
			 (long long)sqlite3_column_int64(row, 0), stored, figures[i]);
	}
}

int rebudget(sqlite3 *db, struct recompute *result)
{
	sqlite3_stmt *row = NULL;
	struct total own;
	int code = 0, step = SQLITE_DONE;
	if (sqlite3_prepare_v2(db,
			       "SELECT campaign_id, variant, job, per = 'query', value_g,"
			       " u_c_rel, low, high FROM v_budget_total",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	while (code == 0 && !*result->place && (step = sqlite3_step(row)) == SQLITE_ROW) {
		code = own_total(db, row, &own);
		if (code == 0)
			compare_total(row, &own, result);
	}
	sqlite3_finalize(row);
	return step == SQLITE_ROW || step == SQLITE_DONE ? code : -1;
}
