/* reports/html/chart.h - a chart in the page: drawn by gnuplot once for a wide and once for a
 * narrow screen, in the page's colours; left out, and said so, where gnuplot is missing. */
#ifndef JOULECART_HTML_CHART_H
#define JOULECART_HTML_CHART_H
#include "reports/html/document.h"
#include "reports/html/svg-theme.h"

#include <stdio.h>

/* Where a chart is being drawn, in pixels of 12 px text. */
struct canvas {
	FILE *script;
	struct arena *arena;
	bool is_narrow;
	int width, height;
};

struct chart {
	const char *id;
	const char *title;       /* the finding, for whoever cannot see it */
	const char *description; /* what is drawn */
	const char *caption;     /* below it; NULL: none */
	int wide_height, narrow_height;
	void (*draw)(const struct canvas *canvas, const void *data);
	const void *data;
};

/* <figure>, numbered, with both drawings. */
void chart_write(struct document *document, const struct chart *chart);

/* Sets the plain frame that all charts share: thin axes left and below, grid lines across,
 * margins in pixels. */
void canvas_frame(const struct canvas *canvas, int left, int right, int top, int bottom);

#endif
