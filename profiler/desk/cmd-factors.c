/* profiler/desk/cmd-factors.c - joulecart factors: numbers from outside, seen, added, imported. */
#include <config.h>

#include "base/number.h"
#include "base/option-table.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "profiler/options/reading-options.h"
#include "reports/changes/factor-changes.h"
#include "reports/figure/column-text.h"
#include "reports/render/query-table.h"
#include "schema/database/bundled.h"
#include "schema/database/migrate.h"
#include "schema/factors/certificate-store.h"
#include "schema/factors/data-file.h"
#include "schema/factors/factor-store.h"
#include "schema/factors/grid-file.h"
#include "schema/factors/grid-time.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct factors_options {
	const char *kind, *zone;
	bool zones, json, plain;
	enum table_form form;
	struct reading_options reading; /* of list and show */
	int64_t campaign_id;
	struct factor_source source;
	char **operands;
	int n_operands;
};

static const struct option_row rows[] = {
	{ OPTION_HEADING("list and show") },
	{ "kind", 0, "KIND", NULL, "list only grid, embodied, device, ... [all]",
	  OPTION_TEXT(struct factors_options, kind) },
	{ "zones", 0, NULL, NULL, "list the zones that --zone takes",
	  OPTION_FLAG(struct factors_options, zones) },
	{ "json", 0, NULL, NULL, "print as JSON",
	  OPTION_FLAG(struct factors_options, json) },
	{ "plain", 0, NULL, NULL, "print tab-separated",
	  OPTION_FLAG(struct factors_options, plain) },
	{ OPTION_INCLUDE(despite_rows, struct factors_options, reading) },
	{ OPTION_HEADING("set and import") },
	{ "by", 0, "NAME", NULL,
	  "who makes the change, for the file's change log [your account's name]",
	  OPTION_TEXT(struct factors_options, source.who) },
	{ "campaign", 0, "N", NULL, "set only for the Nth campaign [all]",
	  OPTION_COUNT(struct factors_options, campaign_id, 1, OPTION_COUNT_MOST),
	  .values = VALUES_CAMPAIGNS },
	{ "source", 0, "TEXT", NULL, "where the number is from",
	  OPTION_TEXT(struct factors_options, source.source) },
	{ "publisher", 0, "TEXT", NULL, "who published it",
	  OPTION_TEXT(struct factors_options, source.publisher) },
	{ "edition", 0, "TEXT", NULL, "which edition of the source",
	  OPTION_TEXT(struct factors_options, source.edition) },
	{ "licence", 0, "TEXT", NULL, "under which licence",
	  OPTION_TEXT(struct factors_options, source.licence), .also = "license" },
	{ "retrieved", 0, "DATE", NULL, "when it was read, YYYY-MM-DD [today]",
	  OPTION_TEXT(struct factors_options, source.retrieved) },
	{ "address", 0, "URL", NULL, "where it can be read",
	  OPTION_TEXT(struct factors_options, source.address) },
	{ "place", 0, "TEXT", NULL, "page, table or row there",
	  OPTION_TEXT(struct factors_options, source.place) },
	{ "compared", 0, "DATE", NULL, "when it was compared with its publisher's own text",
	  OPTION_TEXT(struct factors_options, source.compared) },
	{ "gwp", 0, "WORD", NULL, "SAR, AR4, AR5 or AR6: whose warming potentials",
	  OPTION_TEXT(struct factors_options, source.gwp) },
	{ "gases", 0, "TEXT", NULL, "the gases in it",
	  OPTION_TEXT(struct factors_options, source.gases) },
	{ "boundary", 0, "TEXT", NULL, "what the number includes",
	  OPTION_TEXT(struct factors_options, source.boundary) },
	{ "unit", 0, "TEXT", NULL, "unit of the number [that of the bundled one]",
	  OPTION_TEXT(struct factors_options, source.unit) },
	{ "year", 0, "N", NULL, "year of the data",
	  OPTION_COUNT(struct factors_options, source.year, 1900, 2200) },
	{ "zone", 0, "CODE", NULL, "import: the zone, where the file does not name it",
	  OPTION_TEXT(struct factors_options, zone), .values = VALUES_ZONES },
	{ "method", 0, "WORD", NULL, "average or marginal",
	  OPTION_TEXT(struct factors_options, source.method) },
	{ "scope", 0, "WORD", NULL, "direct or lifecycle",
	  OPTION_TEXT(struct factors_options, source.scope) },
	{ "basis", 0, "WORD", NULL, "production or consumption",
	  OPTION_TEXT(struct factors_options, source.basis) },
	{ 0 },
};

