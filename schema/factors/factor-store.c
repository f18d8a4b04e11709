/* schema/factors/factor-store.c - see factor-store.h. */
#include <config.h>

#include "schema/factors/factor-store.h"

#include "base/number.h"
#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/database/guard.h"
#include "schema/factors/zone.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unwritable(sqlite3 *db, const char *name, struct problem *why)
{
	bool is_refused = (sqlite3_errcode(db) & 0xff) == SQLITE_CONSTRAINT;
	problem_what(why, "cannot set '%s'", name);
	if (!is_refused)
		return guard_why(db, why);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "the value or its words are not allowed there (%s)",
		    sqlite3_errmsg(db));
	return problem_todo(why, "'man joulecart-factors' lists what each takes");
}

/* 0, or -1 with *why: temp.known_factor holds what this program and the file know. */
static int know(sqlite3 *db, const char *name, struct problem *why)
{
	return bundled_know(db) == SQLITE_OK ? 0 : unwritable(db, name, why);
}

static int lacks(const char *name, const char *what, const char *option,
		 struct problem *why)
{
	problem_what(why, "cannot set '%s'", name);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "%s is missing", what);
	return problem_todo(why, "give it with %s", option);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static int step(sqlite3 *db, sqlite3_stmt *statement, const char *name, struct problem *why)
{
	int code = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW ? 0 : unwritable(db, name, why);
}

/* A parameter keeps its unit and name from the row that it stands before. */
static const char factor_sql[] =
    "INSERT INTO factor (kind, key, parameter, value, unit, name, year, method, scope, "
    "basis,"
    " boundary, publisher, edition, source, licence, retrieved, origin, note, address,"
    " place, gwp, gases, compared) "
    "SELECT ?1, ?2, ?3, ?4, coalesce(?5, (SELECT unit FROM known_factor WHERE kind = ?1"
    "   AND parameter = ?3 LIMIT 1)),"
    " coalesce((SELECT name FROM known_factor WHERE kind = ?1 AND key = ?2 LIMIT 1), ?2),"
    " ?6, ?7, ?8, ?9, coalesce(?10, 'as its source has it'), coalesce(?11, ?13),"
    " coalesce(?12, 'not stated'), ?13, coalesce(?14, 'not stated'),"
    " coalesce(?15, date('now')), 'set',"
    " (SELECT note FROM known_factor WHERE kind = ?1 AND key = ?2 AND parameter = ?3 LIMIT "
    "1),"
    " ?16, ?17, ?18, ?19, ?20 "
    "WHERE true ON CONFLICT (kind, key, parameter, origin) DO UPDATE SET value = "
    "excluded.value,"
    " unit = excluded.unit, year = excluded.year, method = excluded.method,"
    " scope = excluded.scope, basis = excluded.basis, boundary = excluded.boundary,"
    " publisher = excluded.publisher, edition = excluded.edition, source = excluded.source,"
    " licence = excluded.licence, retrieved = excluded.retrieved,"
    " address = excluded.address, place = excluded.place, gwp = excluded.gwp,"
    " gases = excluded.gases, compared = excluded.compared";

static int check_factor(const char *path, const char *kind, const char *parameter,
			const struct factor_source *source, struct problem *why)
{
	bool is_intensity = strcmp(kind, "grid") == 0 &&
			    strncmp(parameter, "intensity", 9) == 0;
	if (!source->source)
		return lacks(path, "where the number is from", "--source", why);
	if (is_intensity && !source->method)
		return lacks(path, "average or marginal", "--method", why);
	if (is_intensity && !source->scope)
		return lacks(path, "direct or lifecycle", "--scope", why);
	if (is_intensity && !source->year)
		return lacks(path, "the year of the data", "--year", why);
	return 0;
}

