/* profiler/compress/compress-text.h - what a search found, for people and as JSON. */
#ifndef JOULECART_COMPRESS_TEXT_H
#define JOULECART_COMPRESS_TEXT_H
#include "profiler/compress/compress-run.h"

#include <stdio.h>

/* A table of the candidates, and the sentences: what is chosen and why, what the search used, and after how
 * many queries that is paid back; or that nothing fits, and what comes nearest. 0, or -1: no memory. */
int compress_text(const struct compress_result *result,
		  const struct compress_options *options, FILE *out);

/* The same as one JSON object. 0, or -1: no memory, or the stream failed. */
int compress_json(const struct compress_result *result,
		  const struct compress_options *options, FILE *out);

#endif
