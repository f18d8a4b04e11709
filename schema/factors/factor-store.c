/* schema/factors/factor-store.c - see factor-store.h. */
#include <config.h>

#include "schema/factors/factor-store.h"

#include "base/number.h"
#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/database/change-log.h"
#include "schema/factors/factor-write.h"
#include "schema/factors/zone.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A parameter keeps its unit and name from the row that it stands before. */
static const char factor_sql[] =
    "INSERT INTO factor (kind, key, parameter, value, unit, name, year, method, scope, "
    "basis,"
    " boundary, publisher, edition, source, licence, retrieved, origin, note, address,"
    " place, gwp, gases, compared) "
    "SELECT ?1, ?2, ?3, ?4, coalesce(?5, (SELECT unit FROM known_factor WHERE kind = ?1"
    "   AND parameter = ?3 LIMIT 1), (SELECT unit FROM known_factor WHERE kind = ?1"
    "   AND ?3 LIKE 'intensity%' AND parameter = 'intensity' LIMIT 1)),"
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
		return factor_lacks(path, "where the number is from", "--source", why);
	if (is_intensity && !source->method)
		return factor_lacks(path, "average or marginal", "--method", why);
	if (is_intensity && !source->scope)
		return factor_lacks(path, "direct or lifecycle", "--scope", why);
	if (is_intensity && !source->year)
		return factor_lacks(path, "the year of the data", "--year", why);
	return 0;
}

/* What stands there of a change, in the words of 'diff'. */
static const char factor_state_sql[] =
    "SELECT printf('%.15g %s', value, unit) || ', ' || publisher || ', ' || edition ||"
    " coalesce(', of ' || year, '') || ', ' || source FROM factor"
    " WHERE kind || '/' || key || '/' || parameter = ?1 ORDER BY origin DESC LIMIT 1";
static const char setting_state_sql[] =
    "SELECT coalesce(text, printf('%.15g', value)) || ', says ' || source FROM setting"
    " WHERE name = ?1 AND campaign_id = ?2";
static const char series_state_sql[] =
    "SELECT group_concat(zone || ', ' || method || ', ' || scope || ', ' ||"
    " (SELECT count(*) FROM grid_point p WHERE p.series_id = s.series_id) || ' values',"
    " '; ') || ', SHA-256 ' || sha256 FROM grid_series s WHERE sha256 = ?1";

/* After its words were checked. */
static int write_factor(sqlite3 *db, const char *path, const char *const name[3],
			double value, const struct factor_source *source,
			struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, factor_sql, -1, &statement, NULL) != SQLITE_OK)
		return factor_unwritable(db, path, why);
	const char *const texts[] = {
		source->method,    source->scope,   source->basis,  source->boundary,
		source->publisher, source->edition, source->source, source->licence,
		source->retrieved, source->address, source->place,  source->gwp,
		source->gases,     source->compared
	};
	for (int i = 0; i < 3; i++)
		factor_bind_text(statement, 1 + i, name[i]);
	sqlite3_bind_double(statement, 4, value);
	factor_bind_text(statement, 5, source->unit);
	if (source->year)
		sqlite3_bind_int64(statement, 6, source->year);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		factor_bind_text(statement, 7 + (int)i, texts[i]);
	return factor_step(db, statement, path, why);
}

int factor_set(sqlite3 *db, const char *path, double value,
	       const struct factor_source *source, struct problem *why)
{
	char kind[32], key[64], parameter[48];
	const char *const name[] = { kind, key, parameter };
	struct noted_change change = {
		.kind = "factor", .name = path, .state_sql = factor_state_sql, .key = path
	};
	if (sscanf(path, "%31[^/]/%63[^/]/%47s", kind, key, parameter) != 3) {
		problem_what(why, "cannot set '%s'", path);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "'joulecart factors list' shows all",
				      "a factor is named KIND/KEY/PARAMETER");
	}
	if (check_factor(path, kind, parameter, source, why) != 0)
		return -1;
	/* What it stands before is shown beside it. */
	if (factor_know(db, path, why) != 0)
		return -1;
	if (bundled_add(db, kind, key) != SQLITE_OK)
		return factor_unwritable(db, path, why);
	if (factor_note_begin(db, &change, why) != 0)
		return -1;
	int code = write_factor(db, path, name, value, source, why);
	return factor_note_end(db, &change, source, code, why);
}

/* What a setting holds: a number, or a text. */
struct setting {
	const char *name;
	int64_t campaign_id;
	const double *value; /* NULL: text */
	const char *text;
	const char *said; /* source, with what was asked for; NULL: source->source */
};

static int write_setting(sqlite3 *db, const struct setting *setting,
			 const struct factor_source *source, struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO setting VALUES (?, ?, ?, ?, ?)",
			       -1, &statement, NULL) != SQLITE_OK)
		return factor_unwritable(db, setting->name, why);
	factor_bind_text(statement, 1, setting->name);
	sqlite3_bind_int64(statement, 2, setting->campaign_id);
	if (setting->value)
		sqlite3_bind_double(statement, 3, *setting->value);
	else
		factor_bind_text(statement, 4, setting->text);
	factor_bind_text(statement, 5, setting->said ? setting->said : source->source);
	if (factor_step(db, statement, setting->name, why) != 0)
		return -1;
	return bundled_add_used(db) == SQLITE_OK
		   ? 0
		   : factor_unwritable(db, setting->name, why);
}

