/* schema/seal/seal.c - see seal.h. */
#include <config.h>

#include "schema/seal/seal.h"

#include "base/clock.h"
#include "base/problem.h"
#include "schema/database/migrate.h"
#include "schema/seal/seal-links.h"
#include "schema/seal/seal-message.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

static int failed(sqlite3 *db, const char *doing, struct problem *why)
{
	const char *path = sqlite3_db_filename(db, NULL);
	return store_problem(db, doing, path && *path ? path : "the database", why);
}

int seal_content(sqlite3 *db, uint8_t content[DIGEST_SIZE], struct problem *why)
{
	struct seal_links links;
	if (seal_links_compute(db, SEAL_FORMAT, &links) != 0)
		return failed(db, "read", why);
	seal_chain_all(content, &links);
	seal_links_free(&links);
	return 0;
}

/* --- what is signed ------------------------------------------------------------------- */

static void append(struct seal_message *message, const void *bytes, size_t size)
{
	memcpy(message->bytes + message->size, bytes, size);
	message->size += size;
}

static void append_i64(struct seal_message *message, int64_t value)
{
	for (int i = 0; i < 8; i++)
		message->bytes[message->size++] = (uint8_t)((uint64_t)value >>
							    (56 - 8 * i));
}

void seal_head_of(const struct seal_statement *facts, uint8_t head[DIGEST_SIZE])
{
	struct seal_message message = { .size = 0 };
	size_t length = strnlen(facts->tool_version, SEAL_VERSION_SIZE);
	append(&message, "joulecart head 2", sizeof("joulecart head 2"));
	append(&message, facts->content, DIGEST_SIZE);
	append_i64(&message, facts->made_utc_ns);
	append_i64(&message, facts->n_links);
	append(&message, facts->supersedes, DIGEST_SIZE);
	append(&message, facts->public_key, SEAL_KEY_SIZE);
	append_i64(&message, (int64_t)length);
	append(&message, facts->tool_version, length);
	digest_of(message.bytes, message.size, head);
}

struct seal_message seal_message_of(int format, const uint8_t *head,
				    const struct seal_statement *facts)
{
	const char *name = format == SEAL_FORMAT_1 ? "joulecart seal 1"
						   : "joulecart seal 2";
	struct seal_message message = { .size = 0 };
	append(&message, name, strlen(name) + 1);
	append(&message, head, DIGEST_SIZE);
	if (format != SEAL_FORMAT_1)
		return message; /* the rest is in the head */
	append_i64(&message, facts->made_utc_ns);
	append_i64(&message, facts->n_links);
	append(&message, facts->supersedes, DIGEST_SIZE);
	append(&message, facts->tool_version, strnlen(facts->tool_version, 32));
	return message;
}

void seal_public_key(const uint8_t seed[SEAL_SEED_SIZE], uint8_t public_key[SEAL_KEY_SIZE])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	crypto_sign_seed_keypair(public_key, secret, seed);
	sodium_memzero(secret, sizeof(secret));
}

/* --- writing --------------------------------------------------------------------------- */

static int write_links(sqlite3 *db, const struct seal_links *links)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, "INSERT INTO seal_link VALUES (?, ?, ?, ?, ?, ?)",
				      -1, &statement, NULL);
	for (size_t i = 0; code == SQLITE_OK && i < links->n; i++) {
		const struct seal_link *link = &links->links[i];
		sqlite3_bind_int64(statement, 1, (sqlite3_int64)i + 1);
		sqlite3_bind_text(statement, 2, link->table, -1, SQLITE_STATIC);
		if (link->channel_id >= 0)
			sqlite3_bind_int64(statement, 3, link->channel_id);
		else
			sqlite3_bind_null(statement, 3);
		sqlite3_bind_int64(statement, 4, (sqlite3_int64)link->n);
		sqlite3_bind_blob64(statement, 5, link->n ? (void *)link->rows : "",
				    SEAL_PREFIX * link->n, SQLITE_STATIC);
		sqlite3_bind_blob(statement, 6, link->sha256, DIGEST_SIZE, SQLITE_STATIC);
		code = sqlite3_step(statement) == SQLITE_DONE ? sqlite3_reset(statement)
							      : SQLITE_ERROR;
	}
	sqlite3_finalize(statement);
	return code == SQLITE_OK ? 0 : -1;
}

/* The head of the seal in force. false: there is none. */
static bool last_head(sqlite3 *db, uint8_t head[DIGEST_SIZE])
{
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(db, "SELECT head FROM seal ORDER BY seal_id DESC LIMIT 1", -1,
			   &row, NULL);
	bool is_there = sqlite3_step(row) == SQLITE_ROW &&
			sqlite3_column_bytes(row, 0) == DIGEST_SIZE;
	if (is_there)
		memcpy(head, sqlite3_column_blob(row, 0), DIGEST_SIZE);
	sqlite3_finalize(row);
	return is_there;
}

static void sign(struct seal_statement *facts, const uint8_t *seed, uint8_t *head,
		 uint8_t *signature)
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	if (seed)
		crypto_sign_seed_keypair(facts->public_key, secret, seed);
	seal_head_of(facts, head);
	if (!seed)
		return;
	struct seal_message message = seal_message_of(SEAL_FORMAT, head, facts);
	crypto_sign_detached(signature, NULL, message.bytes, message.size, secret);
	sodium_memzero(secret, sizeof(secret));
}

static int write_seal(sqlite3 *db, struct seal_statement *facts, const uint8_t *seed,
		      uint8_t *head)
{
	uint8_t signature[SEAL_SIGNATURE_SIZE];
	bool is_reissue = last_head(db, facts->supersedes);
	sqlite3_stmt *statement = NULL;
	sign(facts, seed, head, signature);
	if (sqlite3_prepare_v2(db,
			       "INSERT INTO seal (made_utc_ns, tool_version, n_links, head,"
			       " supersedes, public_key, signature)"
			       " VALUES (?, ?, ?, ?, ?, ?, ?)",
			       -1, &statement, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(statement, 1, facts->made_utc_ns);
	sqlite3_bind_text(statement, 2, facts->tool_version, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, facts->n_links);
	sqlite3_bind_blob(statement, 4, head, DIGEST_SIZE, SQLITE_STATIC);
	if (is_reissue)
		sqlite3_bind_blob(statement, 5, facts->supersedes, DIGEST_SIZE,
				  SQLITE_STATIC);
	if (seed) {
		sqlite3_bind_blob(statement, 6, facts->public_key, SEAL_KEY_SIZE,
				  SQLITE_STATIC);
		sqlite3_bind_blob(statement, 7, signature, SEAL_SIGNATURE_SIZE,
				  SQLITE_STATIC);
	}
	int code = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? 0 : -1;
}

int seal_write(sqlite3 *db, const uint8_t *seed, uint8_t head[DIGEST_SIZE],
	       struct problem *why)
{
	struct seal_links links;
	struct seal_statement facts = { .made_utc_ns = clock_ns(CLOCK_REALTIME),
					.tool_version = PACKAGE_VERSION };
	if (seal_links_compute(db, SEAL_FORMAT, &links) != 0)
		return failed(db, "read", why);
	seal_chain_all(facts.content, &links);
	facts.n_links = (int64_t)links.n;
	int code = sqlite3_exec(db, "DELETE FROM main.seal_link", NULL, NULL, NULL) ==
			       SQLITE_OK &&
			   write_links(db, &links) == 0 &&
			   write_seal(db, &facts, seed, head) == 0
		       ? 0
		       : failed(db, "seal", why);
	seal_links_free(&links);
	return code;
}
