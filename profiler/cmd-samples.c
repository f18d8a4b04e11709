/* profiler/cmd-samples.c - joulecart samples: the raw readings as CSV. */
#include <config.h>

#include "base/problem.h"
#include "profiler/command.h"
#include "profiler/options.h"
#include "schema/reader.h"

#include <csv.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: joulecart samples [OPTION]... FILE.db\n"
    "Print the raw readings as CSV: one line each, values as the source gave them.\n"
    "\n"
    "  joulecart samples joulecart.db > samples.csv\n"
    "  joulecart samples --trial 3 --channel powercap/package-0 joulecart.db\n"
    "\n"
    "      --trial=N          only trial N [all]\n"
    "      --channel=NAME     only this channel, with or without its collector [all]\n"
    "  -h, --help             this text\n"
    "\n"
    "Columns: trial, collector, channel, mono_ns (middle of the read, on\n"
    "CLOCK_MONOTONIC), half_width_ns (half of the time it took), raw (empty: failed),\n"
    "unit_per_raw, unit, error.\n";

enum { OPT_TRIAL = 256, OPT_CHANNEL };

static const struct option long_options[] = {
	{ "trial", required_argument, NULL, OPT_TRIAL },
	{ "channel", required_argument, NULL, OPT_CHANNEL },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void print_text(const char *text, char after)
{
	csv_fwrite(stdout, text, strlen(text));
	putchar(after);
}

/* As few digits as give the very same number again. */
static void print_real(double value, char after)
{
	char text[32];
	snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) != value)
		snprintf(text, sizeof(text), "%.17g", value);
	printf("%s%c", text, after);
}

static int print_sample(void *context, const struct sample_row *row)
{
	(void)context;
	const struct sample *sample = &row->sample;
	printf("%" PRId64 ",", row->trial_id);
	print_text(row->collector, ',');
	print_text(row->channel, ',');
	printf("%" PRId64 ",%" PRId64 ",", sample->mono_ns, sample->half_ns);
	if (!sample->err)
		printf("%" PRIu64, sample->raw);
	putchar(',');
	print_real(row->unit_per_raw, ',');
	printf("%s,", row->unit);
	print_text(sample->err ? strerrorname_np(sample->err) : "", '\n');
	return ferror(stdout) ? 1 : 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct sample_filter filter = { 0 };
	int code;
	while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (code == OPT_CHANNEL)
			filter.channel = optarg;
		else if (code != OPT_TRIAL)
			return option_problem(argv, code, why);
		else if ((filter.trial_id = parse_count("--trial", optarg, 1, INT64_MAX,
							why)) < 0)
			return -1;
	}
	if (optind + 1 != argc)
		return operand_problem("samples", "one FILE.db", why);
	sqlite3 *db = store_open_read(argv[optind], why);
	if (!db)
		return -1;
	puts("trial,collector,channel,mono_ns,half_width_ns,raw,unit_per_raw,unit,error");
	code = samples_each(db, &filter, print_sample, NULL, why);
	sqlite3_close(db);
	return code < 0 ? -1 : EXIT_OK;
}

const struct command command_samples = {
	.name = "samples",
	.group = "Report",
	.summary = "raw readings as CSV",
	.run = run,
};
