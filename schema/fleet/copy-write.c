/* schema/fleet/copy-write.c - see copy-write.h.
 *
 * The format: PostgreSQL's manual, COPY, "Binary Format"; arrays as array_send() makes them. */
#include <config.h>

#include "schema/fleet/copy-write.h"

#include "base/problem.h"
#include "base/text.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* Type oids of pg_type.dat, which never change. */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701 };

/* Bytes that grow; once there was no memory nothing more is added. */
struct bytes {
	uint8_t *data;
	size_t n, room;
	bool has_failed;
};

struct writer {
	struct server *server;
	const struct shape *shape;
	struct bytes out;
	struct bytes columns[SHAPE_COLUMNS_MOST]; /* of the page that is being filled */
	bool has_null[SHAPE_COLUMNS_MOST];
	size_t page_bytes;
	int32_t page_no, page_rows;
	int64_t n_rows;
};

/* --- bytes ------------------------------------------------------------------------------- */

static uint8_t *more(struct bytes *bytes, size_t n)
{
	if (bytes->n + n > bytes->room && !bytes->has_failed) {
		size_t room = 2 * (bytes->n + n) + 256;
		uint8_t *data = realloc(bytes->data, room);
		bytes->has_failed = !data;
		bytes->data = data ? data : bytes->data;
		bytes->room = data ? room : bytes->room;
	}
	if (bytes->has_failed)
		return NULL;
	bytes->n += n;
	return bytes->data + bytes->n - n;
}

static void put(struct bytes *bytes, const void *data, size_t n)
{
	uint8_t *at = more(bytes, n);
	if (at && n > 0)
		memcpy(at, data, n);
}

static void put_16(struct bytes *bytes, int value)
{
	uint16_t big = htobe16((uint16_t)value);
	put(bytes, &big, sizeof(big));
}

static void put_32(struct bytes *bytes, int64_t value)
{
	uint32_t big = htobe32((uint32_t)value);
	put(bytes, &big, sizeof(big));
}

static void put_64(struct bytes *bytes, uint64_t value)
{
	uint64_t big = htobe64(value);
	put_32(bytes, sizeof(big));
	put(bytes, &big, sizeof(big));
}

/* --- values ------------------------------------------------------------------------------ */

/* As PostgreSQL sees it: text_piece() is as strict. */
static bool is_utf8(const uint8_t *text, size_t n)
{
	while (n > 0) {
		struct text_piece piece = text_piece(text, n);
		if (piece.kind == TEXT_BROKEN)
			return false;
		text += piece.length;
		n -= piece.length;
	}
	return true;
}

static void put_text(struct bytes *bytes, const uint8_t *text, size_t n)
{
	static const char digits[] = "0123456789abcdef", head[] = SHAPE_BYTES;
	const size_t head_n = sizeof(head) - 1;
	if (is_utf8(text, n) && !(n >= head_n && memcmp(text, head, head_n) == 0)) {
		put_32(bytes, (int64_t)n);
		put(bytes, text, n);
		return;
	}
	put_32(bytes, (int64_t)(head_n + 2 * n));
	put(bytes, head, head_n);
	uint8_t *at = more(bytes, 2 * n);
	for (size_t i = 0; at && i < n; i++) {
		at[2 * i] = (uint8_t)digits[text[i] >> 4];
		at[2 * i + 1] = (uint8_t)digits[text[i] & 15];
	}
}

static void put_real(struct bytes *bytes, double real)
{
	uint64_t bits;
	memcpy(&bits, &real, sizeof(bits));
	put_64(bytes, bits);
}

/* false: the value is of another type than its column. */
static bool put_value(struct bytes *bytes, sqlite3_stmt *row, int i, char type)
{
	int found = sqlite3_column_type(row, i);
	const void *data;
	if (found == SQLITE_NULL)
		put_32(bytes, -1);
	else if (found == SQLITE_INTEGER && type == 'i')
		put_64(bytes, (uint64_t)sqlite3_column_int64(row, i));
	else if ((found == SQLITE_INTEGER || found == SQLITE_FLOAT) && type == 'r')
		put_real(bytes, sqlite3_column_double(row, i));
	else if ((found == SQLITE_TEXT && type == 't') ||
		 (found == SQLITE_BLOB && type == 'b')) {
		data = sqlite3_column_blob(row, i);
		size_t n = (size_t)sqlite3_column_bytes(row, i);
		if (type == 't')
			put_text(bytes, data, n);
		else {
			put_32(bytes, (int64_t)n);
			put(bytes, data, n);
		}
	} else
		return false;
	return true;
}

/* --- rows and pages ---------------------------------------------------------------------- */

static int send_out(struct writer *writer, size_t least, struct problem *why)
{
	struct bytes *out = &writer->out;
	if (out->has_failed)
		return problem_why(why, "out of memory");
	if (out->n < least)
		return 0;
	for (size_t sent = 0; sent < out->n;) {
		size_t n = out->n - sent < 1 << 20 ? out->n - sent : 1 << 20;
		if (PQputCopyData(writer->server->connection, (char *)out->data + sent,
				  (int)n) != 1)
			return server_problem(writer->server, NULL, why);
		sent += n;
	}
	out->n = 0;
	return 0;
}

