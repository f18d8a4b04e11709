/* tests/fuzz/mutations.c - see mutations.h. */
#include <config.h>

#include "tests/fuzz/mutations.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char file[] = "m.db";
static char said[1024];
static uint64_t random_state;

const char *mutation_said(void)
{
	return said;
}

/* splitmix64: the same everywhere. */
static uint64_t next_random(void)
{
	uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static size_t below(size_t n)
{
	return n ? (size_t)(next_random() % n) : 0;
}

static void say(const char *text)
{
	size_t used = strlen(said);
	snprintf(said + used, sizeof(said) - used, "%s%.300s", used ? "; " : "", text);
}

/* --- files ------------------------------------------------------------------------------- */

static uint8_t *load(const char *path, size_t *size)
{
	struct stat status;
	uint8_t *bytes = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	*size = 0;
	if (fd >= 0 && fstat(fd, &status) == 0 &&
	    (bytes = malloc((size_t)status.st_size + 1)))
		*size = (size_t)read(fd, bytes, (size_t)status.st_size);
	if (fd >= 0)
		close(fd);
	return bytes;
}

static void store(const char *path, const uint8_t *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = write(fd, bytes, size);
	(void)n;
	close(fd);
}

static void copy(const char *from, const char *to)
{
	size_t size;
	uint8_t *bytes = load(from, &size);
	store(to, bytes, size);
	free(bytes);
}

void mutation_restore(const char *path)
{
	static const char *const beside[] = { "m.db-wal", "m.db-shm", "m.db-journal" };
	for (size_t i = 0; i < 3; i++)
		unlink(beside[i]);
	copy(path, file);
}

/* --- SQL --------------------------------------------------------------------------------- */

static sqlite3 *open_file(void)
{
	sqlite3 *db = NULL;
	sqlite3_open(file, &db);
	sqlite3_exec(db,
		     "PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = ON;"
		     "PRAGMA foreign_keys = OFF",
		     NULL, NULL, NULL);
	return db;
}

static void execute(sqlite3 *db, char *sql)
{
	say(sql ? sql : "no memory");
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
}

/* One text out of a query's rows, drawn at random; freed with free. */
static char *draw(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *row = NULL;
	char *text = NULL;
	size_t n = 0;
	sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	while (sqlite3_step(row) == SQLITE_ROW) {
		const char *value = (const char *)sqlite3_column_text(row, 0);
		if (value && below(++n) == 0) {
			free(text);
			text = strdup(value);
		}
	}
	sqlite3_finalize(row);
	return text ? text : strdup("");
}

static bool has_rows(sqlite3 *db, const char *table)
{
	char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\" LIMIT 1", table);
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	bool has = row && sqlite3_step(row) == SQLITE_ROW;
	sqlite3_finalize(row);
	sqlite3_free(sql);
	return has;
}

/* One that has rows, if such a one is soon found: changes of empty tables change nothing. */
static char *draw_table(sqlite3 *db)
{
	char *table = NULL;
	for (int tries = 0; tries < 20; tries++) {
		free(table);
		table = draw(db, "SELECT name FROM sqlite_schema WHERE type = 'table'"
				 " AND name NOT LIKE 'sqlite%'");
		if (has_rows(db, table))
			break;
	}
	return table;
}

static char *draw_column(sqlite3 *db, const char *table)
{
	char *sql = sqlite3_mprintf("SELECT name FROM pragma_table_info(%Q)", table);
	char *column = draw(db, sql);
	sqlite3_free(sql);
	return column;
}

static const char *const values[] = {
	"NULL",
	"0",
	"1",
	"-1",
	"9223372036854775807",
	"-9223372036854775807 - 1",
	"2305843009213693952",
	"1e308",
	"9e999",
	"-9e999",
	"0.1",
	"''",
	"'x'",
	"x''",
	"x'00'",
	"CAST(x'ff00fe' AS TEXT)",
	"zeroblob(100000)",
	"replace(hex(zeroblob(60000)), '0', 'a')",
	"\"%1$w\" + 1",
	"\"%1$w\" * 1.0000001",
	"-\"%1$w\"",
	"CAST(\"%1$w\" AS TEXT)",
	"CAST(\"%1$w\" AS BLOB)",
	"\"%1$w\" || ' '",
	"CAST(substr(\"%1$w\", 2) AS BLOB)",
	"(SELECT \"%1$w\" FROM \"%2$w\" LIMIT 1)",
};

