/* profiler/cli/cmd-factors.c - joulecart factors: numbers from outside, seen, added, imported. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/options.h"
#include "reports/render/query-table.h"
#include "schema/factors/factor-store.h"
#include "schema/store/migrate.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: joulecart factors list [OPTION]... [FILE.db]\n"
    "       joulecart factors show KEY [FILE.db]\n"
    "       joulecart factors set [OPTION]... FILE.db NAME=VALUE...\n"
    "       joulecart factors import [OPTION]... FILE.db DATA...\n"
    "Numbers from outside: what is bundled or in FILE.db, and its sources.\n"
    "\n"
    "  joulecart factors list --kind grid\n"
    "  joulecart factors show GB\n"
    "  joulecart factors set x.db psu=0.92 embodied=server --source 'data sheet'\n"
    "  joulecart factors set x.db grid/FR/intensity=45 --year 2025 --method average\n"
    "                        --scope direct --source 'RTE eCO2mix'\n"
    "  joulecart factors import x.db DE_2025_hourly.csv\n"
    "\n"
    "      --kind=KIND        list: only grid, embodied, device, ... [all]\n"
    "      --zones            list: the zones that --zone takes\n"
    "      --json             list, show: as JSON\n"
    "      --plain            list, show: tab separated\n"
    "      --campaign=N       set: for the Nth campaign [all]\n"
    "      --source=TEXT      where the number is from\n"
    "      --publisher=TEXT   who made it\n"
    "      --edition=TEXT     which of theirs\n"
    "      --licence=TEXT     on which terms\n"
    "      --retrieved=DATE   when it was read, YYYY-MM-DD [today]\n"
    "      --boundary=TEXT    what is in it\n"
    "      --unit=TEXT        [as the bundled ones]\n"
    "      --year=N           of the data\n"
    "      --zone=CODE        import: where the file does not say it\n"
    "      --method=WORD      average or marginal\n"
    "      --scope=WORD       direct or lifecycle\n"
    "      --basis=WORD       production or consumption\n"
    "  -h, --help             this text\n";

enum {
	OPT_KIND = 256,
	OPT_ZONES,
	OPT_JSON,
	OPT_PLAIN,
	OPT_CAMPAIGN,
	OPT_SOURCE,
	OPT_PUBLISHER,
	OPT_EDITION,
	OPT_LICENCE,
	OPT_RETRIEVED,
	OPT_BOUNDARY,
	OPT_UNIT,
	OPT_YEAR,
	OPT_ZONE,
	OPT_METHOD,
	OPT_SCOPE,
	OPT_BASIS
};

static const struct option long_options[] = {
	{ "kind", required_argument, NULL, OPT_KIND },
	{ "zones", no_argument, NULL, OPT_ZONES },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "plain", no_argument, NULL, OPT_PLAIN },
	{ "campaign", required_argument, NULL, OPT_CAMPAIGN },
	{ "source", required_argument, NULL, OPT_SOURCE },
	{ "publisher", required_argument, NULL, OPT_PUBLISHER },
	{ "edition", required_argument, NULL, OPT_EDITION },
	{ "licence", required_argument, NULL, OPT_LICENCE },
	{ "license", required_argument, NULL, OPT_LICENCE },
	{ "retrieved", required_argument, NULL, OPT_RETRIEVED },
	{ "boundary", required_argument, NULL, OPT_BOUNDARY },
	{ "unit", required_argument, NULL, OPT_UNIT },
	{ "year", required_argument, NULL, OPT_YEAR },
	{ "zone", required_argument, NULL, OPT_ZONE },
	{ "method", required_argument, NULL, OPT_METHOD },
	{ "scope", required_argument, NULL, OPT_SCOPE },
	{ "basis", required_argument, NULL, OPT_BASIS },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct factors_options {
	const char *kind, *zone;
	bool zones;
	enum table_form form;
	int64_t campaign_id;
	struct factor_source source;
	char **operands;
	int n_operands;
};

/* Where the text of an option goes; NULL: it is none of these. */
static const char **text_option(struct factors_options *options, int code)
{
	struct factor_source *source = &options->source;
	const struct {
		int code;
		const char **text;
	} texts[] = {
		{ OPT_KIND, &options->kind },        { OPT_ZONE, &options->zone },
		{ OPT_SOURCE, &source->source },     { OPT_PUBLISHER, &source->publisher },
		{ OPT_EDITION, &source->edition },   { OPT_LICENCE, &source->licence },
		{ OPT_BOUNDARY, &source->boundary }, { OPT_RETRIEVED, &source->retrieved },
		{ OPT_UNIT, &source->unit },         { OPT_METHOD, &source->method },
		{ OPT_SCOPE, &source->scope },       { OPT_BASIS, &source->basis },
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].code == code)
			return texts[i].text;
	return NULL;
}

static int set_option(struct factors_options *options, int code, char **argv,
		      struct problem *why)
{
	const char **text = text_option(options, code);
	int64_t *count = code == OPT_YEAR ? &options->source.year : &options->campaign_id;
	if (text) {
		*text = optarg;
		return 0;
	}
	switch (code) {
	case OPT_ZONES:
		options->zones = true;
		return 0;
	case OPT_JSON:
		options->form = TABLE_JSON;
		return 0;
	case OPT_PLAIN:
		options->form = TABLE_PLAIN;
		return 0;
	case OPT_YEAR:
	case OPT_CAMPAIGN:
		*count = parse_count(code == OPT_YEAR ? "--year" : "--campaign", optarg, 1,
				     code == OPT_YEAR ? 9999 : INT64_MAX, why);
		return *count < 0 ? -1 : 0;
	default:
		return option_problem(argv, code, why);
	}
}

