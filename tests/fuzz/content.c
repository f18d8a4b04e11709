/* tests/fuzz/content.c - see content.h. */
#include <config.h>

#include "tests/fuzz/content.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stddef.h>

/* Type, length and bytes: no two rows that differ have the same. */
static void add_value(crypto_generichash_state *state, sqlite3_stmt *row, int column)
{
	int type = sqlite3_column_type(row, column);
	double real = sqlite3_column_double(row, column);
	const void *bytes = type == SQLITE_FLOAT ? NULL : sqlite3_column_blob(row, column);
	int size = type == SQLITE_FLOAT ? 0 : sqlite3_column_bytes(row, column);
	crypto_generichash_update(state, (const uint8_t *)&type, sizeof(type));
	crypto_generichash_update(state, (const uint8_t *)&size, sizeof(size));
	if (type == SQLITE_FLOAT)
		crypto_generichash_update(state, (const uint8_t *)&real, sizeof(real));
	else if (bytes)
		crypto_generichash_update(state, bytes, (unsigned)size);
}

static bool add_rows(crypto_generichash_state *state, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	int n = code == SQLITE_OK ? sqlite3_column_count(row) : 0;
	crypto_generichash_update(state, (const uint8_t *)&n, sizeof(n));
	while (code == SQLITE_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
		for (int i = 0; i < n; i++)
			add_value(state, row, i);
		code = SQLITE_OK;
	}
	sqlite3_finalize(row);
	return code == SQLITE_DONE;
}

static bool add_tables(crypto_generichash_state *state, sqlite3 *db)
{
	sqlite3_stmt *table = NULL;
	bool is_read = sqlite3_prepare_v2(
			   db,
			   "SELECT name FROM sqlite_schema WHERE type = 'table'"
			   " ORDER BY rowid",
			   -1, &table, NULL) == SQLITE_OK;
	while (is_read && sqlite3_step(table) == SQLITE_ROW) {
		char *sql = sqlite3_mprintf("SELECT * FROM main.\"%w\"",
					    sqlite3_column_text(table, 0));
		is_read = sql && add_rows(state, db, sql);
		sqlite3_free(sql);
	}
	return sqlite3_finalize(table) == SQLITE_OK && is_read;
}

bool content_digest(const char *path, uint8_t digest[CONTENT_DIGEST])
{
	crypto_generichash_state state;
	sqlite3 *db = NULL;
	crypto_generichash_init(&state, NULL, 0, CONTENT_DIGEST);
	bool is_read =
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    add_rows(&state, db, "PRAGMA user_version") &&
	    add_rows(&state, db, "PRAGMA application_id") &&
	    add_rows(&state, db, "PRAGMA encoding") &&
	    add_rows(&state, db,
		     "SELECT rowid, type, name, tbl_name, sql FROM sqlite_schema") &&
	    add_tables(&state, db);
	crypto_generichash_final(&state, digest, CONTENT_DIGEST);
	sqlite3_close(db);
	return is_read;
}
