/* reports/figure/layer-rows.h - the regions that trials marked, of each variant and job: view v_layer as reports show
 * it, each variant beside the one that it is compared with. */
#ifndef JOULECART_LAYER_ROWS_H
#define JOULECART_LAYER_ROWS_H
#include "reports/figure/figure.h"
#include "reports/figure/rows.h"

#include <stdbool.h>
#include <stdint.h>

/* One region of one variant. */
struct layer_row {
	int64_t campaign_id, ordinal, n_trials;
	const char *variant, *job;
	const char *name; /* NULL: outside of every region, or idle (ordinal -1) */
	bool has_queries, is_separate, is_own;
	double queries, n, cpu_s, split_j, share, flop, weight_bytes;
	double least, most; /* J per query, of its trials; NAN: not known */
	struct figure watts;
	struct figure joules; /* per query; without queries of all */
	const char *base;     /* the variant that it is compared with, or NULL */
};

/* The rows of a campaign (0: of all), those of a variant and job one after the other, for each_row(). */
extern const char layer_rows_sql[];
void layer_row_take(sqlite3_stmt *row, const struct list_reading *reading);

/* The layers of one variant and job: n in a row. */
struct layer_group {
	const struct layer_row *layers;
	size_t n;
};

/* Those of the layer at that place, and of what follows it. */
struct layer_group layer_group_at(const struct layer_row *layers, size_t at, size_t n);

/* The baseline's layer of that name; NULL: there is none. */
const struct layer_row *layer_base(const struct layer_row *layers, size_t n,
				   const struct layer_row *like);

/* What a variant did to a layer: in every trial, or not at all, since the trials' own spread decides. */
enum layer_verdict { LAYER_SAVED, LAYER_COST_MORE, LAYER_UNDECIDED, N_LAYER_VERDICTS };
enum layer_verdict layer_verdict(const struct layer_row *layer,
				 const struct layer_row *base);

#endif