static int64_t oid_of(char type)
{
	return type == 'i'   ? OID_INT8
	       : type == 'r' ? OID_FLOAT8
	       : type == 't' ? OID_TEXT
			     : OID_BYTEA;
}

static int end_page(struct writer *writer, struct problem *why)
{
	struct bytes *out = &writer->out;
	if (writer->page_rows == 0)
		return 0;
	put_16(out, 2 + writer->shape->n);
	put_32(out, 4);
	put_32(out, writer->page_no++);
	put_32(out, 4);
	put_32(out, writer->page_rows);
	for (int i = 0; i < writer->shape->n; i++) {
		struct bytes *column = &writer->columns[i];
		put_32(out, (int64_t)(20 + column->n));
		put_32(out, 1); /* dimension */
		put_32(out, writer->has_null[i]);
		put_32(out, oid_of(writer->shape->columns[i].type));
		put_32(out, writer->page_rows);
		put_32(out, 1); /* its first index */
		put(out, column->data, column->n);
		out->has_failed = out->has_failed || column->has_failed;
		column->n = 0;
		writer->has_null[i] = false;
	}
	writer->page_rows = 0;
	writer->page_bytes = 0;
	return send_out(writer, 0, why);
}

static int wrong_type(const struct writer *writer, int i, struct problem *why)
{
	return problem_refuse(why, "report it, with the file",
			      "a value of %s.%s is not of its column's type",
			      writer->shape->name, writer->shape->columns[i].name);
}

static int add_to_page(struct writer *writer, sqlite3_stmt *row, struct problem *why)
{
	for (int i = 0; i < writer->shape->n; i++) {
		struct bytes *column = &writer->columns[i];
		size_t before = column->n;
		if (!put_value(column, row, i, writer->shape->columns[i].type))
			return wrong_type(writer, i, why);
		writer->page_bytes += column->n - before;
		writer->has_null[i] = writer->has_null[i] ||
				      sqlite3_column_type(row, i) == SQLITE_NULL;
	}
	writer->page_rows++;
	return writer->page_rows == SHAPE_PAGE_ROWS ||
		       writer->page_bytes >= SHAPE_PAGE_BYTES
		   ? end_page(writer, why)
		   : 0;
}

static int add_row(struct writer *writer, sqlite3_stmt *row, struct problem *why)
{
	if (writer->shape->is_paged)
		return add_to_page(writer, row, why);
	put_16(&writer->out, writer->shape->n);
	for (int i = 0; i < writer->shape->n; i++)
		if (!put_value(&writer->out, row, i, writer->shape->columns[i].type))
			return wrong_type(writer, i, why);
	return send_out(writer, 1 << 16, why);
}

static int send_all(struct writer *writer, sqlite3_stmt *rows, struct problem *why)
{
	static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* and a NUL: 19 */
	int step, code = 0;
	put(&writer->out, head, sizeof(head));
	while (code == 0 && (step = sqlite3_step(rows)) == SQLITE_ROW) {
		code = add_row(writer, rows, why);
		writer->n_rows++;
	}
	if (code == 0 && step != SQLITE_DONE)
		return problem_refuse(why, "'joulecart verify' may tell more of the file",
				      "%s", sqlite3_errmsg(sqlite3_db_handle(rows)));
	if (code == 0)
		code = end_page(writer, why);
	put_16(&writer->out, -1);
	return code == 0 ? send_out(writer, 0, why) : -1;
}

static char *copy_sql(const char *table, const struct shape *shape)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_str_appendf(sql, "COPY %s (", table);
	if (shape->is_paged)
		sqlite3_str_appendall(sql, "page_no, page_rows, ");
	shape_names(sql, shape, "");
	sqlite3_str_appendall(sql, ") FROM STDIN BINARY");
	return sqlite3_str_finish(sql);
}

int copy_write(struct server *server, const char *table, const struct shape *shape,
	       sqlite3_stmt *rows, int64_t *n_rows, struct problem *why)
{
	struct writer *writer = calloc(1, sizeof(*writer));
	char *sql = copy_sql(table, shape);
	int code = -1;
	if (!writer || !sql)
		problem_why(why, "out of memory");
	else
		code = server_copy(server, sql, true, why);
	if (code == 0) {
		*writer = (struct writer){ .server = server, .shape = shape };
		code = send_all(writer, rows, why);
		if (code != 0) {
			struct problem aside = { 0 };
			PQputCopyEnd(server->connection, "given up");
			server_copy_end(server, &aside);
		} else
			code = server_copy_end(server, why);
		*n_rows = writer->n_rows;
	}
	for (int i = 0; writer && i < SHAPE_COLUMNS_MOST; i++)
		free(writer->columns[i].data);
	if (writer)
		free(writer->out.data);
	free(writer);
	sqlite3_free(sql);
	return code;
}
