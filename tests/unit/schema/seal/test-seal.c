/* One bit changed anywhere in a sealed database is found, and its row is named. The number of
 * bits that are tried is JOULECART_FLIPS (200; 'make check-slow' tries 10 000). */
#include <config.h>

#include "base/problem.h"
#include "schema/seal/seal.h"
#include "schema/store/writer.h"
#include "tests/sealed-rows.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	char folder[64], path[96];
	struct store *store;
	sqlite3 *db;
	uint8_t seed[SEAL_SEED_SIZE], head[DIGEST_SIZE];
	struct problem why;
};

static void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/joulecart-seal-XXXXXX");
	if (!mkdtemp(fixture->folder))
		return -1;
	snprintf(fixture->path, sizeof(fixture->path), "%s/t.db", fixture->folder);
	fixture->store = store_open(fixture->path, &fixture->why);
	if (!fixture->store)
		return -1;
	fixture->db = store_db(fixture->store);
	memset(fixture->seed, 7, sizeof(fixture->seed));
	*state = fixture;
	return sealed_rows(fixture->store, fixture->seed, fixture->head, &fixture->why);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	char command[128];
	store_close(fixture->store);
	snprintf(command, sizeof(command), "rm -r %s", fixture->folder);
	int code = system(command);
	free(fixture);
	return code;
}

static struct seal_report check(sqlite3 *db)
{
	struct seal_report report;
	struct problem why;
	assert_int_equal(seal_check(db, &report, &why), 0);
	return report;
}

static void a_sealed_database_holds_and_says_by_whom(void **state)
{
	struct fixture *fixture = *state;
	uint8_t public_key[SEAL_KEY_SIZE];
	struct seal_report report = check(fixture->db);
	assert_true(report.is_sealed && report.is_signed && report.holds);
	assert_string_equal(report.place, "");
	seal_public_key(fixture->seed, public_key);
	assert_memory_equal(report.public_key, public_key, SEAL_KEY_SIZE);
	assert_memory_equal(report.head, fixture->head, DIGEST_SIZE);
	uint8_t content[DIGEST_SIZE], again[DIGEST_SIZE];
	assert_int_equal(seal_content(fixture->db, content, &fixture->why), 0);
	assert_int_equal(seal_write(fixture->db, NULL, fixture->head, &fixture->why), 0);
	assert_int_equal(seal_content(fixture->db, again, &fixture->why), 0);
	assert_memory_equal(content, again, DIGEST_SIZE);
	assert_memory_not_equal(content, fixture->head, DIGEST_SIZE);
}

static void a_new_seal_says_what_it_supersedes(void **state)
{
	struct fixture *fixture = *state;
	uint8_t head[DIGEST_SIZE];
	run_sql(fixture->db, "UPDATE metric SET value = 0.8");
	assert_string_equal(check(fixture->db).place,
			    "metric trial_id 1, name top1 is not as it was sealed");
	assert_int_equal(seal_write(fixture->db, NULL, head, &fixture->why), 0);
	struct seal_report report = check(fixture->db);
	assert_true(report.holds && report.is_reissue && !report.is_signed);
	assert_memory_equal(report.supersedes, fixture->head, DIGEST_SIZE);
	assert_memory_not_equal(head, fixture->head, DIGEST_SIZE);
}

