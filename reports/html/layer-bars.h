/* reports/html/layer-bars.h - what each layer (a region that a program marked) used, as bars beside its figures. */
#ifndef JOULECART_HTML_LAYER_BARS_H
#define JOULECART_HTML_LAYER_BARS_H
#include "reports/figure/layer-rows.h"
#include "reports/html/document.h"

/* Layers as layer_rows_sql orders them. */
struct layers_read {
	const struct layer_row *layers;
	size_t n;
};

/* Those of a campaign, 0: of all. 0, or -1: sqlite3_errmsg() says why. */
int layers_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		struct layers_read *read);

/* A table with bars for each variant and job, those of one job to one scale; behind each, what it did to the baseline's
 * layers. */
void layer_bars_write(struct document *document, const struct layers_read *read);

#endif
