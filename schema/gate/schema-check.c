/* schema/gate/schema-check.c - see schema-check.h. */
#include <config.h>

#include "schema/gate/schema-check.h"

#include "schema/database/migrate.h"
#include "schema/database/views.h"
#include "schema/gate/known-schemas.h"
#include "schema/gate/printable.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OBJECTS = 512 }; /* ten times as many as there are */

/* --- texts ------------------------------------------------------------------------------ */

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Where what begins at 'at' and says nothing ends: a space or a comment to the end of its line. */
static const char *after_blank(const char *at)
{
	if (is_space(*at))
		return at + 1;
	if (at[0] != '-' || at[1] != '-')
		return at;
	return at + strcspn(at, "\n");
}

/* Runs of white space and comments become one space, but within quotes. normal holds as many
 * bytes as text; returns its length. */
static size_t normalise(const char *text, char *normal)
{
	char *to = normal;
	bool has_blank = false;
	while (*text) {
		const char *after = after_blank(text);
		if (after != text) {
			has_blank = true;
			text = after;
			continue;
		}
		if (has_blank && to != normal)
			*to++ = ' ';
		has_blank = false;
		char quote = strchr("'\"`", *text) ? *text : '\0';
		*to++ = *text++;
		while (quote && *text) {
			*to++ = *text;
			if (*text++ == quote)
				quote = '\0';
		}
	}
	*to = '\0';
	return (size_t)(to - normal);
}

static char *normal_of(const char *text, size_t *length)
{
	char *normal = malloc(strlen(text) + 1);
	if (normal)
		*length = normalise(text, normal);
	return normal;
}

static bool are_alike(const char *a, const char *b)
{
	size_t a_length = 0, b_length = 0;
	if (!a || !b)
		return a == b;
	if (strcmp(a, b) == 0)
		return true;
	char *a_normal = normal_of(a, &a_length), *b_normal = normal_of(b, &b_length);
	bool are = a_normal && b_normal && a_length == b_length &&
		   memcmp(a_normal, b_normal, a_length) == 0;
	free(a_normal);
	free(b_normal);
	return are;
}

/* --- digests ---------------------------------------------------------------------------- */

static const char *column(sqlite3_stmt *row, int i)
{
	return (const char *)sqlite3_column_text(row, i);
}

static int hash_object(crypto_generichash_state *hash, sqlite3_stmt *row)
{
	size_t length = 0;
	const char *sql = column(row, 3);
	for (int i = 0; i < 3; i++) {
		const char *text = column(row, i) ? column(row, i) : "";
		crypto_generichash_update(hash, (const uint8_t *)text, strlen(text) + 1);
	}
	char *normal = normal_of(sql ? sql : "", &length);
	if (!normal)
		return -1;
	crypto_generichash_update(hash, (const uint8_t *)normal, length + 1);
	free(normal);
	return 0;
}

int schema_digest(sqlite3 *db, bool are_views, char hex[65])
{
	enum { SIZE = 32 };
	crypto_generichash_state hash;
	uint8_t digest[SIZE];
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR, n = 0;
	crypto_generichash_init(&hash, NULL, 0, SIZE);
	if (sqlite3_prepare_v2(db,
			       "SELECT type, name, tbl_name, sql FROM main.sqlite_schema"
			       " WHERE (type = 'view') = ?1 ORDER BY type, name",
			       -1, &row, NULL) == SQLITE_OK) {
		sqlite3_bind_int(row, 1, are_views);
		while ((step = sqlite3_step(row)) == SQLITE_ROW && n++ < MOST_OBJECTS)
			if (hash_object(&hash, row) != 0)
				break;
	}
	sqlite3_finalize(row);
	crypto_generichash_final(&hash, digest, SIZE);
	sodium_bin2hex(hex, 65, digest, SIZE);
	if (n > MOST_OBJECTS) /* no build makes so many */
		hex[0] = '\0';
	return step == SQLITE_DONE || n > MOST_OBJECTS ? 0 : -1;
}

static int is_known(sqlite3 *db, int version, bool are_views, bool *is)
{
	char hex[65];
	const struct known_schema *known = are_views ? known_views : known_tables;
	size_t n = are_views ? sizeof(known_views) : sizeof(known_tables);
	*is = false;
	if (schema_digest(db, are_views, hex) != 0)
		return -1;
	for (size_t i = 0; i < n / sizeof(*known); i++)
		*is |= known[i].version == version && strcmp(known[i].digest, hex) == 0;
	return 0;
}

/* --- one by one ------------------------------------------------------------------------- */

/* As a model of what should be there says it. */
static sqlite3 *model_of(int version)
{
	sqlite3 *model = NULL;
	if (sqlite3_open(":memory:", &model) == SQLITE_OK &&
	    migrate_tables(model, version) == 0 &&
	    (version < STORE_VERSION || views_make(model) == 0))
		return model;
	sqlite3_close(model);
	return NULL;
}

static void name_object(char *object, size_t size, const char *type, const char *name)
{
	snprintf(object, size, "%s %.70s", type ? type : "an object", name ? name : "?");
	printable(object);
}