static void each_kind_of_change_is_named(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		const char *sql, *place;
	} changes[] = {
		{ "UPDATE stretch SET advance_high = advance_high + 1 WHERE channel_id = 2"
		  " AND seq = 1",
		  "stretch 1 of powercap/package-1 in trial 1 is not as it was sealed" },
		{ "UPDATE chunk SET crc32 = crc32 + 1 WHERE channel_id = 1 AND seq = 3",
		  "chunk 3 of powercap/package-0 in trial 1 is not as it was sealed" },
		{ "DELETE FROM chunk WHERE channel_id = 2 AND seq = 3;"
		  "DELETE FROM stretch WHERE channel_id = 2 AND seq = 3",
		  "stretch 3 of powercap/package-1 in trial 1 or one before it was taken "
		  "away" },
		{ "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job, "
		  "is_warmup,"
		  " command, begin_utc_ns, begin_mono_ns) VALUES (2, 1, 2, 2, 'v', "
		  "'command', 0, '[]',"
		  " 0, 0)",
		  "trial trial_id 2 was added after it was sealed" },
		{ "DROP VIEW v_water; CREATE VIEW v_water AS SELECT 1 AS x",
		  "view v_water is not as it was sealed" },
		{ "UPDATE seal_link SET n = n - 1 WHERE table_name = 'host'",
		  "the seal itself is damaged: a row of seal_link is none" },
		{ "UPDATE seal_link SET n = 1 << 61, rows = x'' WHERE table_name = 'trial'",
		  "the seal itself is damaged: a row of seal_link is none" },
		{ "UPDATE seal SET made_utc_ns = made_utc_ns + 1",
		  "the seal itself (seal, seal_link) was changed after it was made" },
		{ "UPDATE seal SET tool_version = '9'",
		  "the seal itself (seal, seal_link) was changed after it was made" },
		{ "UPDATE seal SET public_key = NULL, signature = NULL",
		  "the seal itself (seal, seal_link) was changed after it was made" },
		{ "UPDATE seal SET public_key = randomblob(32)",
		  "the seal itself (seal, seal_link) was changed after it was made" },
		{ "UPDATE seal SET signature = zeroblob(64)",
		  "the signature is not that of its key over this seal" },
		{ "PRAGMA user_version = 8",
		  "the file's application_id or user_version is not as it was sealed" },
		{ "CREATE TRIGGER sqliteXt AFTER INSERT ON trimmed BEGIN SELECT 1; END",
		  "trigger sqliteXt was changed or put in" },
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		run_sql(fixture->db, "SAVEPOINT change");
		run_sql(fixture->db, changes[i].sql);
		struct seal_report report = check(fixture->db);
		assert_false(report.holds);
		assert_string_equal(report.place, changes[i].place);
		run_sql(fixture->db, "ROLLBACK TO change; RELEASE change");
	}
	assert_true(check(fixture->db).holds);
}

static void trimmed_chunks_are_counted_and_the_rest_still_holds(void **state)
{
	struct fixture *fixture = *state;
	run_sql(fixture->db, "DELETE FROM chunk WHERE channel_id = 1;"
			     "DELETE FROM chunk WHERE channel_id = 2 AND seq < 2");
	struct seal_report report = check(fixture->db);
	assert_true(report.is_trimmed && !report.holds);
	assert_string_equal(report.place, "");
	assert_int_equal(report.n_trimmed, 6);
	run_sql(fixture->db, "UPDATE chunk SET n = n + 1 WHERE seq = 2");
	assert_string_not_equal(check(fixture->db).place, "");
}

static unsigned flips(void)
{
	const char *text = getenv("JOULECART_FLIPS");
	return text ? (unsigned)atoi(text) : 200;
}

/* One bit of the value at the cursor; false: it has none, or the new value is no value. */
static bool bind_flipped(sqlite3_stmt *update, sqlite3_stmt *row, int column)
{
	uint8_t bytes[4096];
	size_t size = 8;
	int type = sqlite3_column_type(row, column);
	int64_t integer = sqlite3_column_int64(row, column);
	double real = sqlite3_column_double(row, column);
	if (type == SQLITE_NULL)
		return false;
	if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
		size = (size_t)sqlite3_column_bytes(row, column);
		if (size == 0 || size > sizeof(bytes))
			return false;
		memcpy(bytes, sqlite3_column_blob(row, column), size);
	} else
		memcpy(bytes, type == SQLITE_INTEGER ? (void *)&integer : (void *)&real, 8);
	bytes[(size_t)random() % size] ^= (uint8_t)(1 << random() % 8);
	memcpy(&integer, bytes, size < 8 ? size : 8);
	memcpy(&real, bytes, size < 8 ? size : 8);
	if (type == SQLITE_TEXT)
		sqlite3_bind_text(update, 1, (char *)bytes, (int)size, SQLITE_TRANSIENT);
	else if (type == SQLITE_BLOB)
		sqlite3_bind_blob(update, 1, bytes, (int)size, SQLITE_TRANSIENT);
	else if (type == SQLITE_INTEGER)
		sqlite3_bind_int64(update, 1, integer);
	else
		sqlite3_bind_double(update, 1, real);
	return type != SQLITE_FLOAT || !isnan(real);
}

