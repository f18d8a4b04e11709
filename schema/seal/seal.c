/* schema/seal/seal.c - see seal.h. */
#include <config.h>

#include "schema/seal/seal.h"

#include "base/clock.h"
#include "base/problem.h"
#include "schema/seal/seal-links.h"
#include "schema/store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int failed(sqlite3 *db, const char *doing, struct problem *why)
{
	const char *path = sqlite3_db_filename(db, NULL);
	return store_problem(db, doing, path && *path ? path : "the database", why);
}

static void head_of(const struct seal_links *links, uint8_t head[DIGEST_SIZE])
{
	memset(head, 0, DIGEST_SIZE);
	for (size_t i = 0; i < links->n; i++)
		seal_chain(head, &links->links[i]);
}

int seal_head(sqlite3 *db, uint8_t head[DIGEST_SIZE], struct problem *why)
{
	struct seal_links links;
	if (seal_links_compute(db, &links) != 0)
		return failed(db, "read", why);
	head_of(&links, head);
	seal_links_free(&links);
	return 0;
}

/* --- what is signed ------------------------------------------------------------------- */

struct message {
	uint8_t bytes[160];
	size_t size;
};

static void append(struct message *message, const void *bytes, size_t size)
{
	memcpy(message->bytes + message->size, bytes, size);
	message->size += size;
}

static void append_i64(struct message *message, int64_t value)
{
	for (int i = 0; i < 8; i++)
		message->bytes[message->size++] = (uint8_t)((uint64_t)value >>
							    (56 - 8 * i));
}

