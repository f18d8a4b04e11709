/* schema/fleet/campaign-read.c - see campaign-read.h. */
#include <config.h>

#include "schema/fleet/campaign-read.h"

#include <sodium.h>
#include <string.h>

bool uuid_is_plain(const char *uuid)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	if (!uuid || strlen(uuid) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++) {
		bool is_digit = (uuid[i] >= '0' && uuid[i] <= '9') ||
				(uuid[i] >= 'a' && uuid[i] <= 'f');
		if (form[i] == '-' ? uuid[i] != '-' : !is_digit)
			return false;
	}
	return true;
}

bool campaign_has_table(const char *table)
{
	for (const struct campaign_table *own = campaign_tables; own->name; own++)
		if (strcmp(own->name, table) == 0)
			return strcmp(table, "setting") != 0;
	return false;
}

int campaign_pick(sqlite3 *db, const char *uuid)
{
	return campaign_rows_pick(db, "uuid = ?1", uuid) == SQLITE_OK ? 0 : -1;
}

static void write_order(sqlite3_str *sql, const struct shape *shape)
{
	bool is_first = true;
	if (strcmp(shape->name, "chunk") == 0) {
		sqlite3_str_appendall(sql, " ORDER BY channel_id, seq");
		return;
	}
	for (int i = 0; i < shape->n; i++)
		if (shape->columns[i].is_key) {
			sqlite3_str_appendf(sql, "%s\"%w\"", is_first ? " ORDER BY " : ", ",
					    shape->columns[i].name);
			is_first = false;
		}
}

int campaign_select(sqlite3 *db, const struct campaign_table *table, struct shape *shape,
		    sqlite3_stmt **rows)
{
	*rows = NULL;
	if (shape_read(db, table->name, shape) != 0)
		return -1;
	if (shape->n == 0)
		return 0;
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_str_appendall(sql, "SELECT ");
	shape_names(sql, shape, "");
	sqlite3_str_appendf(sql, " FROM main.\"%w\" WHERE %s", table->name, table->rows);
	write_order(sql, shape);
	char *text = sqlite3_str_finish(sql);
	int code = text ? sqlite3_prepare_v2(db, text, -1, rows, NULL) : SQLITE_NOMEM;
	sqlite3_free(text);
	return code == SQLITE_OK ? 0 : -1;
}

static int hash_table(sqlite3 *db, const struct campaign_table *table,
		      crypto_generichash_state *hash)
{
	struct shape shape;
	sqlite3_stmt *rows = NULL;
	int step = SQLITE_DONE;
	if (campaign_select(db, table, &shape, &rows) != 0)
		return -1;
	crypto_generichash_update(hash, (const uint8_t *)table->name,
				  strlen(table->name) + 1);
	while (rows && (step = sqlite3_step(rows)) == SQLITE_ROW)
		for (int i = 0; i < shape.n; i++)
			campaign_rows_hash(hash, rows, i);
	sqlite3_finalize(rows);
	return step == SQLITE_DONE ? 0 : -1;
}

int campaign_digest(sqlite3 *db, struct campaign_digests *digests)
{
	crypto_generichash_state rows, readings;
	crypto_generichash_init(&rows, NULL, 0, DIGEST_SIZE);
	crypto_generichash_init(&readings, NULL, 0, DIGEST_SIZE);
	for (const struct campaign_table *table = campaign_tables; table->name; table++) {
		bool is_reading = strcmp(table->name, "chunk") == 0;
		if (!campaign_has_table(table->name) || strcmp(table->name, "trimmed") == 0)
			continue;
		if (hash_table(db, table, is_reading ? &readings : &rows) != 0)
			return -1;
	}
	crypto_generichash_final(&rows, digests->rows, DIGEST_SIZE);
	crypto_generichash_final(&readings, digests->readings, DIGEST_SIZE);
	return 0;
}