static int64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	int64_t answer = sqlite3_step(row) == SQLITE_ROW ? sqlite3_column_int64(row, 0) : 0;
	sqlite3_finalize(row);
	return answer;
}

/* Changes one bit of one column of the n-th row of a table. false: that one can't be. */
static bool flip(sqlite3 *db, const char *table, int64_t n)
{
	sqlite3_stmt *row = NULL, *update = NULL;
	char *sql = sqlite3_mprintf(
	    "SELECT * FROM \"%w\" ORDER BY 1, 2, 3 LIMIT 1 OFFSET %lld", table,
	    (long long)n);
	sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	sqlite3_free(sql);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	int column = (int)(random() % sqlite3_column_count(row));
	/* Its first three columns name the row: all tables' keys are among them. */
	sql = sqlite3_mprintf(
	    "UPDATE \"%w\" SET \"%w\" = ?1 WHERE (\"%w\", \"%w\", \"%w\") IS "
	    "(?2, ?3, ?4)",
	    table, sqlite3_column_name(row, column), sqlite3_column_name(row, 0),
	    sqlite3_column_name(row, 1), sqlite3_column_name(row, 2));
	bool is_done = sqlite3_prepare_v2(db, sql, -1, &update, NULL) == SQLITE_OK &&
		       bind_flipped(update, row, column);
	sqlite3_free(sql);
	for (int i = 0; is_done && i < 3; i++)
		sqlite3_bind_value(update, 2 + i, sqlite3_column_value(row, i));
	is_done = is_done && sqlite3_step(update) == SQLITE_DONE &&
		  sqlite3_changes(db) == 1;
	sqlite3_finalize(update);
	sqlite3_finalize(row);
	return is_done;
}

static void any_bit_of_any_row_is_found_and_its_table_named(void **state)
{
	struct fixture *fixture = *state;
	sqlite3 *db = fixture->db;
	static const char *const tables[] = { "sample_of_chunk", "chunk",   "stretch",
					      "trial",           "factor",  "channel",
					      "campaign",        "phase",   "host",
					      "grid_series",     "setting", "grid_point",
					      "cloud_region" };
	run_sql(db, "PRAGMA ignore_check_constraints = ON");
	srandom(20261121);
	for (unsigned done = 0; done < flips();) {
		char count[96];
		const char *table =
		    tables[(size_t)random() % (sizeof(tables) / sizeof(tables[0]))];
		/* samples are in chunks: they are drawn twice as often */
		table = strcmp(table, "sample_of_chunk") == 0 ? "chunk" : table;
		snprintf(count, sizeof(count), "SELECT count(*) FROM %s", table);
		run_sql(db, "SAVEPOINT flip");
		if (flip(db, table, (int64_t)random() % ask(db, count))) {
			struct seal_report report = check(db);
			assert_false(report.holds);
			if (strncmp(report.place, table, strlen(table)) != 0)
				fail_msg("'%s' was changed, not: %s", table, report.place);
			done++;
		}
		run_sql(db, "ROLLBACK TO flip; RELEASE flip");
	}
	assert_true(check(db).holds);
}

