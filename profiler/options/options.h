/* profiler/options/options.h - options that several subcommands have, as base/option-table.h reads them.
 *
 * Each of these reads the text of an option into the member that its row names. 0, or -1 with a
 * usage problem, or with *why untouched where the row says what was expected. */
#ifndef JOULECART_OPTIONS_H
#define JOULECART_OPTIONS_H
#include <stdbool.h>

struct problem;

/* --pue, a double: the energy of the data centre over that of its IT, from 1 to 10. 0, or -1. */
int take_pue(void *pue, const char *text, struct problem *why);

/* --rate, a double: readings a second, from 0.1 to 10000; 0 stands for auto. 0, or -1. */
int take_rate(void *rate_hz, const char *text, struct problem *why);

/* --pin-sampler, an int: the number of a processor. 0, or -1. */
int take_cpu(void *cpu, const char *text, struct problem *why);

/* --rapl, a const char *: the collector's name, or NULL for auto. 0, or -1. */
int take_rapl(void *rapl, const char *text, struct problem *why);

/* What --color may be. */
#define COLOR_CHOICES "auto|always|never"
/* Whether to colour what goes to that descriptor: as when says; auto: a terminal, unless
 * NO_COLOR is set and not empty, or TERM is dumb. */
bool wants_color(const char *when, int descriptor);

#endif
