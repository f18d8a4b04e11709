/* schema/fleet/copy-read.c - see copy-read.h, and copy-write.c for the format. */
#include <config.h>

#include "schema/fleet/copy-read.h"

#include "base/problem.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

struct copy_reader {
	const struct shape *shape;
	sqlite3_stmt *insert;
	bool has_head, has_end;
};

/* What is left of a message. */
struct rest {
	const uint8_t *at;
	size_t n;
	bool is_short;
};

static const uint8_t *take(struct rest *rest, size_t n)
{
	static const uint8_t zeros[8];
	if (n > rest->n) {
		rest->is_short = true;
		rest->n = 0;
		return zeros;
	}
	rest->at += n;
	rest->n -= n;
	return rest->at - n;
}

static int take_16(struct rest *rest)
{
	uint16_t big;
	memcpy(&big, take(rest, sizeof(big)), sizeof(big));
	return (int16_t)be16toh(big);
}

static int32_t take_32(struct rest *rest)
{
	uint32_t big;
	memcpy(&big, take(rest, sizeof(big)), sizeof(big));
	return (int32_t)be32toh(big);
}

static uint64_t get_64(const uint8_t *bytes)
{
	uint64_t big;
	memcpy(&big, bytes, sizeof(big));
	return be64toh(big);
}

static int malformed(const struct copy_reader *reader, struct problem *why)
{
	return problem_refuse(why, "the server does not send what joulecart pushed",
			      "the rows of %s that it sends are malformed",
			      reader->shape->name);
}

/* --- values ------------------------------------------------------------------------------ */

