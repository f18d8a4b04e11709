/* reports/sensitivity/tornado-show.h - a tornado as a table of text and as JSON. */
#ifndef JOULECART_TORNADO_SHOW_H
#define JOULECART_TORNADO_SHOW_H
#include "reports/sensitivity/tornado.h"

#include <jansson.h>
#include <stdio.h>

/* Nothing where there are no rows but the reason. 0, or -1: no memory. */
int tornado_text(const struct tornado *tornado, struct arena *arena, FILE *out);

/* The caller's; NULL: no memory. */
json_t *tornado_json(const struct tornado *tornado);

#endif
