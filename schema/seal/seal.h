/* schema/seal/seal.h - a hash chain over all rows that figures follow from, and its signature.
 *
 * A row's hash is SHA-256 over its table's name and each of its columns: a byte for the type,
 * the length in 8 bytes, most significant first, then the value (an integer as 8 bytes, a real
 * as the 8 of its IEEE 754 form, text and blobs as they are). A link covers the rows of one
 * table in the order of its first three columns; of rollups and chunks, those of one
 * channel in the order of seq. What views and tables are (sqlite_schema) is the first link: a figure could be
 * changed there too. With || for "after each other":
 *   link i = SHA-256(link i-1 || name || 0 || channel || n || rows || SHA-256(row hashes)),
 * link 0 being 32 zero bytes, and rows the first 8 bytes of each row's hash. The last link is
 * the head. Only the tables seal and seal_link are outside, and trimmed: it says which chunks
 * were dropped, be it after the seal; the links show that on their own.
 * Ed25519 signs "joulecart seal 1" || 0 || head || made_utc_ns || n_links || the head that it
 * supersedes (32 zero bytes: none) || tool_version. Both by libsodium. */
#ifndef JOULECART_SEAL_H
#define JOULECART_SEAL_H
#include "schema/seal/digest.h"

#include <sqlite3.h>
#include <stdbool.h>

struct problem;

enum { SEAL_KEY_SIZE = 32, SEAL_SIGNATURE_SIZE = 64, SEAL_SEED_SIZE = 32 };

/* Seals what the open database holds, in one transaction of the caller's; signs it where seed
 * is not NULL. The seal before it, if any, is superseded. *head is the new head. */
int seal_write(sqlite3 *db, const uint8_t *seed, uint8_t head[DIGEST_SIZE],
	       struct problem *why);

/* What is there against what was sealed. */
struct seal_report {
	bool is_sealed, is_signed;
	bool holds;      /* every row is as sealed, and the signature is the key's */
	char place[400]; /* where it does not hold: the first row; empty where it does */
	uint8_t head[DIGEST_SIZE], public_key[SEAL_KEY_SIZE];
	bool is_reissue;
	uint8_t supersedes[DIGEST_SIZE];
	int64_t made_utc_ns;
	int64_t n_rows;
	int64_t n_trimmed; /* chunks that were sealed and are gone; their rollups hold */
};

/* 0; or -1 with *why, where the database cannot be read. */
int seal_check(sqlite3 *db, struct seal_report *report, struct problem *why);

/* The head over what the database holds now, sealed or not: its content in 32 bytes. */
int seal_head(sqlite3 *db, uint8_t head[DIGEST_SIZE], struct problem *why);

/* A key file holds a seed, 64 hexadecimal digits; lines that begin with # are comments. */
int seal_key_new(const char *path, uint8_t public_key[SEAL_KEY_SIZE], struct problem *why);
int seal_key_read(const char *path, uint8_t seed[SEAL_SEED_SIZE], struct problem *why);

/* The public key of a seed. */
void seal_public_key(const uint8_t seed[SEAL_SEED_SIZE], uint8_t public_key[SEAL_KEY_SIZE]);

#endif