/* STRICT and NOT NULL go while a row is changed, so that it may hold anything. A schema that says what is
 * no SQL would take every change away unseen: of a sound file that is an error of this program. */
static void loosen(sqlite3 *db)
{
	static const char gone[] =
	    "CREATE TEMP TABLE IF NOT EXISTS kept AS SELECT name, sql FROM "
	    "main.sqlite_schema"
	    " WHERE type = 'table';"
	    "PRAGMA writable_schema = ON;"
	    "UPDATE main.sqlite_schema SET sql = replace(replace(replace(replace(sql,"
	    " 'IS NOT NULL', 'NOTNULL'), 'NOT NULL', ''), ') STRICT, WITHOUT', ') "
	    "WITHOUT'),"
	    " ') STRICT', ')') WHERE type = 'table';"
	    "PRAGMA writable_schema = RESET";
	bool was_sound = sqlite3_exec(db, "SELECT * FROM trial", NULL, NULL, NULL) ==
			 SQLITE_OK;
	sqlite3_exec(db, gone, NULL, NULL, NULL);
	if (was_sound &&
	    sqlite3_exec(db, "SELECT * FROM trial", NULL, NULL, NULL) != SQLITE_OK)
		abort();
}

/* The texts of the tables as they were; the connection itself goes on without. */
static void tighten(sqlite3 *db)
{
	static const char back[] =
	    "PRAGMA writable_schema = ON;"
	    "UPDATE main.sqlite_schema SET sql = (SELECT k.sql FROM temp.kept k"
	    " WHERE k.name = sqlite_schema.name) WHERE type = 'table'"
	    " AND name IN (SELECT name FROM temp.kept); PRAGMA writable_schema = OFF";
	sqlite3_exec(db, back, NULL, NULL, NULL);
}

static char *value_of(const char *column, const char *table)
{
	const char *value = values[below(sizeof(values) / sizeof(values[0]))];
	char *named, *text;
	char *quoted_column = sqlite3_mprintf("%w", column);
	char *quoted_table = sqlite3_mprintf("%w", table);
	named = malloc(strlen(value) + 4 * strlen(quoted_column) + strlen(quoted_table) +
		       1);
	char *to = named;
	for (const char *at = value; *at;) {
		bool is_column = strncmp(at, "%1$w", 4) == 0;
		if (is_column || strncmp(at, "%2$w", 4) == 0) {
			to = stpcpy(to, is_column ? quoted_column : quoted_table);
			at += 4;
		} else
			*to++ = *at++;
	}
	*to = '\0';
	text = sqlite3_mprintf("%s", named);
	free(named);
	sqlite3_free(quoted_column);
	sqlite3_free(quoted_table);
	return text;
}

/* Rows are chosen by their place, so that a number always means the same mutation. */
static void change_value(sqlite3 *db)
{
	char *table = draw_table(db), *column = draw_column(db, table);
	char *value = value_of(column, table), *key = draw_column(db, table);
	execute(db,
		sqlite3_mprintf("UPDATE OR REPLACE \"%w\" SET \"%w\" = %s WHERE \"%w\" IN"
				" (SELECT \"%w\" FROM \"%w\" LIMIT 1 OFFSET (SELECT"
				" %lld %% max(1, count(*)) FROM \"%w\"))",
				table, column, value, key, key, table,
				(long long)below(100000), table));
	sqlite3_free(value);
	free(table);
	free(column);
	free(key);
}

static void delete_row(sqlite3 *db)
{
	char *table = draw_table(db), *key = draw_column(db, table);
	execute(db,
		sqlite3_mprintf("DELETE FROM \"%w\" WHERE \"%w\" IN (SELECT \"%w\" FROM"
				" \"%w\" LIMIT 1 OFFSET (SELECT %lld %% max(1, count(*))"
				" FROM \"%w\"))",
				table, key, key, table, (long long)below(100000), table));
	free(table);
	free(key);
}

