/* schema/seal/seal-check.c - what is there against what was sealed. See seal.h. */
#include <config.h>

#include "schema/seal/seal.h"

#include "base/problem.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"
#include "schema/gate/damage.h"
#include "schema/gate/printable.h"
#include "schema/seal/seal-links.h"
#include "schema/seal/seal-message.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* --- one link --------------------------------------------------------------------------- */

/* A link as it was sealed; it stands in the row of the statement. false: it is none. */
static bool link_of(sqlite3_stmt *row, struct seal_link *link)
{
	int64_t n = sqlite3_column_int64(row, 2);
	const char *name = (const char *)sqlite3_column_text(row, 0);
	int bytes = sqlite3_column_bytes(row, 3);
	const void *sha256 = sqlite3_column_blob(row, 4);
	bool is_whole = sqlite3_column_type(row, 1) == SQLITE_NULL;
	*link = (struct seal_link){ .channel_id = -1 };
	const size_t length = name ? strlen(name) : 0;
	if (!name || length >= sizeof(link->table) || !sha256 ||
	    sqlite3_column_bytes(row, 4) != DIGEST_SIZE || bytes % SEAL_PREFIX != 0 ||
	    n != bytes / SEAL_PREFIX)
		return false;
	memcpy(link->table, name, length + 1);
	if (!is_whole)
		link->channel_id = sqlite3_column_int64(row, 1);
	link->n = (size_t)n;
	link->rows = (uint8_t *)(uintptr_t)sqlite3_column_blob(row, 3);
	memcpy(link->sha256, sha256, DIGEST_SIZE);
	return true;
}

/* Links come in the order in which they were sealed: the search begins where the last ended. */
static struct seal_link *find(struct seal_links *links, const struct seal_link *sealed,
			      size_t *from)
{
	for (size_t i = 0; i < links->n; i++) {
		size_t at = (*from + i) % links->n;
		struct seal_link *link = &links->links[at];
		if (link->is_sealed || link->channel_id != sealed->channel_id ||
		    strcmp(link->table, sealed->table) != 0)
			continue;
		*from = at + 1;
		link->is_sealed = true;
		return link;
	}
	return NULL;
}

/* Are the rows of few among those of many, in their order? */
static bool is_among(const struct seal_link *few, const struct seal_link *many)
{
	size_t at = 0;
	for (size_t i = 0; few && i < few->n; i++, at++) {
		while (at < many->n &&
		       memcmp(many->rows + SEAL_PREFIX * at, few->rows + SEAL_PREFIX * i,
			      SEAL_PREFIX) != 0)
			at++;
		if (at == many->n)
			return false;
	}
	return true;
}

/* How many chunks are gone, what is left being as it was, or rows of trimmed came: what trim
 * does. 0: it is something else. */
static size_t count_trimmed(const struct seal_link *sealed, const struct seal_link *now)
{
	size_t n = now ? now->n : 0;
	if (strcmp(sealed->table, "chunk") == 0 && n < sealed->n && is_among(now, sealed))
		return sealed->n - n;
	if (strcmp(sealed->table, "trimmed") == 0 && n > sealed->n && is_among(sealed, now))
		return n - sealed->n;
	return 0;
}

/* --- places ----------------------------------------------------------------------------- */

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
	seal_row_name(db, report->format, sealed, i, name, sizeof(name));
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
	size_t n_trimmed = count_trimmed(sealed, now);
	if (strcmp(sealed->table, "chunk") == 0)
		report->n_trimmed += (int64_t)n_trimmed;
	report->is_trimmed |= n_trimmed > 0;
	if (n_trimmed == 0 && !*report->place)
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
		seal_row_name(db, report->format, &links->links[i], 0, name, sizeof(name));
		snprintf(report->place, sizeof(report->place),
			 "%s was added after it was sealed", name);
	}
}

/* --- the whole -------------------------------------------------------------------------- */

static void damaged(struct seal_report *report, const char *what)
{
	if (!*report->place)
		snprintf(report->place, sizeof(report->place), "the seal itself %s", what);
}

static const char links_sql[] =
    "SELECT table_name, channel_id, n, rows, sha256 FROM main.seal_link ORDER BY ordinal";