static struct message message_of(const uint8_t *head, int64_t made_utc_ns, int64_t n_links,
				 const uint8_t *supersedes, const char *tool_version)
{
	static const char name[] = "joulecart seal 1";
	struct message message = { .size = 0 };
	append(&message, name, sizeof(name));
	append(&message, head, DIGEST_SIZE);
	append_i64(&message, made_utc_ns);
	append_i64(&message, n_links);
	append(&message, supersedes, DIGEST_SIZE);
	append(&message, tool_version, strnlen(tool_version, 32));
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

static int write_seal(sqlite3 *db, const struct seal_links *links, const uint8_t *seed,
		      const uint8_t *head)
{
	uint8_t supersedes[DIGEST_SIZE] = { 0 }, public_key[SEAL_KEY_SIZE];
	uint8_t secret[crypto_sign_SECRETKEYBYTES], signature[SEAL_SIGNATURE_SIZE];
	bool is_reissue = last_head(db, supersedes);
	int64_t made_utc_ns = clock_ns(CLOCK_REALTIME);
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db,
			       "INSERT INTO seal (made_utc_ns, tool_version, n_links, head,"
			       " supersedes, public_key, signature)"
			       " VALUES (?, ?, ?, ?, ?, ?, ?)",
			       -1, &statement, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(statement, 1, made_utc_ns);
	sqlite3_bind_text(statement, 2, PACKAGE_VERSION, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)links->n);
	sqlite3_bind_blob(statement, 4, head, DIGEST_SIZE, SQLITE_STATIC);
	if (is_reissue)
		sqlite3_bind_blob(statement, 5, supersedes, DIGEST_SIZE, SQLITE_STATIC);
	if (seed) {
		struct message message = message_of(head, made_utc_ns, (int64_t)links->n,
						    supersedes, PACKAGE_VERSION);
		crypto_sign_seed_keypair(public_key, secret, seed);
		crypto_sign_detached(signature, NULL, message.bytes, message.size, secret);
		sodium_memzero(secret, sizeof(secret));
		sqlite3_bind_blob(statement, 6, public_key, SEAL_KEY_SIZE, SQLITE_STATIC);
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
	if (seal_links_compute(db, &links) != 0)
		return failed(db, "read", why);
	head_of(&links, head);
	int code = sqlite3_exec(db, "DELETE FROM seal_link", NULL, NULL, NULL) ==
			       SQLITE_OK &&
			   write_links(db, &links) == 0 &&
			   write_seal(db, &links, seed, head) == 0
		       ? 0
		       : failed(db, "seal", why);
	seal_links_free(&links);
	return code;
}

/* --- checking -------------------------------------------------------------------------- */

/* A link as it was sealed; it stands in the rows of the statement. */
static struct seal_link link_of(sqlite3_stmt *row)
{
	struct seal_link link = { .n = (size_t)sqlite3_column_int64(row, 2) };
	bool is_whole = sqlite3_column_type(row, 1) == SQLITE_NULL;
	snprintf(link.table, sizeof(link.table), "%s",
		 (const char *)sqlite3_column_text(row, 0));
	link.channel_id = is_whole ? -1 : sqlite3_column_int64(row, 1);
	link.rows = (uint8_t *)(uintptr_t)sqlite3_column_blob(row, 3);
	if ((size_t)sqlite3_column_bytes(row, 3) < SEAL_PREFIX * link.n)
		link.n = (size_t)sqlite3_column_bytes(row, 3) / SEAL_PREFIX;
	memcpy(link.sha256, sqlite3_column_blob(row, 4), DIGEST_SIZE);
	return link;
}

/* Links come in the order in which they were sealed: the search begins where the last ended. */
static struct seal_link *find(struct seal_links *links, const struct seal_link *sealed,
			      size_t *from)
{
	for (size_t i = 0; i < links->n; i++) {
		size_t at = (*from + i) % links->n;
		struct seal_link *link = &links->links[at];
		if (link->channel_id != sealed->channel_id ||
		    strcmp(link->table, sealed->table) != 0)
			continue;
		*from = at + 1;
		link->is_sealed = true;
		return link;
	}
	return NULL;
}

/* Are the rows that are there among those that were sealed, in their order? */
static bool is_trimmed(const struct seal_link *sealed, const struct seal_link *now)
{
	size_t at = 0;
	if (strcmp(sealed->table, "chunk") != 0 || (now && now->n >= sealed->n))
		return false;
	for (size_t i = 0; now && i < now->n; i++, at++) {
		while (at < sealed->n && memcmp(sealed->rows + SEAL_PREFIX * at,
						now->rows + SEAL_PREFIX * i, SEAL_PREFIX))
			at++;
		if (at == sealed->n)
			return false;
	}
	return true;
}

/* The first row of a link that is not as it was sealed. */
static void name_place(sqlite3 *db, const struct seal_link *sealed,
		       const struct seal_link *now, struct seal_report *report)
{
	size_t n = now ? now->n : 0, i = 0;
	while (i < n && i < sealed->n &&
	       memcmp(sealed->rows + SEAL_PREFIX * i, now->rows + SEAL_PREFIX * i,
		      SEAL_PREFIX) == 0)
		i++;
	char name[300];
	seal_row_name(db, sealed, i, name, sizeof(name));
	snprintf(report->place, sizeof(report->place), "%s %s", name,
		 i < n && i >= sealed->n ? "was added after it was sealed"
		 : n < sealed->n         ? "or one before it was taken away"
		 : n > sealed->n         ? "was changed or put in"
					 : "is not as it was sealed");
}

static void check_link(sqlite3 *db, const struct seal_link *now,
		       const struct seal_link *sealed, struct seal_report *report)
{
	report->n_rows += (int64_t)sealed->n;
	if (now && now->n == sealed->n &&
	    memcmp(now->sha256, sealed->sha256, DIGEST_SIZE) == 0)
		return;
	if (!now && sealed->n == 0)
		return;
	if (is_trimmed(sealed, now)) {
		report->n_trimmed += (int64_t)(sealed->n - (now ? now->n : 0));
		return;
	}
	if (!*report->place)
		name_place(db, sealed, now, report);
}

/* Rows of tables or channels that nobody sealed. */
static void check_added(sqlite3 *db, const struct seal_links *links,
			struct seal_report *report)
{
	char name[300];
	for (size_t i = 0; i < links->n && !*report->place; i++) {
		if (links->links[i].is_sealed)
			continue;
		seal_row_name(db, &links->links[i], 0, name, sizeof(name));
		snprintf(report->place, sizeof(report->place),
			 "%s was added after it was sealed", name);
	}
}

/* Each sealed link against the rows; *chain becomes the head of the sealed links. */
static int check_links(sqlite3 *db, struct seal_links *links, uint8_t chain[DIGEST_SIZE],
		       int64_t *n_links, struct seal_report *report)
{
	sqlite3_stmt *row = NULL;
	size_t from = 0;
	int step;
	memset(chain, 0, DIGEST_SIZE);
	*n_links = 0;
	if (sqlite3_prepare_v2(
		db,
		"SELECT table_name, channel_id, n, rows, sha256 FROM seal_link"
		" ORDER BY ordinal",
		-1, &row, NULL) != SQLITE_OK)
		return -1;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		if (sqlite3_column_bytes(row, 4) != DIGEST_SIZE)
			break;
		struct seal_link sealed = link_of(row);
		seal_chain(chain, &sealed);
		check_link(db, find(links, &sealed, &from), &sealed, report);
		(*n_links)++;
	}
	sqlite3_finalize(row);
	if (step != SQLITE_DONE && !*report->place)
		snprintf(report->place, sizeof(report->place),
			 "the seal itself is damaged");
	check_added(db, links, report);
	return 0;
}

