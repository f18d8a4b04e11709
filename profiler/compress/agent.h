/* profiler/compress/agent.h - the bundled shopping agent as the command of a search: makes what a candidate asks for
 * where it is not there yet, and serves it. */
#ifndef JOULECART_COMPRESS_AGENT_H
#define JOULECART_COMPRESS_AGENT_H
#include "profiler/compress/compress-run.h"

#include <limits.h>

enum { AGENT_MOST_WORDS = 8 };

/* The command; the words point into the struct, which must outlive the search. */
struct agent {
	char path[PATH_MAX], stack[160], infer[8], make[8], seconds[16], samples[40];
	char data[PATH_MAX];
	char *words[AGENT_MOST_WORDS];
};

/* Gives the search its command, the techniques that --levels did not name (all, where it named none), and top-1 as
 * quality where nothing else is asked for. samples: train on at most so many queries; 0: on each variant's own.
 * data: the file of the user's own queries; NULL: generated ones. 0, or -1 with *why: a technique that the agent has
 * not, the file's name is too long, or the agent's program is missing. */
int agent_take(struct agent *agent, struct compress_options *options, int64_t samples,
	       const char *data, struct problem *why);

#endif
