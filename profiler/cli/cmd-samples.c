/* profiler/cli/cmd-samples.c - joulecart samples: the raw readings as CSV or JSON lines. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/options.h"
#include "schema/store/reader.h"

#include <csv.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: joulecart samples [OPTION]... FILE.db\n"
    "Print the raw readings as CSV: one line each, values as the source gave them.\n"
    "\n"
    "  joulecart samples joulecart.db > samples.csv\n"
    "  joulecart samples --trial 3 --channel powercap/package-0 joulecart.db\n"
    "  joulecart samples --from 0.5 --to 1.5 --format jsonl joulecart.db | jq .raw\n"
    "\n"
    "  -f, --format=FORMAT    csv, or jsonl: an object on each line [csv]\n"
    "      --trial=N          only trial N [all]\n"
    "      --channel=NAME     only this channel, with or without its collector [all]\n"
    "      --from=S, --to=S   only from and to these seconds since the trial began\n"
    "  -h, --help             this text\n"
    "\n"
    "Columns: trial, collector, channel, mono_ns (middle of the read, on\n"
    "CLOCK_MONOTONIC), half_width_ns (half of the time it took), raw (empty or null:\n"
    "failed), unit_per_raw, unit, error.\n";

enum { OPT_TRIAL = 256, OPT_CHANNEL, OPT_FROM, OPT_TO };

static const struct option long_options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "trial", required_argument, NULL, OPT_TRIAL },
	{ "channel", required_argument, NULL, OPT_CHANNEL },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* As few digits as give the very same number again. */
static void print_real(double value, const char *after)
{
	char text[32];
	snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) != value)
		snprintf(text, sizeof(text), "%.17g", value);
	printf("%s%s", text, after);
}

static void print_text(const char *text, char after)
{
	csv_fwrite(stdout, text, strlen(text));
	putchar(after);
}

/* 1 ends the listing: standard output takes no more, and errno says why. */
static int print_csv(void *context, const struct sample_row *row)
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
	print_real(row->unit_per_raw, ",");
	printf("%s,", row->unit);
	print_text(sample->err ? strerrorname_np(sample->err) : "", '\n');
	return ferror(stdout) ? 1 : 0;
}

static void print_json_text(const char *text)
{
	json_t *string = json_string(text);
	json_dumpf(string ? string : json_null(), stdout, JSON_ENCODE_ANY);
	json_decref(string);
}

static int print_jsonl(void *context, const struct sample_row *row)
{
	(void)context;
	const struct sample *sample = &row->sample;
	printf("{\"trial\":%" PRId64 ",\"collector\":", row->trial_id);
	print_json_text(row->collector);
	printf(",\"channel\":");
	print_json_text(row->channel);
	printf(",\"mono_ns\":%" PRId64 ",\"half_width_ns\":%" PRId64 ",\"raw\":",
	       sample->mono_ns, sample->half_ns);
	if (sample->err)
		printf("null");
	else
		printf("%" PRIu64, sample->raw);
	printf(",\"unit_per_raw\":");
	print_real(row->unit_per_raw, ",\"unit\":");
	print_json_text(row->unit);
	printf(",\"error\":");
	print_json_text(sample->err ? strerrorname_np(sample->err) : NULL);
	puts("}");
	return ferror(stdout) ? 1 : 0;
}

struct samples_options {
	struct sample_filter filter;
	bool as_jsonl;
};

static int set_format(struct samples_options *options, struct problem *why)
{
	options->as_jsonl = strcmp(optarg, "jsonl") == 0;
	if (options->as_jsonl || strcmp(optarg, "csv") == 0)
		return 0;
	problem_what(why, "invalid --format '%s'", optarg);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "csv or jsonl is expected");
}

static int set_time(const char *option, double *seconds, bool *is_set, struct problem *why)
{
	*is_set = true;
	return parse_real(option, optarg, -1e9, 1e9, seconds,
			  "seconds since the trial began are expected", NULL, why);
}

static int set_option(struct samples_options *options, int code, char **argv,
		      struct problem *why)
{
	struct sample_filter *filter = &options->filter;
	switch (code) {
	case 'f':
		return set_format(options, why);
	case OPT_TRIAL:
		filter->trial_id = parse_count("--trial", optarg, 1, INT64_MAX, why);
		return filter->trial_id < 0 ? -1 : 0;
	case OPT_CHANNEL:
		filter->channel = optarg;
		return 0;
	case OPT_FROM:
		return set_time("--from", &filter->from_s, &filter->has_from, why);
	case OPT_TO:
		return set_time("--to", &filter->to_s, &filter->has_to, why);
	default:
		return option_problem(argv, code, why);
	}
}

static int print(sqlite3 *db, const char *path, const struct samples_options *options,
		 struct problem *why)
{
	if (samples_check(db, path, &options->filter, why) != 0 ||
	    samples_check_kept(db, path, &options->filter, why) != 0)
		return -1;
	if (!options->as_jsonl)
		puts("trial,collector,channel,mono_ns,half_width_ns,raw,unit_per_raw,unit,"
		     "error");
	int code = samples_each(db, &options->filter,
				options->as_jsonl ? print_jsonl : print_csv, NULL, why);
	if (code <= 0)
		return code;
	int err = errno;
	problem_what(why, "cannot write to standard output");
	return problem_errno(why, err);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct samples_options options = { 0 };
	int code;
	while ((code = getopt_long(argc, argv, ":f:h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (set_option(&options, code, argv, why) != 0)
			return -1;
	}
	if (optind + 1 != argc)
		return operand_problem("samples", "one FILE.db", why);
	sqlite3 *db = store_open_read(argv[optind], why);
	if (!db)
		return -1;
	code = print(db, argv[optind], &options, why);
	sqlite3_close(db);
	return code < 0 ? -1 : EXIT_OK;
}

const struct command command_samples = {
	.name = "samples",
	.group = "Report",
	.summary = "raw readings as CSV or JSON lines",
	.run = run,
};
