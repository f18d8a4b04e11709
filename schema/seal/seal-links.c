/* schema/seal/seal-links.c - see seal-links.h. */
#include <config.h>

#include "schema/seal/seal-links.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_u64(crypto_hash_sha256_state *hash, uint64_t value)
{
	uint8_t bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(value >> (56 - 8 * i));
	crypto_hash_sha256_update(hash, bytes, sizeof(bytes));
}

static void put(crypto_hash_sha256_state *hash, uint8_t type, const void *bytes,
		size_t size)
{
	crypto_hash_sha256_update(hash, &type, 1);
	put_u64(hash, size);
	crypto_hash_sha256_update(hash, bytes, size);
}

static void put_number(crypto_hash_sha256_state *hash, uint8_t type, uint64_t value)
{
	crypto_hash_sha256_update(hash, &type, 1);
	put_u64(hash, 8);
	put_u64(hash, value);
}

static void put_column(crypto_hash_sha256_state *hash, sqlite3_stmt *row, int i)
{
	double real;
	uint64_t bits;
	switch (sqlite3_column_type(row, i)) {
	case SQLITE_INTEGER:
		put_number(hash, 'i', (uint64_t)sqlite3_column_int64(row, i));
		break;
	case SQLITE_FLOAT:
		real = sqlite3_column_double(row, i);
		memcpy(&bits, &real, sizeof(bits));
		put_number(hash, 'r', bits);
		break;
	case SQLITE_TEXT:
		put(hash, 't', sqlite3_column_text(row, i),
		    (size_t)sqlite3_column_bytes(row, i));
		break;
	case SQLITE_BLOB:
		put(hash, 'b', sqlite3_column_blob(row, i),
		    (size_t)sqlite3_column_bytes(row, i));
		break;
	default:
		put(hash, 'n', "", 0);
	}
}

static void hash_row(const char *table, sqlite3_stmt *row, uint8_t digest[DIGEST_SIZE])
{
	crypto_hash_sha256_state hash;
	crypto_hash_sha256_init(&hash);
	crypto_hash_sha256_update(&hash, (const uint8_t *)table, strlen(table) + 1);
	for (int i = 0; i < sqlite3_column_count(row); i++)
		put_column(&hash, row, i);
	crypto_hash_sha256_final(&hash, digest);
}

/* Where links are being made. */
struct maker {
	struct seal_links *links;
	int64_t
	    bytes_left; /* of texts and blobs: a file holds no more of them than it is long */
	struct seal_link *open; /* the last one, still growing */
	crypto_hash_sha256_state hash;
	size_t room; /* rows that open has room for */
};

/* Rows that share their pages with others would be read without end. */
static bool is_paid(struct maker *maker, sqlite3_stmt *row)
{
	for (int i = 0; i < sqlite3_column_count(row); i++) {
		int type = sqlite3_column_type(row, i);
		if (type == SQLITE_TEXT || type == SQLITE_BLOB)
			maker->bytes_left -= sqlite3_column_bytes(row, i);
	}
	return maker->bytes_left >= 0;
}

static void close_link(struct maker *maker)
{
	if (maker->open)
		crypto_hash_sha256_final(&maker->hash, maker->open->sha256);
	maker->open = NULL;
}

static int open_link(struct maker *maker, const char *table, int64_t channel_id)
{
	close_link(maker);
	struct seal_links *links = maker->links;
	struct seal_link *more = realloc(links->links, (links->n + 1) * sizeof(*more));
	if (!more)
		return -1;
	links->links = more;
	maker->open = &more[links->n++];
	*maker->open = (struct seal_link){ .channel_id = channel_id };
	snprintf(maker->open->table, sizeof(maker->open->table), "%s", table);
	crypto_hash_sha256_init(&maker->hash);
	maker->room = 0;
	return 0;
}

static int add_row(struct maker *maker, sqlite3_stmt *row)
{
	uint8_t digest[DIGEST_SIZE];
	struct seal_link *link = maker->open;
	if (!is_paid(maker, row))
		return -1;
	if (link->n == maker->room) {
		maker->room = maker->room ? 2 * maker->room : 64;
		uint8_t *more = realloc(link->rows, maker->room * SEAL_PREFIX);
		if (!more)
			return -1;
		link->rows = more;
	}
	hash_row(link->table, row, digest);
	crypto_hash_sha256_update(&maker->hash, digest, sizeof(digest));
	memcpy(link->rows + SEAL_PREFIX * link->n++, digest, SEAL_PREFIX);
	return 0;
}

/* These have a link for each channel, in the order of seq. */
static bool is_by_channel(const char *table)
{
	return strcmp(table, "stretch") == 0 || strcmp(table, "chunk") == 0;
}

static int column_named(sqlite3_stmt *row, const char *name)
{
	for (int i = 0; i < sqlite3_column_count(row); i++)
		if (strcmp(sqlite3_column_name(row, i), name) == 0)
			return i;
	return 0;
}

/* The columns by which a table of n of them is ordered. */
static const char *order_of(const char *table, int n)
{
	return is_by_channel(table) ? "channel_id, seq"
	       : n > 2              ? "1, 2, 3"
	       : n > 1              ? "1, 2"
				    : "1";
}

