/* reports/gate/gate.h - limits that a file must keep, for CI: is it broken with confidence, kept with
 * confidence, or can the data not tell? */
#ifndef JOULECART_GATE_H
#define JOULECART_GATE_H
#include "reports/figure/arena.h"
#include "reports/figure/format.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct problem;

enum gate_kind {
	GATE_ABSOLUTE,   /* the figure itself */
	GATE_RELATIVE,   /* its change against the baseline, as a share */
	GATE_DIFFERENCE, /* its difference to the baseline */
};

/* "j_per_query > +5%": broken when it holds. */
struct gate {
	const char *text;
	const char
	    *quantity; /* j_per_query, j_per_run, g_per_query, g_per_run, seconds, or a
	                         metric that the trials state */
	enum gate_kind kind;
	bool is_upper; /* '>' */
	double limit;
	bool is_budget; /* from --budget: said in its own words */
};

/* "QUANTITY > LIMIT" or "<": a LIMIT with % is relative to the baseline, with a sign a difference
 * to it, else absolute. Absolute limits may have a unit of J, g or s with a prefix (16mJ).
 * Differences of a share of correct answers (top1, ...) are in points: -0.5 is half a percent of
 * the queries. 0, or -1 with a usage problem. */
int gate_parse(const char *text, struct gate *gate, struct arena *arena,
	       struct problem *why);

/* "16mJ/query", "16J", "2gCO2e", "5mgCO2e/query". Returns as above: 0, or -1 with
 * *why. */
int gate_parse_budget(const char *text, struct gate *gate, struct arena *arena,
		      struct problem *why);

enum gate_verdict { GATE_PASS, GATE_FAIL, GATE_CANNOT_TELL };

struct gate_result {
	const struct gate *gate;
	const char *variant;
	enum gate_verdict verdict;
	const char *line; /* "PASS int8: 15.8 mJ/query (15.7 to 15.9), budget 16.0" */
};

/* A file and where in it to look. */
struct gate_side {
	sqlite3 *db;
	const char *path;
	int64_t campaign_id; /* 0: the variant's newest */
};

/* What one check asks. */
struct gate_request {
	const struct gate *gates;
	size_t n_gates;
	const char *const *variants;
	size_t n_variants;
	struct gate_side side;
	struct gate_side base; /* the file that holds the baseline; its db is NULL: none */
	const char *base_variant; /* NULL: the same name */
	/* standard deviation of what differs between sessions of one and the same thing, as a
	 * logarithm; 0: not stated, so it is estimated from the baseline's earlier campaigns,
	 * where there are three at least */
	double session_sd;
};

/* Judges each variant by each gate, the gates of one variant after another: n_variants * n_gates
 * results. The 95 % interval decides; of a change against a variant of the same campaign it is that
 * of compare (reports/statistics/pairing.h), else that of two groups, widened by what differs between
 * sessions where that is known. A limit of several is broken only if it is by Holm's correction
 * over all of them: at most 5 of 100 checks alarm where nothing is broken. No correction is needed
 * for all of them to hold. Results and lines live in the arena. -1 with *why: no such variant,
 * other workloads, no baseline for a relative limit. */
int gate_judge(const struct gate_request *request, struct arena *arena,
	       struct gate_result *results, struct problem *why);

/* "PASS", "FAIL", "CANNOT TELL". A constant text, never NULL. */
const char *gate_word(enum gate_verdict verdict);

/* All results, and what stands behind the files that they are of. */
struct gate_outcome {
	const struct gate_result *results;
	size_t n;
	const struct standing *standing,
	    *base_standing; /* the second NULL: no other file */
};

/* The results as JUnit XML (libxml2 writes it): one test case each; what cannot be told is
 * skipped, and the seals are properties. 0, or -1 with *why. */
int gate_junit(const struct gate_outcome *outcome, const char *path, struct problem *why);

/* The result as a workflow command of GitHub: an error, a warning or a notice. */
void gate_github(const struct gate_result *result, FILE *out);
/* Whether the file's seal holds, the same way: an error where it is broken, else a notice. */
void gate_github_seal(const struct standing *standing, const char *path, FILE *out);

#endif