/* Each sealed link against the rows; the statement gets the content of the sealed links. */
static int check_links(sqlite3 *db, struct seal_links *links,
		       struct seal_statement *statement, struct seal_report *report)
{
	sqlite3_stmt *row = NULL;
	struct seal_link sealed;
	size_t from = 0;
	int step;
	if (sqlite3_prepare_v2(db, links_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	memset(statement->content, 0, DIGEST_SIZE);
	statement->n_links = 0;
	while ((step = sqlite3_step(row)) == SQLITE_ROW && link_of(row, &sealed)) {
		seal_chain(statement->content, &sealed);
		check_link(db, find(links, &sealed, &from), &sealed, report);
		statement->n_links++;
	}
	sqlite3_finalize(row);
	if (step != SQLITE_DONE)
		damaged(report, "is damaged: a row of seal_link is none");
	check_added(db, links, report);
	return 0;
}

static bool copy_blob(sqlite3_stmt *row, int column, uint8_t *bytes, size_t size)
{
	if (sqlite3_column_type(row, column) != SQLITE_BLOB ||
	    (size_t)sqlite3_column_bytes(row, column) != size)
		return false;
	memcpy(bytes, sqlite3_column_blob(row, column), size);
	return true;
}

/* What the row says, as far as it can be read. false: it is no seal. */
static bool take_row(sqlite3_stmt *seal, struct seal_report *report,
		     uint8_t signature[SEAL_SIGNATURE_SIZE])
{
	const char *version = (const char *)sqlite3_column_text(seal, 1);
	report->made_utc_ns = sqlite3_column_int64(seal, 0);
	report->is_reissue = sqlite3_column_type(seal, 4) != SQLITE_NULL;
	report->has_signature = sqlite3_column_type(seal, 5) != SQLITE_NULL ||
				sqlite3_column_type(seal, 6) != SQLITE_NULL;
	snprintf(report->tool_version, sizeof(report->tool_version), "%s",
		 version ? version : "");
	if (report->has_signature &&
	    (!copy_blob(seal, 5, report->public_key, SEAL_KEY_SIZE) ||
	     !copy_blob(seal, 6, signature, SEAL_SIGNATURE_SIZE)))
		return false;
	if (report->is_reissue && !copy_blob(seal, 4, report->supersedes, DIGEST_SIZE))
		return false;
	return copy_blob(seal, 3, report->head, DIGEST_SIZE) && version &&
	       strlen(version) < SEAL_VERSION_SIZE &&
	       sqlite3_column_type(seal, 0) == SQLITE_INTEGER &&
	       sqlite3_column_type(seal, 2) == SQLITE_INTEGER;
}

/* Is the row what the sealed links, and its key, say? */
static void check_head(sqlite3_stmt *seal, struct seal_statement *statement,
		       const uint8_t *signature, struct seal_report *report)
{
	uint8_t head[DIGEST_SIZE];
	bool is_old = report->format == SEAL_FORMAT_1;
	statement->made_utc_ns = report->made_utc_ns;
	statement->tool_version = report->tool_version;
	memcpy(statement->supersedes, report->supersedes, DIGEST_SIZE);
	memcpy(statement->public_key, report->public_key, SEAL_KEY_SIZE);
	if (is_old)
		memcpy(head, statement->content, DIGEST_SIZE);
	else
		seal_head_of(statement, head);
	if (memcmp(head, report->head, DIGEST_SIZE) != 0 ||
	    statement->n_links != sqlite3_column_int64(seal, 2))
		damaged(report, "(seal, seal_link) was changed after it was made");
	if (!report->has_signature || *report->place)
		return;
	struct seal_message message = seal_message_of(report->format, report->head,
						      statement);
	report->is_signed = crypto_sign_verify_detached(signature, message.bytes,
							message.size,
							report->public_key) == 0;
	if (!report->is_signed)
		snprintf(report->place, sizeof(report->place),
			 "the signature is not that of its key over this seal");
}

/* A seal of format 1 does not cover what trim leaves behind. */
static void check_trimmed_1(sqlite3 *db, struct seal_report *report)
{
	sqlite3_stmt *row = NULL;
	if (report->format == SEAL_FORMAT_1 &&
	    sqlite3_prepare_v2(db, "SELECT 1 FROM main.trimmed", -1, &row, NULL) ==
		SQLITE_OK)
		report->is_trimmed |= sqlite3_step(row) == SQLITE_ROW;
	sqlite3_finalize(row);
}

static int format_of(sqlite3 *db)
{
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(db,
			   "SELECT table_name FROM main.seal_link ORDER BY ordinal LIMIT 1",
			   -1, &row, NULL);
	const char *first = sqlite3_step(row) == SQLITE_ROW
				? (const char *)sqlite3_column_text(row, 0)
				: NULL;
	int format = first && strcmp(first, SEAL_FILE_LINK) != 0 ? SEAL_FORMAT_1
								 : SEAL_FORMAT;
	sqlite3_finalize(row);
	return format;
}

static int check_seal(sqlite3 *db, sqlite3_stmt *seal, struct seal_report *report,
		      struct problem *why)
{
	struct seal_links links;
	struct seal_statement statement;
	uint8_t signature[SEAL_SIGNATURE_SIZE] = { 0 };
	report->format = format_of(db);
	if (!take_row(seal, report, signature))
		damaged(report, "is damaged: the row of seal is none");
	if (seal_links_compute(db, report->format, &links) != 0) {
		snprintf(report->place, sizeof(report->place), "the file is damaged: %s",
			 guard_error(db));
		return 0;
	}
	int code = check_links(db, &links, &statement, report);
	seal_links_free(&links);
	if (code != 0)
		return store_problem(db, "read", "the seal", why);
	check_trimmed_1(db, report);
	check_head(seal, &statement, signature, report);
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
		" public_key, signature FROM main.seal ORDER BY seal_id DESC LIMIT 1",
		-1, &seal, NULL) != SQLITE_OK)
		return 0;
	int code = 0, step = sqlite3_step(seal);
	report->is_sealed = step != SQLITE_DONE;
	if (report->is_sealed)
		code = step == SQLITE_ROW ? check_seal(db, seal, report, why)
					  : store_problem(db, "read", "the seal", why);
	/* An index that tells another story than its table is damage that no row shows. */
	if (report->is_sealed && code == 0 && !*report->place)
		store_damage(db, report->place, sizeof(report->place));
	sqlite3_finalize(seal);
	printable(report->place);
	report->holds = report->is_sealed && code == 0 && !*report->place &&
			!report->is_trimmed;
	return code;
}
