/* schema/fleet/reading-pieces.c - see reading-pieces.h. */
#include <config.h>

#include "schema/fleet/reading-pieces.h"

#include "base/problem.h"
#include "schema/fleet/server.h"
#include "schema/packed/trial-pages.h"

#include <stdlib.h>
#include <string.h>

const struct shape pieces_shape = {
	.name = "reading_piece",
	.n = 3,
	.columns = { { "piece_no", 'i', true },
		     { "n_readings", 'i', false },
		     { "data", 'b', false } },
};

static const char no_rows[] = "the server does not send what joulecart pushed";

bool pieces_tell(const char *table)
{
	return strcmp(table, "stretch") == 0 || strcmp(table, "chunk") == 0;
}

sqlite3 *pieces_new(struct problem *why)
{
	sqlite3 *pieces = NULL;
	if (sqlite3_open("", &pieces) == SQLITE_OK &&
	    sqlite3_exec(pieces,
			 "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
			 "CREATE TABLE reading_piece (piece_no INTEGER PRIMARY KEY,"
			 " n_readings INTEGER CHECK (n_readings >= 0), data BLOB NOT NULL)"
			 " STRICT; BEGIN",
			 NULL, NULL, NULL) == SQLITE_OK)
		return pieces;
	problem_refuse(why, "see to the disk that $TMPDIR is on", "%s",
		       sqlite3_errmsg(pieces));
	sqlite3_close(pieces);
	return NULL;
}

/* --- cutting ----------------------------------------------------------------------------- */

struct filler {
	sqlite3_stmt *insert;
	size_t piece_size;
	int64_t n_pieces;
	struct byte_sink sink;
	bool is_other; /* a page is not the same after unpacking */
};

static int add_piece(struct filler *filler, const uint8_t *data, size_t n)
{
	sqlite3_bind_int64(filler->insert, 1, filler->n_pieces++);
	sqlite3_bind_blob64(filler->insert, 3, data, n, SQLITE_STATIC);
	int step = sqlite3_step(filler->insert);
	int code = sqlite3_reset(filler->insert);
	return step == SQLITE_DONE ? SQLITE_OK : code;
}

static int cut(struct filler *filler, int64_t n_readings)
{
	size_t n = filler->sink.n;
	int code = SQLITE_OK;
	for (size_t at = 0; code == SQLITE_OK && at < n; at += filler->piece_size) {
		bool is_last = n - at <= filler->piece_size;
		if (is_last)
			sqlite3_bind_int64(filler->insert, 2, n_readings);
		else
			sqlite3_bind_null(filler->insert, 2);
		code = add_piece(filler, filler->sink.data + at,
				 is_last ? n - at : filler->piece_size);
	}
	return code;
}

static int take_page(void *context, struct reading_page *page, int64_t n_readings)
{
	struct filler *filler = context;
	struct reading_page again;
	filler->sink.n = 0;
	if (reading_page_pack(page, &filler->sink) != 0)
		return SQLITE_NOMEM;
	filler->is_other = reading_page_unpack_known(&again, filler->sink.data,
						     filler->sink.n, page) != 0 ||
			   !reading_page_same(page, &again);
	reading_page_free(&again);
	return filler->is_other ? SQLITE_INTERNAL : cut(filler, n_readings);
}

static int fill_all(struct filler *filler, sqlite3 *db)
{
	sqlite3_stmt *trial = NULL;
	int step = SQLITE_ERROR, code;
	code = sqlite3_prepare_v2(db, "SELECT trial_id FROM temp.picked_trial ORDER BY 1",
				  -1, &trial, NULL);
	while (code == SQLITE_OK && (step = sqlite3_step(trial)) == SQLITE_ROW)
		code = trial_pages(db, sqlite3_column_int64(trial, 0), take_page, filler);
	sqlite3_finalize(trial);
	return code != SQLITE_OK ? code : step == SQLITE_DONE ? SQLITE_OK : step;
}

int pieces_fill(sqlite3 *pieces, sqlite3 *db, size_t piece_size, struct problem *why)
{
	struct filler filler = { .piece_size = piece_size };
	int code = sqlite3_prepare_v2(pieces, "INSERT INTO reading_piece VALUES (?, ?, ?)",
				      -1, &filler.insert, NULL);
	if (code == SQLITE_OK)
		code = fill_all(&filler, db);
	sqlite3_finalize(filler.insert);
	free(filler.sink.data);
	if (filler.is_other)
		return problem_refuse(why, "report it, with the file",
				      "its readings are not the same after packing");
	return code == SQLITE_OK
		   ? 0
		   : problem_refuse(why, "'joulecart verify' may tell more of the file",
				    "its readings cannot be packed: %s",
				    sqlite3_errstr(code));
}

int pieces_size(struct server *server, const char *team, size_t *size, struct problem *why)
{
	/* of a block: its head and a pointer; of a row: its head, the other columns, with padding, and the length */
	enum { OF_BLOCK = 32, OF_ROW = 24 + 16 + 8 + 8 + 8 + 4, ALIGNMENT = 8 };
	long long block = 0;
	if (server_number(server, "SELECT current_setting('block_size')::bigint", 0, NULL,
			  &block, why) != 0)
		return -1;
	size_t of_team = (4 + strlen(team) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (block < 1024 || block > 32768 ||
	    (size_t)block < 2 * (OF_BLOCK + OF_ROW + of_team))
		return problem_refuse(why, no_rows, "it says that a block has %lld bytes",
				      block);
	*size = (size_t)block - OF_BLOCK - OF_ROW - of_team;
	return 0;
}

/* --- joining ----------------------------------------------------------------------------- */

enum { PAGE_BYTES_MOST = 1 << 28 };

static int insert_page(sqlite3 *db, const struct byte_sink *bytes, struct problem *why)
{
	struct reading_page page;
	int code = reading_page_unpack(&page, bytes->data, bytes->n);
	if (code != 0)
		problem_refuse(why, no_rows, "a page of readings that it sends is damaged");
	else if (trial_page_insert(db, &page) != SQLITE_OK)
		code = problem_refuse(why, no_rows, "a row of stretch or chunk: %s",
				      sqlite3_errmsg(db));
	reading_page_free(&page);
	return code;
}

static int take_piece(struct byte_sink *bytes, sqlite3_stmt *row, struct problem *why)
{
	const void *data = sqlite3_column_blob(row, 1);
	size_t n = (size_t)sqlite3_column_bytes(row, 1);
	uint8_t *at = bytes->n + n <= PAGE_BYTES_MOST ? sink_more(bytes, n) : NULL;
	if (!at)
		return problem_refuse(why, no_rows,
				      "a page of readings that it sends is too large");
	if (n > 0)
		memcpy(at, data, n);
	return 0;
}

int pieces_unpack(sqlite3 *pieces, sqlite3 *db, struct problem *why)
{
	struct byte_sink bytes = { 0 };
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR, code = 0;
	if (sqlite3_prepare_v2(
		pieces, "SELECT n_readings, data FROM reading_piece ORDER BY piece_no", -1,
		&row, NULL) == SQLITE_OK)
		while (code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW) {
			code = take_piece(&bytes, row, why);
			if (code == 0 && sqlite3_column_type(row, 0) != SQLITE_NULL) {
				code = insert_page(db, &bytes, why);
				bytes.n = 0;
			}
		}
	sqlite3_finalize(row);
	free(bytes.data);
	if (code == 0 && (step != SQLITE_DONE || bytes.n > 0))
		code = problem_refuse(why, no_rows, "the pages of readings are not whole");
	return code;
}
