/* models/data/sessions.h - a shopper's session with the agent: how many model calls it takes, and a round of
 * sessions that has the stated mix exactly.
 *
 * A session is one search, then refinements of it, comparisons of products and one answer, each a call of the
 * model: three calls at least, seven at most. What surrounds the calls (a language model, the shop, the
 * network) is in none of them. */
#ifndef JOULECART_MODELS_SESSIONS_H
#define JOULECART_MODELS_SESSIONS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SESSION_LEAST_CALLS = 3, SESSION_MOST_CALLS = 7, SESSION_MOST_PARTS = 100 };

/* How many of a round's sessions take so many calls, in lowest terms: parts[3] to parts[7]. */
struct session_mix {
	uint32_t parts[SESSION_MOST_CALLS + 1];
};

/* What a session is made of, by how many calls it takes. */
struct session_calls {
	unsigned searches, refinements, comparisons, answers;
};

/* "3:25,4:30,5:25,6:12,7:8": 25 parts of the sessions take 3 calls, ... False, and *mix as it was: another
 * number of calls, one twice, more than SESSION_MOST_PARTS parts of one, none at all. */
bool session_mix_read(const char *text, struct session_mix *mix);

/* Mean calls of a session. */
double session_mix_calls(const struct session_mix *mix);

/* calls from SESSION_LEAST_CALLS to SESSION_MOST_CALLS. */
struct session_calls session_calls_of(unsigned calls);

/* A round: whole sessions in the mix exactly, and the calls that they take together. */
struct session_round {
	size_t sessions, calls;
};

/* The largest round whose calls are at most n_queries, each another query; where not even the smallest is, that
 * one, whose calls ask some queries again. */
struct session_round session_round_of(const struct session_mix *mix, size_t n_queries);

#endif
