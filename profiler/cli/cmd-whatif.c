/* profiler/cli/cmd-whatif.c - joulecart whatif: other grids, hours, PUE, lives and volumes. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/options.h"
#include "reports/whatif/whatif.h"
#include "schema/factors/factor-store.h"
#include "schema/factors/zone.h"
#include "schema/store/reader.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: joulecart whatif [OPTION]... FILE.db\n"
    "Compute past campaigns with another grid, PUE or volume; nothing runs again.\n"
    "\n"
    "  joulecart whatif shop.db --zones FR,DE,US-CAL\n"
    "  joulecart whatif shop.db --grid 215.8 --pue 1.10 --life 6y\n"
    "  joulecart whatif shop.db --zones FR --hours --per-day 1200000\n"
    "  joulecart whatif shop.db --device smartphone --bytes 2000\n"
    "\n"
    "      --zones=LIST       the grids of these zones, comma-separated\n"
    "      --grid=G           gCO2e/kWh instead of a zone's\n"
    "      --pue=X            energy of the data centre over its IT\n"
    "      --psu=X            efficiency of the power supply, 0 to 1\n"
    "      --embodied=WHAT    device, parts or kgCO2e, as factors set takes them\n"
    "      --life=YEARS       service life of the device\n"
    "      --share=X          of the device that is reserved, 0 to 1\n"
    "      --hours            imported hourly intensities, at the run's own clock\n"
    "      --method=WORD      with --hours: average or marginal [average]\n"
    "      --allow-gaps       with --hours: leave out energy that no value covers\n"
    "      --per-day=N        queries a day: adds the footprint of a year\n"
    "      --per-year=N       queries a year, likewise\n"
    "      --device=NAME      the query on smartphone, tablet, ... beside the cloud\n"
    "      --device-energy=J  joules that it takes there [as many as stored]\n"
    "      --bytes=N          that a query sends and gets over the network [0]\n"
    "      --campaign=N       only the Nth campaign [all]\n"
    "      --json             as JSON\n"
    "  -h, --help             this text\n";

enum {
	OPT_ZONES = 256,
	OPT_GRID,
	OPT_PUE,
	OPT_PSU,
	OPT_EMBODIED,
	OPT_LIFE,
	OPT_SHARE,
	OPT_HOURS,
	OPT_METHOD,
	OPT_GAPS,
	OPT_DAY,
	OPT_YEAR,
	OPT_DEVICE,
	OPT_DEVICE_ENERGY,
	OPT_BYTES,
	OPT_CAMPAIGN,
	OPT_JSON
};

static const struct option long_options[] = {
	{ "zones", required_argument, NULL, OPT_ZONES },
	{ "zone", required_argument, NULL, OPT_ZONES },
	{ "grid", required_argument, NULL, OPT_GRID },
	{ "pue", required_argument, NULL, OPT_PUE },
	{ "psu", required_argument, NULL, OPT_PSU },
	{ "embodied", required_argument, NULL, OPT_EMBODIED },
	{ "life", required_argument, NULL, OPT_LIFE },
	{ "share", required_argument, NULL, OPT_SHARE },
	{ "hours", no_argument, NULL, OPT_HOURS },
	{ "method", required_argument, NULL, OPT_METHOD },
	{ "allow-gaps", no_argument, NULL, OPT_GAPS },
	{ "per-day", required_argument, NULL, OPT_DAY },
	{ "per-year", required_argument, NULL, OPT_YEAR },
	{ "device", required_argument, NULL, OPT_DEVICE },
	{ "device-energy", required_argument, NULL, OPT_DEVICE_ENERGY },
	{ "bytes", required_argument, NULL, OPT_BYTES },
	{ "campaign", required_argument, NULL, OPT_CAMPAIGN },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct arguments {
	struct whatif_options options;
	char *zones;          /* as given; cut at its commas */
	const char *embodied; /* resolved when the database is open */
	char keys[WHATIF_MAX_ZONES][ZONE_KEY_SIZE];
};

