/* profiler/programs/view-main.h - what the programs that watch the machine have in common: live and serve. */
#ifndef JOULECART_VIEW_MAIN_H
#define JOULECART_VIEW_MAIN_H
#include "base/option-table.h"

#include <stdbool.h>

struct problem;

/* The program's main: its rights and locale, its table's settings, then run. is_text: whatever it prints is text
 * to be guarded (base/text-stream.h) from the first message on. Returns the exit status; what failed is said on
 * standard error. */
int view_main(const struct option_table *table,
	      int (*run)(int argc, char **argv, struct problem *why), bool is_text,
	      int argc, char **argv);

/* The signals that end a program are read from here instead. -1: errno. */
int view_signals(void);

/* As many open files as there may be: each event takes one for each CPU, and each client one. Where that is not
 * enough there are fewer, and it is said. */
void view_allow_files(void);

#endif