static int add_rows(struct maker *maker, const char *table, sqlite3_stmt *row)
{
	int step;
	bool by_channel = is_by_channel(table);
	int channel = by_channel ? column_named(row, "channel_id") : 0;
	if (!by_channel && open_link(maker, table, -1) != 0)
		return -1;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		int64_t channel_id = by_channel ? sqlite3_column_int64(row, channel) : -1;
		bool is_other = !maker->open || maker->open->channel_id != channel_id ||
				strcmp(maker->open->table, table) != 0;
		if (is_other && open_link(maker, table, channel_id) != 0)
			return -1;
		if (add_row(maker, row) != 0)
			return -1;
	}
	close_link(maker);
	return step == SQLITE_DONE ? 0 : -1;
}

static int add_query(sqlite3 *db, struct maker *maker, const char *table, char *sql)
{
	sqlite3_stmt *row = NULL;
	int code = -1;
	if (sql && sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK)
		code = add_rows(maker, table, row);
	sqlite3_finalize(row);
	sqlite3_free(sql);
	return code;
}

/* Of chunks, the index that has them in this order: they are not sorted in memory. */
static char *rows_sql(sqlite3 *db, const char *name, int n, int format)
{
	char *sql = NULL;
	sqlite3_stmt *row = NULL;
	if (format == SEAL_FORMAT_1)
		return sqlite3_mprintf("SELECT * FROM main.\"%w\" ORDER BY 1%s%s", name,
				       n > 1 ? ", 2" : "", n > 2 ? ", 3" : "");
	if (strcmp(name, "chunk") == 0)
		sql = sqlite3_mprintf("SELECT * FROM main.chunk INDEXED BY"
				      " sqlite_autoindex_chunk_1 ORDER BY %s",
				      order_of(name, n));
	if (sql && sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK) {
		sqlite3_finalize(row);
		return sql;
	}
	sqlite3_free(sql);
	return sqlite3_mprintf("SELECT * FROM main.\"%w\" ORDER BY %s", name,
			       order_of(name, n));
}