/* Numbers with their ranges. A factor of scale is applied; a 'y' may follow years. */
static const struct {
	int code;
	const char *name;
	size_t field;
	double min, max, scale;
	const char *expected;
} numbers[] = {
	{ OPT_GRID, "--grid", offsetof(struct whatif_options, g_per_kwh), 0.001, 10000, 1,
	  "gCO2e/kWh, above 0" },
	{ OPT_PUE, "--pue", offsetof(struct whatif_options, pue), 1, 10, 1,
	  "PUE is from 1 to 10" },
	{ OPT_PSU, "--psu", offsetof(struct whatif_options, psu), 0.1, 1, 1,
	  "an efficiency is from 0.1 to 1" },
	{ OPT_LIFE, "--life", offsetof(struct whatif_options, life_years), 0.1, 100, 1,
	  "years, from 0.1 to 100" },
	{ OPT_SHARE, "--share", offsetof(struct whatif_options, share), 1e-9, 1, 1,
	  "a share is above 0 and at most 1" },
	{ OPT_DAY, "--per-day", offsetof(struct whatif_options, per_year), 1e-3, 1e15, 365,
	  "queries a day, above 0" },
	{ OPT_YEAR, "--per-year", offsetof(struct whatif_options, per_year), 1e-3, 1e18, 1,
	  "queries a year, above 0" },
	{ OPT_DEVICE_ENERGY, "--device-energy", offsetof(struct whatif_options, device_j),
	  1e-12, 1e9, 1, "joules, above 0" },
	{ OPT_BYTES, "--bytes", offsetof(struct whatif_options, bytes), 0, 1e15, 1,
	  "bytes, 0 or more" },
};

/* 1: it is none of the numbers. */
static int set_number(struct whatif_options *options, int code, struct problem *why)
{
	char text[48];
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].code != code)
			continue;
		double *value = (double *)(void *)((char *)options + numbers[i].field);
		size_t length = strlen(optarg);
		if (code == OPT_LIFE && length > 1 && optarg[length - 1] == 'y')
			length--;
		snprintf(text, sizeof(text), "%.*s", (int)length, optarg);
		if (parse_real(numbers[i].name, text, numbers[i].min, numbers[i].max, value,
			       numbers[i].expected, NULL, why) != 0)
			return -1;
		*value *= numbers[i].scale;
		return 0;
	}
	return 1;
}

static int set_option(struct arguments *arguments, int code, char **argv,
		      struct problem *why)
{
	struct whatif_options *options = &arguments->options;
	int is_other = set_number(options, code, why);
	if (is_other <= 0)
		return is_other;
	switch (code) {
	case OPT_ZONES:
		arguments->zones = optarg;
		return 0;
	case OPT_EMBODIED:
		arguments->embodied = optarg;
		return 0;
	case OPT_HOURS:
		options->hours = true;
		return 0;
	case OPT_GAPS:
		options->allow_gaps = true;
		return 0;
	case OPT_METHOD:
		options->method = optarg;
		return 0;
	case OPT_DEVICE:
		options->device = optarg;
		return 0;
	case OPT_JSON:
		options->form = TABLE_JSON;
		return 0;
	case OPT_CAMPAIGN:
		options->campaign_id = parse_count("--campaign", optarg, 1, INT64_MAX, why);
		return options->campaign_id < 0 ? -1 : 0;
	default:
		return option_problem(argv, code, why);
	}
}

static int resolve_zones(sqlite3 *db, struct arguments *arguments, struct problem *why)
{
	struct whatif_options *options = &arguments->options;
	char *rest = arguments->zones, *zone;
	while (rest && (zone = strsep(&rest, ","))) {
		if (options->n_zones == WHATIF_MAX_ZONES) {
			problem_what(why, "too many zones");
			why->kind = PROBLEM_USAGE;
			return problem_why(why, "at most %d at a time", WHATIF_MAX_ZONES);
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
	char *end;
	if (!arguments->embodied)
		return 0;
	double kg = strtod(arguments->embodied, &end);
	if (end != arguments->embodied && *end == '\0' && kg > 0) {
		arguments->options.te_kg = kg;
		return 0;
	}
	return embodied_of_parts(db, arguments->embodied, &arguments->options.te_kg, why);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct arguments arguments = { 0 };
	int code;
	while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (set_option(&arguments, code, argv, why) != 0)
			return -1;
	}
	if (optind + 1 != argc)
		return operand_problem("whatif", "one FILE.db", why);
	arguments.options.path = argv[optind];
	sqlite3 *db = store_open_read(argv[optind], why);
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
	.run = run,
};
