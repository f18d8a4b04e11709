/* reports/figure/gnuplot.h - runs gnuplot on a script and gives back its picture.
 *
 * gnuplot 5.4 draws the same bytes for the same script under LC_ALL=C.UTF-8. Names from a
 * database reach it only inside data blocks, in double quotes, after a number, and cleaned by
 * gnuplot_name: elsewhere a backtick or a line that begins with '!' would run in a shell. */
#ifndef JOULECART_GNUPLOT_H
#define JOULECART_GNUPLOT_H
#include "reports/figure/arena.h"

#include <stddef.h>

/* Runs 'gnuplot -d' with script on its standard input. What it wrote, to be freed; NULL when
 * gnuplot is not installed, failed, or wrote nothing. */
char *gnuplot_run(const char *script, size_t length);
/* The same for a picture of bytes: *size of them. */
char *gnuplot_run_sized(const char *script, size_t length, size_t *size);

/* name without what could end a string or a data block: quotes, backslashes, backticks and
 * control characters become '_'. */
const char *gnuplot_name(const char *name, struct arena *arena);

#endif
