/* reports/html/spread.c - see spread.h. */
#include <config.h>

#include "reports/html/spread.h"

#include "reports/figure/rows.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

struct value_row {
	const char *variant, *job;
	double joules;
	enum figure_provenance provenance;
};

static const char values_sql[] =
    "SELECT q.variant, q.job, iif(q.job = 'infer', q.joules_per_query, q.run_j) AS joules,"
    "       iif(q.job = 'infer', q.provenance, q.run_provenance),"
    "       min(q.trial_id) OVER (PARTITION BY q.variant, q.job) AS first "
    "FROM v_query q JOIN trial t ON t.trial_id = q.trial_id "
    "WHERE q.campaign_id = ?1 AND joules IS NOT NULL"
    "  AND iif(q.job = 'infer', q.usable, t.state = 'complete' AND NOT t.is_warmup) "
    "ORDER BY q.job <> 'infer', first, joules";

static void take_value(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct value_row value = { text_of(row, 0, reading), text_of(row, 1, reading),
				   sqlite3_column_double(row, 2),
				   provenance_of_word(text_of(row, 3, reading)) };
	arena_append(reading->arena, &value, sizeof(value));
}

static struct spread_row spread_of(const struct value_row *first, const double *sorted,
				   size_t n)
{
	enum figure_provenance weakest = first->provenance;
	for (size_t i = 1; i < n; i++)
		weakest = first[i].provenance > weakest ? first[i].provenance : weakest;
	return (struct spread_row){
		.provenance = weakest,
		.variant = first->variant,
		.job = first->job,
		.n = n,
		.mean_j = gsl_stats_mean(sorted, 1, n),
		.median_j = gsl_stats_median_from_sorted_data(sorted, 1, n),
		.p95_j = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.95),
		.sd_j = n > 1 ? gsl_stats_sd(sorted, 1, n) : NAN,
	};
}

int spread_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		const struct spread_row **rows, size_t *n)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = campaign_id };
	size_t n_values;
	if (each_row(&reading, values_sql, take_value) != 0)
		return -1;
	const struct value_row *values = rows_taken(&reading, sizeof(*values), &n_values);
	double *joules = arena_room(arena, (n_values + 1) * sizeof(*joules));
	for (size_t i = 0; i < n_values; i++)
		joules[i] = values[i].joules;
	for (size_t i = 0, end; i < n_values; i = end) {
		for (end = i + 1; end < n_values &&
				  strcmp(values[end].variant, values[i].variant) == 0 &&
				  strcmp(values[end].job, values[i].job) == 0;)
			end++;
		struct spread_row row = spread_of(&values[i], joules + i, end - i);
		arena_append(arena, &row, sizeof(row));
	}
	*rows = rows_taken(&reading, sizeof(**rows), n);
	return 0;
}
