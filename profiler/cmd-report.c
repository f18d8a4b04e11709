/* profiler/cmd-report.c - joulecart report: every figure again, from the database alone. */
#include <config.h>

#include "base/problem.h"
#include "profiler/command.h"
#include "profiler/options.h"
#include "reports/report.h"
#include "schema/reader.h"

#include <getopt.h>
#include <stdio.h>

static const char usage[] =
    "Usage: joulecart report [OPTION]... FILE.db\n"
    "Make every figure again from the database alone, on any machine.\n"
    "\n"
    "  joulecart report joulecart.db\n"
    "  joulecart report --format json joulecart.db | jq .variants\n"
    "\n"
    "  -f, --format=FORMAT    text, json, csv or markdown [text]\n"
    "      --campaign=N       only the Nth campaign [all]\n"
    "  -h, --help             this text\n";

enum { OPT_CAMPAIGN = 256 };

static const struct option long_options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "campaign", required_argument, NULL, OPT_CAMPAIGN },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int run(int argc, char **argv, struct problem *why)
{
	struct report_options options = { 0 };
	const char *format = "text";
	int code;
	while ((code = getopt_long(argc, argv, ":f:h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (code == 'f')
			format = optarg;
		else if (code != OPT_CAMPAIGN)
			return option_problem(argv, code, why);
		else if ((options.campaign_id = parse_count("--campaign", optarg, 1,
							    INT64_MAX, why)) < 0)
			return -1;
	}
	if (optind + 1 != argc)
		return operand_problem("report", "one FILE.db", why);
	options.path = argv[optind];
	sqlite3 *db = store_open_read(options.path, why);
	if (!db)
		return -1;
	code = report_render(db, format, stdout, &options, why);
	sqlite3_close(db);
	return code == 0 ? EXIT_OK : -1;
}

const struct command command_report = {
	.name = "report",
	.group = "Report",
	.summary = "text, JSON, CSV, Markdown: every figure again",
	.run = run,
};
