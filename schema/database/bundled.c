/* schema/database/bundled.c - see bundled.h. */
#include <config.h>

#include "schema/database/bundled.h"

#include "schema/ddl.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Columns of table factor of that name. NULL, NAN and year 0: the source does not say. */
struct bundled_factor {
	const char *kind, *key, *parameter;
	double value;
	const char *unit;
	double low, high;
	const char *name;
	int year;
	const char *method, *scope, *basis, *boundary, *publisher, *edition, *source,
	    *licence, *retrieved, *note, *address, *place, *gwp, *gases, *compared, *file,
	    *sha256;
};

static const struct bundled_factor factors[] = {
#include "schema/factor-rows.h"
};
enum { N_FACTORS = sizeof(factors) / sizeof(factors[0]) };

#define COLUMNS                                                                            \
	"kind, key, parameter, value, unit, low, high, name, year, method, scope, "        \
	"basis, boundary, publisher, edition, source, licence, retrieved, note, address, " \
	"place, gwp, gases, compared, file, sha256"
#define INSERT_INTO(table)                              \
	"INSERT OR IGNORE INTO " table " (" COLUMNS ")" \
	" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"

static void bind_real(sqlite3_stmt *row, int at, double value)
{
	if (!isnan(value))
		sqlite3_bind_double(row, at, value);
}

static void bind_factor(sqlite3_stmt *row, const struct bundled_factor *factor)
{
	const struct {
		int at;
		const char *text;
	} texts[] = {
		{ 1, factor->kind },      { 2, factor->key },
		{ 3, factor->parameter }, { 5, factor->unit },
		{ 8, factor->name },      { 10, factor->method },
		{ 11, factor->scope },    { 12, factor->basis },
		{ 13, factor->boundary }, { 14, factor->publisher },
		{ 15, factor->edition },  { 16, factor->source },
		{ 17, factor->licence },  { 18, factor->retrieved },
		{ 19, factor->note },     { 20, factor->address },
		{ 21, factor->place },    { 22, factor->gwp },
		{ 23, factor->gases },    { 24, factor->compared },
		{ 25, factor->file },     { 26, factor->sha256 },
	};
	sqlite3_clear_bindings(row);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		sqlite3_bind_text(row, texts[i].at, texts[i].text, -1, SQLITE_STATIC);
	bind_real(row, 4, factor->value);
	bind_real(row, 6, factor->low);
	bind_real(row, 7, factor->high);
	if (factor->year)
		sqlite3_bind_int(row, 9, factor->year);
}

/* Kind and key; key NULL: every one. */
struct wanted {
	const char *kind, *key;
};

static bool is_wanted(const struct bundled_factor *factor, const struct wanted *wanted)
{
	return !wanted || (strcmp(factor->kind, wanted->kind) == 0 &&
			   (!wanted->key || strcmp(factor->key, wanted->key) == 0));
}

/* wanted NULL: all. */
static int add(sqlite3_stmt *insert, const struct wanted *wanted)
{
	for (size_t i = 0; i < N_FACTORS; i++) {
		if (!is_wanted(&factors[i], wanted))
			continue;
		bind_factor(insert, &factors[i]);
		int code = sqlite3_step(insert);
		sqlite3_reset(insert);
		if (code != SQLITE_DONE)
			return code;
	}
	return SQLITE_OK;
}

static int add_to(sqlite3 *db, const char *sql, const struct wanted *wanted)
{
	sqlite3_stmt *insert = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &insert, NULL);
	if (code == SQLITE_OK)
		code = add(insert, wanted);
	sqlite3_finalize(insert);
	return code;
}

int bundled_add_all(sqlite3 *db)
{
	return add_to(db, INSERT_INTO("main.factor"), NULL);
}

int bundled_add(sqlite3 *db, const char *kind, const char *key)
{
	const struct wanted wanted = { kind, key };
	return add_to(db, INSERT_INTO("main.factor"), &wanted);
}