static const struct option_table table = {
	.command = "factors",
	.usage =
	    "Usage: joulecart factors list [OPTION]... [FILE.db]\n"
	    "       joulecart factors show KEY [FILE.db]\n"
	    "       joulecart factors diff OLD.db [NEW.db]\n"
	    "       joulecart factors set [OPTION]... FILE.db NAME=VALUE...\n"
	    "       joulecart factors import [OPTION]... FILE.db DATA...\n"
	    "Show the factors that come from outside (grid intensities, embodied "
	    "carbon...)\n"
	    "with their sources, and add your own to a database.\n"
	    "\n"
	    "  joulecart factors list --kind grid\n"
	    "  joulecart factors show GB\n"
	    "  joulecart factors diff last-year.db this-year.db\n"
	    "  joulecart factors set x.db psu=0.92 embodied=server --source 'data sheet'\n"
	    "  joulecart factors set x.db grid/FR/intensity=45 --year 2025 --method "
	    "average\n"
	    "                        --scope direct --source 'RTE eCO2mix'\n"
	    "  joulecart factors import x.db DE_2025_hourly.csv\n",
	.rows = rows,
	.forms = "list|show|diff|set|import",
	.operands = { VALUES_UNKNOWN, VALUES_DATABASES },
};

/* The file, or what is bundled where none was named. */
static sqlite3 *open_to_list(const struct factors_options *options, const char *path,
			     struct problem *why)
{
	sqlite3 *db = NULL;
	if (path)
		return reading_open(&options->reading, path, NULL, why);
	if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
	    migrate_up(db, "the bundled factors", 0, why) == 0)
		return db;
	sqlite3_close(db);
	return NULL;
}

static const char list_sql[] =
    "SELECT kind, key, parameter, value, unit, year, scope,"
    " coalesce(compared, 'no') AS compared, origin, publisher, gwp, edition FROM "
    "known_factor "
    "WHERE in_force AND (?1 IS NULL OR kind = ?1) ORDER BY kind, key, parameter";
/* For people: by the name that 'set' takes. */
static const char list_text_sql[] =
    "SELECT kind || '/' || key || '/' || parameter AS factor, value, unit, year, scope,"
    " coalesce(compared, 'no') AS compared, origin, publisher, gwp, edition FROM "
    "known_factor "
    "WHERE in_force AND (?1 IS NULL OR kind = ?1) ORDER BY kind, key, parameter";
static const char zones_sql[] =
    "SELECT key AS zone, value AS 'g/kWh', scope, year, name, publisher FROM known_factor "
    "WHERE in_force AND kind = 'grid' AND parameter = 'intensity' ORDER BY length(key) > "
    "2, key";
static const char show_sql[] =
    "SELECT kind, key, parameter, value, unit, low, high, name, year, method, scope, basis,"
    " boundary, gases, gwp, gwp_reason, publisher, edition, source, address, place, "
    "licence,"
    " retrieved, compared, compared_reason, file, sha256, origin, note "
    "FROM known_factor_row WHERE key = ?1 COLLATE NOCASE OR key = (SELECT zone FROM "
    "cloud_region"
    "  WHERE region = ?1 OR provider || '/' || region = ?1)"
    " OR kind || '/' || key || '/' || parameter = ?1 COLLATE NOCASE " /* as list names it */
    "ORDER BY kind, parameter, origin DESC";

/* What was left aside of the file is said below a table, and where programs read in a column. */
static int prepare(sqlite3 *db, const char *sql, bool is_column, sqlite3_stmt **statement)
{
	char *with = sqlite3_mprintf(
	    is_column ? "SELECT *, ?2 AS left_aside FROM (%s)" : "%s", sql);
	int code = with ? sqlite3_prepare_v2(db, with, -1, statement, NULL) : SQLITE_NOMEM;
	sqlite3_free(with);
	return code;
}

static int print(sqlite3 *db, const char *sql, const char *word, enum table_form form,
		 size_t *n_rows, struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	char left_aside[640];
	bool is_left = store_departures(db, left_aside, sizeof(left_aside)) > 0;
	bool is_column = is_left && (form == TABLE_JSON || form == TABLE_PLAIN);
	if (bundled_know(db) != SQLITE_OK ||
	    prepare(db, sql, is_column, &statement) != SQLITE_OK)
		return store_problem(db, "read", "the factors", why);
	bind_text(statement, 1, word);
	if (is_column)
		bind_text(statement, 2, left_aside);
	int code = query_print(statement, form, "joulecart-factors-1", stdout, n_rows, why);
	sqlite3_finalize(statement);
	if (code == 0 && is_left && !is_column)
		text_say(stdout, "Left aside, by --despite-schema: %s", left_aside);
	return code;
}