static int store_setting(sqlite3 *db, const struct setting *setting,
			 const struct factor_source *source, struct problem *why)
{
	struct noted_change change = { .kind = "setting",
				       .name = setting->name,
				       .campaign_id = setting->campaign_id,
				       .state_sql = setting_state_sql,
				       .key = setting->name };
	if (factor_note_begin(db, &change, why) != 0)
		return -1;
	int code = write_setting(db, setting, source, why);
	return factor_note_end(db, &change, source, code, why);
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
	factor_bind_text(row, 1, key);
	factor_bind_text(row, 2, parameter);
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
	if (factor_know(db, "embodied", why) != 0)
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
	return *kg > 0 ? 0 : factor_lacks("embodied", "the device", "embodied=server", why);
}

static int set_embodied(sqlite3 *db, struct setting *setting,
			const struct factor_source *source, struct problem *why)
{
	double kg;
	char said[256];
	if (factor_know(db, "embodied", why) != 0)
		return -1;
	if (embodied_factor(db, setting->text, "te", &kg))
		return store_setting(db, setting, source, why);
	if (embodied_of_parts(db, setting->text, &kg, why) != 0)
		return -1;
	snprintf(said, sizeof(said), "%s (%s)", source->source, setting->text);
	setting->value = &kg;
	setting->said = said;
	return store_setting(db, setting, source, why);
}

static int set_zone(sqlite3 *db, struct setting *setting,
		    const struct factor_source *source, struct problem *why)
{
	char zone[ZONE_KEY_SIZE], said[512];
	if (zone_resolve(db, setting->text, zone, sizeof(zone), why) != 0)
		return -1;
	bool is_alias = strcasecmp(setting->text, zone) !=
			0; /* US-CAL is US-CAMX: kept as it was said */
	snprintf(said, sizeof(said), is_alias ? "%s (%s)" : "%s", source->source,
		 setting->text);
	setting->text = zone;
	setting->said = said;
	return store_setting(db, setting, source, why);
}

int setting_set(sqlite3 *db, const char *name, const char *value, int64_t campaign_id,
		const struct factor_source *source, struct problem *why)
{
	double number = 0;
	bool is_number = number_read(value, &number);
	struct setting setting = { .name = name,
				   .campaign_id = campaign_id,
				   .text = value };
	if (!source->source)
		return factor_lacks(name, "who says so", "--source", why);
	if (strcmp(name, "zone") == 0)
		return set_zone(db, &setting, source, why);
	if (strcmp(name, "embodied") == 0 && !is_number)
		return set_embodied(db, &setting, source, why);
	if (strcmp(name, "pue_category") == 0 || strcmp(name, "instrument") == 0)
		return store_setting(db, &setting, source, why);
	if (!is_number) {
		problem_what(why, "cannot set '%s'", name);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "give one such as 215.8 or 1.2k",
				      "'%s' is not a number", value);
	}
	setting.value = &number;
	return store_setting(db, &setting, source, why);
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
		return factor_unwritable(db, name, why);
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
			factor_bind_text(statement, i + 1, texts[i]);
	sqlite3_bind_int64(statement, 7, series->step_ns);
	return factor_step(db, statement, name, why);
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
	return code == SQLITE_OK ? 0 : factor_unwritable(db, name, why);
}

static const struct factor_file_tables tables = {
	"DELETE FROM grid_point WHERE series_id IN (SELECT series_id FROM grid_series "
	"WHERE sha256 = ?)",
	"DELETE FROM grid_series WHERE sha256 = ?",
};

static int write_series(sqlite3 *db, const struct grid_file *file, const char *name,
			const struct factor_source *source, struct problem *why)
{
	char zone[GRID_ZONE_SIZE];
	factor_zone_of(db, file->zone, zone, sizeof(zone));
	if (factor_forget_file(db, &tables, file->sha256, name, why) != 0)
		return -1;
	for (size_t i = 0; i < file->n_series; i++)
		if (add_series_row(db, file, i, name, zone, source, why) != 0 ||
		    add_points(db, &file->series[i], name, why) != 0)
			return -1;
	return 0;
}

int grid_series_store(sqlite3 *db, const struct grid_file *file, const char *name,
		      const struct factor_source *source, struct problem *why)
{
	struct noted_change change = { .kind = "series",
				       .name = name,
				       .state_sql = series_state_sql,
				       .key = file->sha256 };
	if (factor_know(db, name, why) != 0)
		return -1;
	if (!source->source && strcmp(file->format, "generic-csv") == 0)
		return factor_lacks(name, "where the numbers are from", "--source", why);
	if (factor_note_begin(db, &change, why) != 0)
		return -1;
	int code = write_series(db, file, name, source, why);
	return factor_note_end(db, &change, source, code, why);
}
