/* reports/figure/figure-json.c - see figure-json.h. */
#include <config.h>

#include "reports/figure/figure-json.h"

#include "reports/figure/json-text.h"

#include <math.h>

json_t *json_real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_text_or_null(const char *text)
{
	return json_text(text);
}

json_t *json_plain_figure(struct figure figure)
{
	json_t *ci95 = figure.is_known && figure.has_interval
			   ? json_pack("[o,o]", json_real_or_null(figure.low),
				       json_real_or_null(figure.high))
			   : json_null();
	return json_pack("{s:o, s:o, s:o}", "value",
			 json_real_or_null(figure.is_known ? figure.value : NAN), "ci95",
			 ci95, "reason", json_text_or_null(figure.reason));
}

json_t *json_figure(struct figure figure)
{
	json_t *object = json_plain_figure(figure);
	json_object_set_new(
	    object, "provenance",
	    json_text_or_null(figure.is_known ? provenance_word(figure.provenance) : NULL));
	return object;
}