static void add(struct schema_report *report, const char *type, const char *name,
		const char *how, bool is_ignorable)
{
	const size_t room = sizeof(report->departures) / sizeof(report->departures[0]);
	report->is_ignorable = report->is_ignorable && is_ignorable;
	if (report->n_departures < room) {
		struct schema_departure *departure =
		    &report->departures[report->n_departures];
		name_object(departure->object, sizeof(departure->object), type, name);
		departure->how = how;
		departure->is_ignorable = is_ignorable;
	}
	report->n_departures++;
}

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

/* Would it stand before a table-valued function that joulecart reads? */
static bool is_in_the_way(const char *name)
{
	static const char *const prefixes[] = { "sqlite_", "json_", "pragma_",
						"joulecart_" };
	for (size_t i = 0; name && i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (sqlite3_strnicmp(name, prefixes[i], (int)strlen(prefixes[i])) == 0)
			return true;
	return !name;
}

/* Whether it is left aside when ours is read: SQLite reads an index by itself. */
static bool can_be_left(const char *type, const char *name)
{
	return is(type, "trigger") ||
	       ((is(type, "table") || is(type, "view")) && !is_in_the_way(name));
}

static void check_object(sqlite3_stmt *row, sqlite3_stmt *same,
			 struct schema_report *report)
{
	const char *type = column(row, 0), *name = column(row, 1);
	sqlite3_reset(same);
	sqlite3_bind_text(same, 1, type, -1, SQLITE_STATIC);
	sqlite3_bind_text(same, 2, name, -1, SQLITE_STATIC);
	bool is_view = is(type, "view");
	if (sqlite3_step(same) != SQLITE_ROW)
		add(report, type, name, "is not one of joulecart's",
		    can_be_left(type, name));
	else if (!is(column(row, 2), column(same, 0)) ||
		 !are_alike(column(row, 3), column(same, 1)))
		add(report, type, name, "is changed", is_view);
	/* The same object twice, or two that share pages. */
	else if (sqlite3_column_int(row, 4) > 1)
		add(report, type, name, "shares its pages with another", false);
}

static const char own_sql[] =
    "SELECT type, name, tbl_name, sql, iif(rootpage IS 0, 1, (SELECT count(*)"
    " FROM main.sqlite_schema o WHERE o.rootpage IS s.rootpage))"
    " FROM main.sqlite_schema s WHERE (type = 'view') <= ?1 ORDER BY rowid";
static const char same_sql[] = "SELECT tbl_name, sql FROM main.sqlite_schema"
			       " WHERE type = ?1 AND name = ?2";

/* Each object of db against model's. */
static int check_present(sqlite3 *db, sqlite3 *model, bool with_views,
			 struct schema_report *report)
{
	sqlite3_stmt *row = NULL, *same = NULL;
	int step = SQLITE_ERROR, n = 0;
	if (sqlite3_prepare_v2(db, own_sql, -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(model, same_sql, -1, &same, NULL) == SQLITE_OK) {
		sqlite3_bind_int(row, 1, with_views);
		while ((step = sqlite3_step(row)) == SQLITE_ROW && n++ < MOST_OBJECTS)
			check_object(row, same, report);
	}
	sqlite3_finalize(row);
	sqlite3_finalize(same);
	return step == SQLITE_DONE || n > MOST_OBJECTS ? 0 : -1;
}

/* What model has and db lacks. */
static int check_missing(sqlite3 *db, sqlite3 *model, bool with_views,
			 struct schema_report *report)
{
	sqlite3_stmt *row = NULL, *same = NULL;
	int step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(model, own_sql, -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, same_sql, -1, &same, NULL) == SQLITE_OK) {
		sqlite3_bind_int(row, 1, with_views);
		while ((step = sqlite3_step(row)) == SQLITE_ROW) {
			sqlite3_reset(same);
			sqlite3_bind_text(same, 1, column(row, 0), -1, SQLITE_STATIC);
			sqlite3_bind_text(same, 2, column(row, 1), -1, SQLITE_STATIC);
			if (sqlite3_step(same) != SQLITE_ROW)
				add(report, column(row, 0), column(row, 1), "is missing",
				    is(column(row, 0), "view"));
		}
	}
	sqlite3_finalize(row);
	sqlite3_finalize(same);
	return step == SQLITE_DONE ? 0 : -1;
}

static int check_each(sqlite3 *db, int version, bool with_views,
		      struct schema_report *report)
{
	sqlite3 *model = model_of(version);
	int code = model ? check_present(db, model, with_views, report) : -1;
	if (code == 0)
		code = check_missing(db, model, with_views, report);
	sqlite3_close(model);
	return code;
}

int schema_check(sqlite3 *db, int version, struct schema_report *report)
{
	bool has_tables = false, differ = true;
	*report = (struct schema_report){ .is_ignorable = true };
	if (is_known(db, version, false, &has_tables) != 0 ||
	    (version == STORE_VERSION && views_differ(db, &differ) != 0))
		return -1;
	report->has_own_views = !differ;
	report->has_known_views = !differ;
	if (differ && is_known(db, version, true, &report->has_known_views) != 0)
		return -1;
	if (has_tables && report->has_known_views)
		return 0;
	return check_each(db, version, !report->has_known_views, report);
}
