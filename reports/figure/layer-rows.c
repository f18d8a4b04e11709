/* reports/figure/layer-rows.c - see layer-rows.h. */
#include <config.h>

#include "reports/figure/layer-rows.h"

#include <math.h>
#include <string.h>

const char layer_rows_sql[] =
    "SELECT l.campaign_id, l.ordinal, l.n_trials, l.variant, l.job, l.region, l.queries,"
    " l.is_separate, l.n, l.cpu_s, l.split_j, l.share, l.flop, l.weight_bytes,"
    " l.least_per_query, l.most_per_query,"
    " iif(l.queries IS NULL, iif(l.reason IS NULL, l.split_j, NULL), l.joules_per_query),"
    " coalesce(l.low_per_query, l.low_j), coalesce(l.high_per_query, l.high_j),"
    " l.provenance, l.reason,"
    " max(iif(l.variant = coalesce(c.baseline, 'teacher'), l.variant, NULL))"
    "  OVER (PARTITION BY l.campaign_id, l.job),"
    " l.is_own, l.watts, l.watts_low, l.watts_high"
    " FROM v_layer l JOIN campaign c ON c.campaign_id = l.campaign_id"
    " WHERE ?1 IN (0, l.campaign_id)"
    " ORDER BY l.campaign_id, (SELECT min(t.trial_id) FROM trial t"
    "  WHERE t.campaign_id = l.campaign_id AND t.variant = l.variant AND t.job = l.job),"
    " l.ordinal < 1, abs(l.ordinal)";

static struct figure joules_of(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct figure figure = figure_unknown(text_of(row, 20, reading));
	figure.provenance = provenance_of_word(text_of(row, 19, reading));
	if (sqlite3_column_type(row, 16) == SQLITE_NULL)
		return figure;
	figure.is_known = true;
	figure.value = sqlite3_column_double(row, 16);
	figure.has_interval = sqlite3_column_type(row, 18) != SQLITE_NULL;
	figure.low = sqlite3_column_double(row, 17);
	figure.high = sqlite3_column_double(row, 18);
	return figure;
}

static struct figure watts_of(sqlite3_stmt *row)
{
	return (struct figure){ .is_known = sqlite3_column_type(row, 23) != SQLITE_NULL,
				.value = sqlite3_column_double(row, 23),
				.has_interval = sqlite3_column_type(row, 25) != SQLITE_NULL,
				.low = sqlite3_column_double(row, 24),
				.high = sqlite3_column_double(row, 25) };
}

void layer_row_take(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct layer_row layer = {
		.campaign_id = sqlite3_column_int64(row, 0),
		.ordinal = sqlite3_column_int64(row, 1),
		.n_trials = sqlite3_column_int64(row, 2),
		.variant = word_of(row, 3, reading),
		.job = word_of(row, 4, reading),
		.name = text_of(row, 5, reading),
		.has_queries = sqlite3_column_type(row, 6) != SQLITE_NULL,
		.queries = sqlite3_column_double(row, 6),
		.is_separate = sqlite3_column_int(row, 7) != 0,
		.n = sqlite3_column_double(row, 8),
		.cpu_s = sqlite3_column_double(row, 9),
		.split_j = sqlite3_column_double(row, 10),
		.share = real_or(row, 11, NAN),
		.flop = real_or(row, 12, NAN),
		.weight_bytes = real_or(row, 13, NAN),
		.least = real_or(row, 14, NAN),
		.most = real_or(row, 15, NAN),
		.joules = joules_of(row, reading),
		.base = text_of(row, 21, reading),
		.is_own = sqlite3_column_int(row, 22) != 0,
		.watts = watts_of(row),
	};
	arena_append(reading->arena, &layer, sizeof(layer));
}

static bool is_same_group(const struct layer_row *a, const struct layer_row *b)
{
	return a->campaign_id == b->campaign_id && strcmp(a->variant, b->variant) == 0 &&
	       strcmp(a->job, b->job) == 0;
}

struct layer_group layer_group_at(const struct layer_row *layers, size_t at, size_t n)
{
	struct layer_group group = { layers + at, 1 };
	while (at + group.n < n && is_same_group(group.layers, &group.layers[group.n]))
		group.n++;
	return group;
}

const struct layer_row *layer_base(const struct layer_row *layers, size_t n,
				   const struct layer_row *like)
{
	for (size_t i = 0; i < n; i++)
		if (layers[i].campaign_id == like->campaign_id &&
		    strcmp(layers[i].job, like->job) == 0 && like->base &&
		    strcmp(layers[i].variant, like->base) == 0 && layers[i].name &&
		    like->name && strcmp(layers[i].name, like->name) == 0)
			return &layers[i];
	return NULL;
}

enum layer_verdict layer_verdict(const struct layer_row *layer,
				 const struct layer_row *base)
{
	if (layer->most < base->least)
		return LAYER_SAVED;
	return layer->least > base->most ? LAYER_COST_MORE : LAYER_UNDECIDED;
}
