/* profiler/sources/line-patterns.h - phases and queries in the lines that a program prints.
 *
 * For programs that cannot be changed: a line that matches the pattern of a phase begins that
 * phase, and ends the one that an earlier line began. Patterns are Perl's (PCRE2), which is loaded
 * when the first one is added. */
#ifndef JOULECART_LINE_PATTERNS_H
#define JOULECART_LINE_PATTERNS_H
#include "profiler/markers/marker-message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;
struct line_patterns;

/* No patterns yet. NULL: no memory. */
struct line_patterns *line_patterns_new(void);
void line_patterns_free(struct line_patterns *patterns); /* takes NULL */

/* "NAME=REGEX": a line that matches begins the phase NAME, of at most 31 bytes. -1 with *why: no such
 * form, or what is wrong with the expression, and where. */
int line_patterns_add_phase(struct line_patterns *patterns, const char *text,
			    struct problem *why);

/* A line that matches ends the phase that is open. 0, or -1 with *why. */
int line_patterns_add_end(struct line_patterns *patterns, const char *regex,
			  struct problem *why);

/* Each line that matches is a query; where the expression has a group that holds a whole number,
 * as "answered (\d+)" has, as many queries as that says. 0, or -1 with *why. */
int line_patterns_add_query(struct line_patterns *patterns, const char *regex,
			    struct problem *why);

/* When a line was seen, and how much earlier it may have been written. */
struct line_time {
	int64_t seen_ns; /* CLOCK_MONOTONIC */
	int64_t early_ns;
};

/* Where the messages of found edges go; called within line_patterns_feed and _end. */
struct marker_sink {
	void (*take)(void *state, const struct marker_message *message);
	void *state;
};

/* One line without its end; it need not be text. Longer lines than LINE_MAX_BYTES are given up to
 * there. */
enum { LINE_MAX_BYTES = 65536 };
void line_patterns_feed(struct line_patterns *patterns, const char *line, size_t size,
			struct line_time time, const struct marker_sink *sink);

/* Forgets what was found: for the next trial. */
void line_patterns_restart(struct line_patterns *patterns);

/* Ends the phase that is open. */
void line_patterns_end(struct line_patterns *patterns, struct line_time time,
		       const struct marker_sink *sink);

/* Queries in all lines since the last restart, also outside of phases. */
uint64_t line_patterns_queries(const struct line_patterns *patterns);

/* Which pattern, as it was given, matched no line since the last restart; NULL: each matched one. */
const char *line_patterns_unmatched(const struct line_patterns *patterns);

/* On how many lines a pattern needed more steps than one match may take, and was given up. */
uint64_t line_patterns_given_up(const struct line_patterns *patterns);

#endif