int factor_set(sqlite3 *db, const char *path, double value,
	       const struct factor_source *source, struct problem *why)
{
	char kind[32], key[64], parameter[48];
	sqlite3_stmt *statement = NULL;
	if (sscanf(path, "%31[^/]/%63[^/]/%47s", kind, key, parameter) != 3) {
		problem_what(why, "cannot set '%s'", path);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "'joulecart factors list' shows all",
				      "a factor is named KIND/KEY/PARAMETER");
	}
	if (check_factor(path, kind, parameter, source, why) != 0)
		return -1;
	/* What it stands before is shown beside it. */
	if (know(db, path, why) != 0 || bundled_add(db, kind, key) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, factor_sql, -1, &statement, NULL) != SQLITE_OK)
		return unwritable(db, path, why);
	const char *const texts[] = {
		source->method,    source->scope,   source->basis,  source->boundary,
		source->publisher, source->edition, source->source, source->licence,
		source->retrieved, source->address, source->place,  source->gwp,
		source->gases,     source->compared
	};
	bind_text(statement, 1, kind);
	bind_text(statement, 2, key);
	bind_text(statement, 3, parameter);
	sqlite3_bind_double(statement, 4, value);
	bind_text(statement, 5, source->unit);
	if (source->year)
		sqlite3_bind_int64(statement, 6, source->year);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		bind_text(statement, 7 + (int)i, texts[i]);
	return step(db, statement, path, why);
}

static int store_setting(sqlite3 *db, const char *name, int64_t campaign_id,
			 const double *value, const char *text, const char *source,
			 struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO setting VALUES (?, ?, ?, ?, ?)",
			       -1, &statement, NULL) != SQLITE_OK)
		return unwritable(db, name, why);
	bind_text(statement, 1, name);
	sqlite3_bind_int64(statement, 2, campaign_id);
	if (value)
		sqlite3_bind_double(statement, 3, *value);
	else
		bind_text(statement, 4, text);
	bind_text(statement, 5, source);
	if (step(db, statement, name, why) != 0)
		return -1;
	return bundled_add_used(db) == SQLITE_OK ? 0 : unwritable(db, name, why);
}

/* One value of an embodied factor; false: no such row. */
static bool embodied_factor(sqlite3 *db, const char *key, const char *parameter,
			    double *value)
{
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(db,
			   "SELECT value FROM known_factor WHERE in_force"
			   " AND kind = 'embodied' AND key = ? AND parameter = ?",
			   -1, &row, NULL);
	bind_text(row, 1, key);
	bind_text(row, 2, parameter);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	if (is_there)
		*value = sqlite3_column_double(row, 0);
	sqlite3_finalize(row);
	return is_there;
}

double embodied_of_chips(double fixed_kg, double kg_per_cm2, double gb, double gb_per_cm2)
{
	return fixed_kg + kg_per_cm2 * gb / gb_per_cm2;
}

/* Chips, per_kg * amount, or te, as the table has it. */
static bool part_kg(sqlite3 *db, const char *key, double amount, bool has_amount,
		    double *kg)
{
	double fixed, per, density = 1;
	if (embodied_factor(db, key, "te", kg))
		return !has_amount;
	if (has_amount && embodied_factor(db, key, "per_kg", &per)) {
		*kg = per * amount;
		return true;
	}
	if (!has_amount || !embodied_factor(db, key, "fixed", &fixed) ||
	    !embodied_factor(db, key, "per_cm2", &per))
		return false;
	embodied_factor(db, key, "density", &density);
	*kg = embodied_of_chips(fixed, per, amount, density);
	return true;
}

/* "dimm:32x8". false: not a part, or not a known one. */
static bool read_part(sqlite3 *db, const char *part, double *kg)
{
	char key[48];
	double amount = 0;
	int count = 1, at = 0, more = 0;
	if (sscanf(part, "%47[^:x+]%n", key, &at) != 1)
		return false;
	/* a key may hold an x itself: then it goes on to the next separator */
	if (part[at] == 'x' && !isdigit((unsigned char)part[at + 1]))
		sscanf(part, "%47[^:+]%n", key, &at);
	bool has_amount = part[at] == ':';
	if (has_amount) {
		if (sscanf(part + at, ":%lf%n", &amount, &more) != 1 || amount <= 0)
			return false;
		at += more;
	}
	if (part[at] == 'x') {
		if (sscanf(part + at, "x%d%n", &count, &more) != 1 || count < 1)
			return false;
		at += more;
	}
	if (part[at] || !part_kg(db, key, amount, has_amount, kg))
		return false;
	*kg *= count;
	return true;
}