/* What v_account, v_doubt and v_factor_used look for, by the same rules. */
static const char used_sql[] =
    "WITH zone (key) AS (SELECT coalesce(zone, 'WORLD') FROM main.campaign"
    "  UNION SELECT text FROM main.setting WHERE name = 'zone') "
    "SELECT 'grid', key FROM zone UNION ALL "
    "SELECT DISTINCT 'water', iif(key LIKE 'US-%', 'US', key) FROM zone UNION ALL "
    "SELECT DISTINCT 'embodied', text FROM main.setting"
    "  WHERE name = 'embodied' AND text IS NOT NULL UNION ALL "
    "SELECT DISTINCT 'cpu', coalesce(microarchitecture, 'unknown') FROM main.host UNION "
    "ALL "
    "SELECT 'uncertainty', NULL";

int bundled_add_used(sqlite3 *db)
{
	sqlite3_stmt *used = NULL, *insert = NULL;
	int code = sqlite3_prepare_v2(db, used_sql, -1, &used, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, INSERT_INTO("main.factor"), -1, &insert,
					  NULL);
	int step = SQLITE_DONE;
	while (code == SQLITE_OK && (step = sqlite3_step(used)) == SQLITE_ROW) {
		const struct wanted wanted = {
			(const char *)sqlite3_column_text(used, 0),
			(const char *)sqlite3_column_text(used, 1),
		};
		code = add(insert, &wanted);
	}
	sqlite3_finalize(used);
	sqlite3_finalize(insert);
	return code == SQLITE_OK && step != SQLITE_DONE ? step : code;
}

static const char know_sql[] =
    "DROP TABLE IF EXISTS temp.known_factor;"
    "CREATE TEMP TABLE known_factor (kind TEXT, key TEXT, parameter TEXT, value REAL,"
    " unit TEXT, low REAL, high REAL, name TEXT, year INTEGER, method TEXT, scope TEXT,"
    " basis TEXT, boundary TEXT, publisher TEXT, edition TEXT, source TEXT, licence TEXT,"
    " retrieved TEXT, note TEXT, address TEXT, place TEXT, gwp TEXT,"
    " gases TEXT, compared TEXT, file TEXT, sha256 TEXT,"
    " origin TEXT NOT NULL DEFAULT 'bundled', in_force INTEGER NOT NULL DEFAULT 1,"
    " UNIQUE (kind, key, parameter, origin));"
    "INSERT INTO temp.known_factor (" COLUMNS ", origin)"
    " SELECT " COLUMNS ", origin FROM main.factor";
static const char judge_sql[] =
    "UPDATE temp.known_factor AS f SET in_force = 0 WHERE EXISTS (SELECT 1"
    " FROM temp.known_factor g WHERE g.kind = f.kind AND g.key = f.key"
    " AND g.parameter = f.parameter AND g.origin > f.origin)";

/* Its rule for the rows of temp.known_factor: the text of v_factor_row, of another table. */
static int add_view(sqlite3 *db)
{
	static const char name[] = "CREATE VIEW v_factor_row AS", from[] = "FROM factor;";
	const char *rule = strstr(sql_views_carbon, name) + strlen(name);
	char *sql = sqlite3_mprintf("DROP VIEW IF EXISTS temp.known_factor_row;"
				    "CREATE TEMP VIEW known_factor_row AS %.*s"
				    " FROM temp.known_factor",
				    (int)(strstr(rule, from) - rule), rule);
	int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code;
}

int bundled_know(sqlite3 *db)
{
	int code = sqlite3_exec(db, know_sql, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = add_to(db, INSERT_INTO("temp.known_factor"), NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db, judge_sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? add_view(db) : code;
}

const char *bundled_zone(const char *key)
{
	for (size_t i = 0; i < N_FACTORS; i++)
		if (strcmp(factors[i].kind, "grid") == 0 &&
		    strcasecmp(factors[i].key, key) == 0 &&
		    strcmp(factors[i].parameter, "intensity") == 0)
			return factors[i].key;
	return NULL;
}

const char *bundled_edition(const char *kind, const char *key, const char *parameter)
{
	for (size_t i = 0; i < N_FACTORS; i++)
		if (strcmp(factors[i].kind, kind) == 0 &&
		    strcmp(factors[i].key, key) == 0 &&
		    strcmp(factors[i].parameter, parameter) == 0)
			return factors[i].edition;
	return NULL;
}