/* Rows, or all rows, of the other file come in. */
static void mix_rows(sqlite3 *db)
{
	char *table = draw_table(db);
	if (below(3) == 0)
		execute(db, sqlite3_mprintf("DELETE FROM main.\"%w\"", table));
	execute(db, sqlite3_mprintf("INSERT OR %s INTO main.\"%w\" SELECT * FROM o.\"%w\""
				    " LIMIT %lld OFFSET %lld",
				    below(2) ? "REPLACE" : "IGNORE", table, table,
				    below(2) ? 1LL : 1000000LL, (long long)below(8)));
	free(table);
}

/* Each %s is a table or a view. */
static const char *const object_changes[] = {
	"CREATE TRIGGER sqliteXt AFTER INSERT ON trial BEGIN UPDATE trial SET queries = 1; "
	"END",
	"CREATE TABLE sqliteX (x)",
	"CREATE TABLE json_each (value, key)",
	"CREATE TABLE temp_x AS SELECT * FROM trial",
	"CREATE VIEW extra AS SELECT 1",
	"CREATE INDEX extra_i ON stretch (advance)",
	"CREATE UNIQUE INDEX extra_u ON phase (phase_id)",
	"DROP INDEX trial_by_end",
	"ANALYZE",
	"REINDEX",
	"VACUUM",
	"PRAGMA user_version = 8",
	"PRAGMA user_version = 1",
	"PRAGMA user_version = 99",
	"PRAGMA user_version = 0",
	"PRAGMA application_id = 1",
	"PRAGMA journal_mode = DELETE",
	"PRAGMA journal_mode = WAL",
	"PRAGMA auto_vacuum = FULL; VACUUM",
	"PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM",
	"ALTER TABLE trial RENAME TO trial_2",
	"ALTER TABLE metric ADD COLUMN extra REAL",
	"ALTER TABLE trial RENAME COLUMN queries TO asked",
	"DROP TABLE seal_link",
	"DROP TABLE seal",
	"DELETE FROM seal",
	"DELETE FROM seal_link",
	"DELETE FROM seal WHERE seal_id = (SELECT max(seal_id) FROM seal)",
	"INSERT INTO seal SELECT seal_id + 1, made_utc_ns, tool_version, n_links, head,"
	" supersedes, public_key, signature FROM seal",
	"UPDATE seal SET public_key = NULL, signature = NULL",
	"UPDATE seal SET signature = zeroblob(64)",
	"UPDATE seal_link SET ordinal = ordinal + 1000",
	"DELETE FROM chunk",
	"DELETE FROM chunk WHERE chunk_id % 2",
	"INSERT INTO trimmed SELECT trial_id, 1, 'x', 1, 1, 1 FROM trial",
	"UPDATE trial SET variant = 'a'",
	"UPDATE channel SET unit_per_raw = 2 * unit_per_raw",
	"UPDATE factor SET value = 2 * value WHERE kind = 'grid'",
};

static void change_object(sqlite3 *db)
{
	const size_t n = sizeof(object_changes) / sizeof(object_changes[0]);
	execute(db, sqlite3_mprintf("%s", object_changes[below(n)]));
}

static const char *const schema_changes[] = {
	"sql = replace(sql, 'sum(', 'max(')",
	"sql = replace(sql, ' * ', ' + ')",
	"sql = replace(sql, 'CHECK', '-- CHECK')",
	"sql = sql || ' '",
	"sql = sql || ' -- more'",
	"sql = replace(sql, ' STRICT', '')",
	"sql = NULL",
	"sql = 'CREATE VIEW ' || name || ' AS SELECT 1'",
	"name = 'sqlite_' || name",
	"name = name || 'x'",
	"tbl_name = 'trial'",
	"type = 'table'",
	"type = 'view'",
	"type = 'index'",
	"rootpage = rootpage + 1",
	"rootpage = (SELECT max(rootpage) FROM sqlite_schema)",
	"rootpage = 0",
	"rootpage = 1",
};

static void change_schema(sqlite3 *db)
{
	char *name = draw(db, "SELECT name FROM sqlite_schema");
	const size_t n = sizeof(schema_changes) / sizeof(schema_changes[0]);
	sqlite3_exec(db, "PRAGMA writable_schema = ON", NULL, NULL, NULL);
	execute(db, sqlite3_mprintf("UPDATE sqlite_schema SET %s WHERE name = %Q",
				    schema_changes[below(n)], name));
	free(name);
}

