/* profiler/cli/options.h - what every subcommand does with its options. */
#ifndef JOULECART_OPTIONS_H
#define JOULECART_OPTIONS_H
#include <stdbool.h>
#include <stdint.h>

struct problem;

/* A whole number from min to max, or -1 with a usage problem: "invalid --runs 'x': ...". */
int64_t parse_count(const char *option, const char *text, int64_t min, int64_t max,
		    struct problem *why);

/* A decimal number from min to max in *value. 0, or -1 with a usage problem whose reason is
 * expected ("PUE is at least 1") and whose advice is todo (may be NULL). */
int parse_real(const char *option, const char *text, double min, double max, double *value,
	       const char *expected, const char *todo, struct problem *why);

/* --pue: the energy of the data centre over that of its IT, at least 1. 0, or -1 as above. */
int parse_pue(const char *text, double *pue, struct problem *why);

/* --rate, in readings a second; 0 stands for auto. 0, or -1 as above. */
int parse_rate(const char *text, double *rate_hz, struct problem *why);

/* --pin-sampler, the number of a processor. 0, or -1 as above. */
int parse_cpu(const char *text, int *cpu, struct problem *why);

/* --rapl: the collector's name, or NULL for auto. 0, or -1 as above. */
int parse_rapl(const char *text, const char **rapl, struct problem *why);

/* A number of things with an optional k, M or G: "1.2M". At least 1. 0, or -1 as above. */
int parse_large(const char *option, const char *text, double *value, struct problem *why);

/* A share between 0 and 1, as "2%" or "0.02". 0, or -1 as above. */
int parse_share(const char *option, const char *text, double *share, struct problem *why);

/* --color: 0 for auto, always or never, else -1 as above. */
int parse_color(const char *text, struct problem *why);
/* Whether to colour what goes to that descriptor: as when says; auto: a terminal, unless
 * NO_COLOR is set and not empty, or TERM is dumb. */
bool wants_color(const char *when, int descriptor);

/* The usage problem for what getopt_long returned ('?' or ':'), with opterr = 0 and a short
 * option string that begins with ':' or "+:". Returns -1. */
int option_problem(char **argv, int code, struct problem *why);

/* "COMMAND needs a FILE.db", for a missing or superfluous operand. Returns -1. */
int operand_problem(const char *command, const char *expected, struct problem *why);

#endif