static int digit(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What copy-write.c made of a text that PostgreSQL would not take. */
static int bind_bytes_text(sqlite3_stmt *insert, int i, const uint8_t *hex, size_t n)
{
	char *text = sqlite3_malloc64(n / 2 + 1);
	if (!text || n % 2) {
		sqlite3_free(text);
		return -1;
	}
	for (size_t k = 0; k < n; k += 2) {
		int high = digit(hex[k]), low = digit(hex[k + 1]);
		if (high < 0 || low < 0) {
			sqlite3_free(text);
			return -1;
		}
		text[k / 2] = (char)(high << 4 | low);
	}
	return sqlite3_bind_text(insert, i, text, (int)(n / 2), sqlite3_free);
}

static int bind_text_of(sqlite3_stmt *insert, int i, const uint8_t *text, size_t n)
{
	static const char head[] = SHAPE_BYTES;
	const size_t head_n = sizeof(head) - 1;
	if (n >= head_n && memcmp(text, head, head_n) == 0)
		return bind_bytes_text(insert, i, text + head_n, n - head_n);
	return sqlite3_bind_text(insert, i, (const char *)text, (int)n, SQLITE_TRANSIENT);
}

/* The field at rest becomes parameter i. 0, or -1. */
static int bind_field(sqlite3_stmt *insert, int i, char type, struct rest *rest)
{
	int32_t size = take_32(rest);
	double real;
	if (size < -1 || rest->is_short)
		return -1;
	if (size == -1)
		return sqlite3_bind_null(insert, i);
	const uint8_t *bytes = take(rest, (size_t)size);
	if (rest->is_short || ((type == 'i' || type == 'r') && size != 8))
		return -1;
	switch (type) {
	case 'i':
		return sqlite3_bind_int64(insert, i, (int64_t)get_64(bytes));
	case 'r':
		memcpy(&real, &(uint64_t){ get_64(bytes) }, sizeof(real));
		return sqlite3_bind_double(insert, i, real);
	case 't':
		return bind_text_of(insert, i, bytes, (size_t)size);
	default:
		return sqlite3_bind_blob(insert, i, bytes, size, SQLITE_TRANSIENT);
	}
}

static int insert_row(struct copy_reader *reader, struct problem *why)
{
	if (sqlite3_step(reader->insert) == SQLITE_DONE)
		return sqlite3_reset(reader->insert) == SQLITE_OK ? 0 : -1;
	problem_why(why, "a row of %s: %s", reader->shape->name,
		    sqlite3_errmsg(sqlite3_db_handle(reader->insert)));
	sqlite3_reset(reader->insert);
	return problem_todo(why, "the server does not send what joulecart pushed");
}

/* --- rows and pages ---------------------------------------------------------------------- */

static int take_row(struct copy_reader *reader, struct rest *rest, struct problem *why)
{
	for (int i = 0; i < reader->shape->n; i++)
		if (bind_field(reader->insert, i + 1, reader->shape->columns[i].type,
			       rest) != 0)
			return malformed(reader, why);
	return insert_row(reader, why);
}

/* Leaves elements at an array's first one. 0, or -1: it is not one of page_rows elements. */
static int open_array(struct rest *rest, int32_t page_rows, struct rest *elements)
{
	int32_t size = take_32(rest);
	if (size < 20 || rest->is_short)
		return -1;
	*elements = (struct rest){ .at = take(rest, (size_t)size), .n = (size_t)size };
	if (rest->is_short)
		return -1;
	int32_t dimensions = take_32(elements);
	take_32(elements); /* has it NULLs */
	take_32(elements); /* the elements' type: their sizes are looked at */
	int32_t n = take_32(elements);
	take_32(elements); /* its first index */
	return dimensions == 1 && n == page_rows && !elements->is_short ? 0 : -1;
}

static int take_page(struct copy_reader *reader, struct rest *rest, struct problem *why)
{
	struct rest columns[SHAPE_COLUMNS_MOST];
	const int n = reader->shape->n;
	if (take_32(rest) != 4)
		return malformed(reader, why);
	int32_t page_rows = take_32(rest);
	if (page_rows < 1 || rest->is_short)
		return malformed(reader, why);
	for (int i = 0; i < n; i++)
		if (open_array(rest, page_rows, &columns[i]) != 0)
			return malformed(reader, why);
	for (int32_t row = 0; row < page_rows; row++) {
		for (int i = 0; i < n; i++)
			if (bind_field(reader->insert, i + 1,
				       reader->shape->columns[i].type, &columns[i]) != 0)
				return malformed(reader, why);
		if (insert_row(reader, why) != 0)
			return -1;
	}
	return 0;
}

static int take_head(struct copy_reader *reader, struct rest *rest)
{
	static const char head[] = "PGCOPY\n\377\r\n";
	if (rest->n < sizeof(head) ||
	    memcmp(take(rest, sizeof(head)), head, sizeof(head)) != 0)
		return -1;
	int32_t flags = take_32(rest), more = take_32(rest);
	reader->has_head = true;
	return rest->is_short || flags != 0 || more != 0 ? -1 : 0;
}

int copy_reader_take(struct copy_reader *reader, const void *bytes, size_t n,
		     struct problem *why)
{
	struct rest rest = { .at = bytes, .n = n };
	if (!reader->has_head && take_head(reader, &rest) != 0)
		return malformed(reader, why);
	while (rest.n > 0) {
		int fields = take_16(&rest);
		if (fields == -1 && rest.n == 0 && !reader->has_end) {
			reader->has_end = true;
			return 0;
		}
		if (reader->has_end || rest.is_short ||
		    fields != reader->shape->n + reader->shape->is_paged)
			return malformed(reader, why);
		if ((reader->shape->is_paged ? take_page(reader, &rest, why)
					     : take_row(reader, &rest, why)) != 0)
			return -1;
	}
	return 0;
}

/* --- begin and end ----------------------------------------------------------------------- */

struct copy_reader *copy_reader_new(const struct shape *shape, sqlite3 *db,
				    bool may_be_there)
{
	struct copy_reader *reader = calloc(1, sizeof(*reader));
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_str_appendf(sql, "INSERT %sINTO main.\"%w\" (",
			    may_be_there ? "OR IGNORE " : "", shape->name);
	shape_names(sql, shape, "");
	sqlite3_str_appendall(sql, ") VALUES (?");
	for (int i = 1; i < shape->n; i++)
		sqlite3_str_appendall(sql, ", ?");
	sqlite3_str_appendall(sql, ")");
	char *text = sqlite3_str_finish(sql);
	if (reader && text)
		*reader = (struct copy_reader){ .shape = shape };
	if (reader && (!text || sqlite3_prepare_v2(db, text, -1, &reader->insert, NULL) !=
				    SQLITE_OK)) {
		copy_reader_free(reader);
		reader = NULL;
	}
	sqlite3_free(text);
	return reader;
}

void copy_reader_free(struct copy_reader *reader)
{
	if (reader)
		sqlite3_finalize(reader->insert);
	free(reader);
}

/* What else the server has to say to this COPY. */
static int end(struct server *server, int code, struct problem *why)
{
	char *message = NULL;
	while (PQgetCopyData(server->connection, &message, 0) > 0)
		PQfreemem(message);
	for (PGresult *result; (result = PQgetResult(server->connection)); PQclear(result))
		if (code == 0 && PQresultStatus(result) != PGRES_COMMAND_OK)
			code = server_problem(server, result, why);
	return code;
}

int copy_read(struct server *server, const struct shape *shape, sqlite3 *db,
	      bool may_be_there, struct problem *why)
{
	struct copy_reader *reader = copy_reader_new(shape, db, may_be_there);
	char *message = NULL;
	int n = -1, code = 0;
	problem_what(why, "%s", server->doing);
	if (!reader)
		code = problem_refuse(why, "see to the disk that the file is on", "%s",
				      sqlite3_errmsg(db));
	while (code == 0 && (n = PQgetCopyData(server->connection, &message, 0)) > 0) {
		code = copy_reader_take(reader, message, (size_t)n, why);
		PQfreemem(message);
	}
	if (code == 0 && n < -1)
		code = server_problem(server, NULL, why);
	code = end(server, code, why);
	if (code == 0 && !reader->has_end)
		code = malformed(reader, why);
	copy_reader_free(reader);
	return code;
}