static int add_tables(sqlite3 *db, struct maker *maker, int format)
{
	static const char tables_sql[] =
	    "SELECT m.name, (SELECT count(*) FROM pragma_table_info(m.name, 'main')) "
	    "FROM main.sqlite_schema m WHERE m.type = 'table'"
	    " AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	    " AND m.name NOT IN ('seal', 'seal_link', iif(?1 = 1, 'trimmed', ''))"
	    " ORDER BY m.name";
	sqlite3_stmt *table = NULL;
	int code = 0, step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(db, tables_sql, -1, &table, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int(table, 1, format);
	while (code == 0 && (step = sqlite3_step(table)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(table, 0);
		int n = sqlite3_column_int(table, 1);
		code = add_query(db, maker, name, rows_sql(db, name, n, format));
	}
	sqlite3_finalize(table);
	return code == 0 && step == SQLITE_DONE ? 0 : -1;
}

static int64_t bytes_of(sqlite3 *db)
{
	sqlite3_stmt *row = NULL;
	int64_t bytes = 0;
	sqlite3_prepare_v2(db,
			   "SELECT page_count * page_size FROM pragma_page_count(),"
			   " pragma_page_size()",
			   -1, &row, NULL);
	if (sqlite3_step(row) == SQLITE_ROW)
		bytes = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return bytes;
}

/* What the file says of itself and, of every object, what it is. */
static int add_file(sqlite3 *db, struct maker *maker, int format)
{
	static const char schema_1[] = "SELECT type, name, sql FROM main.sqlite_schema"
				       " WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
	static const char schema_2[] = "SELECT type, name, tbl_name, sql"
				       " FROM main.sqlite_schema ORDER BY 1, 2";
	static const char file[] = "SELECT application_id, user_version"
				   " FROM pragma_application_id(),"
				   " pragma_user_version()";
	if (format == SEAL_FORMAT_1)
		return add_query(db, maker, "sqlite_schema",
				 sqlite3_mprintf("%s", schema_1));
	return add_query(db, maker, SEAL_FILE_LINK, sqlite3_mprintf("%s", file)) == 0
		   ? add_query(db, maker, "sqlite_schema", sqlite3_mprintf("%s", schema_2))
		   : -1;
}

int seal_links_compute(sqlite3 *db, int format, struct seal_links *links)
{
	struct maker maker = { .links = links, .bytes_left = bytes_of(db) };
	*links = (struct seal_links){ 0 };
	if (add_file(db, &maker, format) == 0 && add_tables(db, &maker, format) == 0)
		return 0;
	seal_links_free(links);
	return -1;
}

void seal_links_free(struct seal_links *links)
{
	for (size_t i = 0; i < links->n; i++)
		free(links->links[i].rows);
	free(links->links);
	*links = (struct seal_links){ 0 };
}

void seal_chain(uint8_t chain[DIGEST_SIZE], const struct seal_link *link)
{
	crypto_hash_sha256_state hash;
	crypto_hash_sha256_init(&hash);
	crypto_hash_sha256_update(&hash, chain, DIGEST_SIZE);
	crypto_hash_sha256_update(&hash, (const uint8_t *)link->table,
				  strlen(link->table) + 1);
	put_u64(&hash, (uint64_t)link->channel_id);
	put_u64(&hash, link->n);
	crypto_hash_sha256_update(&hash, link->rows, SEAL_PREFIX * link->n);
	crypto_hash_sha256_update(&hash, link->sha256, DIGEST_SIZE);
	crypto_hash_sha256_final(&hash, chain);
}

void seal_chain_all(uint8_t chain[DIGEST_SIZE], const struct seal_links *links)
{
	memset(chain, 0, DIGEST_SIZE);
	for (size_t i = 0; i < links->n; i++)
		seal_chain(chain, &links->links[i]);
}

/* "channel_id 3, seq 7": the columns of the primary key and their values. */
static void name_key(sqlite3 *db, const char *table, sqlite3_stmt *row, char *name,
		     size_t size)
{
	sqlite3_stmt *key = NULL;
	size_t used = strlen(name);
	const char *before = " ";
	sqlite3_prepare_v2(db,
			   "SELECT cid, name FROM pragma_table_info(?, 'main') WHERE pk > 0"
			   " ORDER BY pk",
			   -1, &key, NULL);
	sqlite3_bind_text(key, 1, table, -1, SQLITE_STATIC);
	while (sqlite3_step(key) == SQLITE_ROW && used < size) {
		int column = sqlite3_column_int(key, 0);
		const char *value = (const char *)sqlite3_column_text(row, column);
		snprintf(name + used, size - used, "%s%s %s", before,
			 (const char *)sqlite3_column_text(key, 1), value ? value : "NULL");
		used = strlen(name);
		before = ", ";
	}
	sqlite3_finalize(key);
}

/* "chunk 7 of powercap/package-0 in trial 2". */
static void name_seq(sqlite3 *db, const struct seal_link *link, int64_t seq, char *name,
		     size_t size)
{
	sqlite3_stmt *row = NULL;
	snprintf(name, size, "%s %lld of channel %lld", link->table, (long long)seq,
		 (long long)link->channel_id);
	sqlite3_prepare_v2(db,
			   "SELECT collector || '/' || name, trial_id FROM channel"
			   " WHERE channel_id = ?",
			   -1, &row, NULL);
	sqlite3_bind_int64(row, 1, link->channel_id);
	if (sqlite3_step(row) == SQLITE_ROW)
		snprintf(name, size, "%s %lld of %s in trial %lld", link->table,
			 (long long)seq, (const char *)sqlite3_column_text(row, 0),
			 (long long)sqlite3_column_int64(row, 1));
	sqlite3_finalize(row);
}

static char *row_sql(sqlite3 *db, int format, const struct seal_link *link, size_t index)
{
	sqlite3_stmt *count = NULL;
	if (strcmp(link->table, "sqlite_schema") == 0)
		return sqlite3_mprintf("SELECT type, name FROM main.sqlite_schema WHERE %s"
				       " ORDER BY 1, 2 LIMIT 1 OFFSET %llu",
				       format == SEAL_FORMAT_1 ? "name NOT LIKE 'sqlite_%'"
							       : "true",
				       (unsigned long long)index);
	sqlite3_prepare_v2(db, "SELECT count(*) FROM pragma_table_info(?, 'main')", -1,
			   &count, NULL);
	sqlite3_bind_text(count, 1, link->table, -1, SQLITE_STATIC);
	int n = sqlite3_step(count) == SQLITE_ROW ? sqlite3_column_int(count, 0) : 1;
	sqlite3_finalize(count);
	return sqlite3_mprintf(
	    "SELECT * FROM main.\"%w\" WHERE ?1 < 0 OR %s = ?1 ORDER BY %s"
	    " LIMIT 1 OFFSET %llu",
	    link->table, link->channel_id < 0 ? "0" : "channel_id",
	    order_of(link->table, n), (unsigned long long)index);
}

void seal_row_name(sqlite3 *db, int format, const struct seal_link *link, size_t index,
		   char *name, size_t size)
{
	if (strcmp(link->table, SEAL_FILE_LINK) == 0) {
		snprintf(name, size, "the file's application_id or user_version");
		return;
	}
	char *sql = row_sql(db, format, link, index);
	sqlite3_stmt *row = NULL;
	snprintf(name, size, "%s", link->table);
	sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	sqlite3_bind_int64(row, 1, link->channel_id);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	if (link->channel_id >= 0)
		name_seq(db, link,
			 is_there ? sqlite3_column_int64(row, column_named(row, "seq"))
				  : (int64_t)index,
			 name, size);
	else if (!is_there)
		snprintf(name, size, "%s row %zu", link->table, index + 1);
	else if (strcmp(link->table, "sqlite_schema") == 0)
		snprintf(name, size, "%s %s", (const char *)sqlite3_column_text(row, 0),
			 (const char *)sqlite3_column_text(row, 1));
	else
		name_key(db, link->table, row, name, size);
	sqlite3_finalize(row);
	sqlite3_free(sql);
}
