/* reports/audit/sample.h - which records are drawn.
 *
 * The ticket of a record is SHA-256 over "SEED:FILE:ID": the seed in decimal, the SHA-256 of the file in
 * hexadecimal, and the record's id. Of each kind the records stand in the order of their tickets; the kinds
 * take turns, each with its next, until n are drawn. So each record of a kind has the same chance, no kind is
 * left out, and anybody with sha256sum can draw the same again; whoever made the file cannot choose the seed
 * after it. */
#ifndef JOULECART_AUDIT_SAMPLE_H
#define JOULECART_AUDIT_SAMPLE_H
#include "reports/audit/records.h"
#include "schema/seal/digest.h"

struct problem;

struct audit_sample {
	int64_t seed;
	char file_sha256[DIGEST_HEX_SIZE];
	size_t n_of_kind[N_RECORD_KINDS]; /* in the file */
	const struct audit_record *const *drawn;
	size_t n;
	const struct record_list *of_kind; /* [N_RECORD_KINDS]: all that could be drawn */
};

/* Draws n, or all where there are fewer, from the database at path, which db reads; all lives in the arena. 0,
 * or -1 with *why: there is nothing to draw, or part of the file is still in its log. */
int sample_draw(sqlite3 *db, const char *path, int64_t seed, size_t n, struct arena *arena,
		struct audit_sample *sample, struct problem *why);

/* The record of that id, drawn or not. NULL: there is none. The arena of sample_draw() owns it. */
const struct audit_record *sample_find(const struct audit_sample *sample, const char *id);

#endif