static int list(const struct factors_options *options, struct problem *why)
{
	size_t n_rows = 0;
	if (options->n_operands > 1)
		return options_operand_problem(&table, "one FILE.db at most", why);
	sqlite3 *db = open_to_list(options, options->operands[0], why);
	if (!db)
		return -1;
	int code = print(db,
			 options->zones                ? zones_sql
			 : options->form == TABLE_TEXT ? list_text_sql
						       : list_sql,
			 options->kind, options->form, &n_rows, why);
	sqlite3_close(db);
	if (code == 0 && n_rows == 0) {
		problem_what(why, "no factor of kind '%s'", options->kind);
		why->kind = PROBLEM_USAGE;
		return problem_todo(why, "'joulecart factors list' shows all");
	}
	return code;
}

static int show(const struct factors_options *options, struct problem *why)
{
	size_t n_rows = 0;
	if (options->n_operands < 1 || options->n_operands > 2)
		return options_operand_problem(&table, "a KEY to show", why);
	sqlite3 *db = open_to_list(options, options->operands[1], why);
	if (!db)
		return -1;
	const char *key = options->operands[0];
	int code = print(db, show_sql, key,
			 options->form == TABLE_TEXT ? TABLE_PAIRS : options->form, &n_rows,
			 why);
	sqlite3_close(db);
	if (code == 0 && n_rows == 0) {
		problem_what(why, "no factor for '%s'", key);
		why->kind = PROBLEM_USAGE;
		return problem_todo(why, "'joulecart factors list' shows all");
	}
	return code;
}

/* The factors that this program has, all of them. */
static sqlite3 *open_bundled(struct problem *why)
{
	sqlite3 *db = NULL;
	if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
	    migrate_up(db, "the bundled factors", 0, why) == 0) {
		if (bundled_add_all(db) == SQLITE_OK)
			return db;
		store_problem(db, "read", "the bundled factors", why);
	}
	sqlite3_close(db);
	return NULL;
}

static int diff(const struct factors_options *options, int64_t *n, struct problem *why)
{
	if (options->n_operands < 1 || options->n_operands > 2)
		return options_operand_problem(&table, "OLD.db, and NEW.db or nothing",
					       why);
	const char *newer = options->operands[1];
	sqlite3 *old = reading_open(&options->reading, options->operands[0], NULL, why);
	sqlite3 *new = !old    ? NULL
		       : newer ? reading_open(&options->reading, newer, NULL, why)
			       : open_bundled(why);
	int code = new ? factor_changes_print(old, new, newer != NULL, stdout, n, why) : -1;
	sqlite3_close(new);
	sqlite3_close(old);
	return code;
}

/* 0: no factor differs; else -1, as of what is not as it was. */
static int judge_diff(const struct factors_options *options, struct problem *why)
{
	int64_t n = 0;
	if (diff(options, &n, why) != 0)
		return -1;
	const char *newer = options->operands[1];
	if (n == 0)
		return 0;
	if (newer)
		problem_what(why, "the factors of '%s' and '%s' differ",
			     options->operands[0], newer);
	else
		problem_what(why, "the factors of '%s' and of this joulecart differ",
			     options->operands[0]);
	why->kind = PROBLEM_NOT_MEASURED;
	return problem_refuse(why, "state with the figures which factors they have",
			      "%lld difference%s", (long long)n, n == 1 ? "" : "s");
}

static int set_one(sqlite3 *db, const struct factors_options *options, char *operand,
		   struct problem *why)
{
	char *equals = strchr(operand, '=');
	if (!equals) {
		problem_what(why, "cannot set '%s'", operand);
		why->kind = PROBLEM_USAGE;
		problem_why(why, "NAME=VALUE is expected");
		return problem_todo(why, "'joulecart factors --help' has examples");
	}
	*equals = '\0';
	if (!strchr(operand, '/'))
		return setting_set(db, operand, equals + 1, options->campaign_id,
				   &options->source, why);
	double value;
	if (number_read(equals + 1, &value))
		return factor_set(db, operand, value, &options->source, why);
	problem_what(why, "cannot set '%s'", operand);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "'%s' is not a number", equals + 1);
	return problem_todo(why, "give one such as 215.8 or 1.2k");
}

