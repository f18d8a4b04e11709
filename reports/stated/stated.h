/* reports/stated/stated.h - what no sensor can know and somebody states: who reports which model, in which
 * boundary, with which evidence. From options, or from a file report.ini beside the database.
 *
 * A statement is shown as what somebody said, and never enters a figure that a view computes. */
#ifndef JOULECART_STATED_H
#define JOULECART_STATED_H
#include "reports/figure/arena.h"

#include <stdbool.h>

struct problem;

enum stated {
	/* who and what */
	STATED_ORGANISATION,
	STATED_MODEL_NAME,
	STATED_MODEL_VERSION,
	STATED_RELEASE_DATE,
	STATED_DOWNLOAD_LOCATION,
	STATED_TASK,
	STATED_DATASET,
	STATED_DATASET_TYPE,
	STATED_TRAINING_TYPE,
	STATED_TRAINING_FLOP,
	STATED_INFERENCE_FLOP,
	/* where it ran */
	STATED_INFRASTRUCTURE,
	STATED_COUNTRY,
	STATED_LOCATION,
	STATED_ENERGY_SUPPLIER,
	STATED_ENERGY_SOURCE,
	/* how it served */
	STATED_SCENARIO,
	STATED_CALLS_PER_EXECUTION,
	STATED_PARAMETER_BASIS,
	STATED_RATIONALE,
	/* what assurers ask first */
	STATED_ORGANISATIONAL_BOUNDARY,
	/* from here on an assurer's: the audit report has them all, stated or not */
	STATED_FOR_ASSURANCE = STATED_ORGANISATIONAL_BOUNDARY,
	STATED_CONSOLIDATION_APPROACH,
	STATED_GHG_CATEGORY,
	STATED_BASE_YEAR,
	STATED_MATERIALITY,
	STATED_ASSURANCE_LEVEL,
	STATED_EVIDENCE_SHARE,
	STATED_EVIDENCE_SHARE_SHA256,
	STATED_EVIDENCE_LIFE,
	STATED_EVIDENCE_LIFE_SHA256,
	STATED_EVIDENCE_PUE,
	STATED_EVIDENCE_PUE_SHA256,
	STATED_CALIBRATED_BY,
	STATED_CALIBRATED_AGAINST,
	N_STATED
};

struct statement {
	const char *values[N_STATED]; /* guarded text; NULL: not stated */
	const char
	    *refusal; /* why report.ini was not read though it is there; NULL: it was */
};

/* As options and report.ini have it: "model-name". A constant text, never NULL. */
const char *stated_key(enum stated stated);
/* In words, for the reader of a report: "Organisational boundary". Likewise. */
const char *stated_words(enum stated stated);
/* What stands behind it, as --help says it: "who reports". Likewise. */
const char *stated_help(enum stated stated);

/* Whether somebody may state that key; *stated is then which. */
bool stated_find(const char *key, enum stated *stated);

/* Keeps a guarded copy in the arena. 0, or -1 with a usage problem whose WHAT the caller set: the value is empty, or
 * none that the key can have. */
int statement_set(struct statement *statement, enum stated stated, const char *value,
		  struct arena *arena, struct problem *why);

/* What is printed of it: the text, and of evidence the hash of its file behind it. Guarded; NULL: not stated. The
 * hash's own key (stated_is_shown: false) is printed with the evidence. */
const char *statement_shown(const struct statement *statement, enum stated stated,
			    struct arena *arena);
bool stated_is_shown(enum stated stated);

/* The number that a key of numbers states; NAN: not stated. */
double statement_number(const struct statement *statement, enum stated stated);

#endif
