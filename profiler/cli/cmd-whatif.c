/* profiler/cli/cmd-whatif.c - joulecart whatif: other grids, hours, PUE, lives and volumes. */
#include <config.h>

#include "base/number.h"
#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/options/options.h"
#include "profiler/options/reading-options.h"
#include "reports/whatif/whatif.h"
#include "schema/factors/factor-store.h"
#include "schema/factors/zone.h"

#include <stdio.h>
#include <string.h>

struct arguments {
	struct whatif_options options;
	struct reading_options reading;
	const char *zones;    /* as given, comma-separated */
	const char *embodied; /* resolved when the database is open */
	double per_day;
	bool json;
	char keys[WHATIF_MAX_ZONES][ZONE_KEY_SIZE];
};

/* "6" or "6y". */
static int take_life(void *years, const char *text, struct problem *why)
{
	char digits[32];
	double value;
	(void)why;
	size_t length = strlen(text);
	snprintf(digits, sizeof(digits), "%.*s",
		 (int)(length > 1 && text[length - 1] == 'y' ? length - 1 : length), text);
	if (!number_read(digits, &value) || value < 0.1 || value > 100)
		return -1;
	*(double *)years = value;
	return 0;
}

static const struct option_row rows[] = {
	{ OPTION_HEADING("The grid and the data centre") },
	{ "zones", 0, "LIST", NULL, "the grids of these zones, comma-separated",
	  OPTION_TEXT(struct arguments, zones), .also = "zone", .values = VALUES_ZONES },
	{ "grid", 0, "G", NULL, "gCO2e/kWh instead of a zone's",
	  OPTION_REAL(struct arguments, options.g_per_kwh, 0.001, 10000),
	  .expected = "gCO2e/kWh, above 0" },
	{ "hours", 0, NULL, NULL,
	  "imported hourly intensities at the hours of the run, not the annual mean",
	  OPTION_FLAG(struct arguments, options.hours) },
	{ "method", 0, "WORD", NULL, "with --hours: average or marginal [average]",
	  OPTION_TEXT(struct arguments, options.method) },
	{ "allow-gaps", 0, NULL, NULL, "with --hours: leave out energy of uncovered hours",
	  OPTION_FLAG(struct arguments, options.allow_gaps) },
	{ "pue", 0, "X", NULL, "energy of the data centre over its IT's",
	  OPTION_OWN(struct arguments, options.pue, take_pue) },
	{ "psu", 0, "X", NULL, "efficiency of the power supply, 0 to 1",
	  OPTION_REAL(struct arguments, options.psu, 0.1, 1),
	  .expected = "an efficiency is from 0.1 to 1", .setting = SETTING_ANY },
	{ OPTION_HEADING("The hardware") },
	{ "embodied", 0, "WHAT", NULL,
	  "device, parts or kgCO2e, as joulecart factors set takes them",
	  OPTION_TEXT(struct arguments, embodied), .setting = SETTING_ANY },
	{ "life", 0, "YEARS", NULL, "service life of the device",
	  OPTION_OWN(struct arguments, options.life_years, take_life),
	  .expected = "years, from 0.1 to 100", .setting = SETTING_ANY },
	{ "share", 0, "X", NULL, "share of the device that is reserved, 0 to 1",
	  OPTION_REAL(struct arguments, options.share, 1e-9, 1),
	  .expected = "a share is above 0 and at most 1" },
	{ OPTION_HEADING("The volume, and the user's device") },
	{ "per-day", 0, "N", NULL, "queries a day, such as 1.2M: adds a year's footprint",
	  OPTION_REAL(struct arguments, per_day, 1e-3, 1e15),
	  .expected = "queries a day, above 0", .setting = SETTING_ANY },
	{ "per-year", 0, "N", NULL, "queries a year, instead",
	  OPTION_REAL(struct arguments, options.per_year, 1e-3, 1e18),
	  .expected = "queries a year, above 0" },
	{ "device", 0, "NAME", NULL,
	  "answer the query on a smartphone, tablet, ... and compare with the cloud",
	  OPTION_TEXT(struct arguments, options.device) },
	{ "device-energy", 0, "J", NULL,
	  "joules of a query (or run) on it [as many as stored]",
	  OPTION_REAL(struct arguments, options.device_j, 1e-12, 1e9),
	  .expected = "joules, above 0" },
	{ "bytes", 0, "N", NULL, "bytes that a query (or run) sends and receives [0]",
	  OPTION_REAL(struct arguments, options.bytes, 0, 1e15),
	  .expected = "bytes, 0 or more" },
	{ OPTION_HEADING("What is shown") },
	{ "campaign", 0, "N", NULL, "only the Nth campaign [all]",
	  OPTION_COUNT(struct arguments, options.campaign_id, 1, OPTION_COUNT_MOST),
	  .values = VALUES_CAMPAIGNS },
	{ "sensitivity", 0, NULL, NULL,
	  "also how far each input by itself moves the stored grams",
	  OPTION_FLAG(struct arguments, options.sensitivity) },
	{ "json", 0, NULL, NULL, "print as JSON", OPTION_FLAG(struct arguments, json) },
	{ OPTION_INCLUDE(reading_rows, struct arguments, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "whatif",
	.usage =
	    "Usage: joulecart whatif [OPTION]... FILE.db\n"
	    "Compute past campaigns with another grid, PUE or volume. Nothing runs again.\n"
	    "\n"
	    "  joulecart whatif shop.db --zones FR,DE,US-CAL\n"
	    "  joulecart whatif shop.db --grid 215.8 --pue 1.10 --life 6y\n"
	    "  joulecart whatif shop.db --zones FR --hours --per-day 1.2M\n"
	    "  joulecart whatif shop.db --device smartphone --bytes 2000\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
};

static int resolve_zones(sqlite3 *db, struct arguments *arguments, struct problem *why)
{
	struct whatif_options *options = &arguments->options;
	options->asked = arguments->zones;
	for (const char *rest = arguments->zones; rest; rest = strchr(rest, ',')) {
		char zone[ZONE_KEY_SIZE + 32]; /* what is longer is no zone either */
		rest += *rest == ',';
		snprintf(zone, sizeof(zone), "%.*s", (int)strcspn(rest, ","), rest);
		if (options->n_zones == WHATIF_MAX_ZONES) {
			problem_what(why, "too many zones");
			why->kind = PROBLEM_USAGE;
			return problem_refuse(why, "ask again for the rest",
					      "at most %d at a time", WHATIF_MAX_ZONES);
		}
		char *key = arguments->keys[options->n_zones];
		if (zone_resolve(db, zone, key, ZONE_KEY_SIZE, why) != 0)
			return -1;
		options->zones[options->n_zones++] = key;
	}
	return 0;
}

static int resolve_embodied(sqlite3 *db, struct arguments *arguments, struct problem *why)
{
	double kg;
	if (!arguments->embodied)
		return 0;
	if (number_read(arguments->embodied, &kg) && kg > 0) {
		arguments->options.te_kg = kg;
		return 0;
	}
	return embodied_of_parts(db, arguments->embodied, &arguments->options.te_kg, why);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct arguments arguments = { 0 };
	int code, first = options_parse(&table, argc, argv, &arguments, why);
	if (first <= 0)
		return first;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	if (arguments.per_day > 0)
		arguments.options.per_year = 365 * arguments.per_day;
	if (arguments.json)
		arguments.options.form = TABLE_JSON;
	arguments.options.path = argv[first];
	struct standing standing;
	arguments.options.standing = &standing;
	sqlite3 *db = reading_open(&arguments.reading, argv[first], &standing, why);
	if (!db)
		return -1;
	code = resolve_zones(db, &arguments, why);
	if (code == 0)
		code = resolve_embodied(db, &arguments, why);
	if (code == 0)
		code = whatif_print(db, &arguments.options, stdout, why);
	sqlite3_close(db);
	return code == 0 ? EXIT_OK : -1;
}

const struct command command_whatif = {
	.name = "whatif",
	.group = "Judge",
	.summary = "other grid, hours, PUE, lifetime, volume",
	.options = &table,
	.run = run,
};