/* All that the file says, by SQLite's own quote(): nothing of the seal's code is in it. */
static int content_of(sqlite3 *db, uint8_t digest[DIGEST_SIZE])
{
	crypto_hash_sha256_state hash;
	sqlite3_stmt *table = NULL, *row = NULL;
	int step = SQLITE_DONE, code = 0;
	crypto_hash_sha256_init(&hash);
	sqlite3_prepare_v2(
	    db,
	    "SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view')"
	    " AND name NOT IN ('seal', 'seal_link') ORDER BY type, name",
	    -1, &table, NULL);
	while (code == 0 && (step = sqlite3_step(table)) == SQLITE_ROW) {
		const char *create = (const char *)sqlite3_column_text(table, 1);
		crypto_hash_sha256_update(&hash, (const uint8_t *)create, strlen(create));
		if (strncmp(create, "CREATE VIEW", 11) == 0)
			continue;
		char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" NOT INDEXED",
					    (const char *)sqlite3_column_text(table, 0));
		code = sqlite3_prepare_v2(db, sql, -1, &row, NULL);
		sqlite3_free(sql);
		while (code == 0 && (code = sqlite3_step(row)) == SQLITE_ROW) {
			for (int i = 0; i < sqlite3_column_count(row); i++)
				crypto_hash_sha256_update(
				    &hash, sqlite3_column_blob(row, i),
				    (unsigned long long)sqlite3_column_bytes(row, i));
			code = 0;
		}
		code = code == SQLITE_DONE ? 0 : -1;
		sqlite3_finalize(row);
	}
	sqlite3_finalize(table);
	crypto_hash_sha256_final(&hash, digest);
	return code == 0 && step == SQLITE_DONE ? 0 : -1;
}

/* The image with one bit changed, opened as a database. */
static sqlite3 *open_image(const uint8_t *image, size_t size, size_t at, uint8_t bit)
{
	sqlite3 *db = NULL;
	uint8_t *copy = sqlite3_malloc64(size);
	memcpy(copy, image, size);
	copy[18] = copy[19] = 1; /* no log: an image in memory has none */
	copy[at] ^= bit;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	sqlite3_deserialize(db, "main", copy, (sqlite3_int64)size, (sqlite3_int64)size,
			    SQLITE_DESERIALIZE_FREEONCLOSE);
	return db;
}

static void any_bit_of_the_file_is_found_or_says_nothing(void **state)
{
	struct fixture *fixture = *state;
	sqlite3_int64 size;
	uint8_t *image = sqlite3_serialize(fixture->db, "main", &size, 0);
	uint8_t original[DIGEST_SIZE], now[DIGEST_SIZE];
	assert_non_null(image);
	assert_int_equal(content_of(fixture->db, original), 0);
	unsigned n_found = 0;
	srandom(42);
	for (unsigned i = 0; i < flips(); i++) {
		struct seal_report report;
		struct problem why;
		size_t at = (size_t)random() % (size_t)size;
		sqlite3 *db = open_image(image, (size_t)size, at,
					 (uint8_t)(1 << random() % 8));
		bool is_found = seal_check(db, &report, &why) != 0 || !report.holds;
		if (!is_found &&
		    (content_of(db, now) != 0 || memcmp(now, original, DIGEST_SIZE) != 0))
			fail_msg("a bit of byte %zu changed the content unseen", at);
		n_found += is_found;
		sqlite3_close(db);
	}
	sqlite3_free(image);
	/* Most of the file is rows: the test would be worth nothing if few were found. */
	assert_true(n_found > flips() / 4);
}

static void a_key_is_made_once_and_read_again(void **state)
{
	struct fixture *fixture = *state;
	char path[160];
	uint8_t public_key[SEAL_KEY_SIZE], seed[SEAL_SEED_SIZE], again[SEAL_KEY_SIZE];
	snprintf(path, sizeof(path), "%s/k", fixture->folder);
	assert_int_equal(seal_key_new(path, public_key, &fixture->why), 0);
	assert_int_equal(seal_key_read(path, seed, &fixture->why), 0);
	seal_public_key(seed, again);
	assert_memory_equal(again, public_key, SEAL_KEY_SIZE);
	assert_int_equal(seal_key_new(path, public_key, &fixture->why), -1);
	assert_string_equal(fixture->why.why, "file exists");
	assert_int_equal(seal_key_read(fixture->path, seed, &fixture->why), -1);
	assert_string_equal(fixture->why.why, "it does not hold 64 hexadecimal digits");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_sealed_database_holds_and_says_by_whom),
		CASE(a_new_seal_says_what_it_supersedes),
		CASE(each_kind_of_change_is_named),
		CASE(trimmed_chunks_are_counted_and_the_rest_still_holds),
		CASE(any_bit_of_any_row_is_found_and_its_table_named),
		CASE(any_bit_of_the_file_is_found_or_says_nothing),
		CASE(a_key_is_made_once_and_read_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