/* The file, or what is bundled where none was named. */
static sqlite3 *open_to_list(const char *path, struct problem *why)
{
	sqlite3 *db = NULL;
	if (path)
		return store_open_read(path, why);
	if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
	    migrate_up(db, "the bundled factors", 0, why) == 0)
		return db;
	sqlite3_close(db);
	return NULL;
}

static const char list_sql[] =
    "SELECT kind, key, parameter, value, unit, year, scope, publisher, origin FROM "
    "v_factor "
    "WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, key, parameter";
static const char zones_sql[] =
    "SELECT key AS zone, value AS 'g/kWh', scope, year, publisher, name FROM v_factor "
    "WHERE kind = 'grid' AND parameter = 'intensity' ORDER BY length(key) > 2, key";
static const char show_sql[] =
    "SELECT kind, key, parameter, value, unit, low, high, name, year, method, scope, basis,"
    " boundary, publisher, edition, source, licence, retrieved, file, sha256, origin, note "
    "FROM factor WHERE key = ?1 COLLATE NOCASE OR key = (SELECT zone FROM cloud_region"
    "  WHERE region = ?1 OR provider || '/' || region = ?1) "
    "ORDER BY kind, parameter, origin DESC";

static int print(sqlite3 *db, const char *sql, const char *word, enum table_form form,
		 size_t *n_rows, struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		return store_problem(db, "read", "the factors", why);
	sqlite3_bind_text(statement, 1, word, -1, SQLITE_STATIC);
	int code = query_print(statement, form, "joulecart-factors-1", stdout, n_rows, why);
	sqlite3_finalize(statement);
	return code;
}

static int list(const struct factors_options *options, struct problem *why)
{
	size_t n_rows = 0;
	if (options->n_operands > 1)
		return operand_problem("factors list", "one FILE.db at most", why);
	sqlite3 *db = open_to_list(options->operands[0], why);
	if (!db)
		return -1;
	int code = print(db, options->zones ? zones_sql : list_sql, options->kind,
			 options->form, &n_rows, why);
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
		return operand_problem("factors show", "a KEY", why);
	sqlite3 *db = open_to_list(options->operands[1], why);
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

static int set_one(sqlite3 *db, const struct factors_options *options, char *operand,
		   struct problem *why)
{
	char *equals = strchr(operand, '=');
	if (!equals) {
		problem_what(why, "cannot set '%s'", operand);
		why->kind = PROBLEM_USAGE;
		return problem_why(why, "NAME=VALUE is expected");
	}
	*equals = '\0';
	if (!strchr(operand, '/'))
		return setting_set(db, operand, equals + 1, options->campaign_id,
				   options->source.source, why);
	char *end;
	double value = strtod(equals + 1, &end);
	if (end != equals + 1 && *end == '\0')
		return factor_set(db, operand, value, &options->source, why);
	problem_what(why, "cannot set '%s'", operand);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "'%s' is not a number", equals + 1);
}

static int import_one(sqlite3 *db, const struct factors_options *options, char *operand,
		      struct problem *why)
{
	const struct grid_declared declared = { options->zone, options->source.method,
						options->source.scope };
	const char *slash = strrchr(operand, '/');
	struct grid_file file;
	if (grid_file_read(operand, &declared, &file, why) != 0)
		return -1;
	int code = grid_series_store(db, &file, slash ? slash + 1 : operand,
				     &options->source, why);
	for (size_t i = 0; code == 0 && i < file.n_series; i++)
		printf("%s: zone %s, %s, %s, %zu values, one each %g min\n", file.format,
		       file.zone, file.series[i].method, file.series[i].scope,
		       file.series[i].n, (double)file.series[i].step_ns / 60e9);
	grid_file_free(&file);
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
	bool is_set = strcmp(action, "set") == 0;
	if (!is_set && strcmp(action, "import") != 0) {
		problem_what(why, "cannot '%s' factors", action);
		why->kind = PROBLEM_USAGE;
		return problem_todo(why, "list, show, set or import");
	}
	if (options->n_operands < 2)
		return operand_problem(
		    is_set ? "factors set" : "factors import",
		    is_set ? "FILE.db and NAME=VALUE" : "FILE.db and DATA", why);
	return change(options, is_set ? set_one : import_one, why);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct factors_options options = { 0 };
	int code;
	while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (set_option(&options, code, argv, why) != 0)
			return -1;
	}
	/* "factors" and "factors --zones" list */
	const char *action = optind < argc ? argv[optind] : "list";
	options.operands = argv + (optind < argc ? optind + 1 : argc);
	options.n_operands = optind < argc ? argc - optind - 1 : 0;
	return act(action, &options, why) == 0 ? EXIT_OK : -1;
}

const struct command command_factors = {
	.name = "factors",
	.group = "Report",
	.summary = "numbers from outside: list, show, set, import",
	.run = run,
};