static bool signature_holds(sqlite3_stmt *seal, const struct seal_report *report)
{
	const char *version = (const char *)sqlite3_column_text(seal, 1);
	struct message message = message_of(report->head, report->made_utc_ns,
					    sqlite3_column_int64(seal, 2),
					    report->supersedes, version ? version : "");
	return sqlite3_column_bytes(seal, 6) == SEAL_SIGNATURE_SIZE &&
	       crypto_sign_verify_detached(sqlite3_column_blob(seal, 6), message.bytes,
					   message.size, report->public_key) == 0;
}

static void copy_blob(sqlite3_stmt *row, int column, uint8_t *bytes, size_t size)
{
	if ((size_t)sqlite3_column_bytes(row, column) == size)
		memcpy(bytes, sqlite3_column_blob(row, column), size);
}

static int check_seal(sqlite3 *db, sqlite3_stmt *seal, struct seal_report *report,
		      struct problem *why)
{
	struct seal_links links;
	uint8_t chain[DIGEST_SIZE];
	int64_t n_links;
	report->is_sealed = true;
	report->made_utc_ns = sqlite3_column_int64(seal, 0);
	copy_blob(seal, 3, report->head, DIGEST_SIZE);
	report->is_reissue = sqlite3_column_type(seal, 4) != SQLITE_NULL;
	copy_blob(seal, 4, report->supersedes, DIGEST_SIZE);
	report->is_signed = sqlite3_column_type(seal, 5) != SQLITE_NULL;
	copy_blob(seal, 5, report->public_key, SEAL_KEY_SIZE);
	if (seal_links_compute(db, &links) != 0)
		return failed(db, "read", why);
	int code = check_links(db, &links, chain, &n_links, report);
	seal_links_free(&links);
	if (code != 0)
		return failed(db, "read", why);
	bool is_head = memcmp(chain, report->head, DIGEST_SIZE) == 0 &&
		       n_links == sqlite3_column_int64(seal, 2);
	if (!*report->place && !is_head)
		snprintf(report->place, sizeof(report->place),
			 "the seal itself (seal, seal_link) was changed after it was made");
	if (!*report->place && report->is_signed && !signature_holds(seal, report))
		snprintf(report->place, sizeof(report->place),
			 "the signature is not that of its key over this seal");
	report->holds = !*report->place;
	return 0;
}

int seal_check(sqlite3 *db, struct seal_report *report, struct problem *why)
{
	sqlite3_stmt *seal = NULL;
	*report = (struct seal_report){ 0 };
	/* Files of version 1 have no such table: they are not sealed. */
	if (sqlite3_prepare_v2(
		db,
		"SELECT made_utc_ns, tool_version, n_links, head, supersedes,"
		" public_key, signature FROM seal ORDER BY seal_id DESC LIMIT 1",
		-1, &seal, NULL) != SQLITE_OK)
		return 0;
	int step = sqlite3_step(seal);
	int code = step == SQLITE_ROW    ? check_seal(db, seal, report, why)
		   : step == SQLITE_DONE ? 0
					 : failed(db, "read", why);
	sqlite3_finalize(seal);
	return code;
}

/* --- keys ------------------------------------------------------------------------------ */

int seal_key_new(const char *path, uint8_t public_key[SEAL_KEY_SIZE], struct problem *why)
{
	uint8_t seed[SEAL_SEED_SIZE];
	char hex[DIGEST_HEX_SIZE], public_hex[DIGEST_HEX_SIZE];
	problem_what(why, "cannot write '%s'", path);
	if (sodium_init() < 0)
		return problem_why(why, "no source of randomness");
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return problem_errno(why, errno);
	randombytes_buf(seed, sizeof(seed));
	seal_public_key(seed, public_key);
	FILE *out = fdopen(fd, "w");
	fprintf(
	    out,
	    "# joulecart signing key (Ed25519 seed): keep it secret\n# public: %s\n%s\n",
	    digest_hex(public_key, public_hex), digest_hex(seed, hex));
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(hex, sizeof(hex));
	return fclose(out) == 0 ? 0 : problem_errno(why, errno);
}

int seal_key_read(const char *path, uint8_t seed[SEAL_SEED_SIZE], struct problem *why)
{
	char line[256];
	size_t size = 0;
	bool is_key = false;
	problem_what(why, "cannot read the key in '%s'", path);
	FILE *in = fopen(path, "re");
	if (!in)
		return problem_errno(why, errno);
	while (!is_key && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line && *line != '#')
			is_key = sodium_hex2bin(seed, SEAL_SEED_SIZE, line, strlen(line),
						NULL, &size, NULL) == 0 &&
				 size == SEAL_SEED_SIZE;
	}
	fclose(in);
	sodium_memzero(line, sizeof(line));
	if (is_key)
		return 0;
	problem_why(why, "it does not hold 64 hexadecimal digits");
	return problem_todo(why, "make one with 'joulecart sign --new-key FILE'");
}