int embodied_of_parts(sqlite3 *db, const char *parts, double *kg, struct problem *why)
{
	char part[80];
	*kg = 0;
	if (know(db, "embodied", why) != 0)
		return -1;
	for (const char *at = parts; *at;) {
		double one;
		size_t length = strcspn(at, "+");
		snprintf(part, sizeof(part), "%.*s", (int)length, at);
		if (!read_part(db, part, &one)) {
			problem_what(why, "cannot set 'embodied'");
			why->kind = PROBLEM_USAGE;
			problem_why(why, "'%s' is no device or part of the table", part);
			return problem_todo(
			    why, "'joulecart factors list --kind embodied' names them");
		}
		*kg += one;
		at += length + (at[length] == '+');
	}
	return *kg > 0 ? 0 : lacks("embodied", "the device", "embodied=server", why);
}

static int set_embodied(sqlite3 *db, const char *value, int64_t campaign_id,
			const char *source, struct problem *why)
{
	double kg;
	char said[256];
	if (know(db, "embodied", why) != 0)
		return -1;
	if (embodied_factor(db, value, "te", &kg))
		return store_setting(db, "embodied", campaign_id, NULL, value, source, why);
	if (embodied_of_parts(db, value, &kg, why) != 0)
		return -1;
	snprintf(said, sizeof(said), "%s (%s)", source, value);
	return store_setting(db, "embodied", campaign_id, &kg, NULL, said, why);
}

static int set_zone(sqlite3 *db, const char *value, int64_t campaign_id, const char *source,
		    struct problem *why)
{
	char zone[ZONE_KEY_SIZE], said[512];
	if (zone_resolve(db, value, zone, sizeof(zone), why) != 0)
		return -1;
	bool is_alias = strcasecmp(value, zone) !=
			0; /* US-CAL is US-CAMX: kept as it was said */
	snprintf(said, sizeof(said), is_alias ? "%s (%s)" : "%s", source, value);
	return store_setting(db, "zone", campaign_id, NULL, zone, said, why);
}

int setting_set(sqlite3 *db, const char *name, const char *value, int64_t campaign_id,
		const char *source, struct problem *why)
{
	double number = 0;
	bool is_number = number_read(value, &number);
	if (!source)
		return lacks(name, "who says so", "--source", why);
	if (strcmp(name, "zone") == 0)
		return set_zone(db, value, campaign_id, source, why);
	if (strcmp(name, "embodied") == 0 && !is_number)
		return set_embodied(db, value, campaign_id, source, why);
	if (strcmp(name, "pue_category") == 0 || strcmp(name, "instrument") == 0)
		return store_setting(db, name, campaign_id, NULL, value, source, why);
	if (!is_number) {
		problem_what(why, "cannot set '%s'", name);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "give one such as 215.8 or 1.2k",
				      "'%s' is not a number", value);
	}
	return store_setting(db, name, campaign_id, &number, NULL, source, why);
}

/* The zone of table factor that goes by that name, else the name itself. */
static void zone_of_publisher(sqlite3 *db, const char *name, char *zone, size_t size)
{
	sqlite3_stmt *row = NULL;
	snprintf(zone, size, "%s", name);
	sqlite3_prepare_v2(db,
			   "SELECT key FROM known_factor WHERE in_force AND kind = 'grid'"
			   " AND parameter = 'intensity' AND (key = ?1"
			   " OR ',' || note || ',' LIKE '%,' || ?1 || ',%')"
			   " ORDER BY key = ?1 DESC LIMIT 1",
			   -1, &row, NULL);
	bind_text(row, 1, name);
	if (sqlite3_step(row) == SQLITE_ROW)
		snprintf(zone, size, "%s", (const char *)sqlite3_column_text(row, 0));
	sqlite3_finalize(row);
}