static void print_doubled(const struct grid_file *file)
{
	char text[GRID_TIME_SIZE];
	char more[40] = "";
	if (file->n_doubled > 1)
		snprintf(more, sizeof(more), " and %zu more times", file->n_doubled - 1);
	wrap_say(stdout, 0, 2, "left out: %s%s, for which the file gives different values",
		 grid_time_text(file->doubled_ns, text), more);
}

static int import_certificates(sqlite3 *db, const struct factors_options *options,
			       const struct data_file *data, const char *name,
			       struct problem *why)
{
	struct certificate_file file;
	if (certificate_file_parse(data, options->zone, &file, why) != 0)
		return -1;
	int code = certificates_store(db, &file, name, &options->source, why);
	double kwh = 0;
	for (size_t i = 0; i < file.n; i++)
		kwh += file.certificates[i].kwh;
	if (code == 0)
		wrap_say(stdout, 0, 2,
			 "certificates: zone %s, %zu row%s, %.6g kWh: 'joulecart report' "
			 "matches them with what was used, hour by hour",
			 file.zone, file.n, file.n == 1 ? "" : "s", kwh);
	certificate_file_free(&file);
	return code;
}

static int import_series(sqlite3 *db, const struct factors_options *options,
			 const struct data_file *data, const char *name,
			 struct problem *why)
{
	const struct grid_declared declared = { options->zone, options->source.method,
						options->source.scope };
	struct grid_file file;
	if (grid_file_parse(data, &declared, &file, why) != 0)
		return -1;
	int code = grid_series_store(db, &file, name, &options->source, why);
	for (size_t i = 0; code == 0 && i < file.n_series; i++)
		wrap_say(stdout, 0, 2, "%s: zone %s, %s, %s, %zu values, one each %g min",
			 file.format, file.zone, file.series[i].method,
			 file.series[i].scope, file.series[i].n,
			 (double)file.series[i].step_ns / 60e9);
	if (code == 0 && file.n_doubled > 0)
		print_doubled(&file);
	grid_file_free(&file);
	return code;
}

static int import_one(sqlite3 *db, const struct factors_options *options, char *operand,
		      struct problem *why)
{
	const char *slash = strrchr(operand, '/');
	const char *name = slash ? slash + 1 : operand;
	struct data_file data;
	if (data_file_read(operand, &data, why) != 0)
		return -1;
	int code = certificate_file_is(&data)
		       ? import_certificates(db, options, &data, name, why)
		       : import_series(db, options, &data, name, why);
	data_file_free(&data);
	return code;
}

/* All of the operands, or none. */
static int change(const struct factors_options *options,
		  int (*one)(sqlite3 *, const struct factors_options *, char *,
			     struct problem *),
		  struct problem *why)
{
	const char *path = options->operands[0];
	sqlite3 *exists = store_open_read(path, why);
	sqlite3_close(exists);
	struct store *store = exists ? store_open(path, why) : NULL;
	if (!store)
		return -1;
	int code = store_begin(store, why);
	for (int i = 1; code == 0 && i < options->n_operands; i++)
		code = one(store_db(store), options, options->operands[i], why);
	if (code == 0)
		code = store_commit(store, why);
	else
		store_rollback(store);
	store_close(store);
	return code;
}

static int act(const char *action, const struct factors_options *options,
	       struct problem *why)
{
	if (strcmp(action, "list") == 0)
		return list(options, why);
	if (strcmp(action, "show") == 0)
		return show(options, why);
	if (strcmp(action, "diff") == 0)
		return judge_diff(options, why);
	bool is_set = strcmp(action, "set") == 0;
	if (!is_set && strcmp(action, "import") != 0) {
		problem_what(why, "cannot '%s' factors", action);
		why->kind = PROBLEM_USAGE;
		return problem_todo(why, "list, show, diff, set or import");
	}
	if (options->n_operands < 2)
		return options_operand_problem(
		    &table, is_set ? "FILE.db and NAME=VALUE" : "FILE.db and DATA", why);
	return change(options, is_set ? set_one : import_one, why);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct factors_options options = { 0 };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (options.json || options.plain)
		options.form = options.json ? TABLE_JSON : TABLE_PLAIN;
	/* "factors" and "factors --zones" list */
	const char *action = first < argc ? argv[first] : "list";
	options.operands = argv + (first < argc ? first + 1 : argc);
	options.n_operands = first < argc ? argc - first - 1 : 0;
	return act(action, &options, why) == 0 ? EXIT_OK : -1;
}

const struct command command_factors = {
	.name = "factors",
	.group = "Report",
	.summary = "factors from outside: list, show, diff, set, import",
	.options = &table,
	.run = run,
};
