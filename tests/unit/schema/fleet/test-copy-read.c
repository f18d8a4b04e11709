/* What a server may send in place of rows: every byte changed, every length cut. Rows come in whole and of their
 * types, or the message is refused with a reason; nothing is read beyond it. */
#include <config.h>

#include "base/problem.h"
#include "schema/fleet/copy-read.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

struct message {
	uint8_t bytes[1024];
	size_t n;
};

static void put(struct message *message, const void *bytes, size_t n)
{
	memcpy(message->bytes + message->n, bytes, n);
	message->n += n;
}

static void put_number(struct message *message, uint64_t value, int size)
{
	for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
		put(message, &(uint8_t){ (uint8_t)(value >> shift) }, 1);
}

static void put_integer(struct message *message, int64_t value)
{
	put_number(message, 8, 4);
	put_number(message, (uint64_t)value, 8);
}

static void put_text(struct message *message, const char *text)
{
	put_number(message, strlen(text), 4);
	put(message, text, strlen(text));
}

static void put_head(struct message *message)
{
	put(message, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0", 19);
}

static const char tables_sql[] =
    "CREATE TABLE metric (trial_id INTEGER NOT NULL, name TEXT NOT NULL, value REAL,"
    " PRIMARY KEY (trial_id, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE region_rest (trial_id INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " outside_ns INTEGER NOT NULL CHECK (outside_ns >= 0), idle_ns INTEGER,"
    " PRIMARY KEY (trial_id, seq)) STRICT, WITHOUT ROWID";

static struct message row_message(const char *name)
{
	struct message message = { 0 };
	put_head(&message);
	put_number(&message, 3, 2);
	put_integer(&message, 7);
	put_text(&message, name);
	put_number(&message, UINT32_MAX, 4); /* NULL */
	put_number(&message, UINT16_MAX, 2);
	return message;
}

/* Two rows of region_rest. */
static struct message page_message(void)
{
	struct message message = { 0 };
	put_head(&message);
	put_number(&message, 5, 2);
	put_number(&message, 4, 4);
	put_number(&message, 2, 4);
	for (int column = 0; column < 4; column++) {
		put_number(&message, 20 + 2 * 12, 4);
		put_number(&message, 1, 4);
		put_number(&message, 0, 4);
		put_number(&message, 20, 4);
		put_number(&message, 2, 4);
		put_number(&message, 1, 4);
		put_integer(&message, 10 * column + 1);
		put_integer(&message, 10 * column + 2);
	}
	put_number(&message, UINT16_MAX, 2);
	return message;
}

/* How many rows the table has after the message, or -1: it was refused. The message lies at the end of memory of
 * its own size, which a sanitizer guards. */
static int take(const struct message *message, const char *table, char *text)
{
	sqlite3 *db = NULL;
	struct shape shape;
	struct problem why = { 0 };
	sqlite3_stmt *row = NULL;
	int n = -1;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, tables_sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(shape_read(db, table, &shape), 0);
	struct copy_reader *reader = copy_reader_new(&shape, db, false);
	assert_non_null(reader);
	uint8_t *bytes = malloc(message->n + !message->n);
	assert_non_null(bytes);
	memcpy(bytes, message->bytes, message->n);
	if (copy_reader_take(reader, bytes, message->n, &why) == 0) {
		char *sql = sqlite3_mprintf("SELECT count(*), max(hex(%s)) FROM %s",
					    shape.columns[1].name, table);
		sqlite3_prepare_v2(db, sql, -1, &row, NULL);
		assert_int_equal(sqlite3_step(row), SQLITE_ROW);
		n = sqlite3_column_int(row, 0);
		if (text && n > 0)
			strcpy(text, (const char *)sqlite3_column_text(row, 1));
		sqlite3_finalize(row);
		sqlite3_free(sql);
	} else
		assert_string_not_equal(why.why, "");
	free(bytes);
	copy_reader_free(reader);
	sqlite3_close(db);
	return n;
}

static void takes_rows_and_pages(void **state)
{
	char hex[64];
	(void)state;
	struct message row = row_message("caf\xc3\xa9"), page = page_message();
	assert_int_equal(take(&row, "metric", hex), 1);
	assert_string_equal(hex, "636166C3A9");
	assert_int_equal(take(&page, "region_rest", NULL), 2);
	/* the bytes of a text that is no UTF-8 */
	row = row_message(SHAPE_BYTES "636166e9");
	assert_int_equal(take(&row, "metric", hex), 1);
	assert_string_equal(hex, "636166E9");
	row = row_message(SHAPE_BYTES "636166e");
	assert_int_equal(take(&row, "metric", NULL), -1);
	row = row_message(SHAPE_BYTES "6361zz");
	assert_int_equal(take(&row, "metric", NULL), -1);
}

static void refuses_what_is_cut(void **state)
{
	const struct message whole[] = { row_message("name"), page_message() };
	const char *const tables[] = { "metric", "region_rest" };
	(void)state;
	for (int i = 0; i < 2; i++)
		for (size_t n = 0; n < whole[i].n; n++) {
			struct message cut = whole[i];
			cut.n = n;
			int rows = take(&cut, tables[i], NULL);
			/* whole rows without the end are seen by copy_read(), which asks for it */
			bool is_whole = n == 19 || n == whole[i].n - 2;
			assert_true(is_whole ? rows == (n == 19 ? 0 : i + 1) : rows == -1);
		}
}

static void survives_each_changed_byte(void **state)
{
	static const uint8_t values[] = { 0, 1, 4, 8, 9, 0x7f, 0x80, 0xfe, 0xff };
	const struct message whole[] = { row_message("name"), page_message() };
	const char *const tables[] = { "metric", "region_rest" };
	int n_refused = 0;
	(void)state;
	for (int i = 0; i < 2; i++)
		for (size_t at = 0; at < whole[i].n; at++)
			for (size_t v = 0; v < sizeof(values); v++) {
				struct message changed = whole[i];
				changed.bytes[at] = values[v];
				int rows = take(&changed, tables[i], NULL);
				assert_true(rows == -1 || rows == i + 1);
				n_refused += rows == -1;
			}
	assert_true(n_refused > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_rows_and_pages),
		cmocka_unit_test(refuses_what_is_cut),
		cmocka_unit_test(survives_each_changed_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
