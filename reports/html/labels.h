/* reports/html/labels.h - where the names of points go, so that they hide neither a point nor
 * each other: each name takes the first of eight places around its point that is free. Pure. */
#ifndef JOULECART_HTML_LABELS_H
#define JOULECART_HTML_LABELS_H
#include <stddef.h>

/* Pixels, y downwards. */
struct label {
	double point_x, point_y;
	double width, height; /* of the text */
	double x, y;          /* out: its left edge and vertical middle */
};

/* Places n labels in order within 0..right, 0..bottom; where nothing is free the place that
 * overlaps least is taken. */
void labels_place(struct label *labels, size_t n, double right, double bottom);

#endif
