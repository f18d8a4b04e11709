/* schema/factors/zone.c - see zone.h. A zone is spelt by its key, by the other names in its row's
 * note (comma separated, the first is the alpha-3 code), and by its name in words. */
#include <config.h>

#include "schema/factors/zone.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Every spelling of every zone; nth is 0 for its key and 1 for its alpha-3 code. */
static const char spellings_sql[] =
    "WITH RECURSIVE spelling (key, word, rest, nth) AS ("
    "  SELECT key, key, coalesce(note, '') || ',' || name || ',', 0 FROM known_factor"
    "  WHERE in_force AND kind = 'grid' AND parameter = 'intensity'"
    "  UNION ALL SELECT key, substr(rest, 1, instr(rest, ',') - 1),"
    "                   substr(rest, instr(rest, ',') + 1), nth + 1"
    "  FROM spelling WHERE rest <> '')"
    "SELECT key, word, nth FROM spelling WHERE word <> '' ORDER BY key";

/* Names that a message offers. */
enum { MAX_NEAR = 3 };

/* The zones nearest to what was asked, all at the same distance. */
struct near {
	size_t distance;
	size_t n; /* how many there are; the first MAX_NEAR are kept */
	char keys[MAX_NEAR][ZONE_KEY_SIZE];
};

static void near_add(struct near *near, size_t distance, const char *key)
{
	if (distance > near->distance)
		return;
	if (distance < near->distance)
		*near = (struct near){ .distance = distance };
	/* Rows come sorted by key: spellings of one zone follow each other. */
	if (near->n > 0 && near->n <= MAX_NEAR && strcmp(near->keys[near->n - 1], key) == 0)
		return;
	if (near->n < MAX_NEAR)
		snprintf(near->keys[near->n], ZONE_KEY_SIZE, "%s", key);
	near->n++;
}

static int unknown_zone(const char *asked, const struct near *near, struct problem *why)
{
	problem_what(why, "unknown zone '%s'", asked);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "zones are ISO 3166 codes");
	/* More than a few equally near ones are no hint. */
	if (near->n == 0 || near->n > MAX_NEAR)
		return problem_todo(why, "give a country, such as 'DE', or 'WORLD'; see "
					 "joulecart factors --zones");
	char list[MAX_NEAR * (ZONE_KEY_SIZE + 6)] = "";
	for (size_t i = 0; i < near->n; i++) {
		size_t used = strlen(list);
		snprintf(list + used, sizeof(list) - used, "%s'%s'",
			 i == 0            ? ""
			 : i + 1 < near->n ? ", "
					   : " or ",
			 near->keys[i]);
	}
	return problem_todo(why, "did you mean %s? see joulecart factors --zones", list);
}

static int read_failed(sqlite3 *db, struct problem *why)
{
	problem_what(why, "cannot read the table of zones");
	return guard_why(db, why);
}

/* 1: found. 0: not, and *near is filled. -1 with *why: the table cannot be read. */
static int search(sqlite3 *db, const char *asked, char *key, size_t size, struct near *near,
		  struct problem *why)
{
	sqlite3_stmt *row = NULL;
	int code, found = 0;
	if (sqlite3_prepare_v2(db, spellings_sql, -1, &row, NULL) != SQLITE_OK)
		return read_failed(db, why);
	while (!found && (code = sqlite3_step(row)) == SQLITE_ROW) {
		const char *candidate = (const char *)sqlite3_column_text(row, 0);
		const char *word = (const char *)sqlite3_column_text(row, 1);
		if (sqlite3_column_int(row, 2) <= 1 && strcasecmp(word, asked) == 0) {
			snprintf(key, size, "%s", candidate);
			found = 1;
		}
		near_add(near, edit_distance(asked, word), candidate);
	}
	sqlite3_finalize(row);
	return found || code == SQLITE_DONE ? found : read_failed(db, why);
}

/* "aws/eu-west-3": where that region is. As search(). */
static int search_region(sqlite3 *db, const char *asked, char *key, size_t size,
			 struct problem *why)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db,
			       "SELECT zone FROM cloud_region"
			       " WHERE provider || '/' || region = ? COLLATE NOCASE",
			       -1, &row, NULL) != SQLITE_OK)
		return read_failed(db, why);
	sqlite3_bind_text(row, 1, asked, -1, SQLITE_STATIC);
	int found = sqlite3_step(row) == SQLITE_ROW;
	if (found)
		snprintf(key, size, "%s", (const char *)sqlite3_column_text(row, 0));
	sqlite3_finalize(row);
	return found;
}

int zone_resolve(sqlite3 *db, const char *asked, char *key, size_t size,
		 struct problem *why)
{
	size_t length = strlen(asked);
	const char *zone = bundled_zone(asked);
	if (zone) {
		snprintf(key, size, "%s", zone);
		return 0;
	}
	if (bundled_know(db) != SQLITE_OK)
		return read_failed(db, why);
	/* One wrong letter in three; in a code of two, one. */
	struct near near = { .distance = length < 3 ? 1 : length / 3 };
	int found = strchr(asked, '/') ? search_region(db, asked, key, size, why) : 0;
	if (found == 0)
		found = search(db, asked, key, size, &near, why);
	if (found < 0)
		return -1;
	return found ? 0 : unknown_zone(asked, &near, why);
}

int zone_intensity(sqlite3 *db, const char *key, double *g_per_kwh, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	if (bundled_know(db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db,
			       "SELECT value FROM known_factor WHERE in_force"
			       " AND kind = 'grid' AND parameter = 'intensity' AND key = ?",
			       -1, &row, NULL) != SQLITE_OK)
		return read_failed(db, why);
	sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC);
	int is_found = sqlite3_step(row) == SQLITE_ROW;
	if (is_found)
		*g_per_kwh = sqlite3_column_double(row, 0);
	sqlite3_finalize(row);
	if (is_found)
		return 0;
	problem_what(why, "cannot compute the carbon of zone '%s'", key);
	return problem_refuse(
	    why, "import its values with 'joulecart factors import', or name another zone",
	    "no factor of its grid is known");
}

const char *zone_basis(sqlite3 *db, const char *key)
{
	sqlite3_stmt *row = NULL;
	bool is_consumption = false, is_production = false;
	if (sqlite3_prepare_v2(db,
			       "SELECT basis = 'consumption', basis = 'production'"
			       " FROM known_factor WHERE in_force"
			       " AND kind = 'grid' AND parameter = 'intensity' AND key = ?",
			       -1, &row, NULL) != SQLITE_OK)
		return "";
	sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC);
	if (sqlite3_step(row) == SQLITE_ROW) {
		is_consumption = sqlite3_column_int(row, 0);
		is_production = sqlite3_column_int(row, 1);
	}
	sqlite3_finalize(row);
	return is_consumption ? "consumption" : is_production ? "production" : "";
}

int zone_check_bundled(const char *asked, struct problem *why)
{
	sqlite3 *db = NULL;
	char key[ZONE_KEY_SIZE];
	int code = -1;
	if (bundled_zone(asked))
		return 0;
	problem_what(why, "cannot read the bundled factors");
	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		problem_errno(why, ENOMEM);
	else if (migrate_up(db, "the bundled factors", 0, why) == 0)
		code = zone_resolve(db, asked, key, sizeof(key), why);
	sqlite3_close(db);
	return code;
}
