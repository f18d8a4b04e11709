/* schema/seal/seal-words.h - what a report may say of a file's seal: no more than was checked. */
#ifndef JOULECART_SEAL_WORDS_H
#define JOULECART_SEAL_WORDS_H
#include "schema/seal/seal.h"

struct problem;
struct trust;

struct seal_words {
	const char *state;  /* "none", "sealed", "signed", "trimmed", "broken" */
	char sentence[640]; /* in one: who says what of this file */
	char
	    fingerprint[DIGEST_HEX_SIZE]; /* of the key, once it has verified; else empty */
	char name[128];                   /* whose, by the reader's list; else empty */
	char claimed_utc
	    [32]; /* "2026-01-31 12:00 UTC": a claim; empty where there is no seal */
	char
	    supersedes[DIGEST_HEX_SIZE]; /* the head that this seal replaced; empty: none */
	char head[DIGEST_HEX_SIZE];      /* of a seal that holds, else empty */
	char place[400];                 /* where it is broken, else empty */
};

/* trust may be NULL. */
void seal_words_of(const struct seal_report *report, const struct trust *trust,
		   struct seal_words *words);

/* Of an open database: what is there is checked now (schema/store/reader.h keeps the outcome
 * for a file of an older version). 0, or -1 with *why. */
int seal_words_read(sqlite3 *db, const struct trust *trust, struct seal_words *words,
		    struct problem *why);

#endif
