/* tests/fuzz/database-target.c - see database-target.h. */
#include <config.h>

#include "tests/fuzz/database-target.h"

#include "base/problem.h"
#include "reports/verify/verify.h"
#include "schema/gate/domain.h"
#include "schema/gate/gate.h"
#include "schema/samples/chunk.h"
#include "schema/store/reader.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/sealed-file.h"
#include "tests/fuzz/tree.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A seal that holds is the one that was made: nobody here has its key, and without it the head differs. */
static void check_seal(const struct seal_report *report)
{
	const struct seal_report *made = &sealed_file()->report;
	MUST(memchr(report->place, 0, sizeof(report->place)));
	MUST(memchr(report->tool_version, 0, sizeof(report->tool_version)));
	MUST(!report->holds || (report->is_sealed && !*report->place));
	if (report->holds || report->is_signed) {
		MUST(memcmp(report->head, made->head, DIGEST_SIZE) == 0);
		MUST(report->made_utc_ns == made->made_utc_ns);
		MUST(strcmp(report->tool_version, made->tool_version) == 0);
		MUST(memcmp(report->public_key, made->public_key, SEAL_KEY_SIZE) == 0);
	}
	MUST(!report->holds || report->n_rows == made->n_rows);
}

/* --- a whole file ----------------------------------------------------------------------- */

static size_t patch(uint8_t *image, size_t room, const char *text, size_t size)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + size;
	size_t length = room;
	while (end - at >= 4) {
		size_t offset = ((size_t)at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16) %
				room;
		size_t n = at[3];
		at += 4;
		if (n == 0)
			length = offset;
		if (n > (size_t)(end - at))
			n = (size_t)(end - at);
		if (n > room - offset)
			n = room - offset;
		memcpy(image + offset, at, n);
		at += n;
	}
	return length;
}

/* As 'verify' does. */
static void examine(const char *path)
{
	struct problem why = { 0 };
	struct seal_report seal;
	struct verification figures;
	sqlite3 *db = NULL;
	struct as_is *file = as_is_open(path, &why);
	if (!file) {
		MUST(why.what[0] && why.why[0]);
		return;
	}
	if (as_is_gate(file)->schema.n_departures == 0 &&
	    seal_check(as_is_db(file), &seal, &why) == 0)
		check_seal(&seal);
	if (as_is_figures(file, false, &db, &why) == 0) {
		MUST(db);
		(void)verify_database(db, &figures, &why);
		if (db != as_is_db(file))
			sqlite3_close(db);
	} else {
		MUST(why.what[0] && why.why[0]);
	}
	as_is_close(file);
}