/* What a change is made with. Rows are changed without what keeps them right, and may come from the other
 * file. */
static void with_sql(void (*change)(sqlite3 *db), bool of_rows, const char *other,
		     bool in_log)
{
	sqlite3 *db = open_file();
	if (in_log)
		sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0",
			     NULL, NULL, NULL);
	if (of_rows) {
		char *attach = sqlite3_mprintf("ATTACH %Q AS o", other);
		sqlite3_exec(db, attach, NULL, NULL, NULL);
		sqlite3_free(attach);
		loosen(db);
	}
	change(db);
	if (of_rows)
		tighten(db);
	if (in_log) { /* as a killed process leaves them */
		say("left in the log");
		copy("m.db", "m.kept");
		copy("m.db-wal", "m.kept-wal");
	}
	sqlite3_close(db);
	if (in_log && rename("m.kept", "m.db") == 0)
		rename("m.kept-wal", "m.db-wal");
}

/* --- rows, in memory --------------------------------------------------------------------- */

/* Both files, loosened, their schemas read: once, before the processes that change them. */
static sqlite3 *prepared;

enum { WRITE_VERSION = 18, READ_VERSION = 19, NO_LOG = 1, HAS_LOG = 2 };

static bool load_into(sqlite3 *db, const char *schema, const char *path)
{
	size_t size;
	uint8_t *bytes = load(path, &size);
	uint8_t *copied = bytes ? sqlite3_malloc64(size) : NULL;
	if (copied) {
		memcpy(copied, bytes, size);
		copied[WRITE_VERSION] = copied[READ_VERSION] = NO_LOG; /* memory has none */
	}
	free(bytes);
	return copied && sqlite3_deserialize(
			     db, schema, copied, (sqlite3_int64)size, (sqlite3_int64)size,
			     SQLITE_DESERIALIZE_FREEONCLOSE |
				 SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK;
}

bool mutation_set_up(const char *path, const char *other)
{
	if (sqlite3_open(":memory:", &prepared) != SQLITE_OK ||
	    sqlite3_exec(prepared,
			 "ATTACH ':memory:' AS o; PRAGMA ignore_check_constraints = ON;"
			 "PRAGMA foreign_keys = OFF",
			 NULL, NULL, NULL) != SQLITE_OK ||
	    !load_into(prepared, "main", path) || !load_into(prepared, "o", other))
		return false;
	loosen(prepared);
	return sqlite3_exec(prepared, "SELECT 1 FROM main.trial, o.trial", NULL, NULL,
			    NULL) == SQLITE_OK;
}

/* In a process of its own. Where no row changes the file stays as it is; after a change the connection is of no
 * more use. */
static void in_memory(void (*change)(sqlite3 *db))
{
	sqlite3_int64 size = 0;
	int n_before = sqlite3_total_changes(prepared);
	change(prepared);
	if (sqlite3_total_changes(prepared) == n_before)
		return;
	tighten(prepared);
	uint8_t *bytes = sqlite3_serialize(prepared, "main", &size, 0);
	if (bytes) {
		bytes[WRITE_VERSION] = bytes[READ_VERSION] = HAS_LOG;
		store(file, bytes, (size_t)size);
	}
	sqlite3_free(bytes);
}

/* --- bytes ------------------------------------------------------------------------------- */

static void damage_bytes(uint8_t *bytes, size_t size, const uint8_t *from, size_t from_size)
{
	size_t page = size > 18 ? (size_t)bytes[16] << 8 | bytes[17] : 0;
	size_t at = below(size), n_pages = page ? size / page : 0;
	char text[100];
	uint64_t kind = below(6);
	page = page ? page : 512;
	if (kind == 0 && size > 100)
		at = below(100);
	/* Empty parts of pages are zeros, and say nothing. */
	for (int tries = 0; tries < 4 && bytes[at] == 0; tries++)
		at = kind == 0 && size > 100 ? below(100) : below(size);
	if (kind <= 2)
		bytes[at] ^= (uint8_t)(1 << below(8));
	else if (kind == 3) /* the head of a page's b-tree */
		bytes[at = page * below(n_pages) + below(12)] = (uint8_t)next_random();
	else if (kind == 4 && n_pages > 0) {
		at = page * below(n_pages);
		memmove(bytes + at, bytes + page * below(n_pages), page);
	} else if (from_size >= size && n_pages > 0) {
		at = page * below(n_pages);
		memcpy(bytes + at, from + at, page);
	}
	snprintf(text, sizeof(text), "bytes, kind %d at %zu", (int)kind, at);
	say(text);
}

static void change_bytes(const char *other)
{
	size_t size, other_size;
	uint8_t *bytes = load(file, &size), *from = load(other, &other_size);
	for (size_t n = 1 + (below(4) ? 0 : below(20)); n && size > 0; n--)
		damage_bytes(bytes, size, from, other_size);
	uint64_t cut = below(20);
	if (cut == 0) {
		size -= below(size);
		say("cut");
	}
	store(file, bytes, size);
	free(bytes);
	free(from);
}

static void put_32(uint8_t *to, size_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* A journal that SQLite would roll back: a page of the other file. Form and checksum are those of
 * sqlite.org/fileformat2.html, section 3. */
static void write_journal(const char *other)
{
	static const uint8_t magic[8] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };
	size_t size;
	uint8_t *bytes = load(other, &size);
	size_t page = (size_t)bytes[16] << 8 | bytes[17], sum = 0;
	uint8_t *journal = calloc(1, 512 + page + 8);
	memcpy(journal, magic, sizeof(magic));
	put_32(journal + 8, below(2) ? 1 : UINT32_MAX); /* records */
	put_32(journal + 16, below(2) ? size / page : below(60));
	put_32(journal + 20, 512);
	put_32(journal + 24, page);
	size_t number = below(size / page);
	put_32(journal + 512, number + 1);
	memcpy(journal + 516, bytes + number * page, page);
	for (size_t at = page - 200; at > 0 && at < page; at -= 200)
		sum += journal[516 + at];
	put_32(journal + 516 + page, below(4) ? sum : 0);
	if (below(3) == 0)
		journal[0] = 0; /* finished */
	store("m.db-journal", journal, 512 + page + 8);
	free(bytes);
	free(journal);
	say("a journal");
}

static void write_log(const char *other)
{
	char path[512];
	size_t size;
	snprintf(path, sizeof(path), "%s-log", other); /* as its own writer left it */
	uint8_t *bytes = load(path, &size);
	if (size > 0 && below(2))
		bytes[below(size)] ^= (uint8_t)(1 << below(8));
	store(below(4) ? "m.db-wal" : "m.db-shm", bytes, size);
	free(bytes);
	say("a log of the other file");
}

static void change_beside(const char *other)
{
	if (below(2))
		write_journal(other);
	else
		write_log(other);
}

static void change_rows(void (*change)(sqlite3 *db), const char *other, bool is_first)
{
	if (is_first && below(6))
		in_memory(change);
	else
		with_sql(change, true, other, below(2) == 0);
}

/* What is first is made of the sealed file, what comes later of what the first left. */
static void change_once(const char *other, bool is_first)
{
	size_t kind = below(36);
	if (kind < 14)
		change_rows(change_value, other, is_first);
	else if (kind < 17)
		change_rows(delete_row, other, is_first);
	else if (kind < 20)
		change_rows(mix_rows, other, is_first);
	else if (kind < 23)
		with_sql(change_object, false, other, below(6) == 0);
	else if (kind < 26)
		with_sql(change_schema, false, other, below(6) == 0);
	else if (kind < 27)
		change_beside(other);
	else
		change_bytes(other);
}

static void change(const char *other)
{
	change_once(other, true);
	if (below(5) == 0)
		change_once(other, false);
}

static bool is_unchanged(const char *path)
{
	size_t size, before;
	uint8_t *bytes = load(file, &size), *was = load(path, &before);
	bool is = bytes && was && size == before && memcmp(bytes, was, size) == 0 &&
		  access("m.db-wal", F_OK) != 0 && access("m.db-journal", F_OK) != 0;
	free(bytes);
	free(was);
	return is;
}

void mutation_apply(unsigned long number, const char *path, const char *other)
{
	random_state = number * UINT64_C(0x2545f4914f6cdd1d);
	said[0] = '\0';
	mutation_restore(path);
	change(other);
	for (int tries = 0; tries < 10 && is_unchanged(path); tries++)
		change_once(other, true);
}
