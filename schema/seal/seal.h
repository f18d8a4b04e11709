/* schema/seal/seal.h - a hash chain over all that figures follow from, and its signature.
 *
 * A row's hash is SHA-256 over its table's name and each of its columns: a byte for the type,
 * the length in 8 bytes, most significant first, then the value (an integer as 8 bytes, a real
 * as the 8 of its IEEE 754 form, text and blobs as they are). The first link covers application_id
 * and user_version, the second each object of the schema (type, name, table, text): a figure
 * could be changed there too. Then each table but seal and seal_link has one, its rows in the
 * order of its first three columns; rollups and chunks have one for each channel, in the order of
 * seq. With || for "after each other":
 *   link i = SHA-256(link i-1 || name || 0 || channel || n || rows || SHA-256(row hashes)),
 * link 0 being 32 zero bytes, and rows the first 8 bytes of each row's hash. The last link is the
 * content. The head is SHA-256("joulecart head 2" || 0 || content || made_utc_ns || n_links || the
 * head that it supersedes || the public key (32 zero bytes: none, of both) || the length of
 * tool_version || tool_version): a seal without its signature is not the seal that was made.
 * Ed25519 signs "joulecart seal 2" || 0 || head. Both by libsodium.
 *
 * Format 1, of builds before this, is still checked: no link of the header, objects whose names
 * begin with sqlite_ and the table trimmed outside, chunks in the order of chunk_id, the head is
 * the content, and what is signed is "joulecart seal 1" || 0 || head || made_utc_ns || n_links
 * || superseded head || tool_version. */
#ifndef JOULECART_SEAL_H
#define JOULECART_SEAL_H
#include "schema/seal/digest.h"

#include <sqlite3.h>
#include <stdbool.h>

struct problem;

/* Ed25519's. */
enum { SEAL_KEY_SIZE = 32, SEAL_SIGNATURE_SIZE = 64, SEAL_SEED_SIZE = 32 };

/* Seals what the open database holds, in one transaction of the caller's; signs it where seed
 * is not NULL. The seal before it, if any, is superseded. *head is the new head. */
int seal_write(sqlite3 *db, const uint8_t *seed, uint8_t head[DIGEST_SIZE],
	       struct problem *why);

/* What is there against what was sealed. */
struct seal_report {
	bool is_sealed;
	bool
	    holds; /* all is as sealed, nothing trimmed; a signature, if any, is its key's */
	bool has_signature; /* there is one, be it right or wrong */
	bool is_signed;     /* and it is that of public_key over this seal */
	bool
	    is_trimmed; /* trim dropped readings after the seal; else it holds if place is empty */
	char place[400]; /* where it does not hold: the first row; empty where it does */
	int format;
	uint8_t head[DIGEST_SIZE], public_key[SEAL_KEY_SIZE];
	bool is_reissue;
	uint8_t supersedes[DIGEST_SIZE];
	int64_t made_utc_ns; /* as whoever sealed it claims */
	char tool_version[64];
	int64_t n_rows;
	int64_t n_trimmed; /* chunks that were sealed and are gone; their rollups hold */
};

/* The file's pages first, then every row. 0; or -1 with *why, where the database cannot be read. */
int seal_check(sqlite3 *db, struct seal_report *report, struct problem *why);

/* Keeps a report with the connection, in memory: of the file that db was brought up from. 0, or -1:
 * sqlite3_errmsg() says why. */
int seal_keep(sqlite3 *db, const struct seal_report *report);

/* What the database holds now, sealed or not, in 32 bytes. */
int seal_content(sqlite3 *db, uint8_t content[DIGEST_SIZE], struct problem *why);

/* A key file holds a seed, 64 hexadecimal digits; lines that begin with # are comments. A new one is
 * written whole or not at all, and never over a file that is there. */
int seal_key_new(const char *path, uint8_t public_key[SEAL_KEY_SIZE], struct problem *why);
int seal_key_read(const char *path, uint8_t seed[SEAL_SEED_SIZE], struct problem *why);

/* The public key of a seed. */
void seal_public_key(const uint8_t seed[SEAL_SEED_SIZE], uint8_t public_key[SEAL_KEY_SIZE]);

#endif
