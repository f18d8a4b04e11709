/* reports/render/render.h - one interface to every way of writing a report, and the list of them. */
#ifndef JOULECART_RENDER_H
#define JOULECART_RENDER_H
#include "reports/campaign/summary.h"

#include <stdio.h>

struct renderer {
	const char *name; /* as --format has it */
	/* Writes the whole report. 0, or -1 when memory ran out; the caller checks the stream. */
	int (*render)(const struct report *report, FILE *out);
};

extern const struct renderer renderer_csv, renderer_json, renderer_markdown, renderer_text;

/* render.c; NULL-terminated, text first. */
extern const struct renderer *const renderers[];

#endif