void take_database(const char *text, size_t size)
{
	const struct sealed_file *made = sealed_file();
	uint8_t *image = malloc(made->size);
	MUST(image && fuzz_tree_enter(""));
	memcpy(image, made->image, made->size);
	size_t length = patch(image, made->size, text, size);
	int fd = open("m.db", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	MUST(fd >= 0 && write(fd, image, length) == (ssize_t)length);
	close(fd);
	free(image);
	examine("m.db");
	fuzz_tree_leave();
}

/* --- changes of one connection ---------------------------------------------------------- */

static void begin(void)
{
	struct problem why;
	MUST(store_begin(sealed_file()->store, &why) == 0);
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *statement = NULL;
	MUST(sqlite3_prepare_v2(store_db(sealed_file()->store), sql, -1, &statement,
				NULL) == SQLITE_OK);
	return statement;
}

static int64_t read_number(const char *sql)
{
	sqlite3_stmt *row = prepare(sql);
	MUST(sqlite3_step(row) == SQLITE_ROW);
	int64_t number = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return number;
}

/* --- the seal's rows -------------------------------------------------------------------- */

static const char *const changes[] = {
	"UPDATE seal SET made_utc_ns = ?1",
	"UPDATE seal SET tool_version = ?1",
	"UPDATE seal SET n_links = ?1",
	"UPDATE seal SET head = ?1",
	"UPDATE seal SET supersedes = ?1",
	"UPDATE seal SET public_key = ?1",
	"UPDATE seal SET signature = ?1",
	"UPDATE seal SET seal_id = ?1",
	"UPDATE seal_link SET table_name = ?1 WHERE ordinal = ?2",
	"UPDATE seal_link SET channel_id = ?1 WHERE ordinal = ?2",
	"UPDATE seal_link SET n = ?1 WHERE ordinal = ?2",
	"UPDATE seal_link SET rows = ?1 WHERE ordinal = ?2",
	"UPDATE seal_link SET sha256 = ?1 WHERE ordinal = ?2",
	"UPDATE seal_link SET ordinal = ?1 WHERE ordinal = ?2",
	"UPDATE seal_link SET rows = rows || ?1 WHERE ordinal = ?2",
	"DELETE FROM seal_link WHERE ordinal = ?2",
	"DELETE FROM seal",
};
enum { N_CHANGES = sizeof(changes) / sizeof(changes[0]) };

/* What STRICT tables and keys refuse is not done. */
static void change(const uint8_t *head, const uint8_t *bytes, size_t n)
{
	sqlite3_stmt *statement = prepare(changes[head[0] % N_CHANGES]);
	int64_t number = 0;
	memcpy(&number, bytes, n < sizeof(number) ? n : sizeof(number));
	if (head[2] % 4 == 0)
		sqlite3_bind_int64(statement, 1, number);
	else if (head[2] % 4 == 1)
		sqlite3_bind_text(statement, 1, (const char *)bytes, (int)n,
				  SQLITE_TRANSIENT);
	else if (head[2] % 4 == 2)
		sqlite3_bind_blob(statement, 1, bytes, (int)n, SQLITE_TRANSIENT);
	sqlite3_bind_int64(statement, 2, head[1]);
	(void)sqlite3_step(statement);
	sqlite3_finalize(statement);
}

void take_seal(const char *text, size_t size)
{
	sqlite3 *db = store_db(sealed_file()->store);
	const uint8_t *at = (const uint8_t *)text, *end = at + size;
	struct seal_report report;
	struct problem why = { 0 };
	begin();
	while (end - at >= 4) {
		const uint8_t *head = at;
		size_t n = at[3];
		at += 4;
		if (n > (size_t)(end - at))
			n = (size_t)(end - at);
		change(head, at, n);
		at += n;
	}
	if (seal_check(db, &report, &why) == 0)
		check_seal(&report);
	else
		MUST(why.what[0] && why.why[0]);
	store_rollback(sealed_file()->store);
}

/* --- packed readings -------------------------------------------------------------------- */

static void put_chunk(unsigned head, int64_t n, const uint8_t *data, size_t size)
{
	sqlite3_stmt *update = prepare("UPDATE chunk SET format = ?, n = ?, times_of = ?,"
				       " crc32 = ?, data = ?"
				       " WHERE seq = ? AND channel_id = ?");
	sqlite3_bind_int(update, 1, 1 + (int)(head & 1));
	sqlite3_bind_int64(update, 2, n);
	if (head & 2)
		sqlite3_bind_int(update, 3, 1 + (head >> 5 & 1));
	sqlite3_bind_int64(update, 4, chunk_crc32(data, size));
	sqlite3_bind_blob(update, 5, data, (int)size, SQLITE_STATIC);
	sqlite3_bind_int(update, 6, (int)(head >> 2 & 3));
	sqlite3_bind_int(update, 7, 1 + (int)(head >> 4 & 1));
	MUST(sqlite3_step(update) == SQLITE_DONE);
	sqlite3_finalize(update);
}

/* Every value of every row that the extension's table has. */
static int read_samples(int64_t *n_rows)
{
	sqlite3_stmt *rows = prepare("SELECT * FROM joulecart_samples");
	int code;
	for (*n_rows = 0; (code = sqlite3_step(rows)) == SQLITE_ROW; ++*n_rows) {
		MUST(sqlite3_column_int64(rows, 0) == 1);
		MUST(sqlite3_column_type(rows, 4) == SQLITE_INTEGER);
		MUST((sqlite3_column_type(rows, 6) == SQLITE_NULL) !=
		     (sqlite3_column_type(rows, 10) == SQLITE_NULL));
	}
	sqlite3_finalize(rows);
	return code;
}

void take_samples(const char *text, size_t size)
{
	const uint8_t *bytes = (const uint8_t *)text;
	int64_t n_rows;
	if (size < 3)
		return;
	begin();
	put_chunk(bytes[0], bytes[1] | bytes[2] << 8, bytes + 3, size - 3);
	int code = read_samples(&n_rows);
	MUST(code == SQLITE_DONE || code == SQLITE_CORRUPT);
	if (code == SQLITE_DONE)
		MUST(n_rows == read_number("SELECT sum(n) FROM chunk"));
	store_rollback(sealed_file()->store);
}
