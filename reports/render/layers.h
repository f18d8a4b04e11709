/* reports/render/layers.h - what each region of a program drew, variant by variant (view v_layer). */
#ifndef JOULECART_LAYERS_H
#define JOULECART_LAYERS_H
#include <sqlite3.h>

#include <stdint.h>
#include <stdio.h>

struct problem;

/* campaign_id 0: all. format: "text", "markdown", "json" or "csv". 0, or -1 with *why: there is no region in it. */
int layers_print(sqlite3 *db, int64_t campaign_id, const char *format, FILE *out,
		 struct problem *why);

#endif