static const char series_sql[] =
    "INSERT INTO grid_series (zone, method, scope, basis, format, unit, step_ns, publisher,"
    " edition, source, licence, retrieved, file, sha256) VALUES"
    " (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(?8, ?9), coalesce(?10, 'not stated'),"
    "  coalesce(?11, ?9), coalesce(?12, ?13), coalesce(?14, date('now')), ?15, ?16)";

static int add_series_row(sqlite3 *db, const struct grid_file *file, size_t index,
			  const char *name, const char *zone,
			  const struct factor_source *source, struct problem *why)
{
	const struct grid_series *series = &file->series[index];
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, series_sql, -1, &statement, NULL) != SQLITE_OK)
		return unwritable(db, name, why);
	const char *const texts[] = { zone,
				      series->method,
				      series->scope,
				      series->basis,
				      file->format,
				      file->unit,
				      NULL,
				      source->publisher,
				      file->publisher,
				      source->edition,
				      source->source,
				      source->licence,
				      file->licence,
				      source->retrieved,
				      name,
				      file->sha256 };
	for (int i = 0; i < 16; i++)
		if (i != 6)
			bind_text(statement, i + 1, texts[i]);
	sqlite3_bind_int64(statement, 7, series->step_ns);
	return step(db, statement, name, why);
}

static int add_points(sqlite3 *db, const struct grid_series *series, const char *name,
		      struct problem *why)
{
	int64_t series_id = sqlite3_last_insert_rowid(db);
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, "INSERT INTO grid_point VALUES (?, ?, ?, ?, ?)",
				      -1, &statement, NULL);
	for (size_t i = 0; code == SQLITE_OK && i < series->n; i++) {
		const struct grid_point *point = &series->points[i];
		sqlite3_bind_int64(statement, 1, series_id);
		sqlite3_bind_int64(statement, 2, point->begin_ns);
		sqlite3_bind_int64(statement, 3, point->end_ns);
		sqlite3_bind_double(statement, 4, point->g_per_kwh);
		if (point->is_estimated >= 0)
			sqlite3_bind_int(statement, 5, point->is_estimated);
		else
			sqlite3_bind_null(statement, 5);
		code = sqlite3_step(statement) == SQLITE_DONE ? sqlite3_reset(statement)
							      : SQLITE_ERROR;
	}
	sqlite3_finalize(statement);
	return code == SQLITE_OK ? 0 : unwritable(db, name, why);
}

static int forget_file(sqlite3 *db, const char *sha256, const char *name,
		       struct problem *why)
{
	static const char *const sqls[] = {
		"DELETE FROM grid_point WHERE series_id IN"
		" (SELECT series_id FROM grid_series WHERE sha256 = ?)",
		"DELETE FROM grid_series WHERE sha256 = ?"
	};
	for (size_t i = 0; i < 2; i++) {
		sqlite3_stmt *statement = NULL;
		if (sqlite3_prepare_v2(db, sqls[i], -1, &statement, NULL) != SQLITE_OK)
			return unwritable(db, name, why);
		bind_text(statement, 1, sha256);
		if (step(db, statement, name, why) != 0)
			return -1;
	}
	return 0;
}

int grid_series_store(sqlite3 *db, const struct grid_file *file, const char *name,
		      const struct factor_source *source, struct problem *why)
{
	char zone[GRID_ZONE_SIZE];
	if (know(db, name, why) != 0)
		return -1;
	zone_of_publisher(db, file->zone, zone, sizeof(zone));
	if (!source->source && strcmp(file->format, "generic-csv") == 0)
		return lacks(name, "where the numbers are from", "--source", why);
	if (forget_file(db, file->sha256, name, why) != 0)
		return -1;
	for (size_t i = 0; i < file->n_series; i++)
		if (add_series_row(db, file, i, name, zone, source, why) != 0 ||
		    add_points(db, &file->series[i], name, why) != 0)
			return -1;
	return 0;
}
