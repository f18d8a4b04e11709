/* reports/figure/figure-json.h - a figure as JSON. It has this one shape in every command:
 * {"value": 4.5, "ci95": [4, 5], "provenance": "measured", "reason": null}, in the unit that the
 * key above it names. What is not known is null, and reason says why. */
#ifndef JOULECART_FIGURE_JSON_H
#define JOULECART_FIGURE_JSON_H
#include "reports/figure/figure.h"

#include <jansson.h>

/* Null for what JSON cannot say: jansson would refuse a NaN. A new reference, as all here. */
json_t *json_real_or_null(double value);
json_t *json_text_or_null(const char *text);

/* The one shape that a figure has in JSON. A new reference; NULL: memory ran out. */
json_t *json_figure(struct figure figure);

/* The same without "provenance": of what is counted or computed and not taken from a sensor. */
json_t *json_plain_figure(struct figure figure);

#endif
