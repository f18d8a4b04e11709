/* profiler/cli/cmd-samples.c - joulecart samples: the raw readings as CSV or JSON lines. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/options/reading-options.h"
#include "reports/figure/csv-text.h"
#include "reports/figure/json-text.h"
#include "schema/store/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct samples_options {
	struct sample_filter filter;
	struct reading_options reading;
	const char *format;
	double from_s, to_s; /* NAN: not given */
};

static const struct option_row rows[] = {
	{ "format", 'f', "FORMAT", "csv", "csv, or jsonl: an object on each line",
	  OPTION_TEXT(struct samples_options, format), .choices = "csv|jsonl" },
	{ "trial", 0, "N", NULL, "only trial N [all]",
	  OPTION_COUNT(struct samples_options, filter.trial_id, 1, OPTION_COUNT_MOST) },
	{ "channel", 0, "NAME", NULL,
	  "only this channel, with or without its collector [all]",
	  OPTION_TEXT(struct samples_options, filter.channel) },
	{ "from", 0, "S", NULL, "only from S seconds after the trial began",
	  OPTION_REAL(struct samples_options, from_s, -1e9, 1e9),
	  .expected = "seconds since the trial began are expected" },
	{ "to", 0, "S", NULL, "only up to S seconds after the trial began",
	  OPTION_REAL(struct samples_options, to_s, -1e9, 1e9),
	  .expected = "seconds since the trial began are expected" },
	{ OPTION_INCLUDE(despite_rows, struct samples_options, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "samples",
	.usage = "Usage: joulecart samples [OPTION]... FILE.db\n"
		 "Print the raw readings as CSV: one a line, with the values that the "
		 "source gave.\n"
		 "\n"
		 "  joulecart samples joulecart.db > samples.csv\n"
		 "  joulecart samples --trial 3 --channel powercap/package-0 joulecart.db\n"
		 "  joulecart samples --from 0.5 --to 1.5 --format jsonl joulecart.db | jq "
		 ".raw\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
	.notes = "Columns: trial, collector, channel, mono_ns (middle of the read, on\n"
		 "CLOCK_MONOTONIC), half_width_ns (half of the time it took), raw (empty "
		 "or null:\n"
		 "the read failed), unit_per_raw, unit, error; left_aside, where "
		 "--despite-schema\nleft something aside.\n",
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
	csv_text(text, stdout);
	putchar(after);
}

/* 1 ends the listing: standard output takes no more, and errno says why. */
static int print_csv(void *context, const struct sample_row *row)
{
	const char *left_aside = context;
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
	print_text(sample->err ? strerrorname_np(sample->err) : "",
		   *left_aside ? ',' : '\n');
	if (*left_aside)
		print_text(left_aside, '\n');
	return ferror(stdout) ? 1 : 0;
}

static void print_json_text(const char *text)
{
	json_print_inline(text, stdout);
}

static int print_jsonl(void *context, const struct sample_row *row)
{
	const char *left_aside = context;
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
	if (*left_aside) {
		printf(",\"left_aside\":");
		print_json_text(left_aside);
	}
	puts("}");
	return ferror(stdout) ? 1 : 0;
}

static int print(sqlite3 *db, const char *path, const struct samples_options *options,
		 struct problem *why)
{
	bool is_csv = strcmp(options->format, "csv") == 0;
	char left_aside[640];
	store_departures(db, left_aside, sizeof(left_aside));
	if (samples_check(db, path, &options->filter, why) != 0 ||
	    samples_check_kept(db, path, &options->filter, why) != 0)
		return -1;
	if (is_csv)
		printf(
		    "trial,collector,channel,mono_ns,half_width_ns,raw,unit_per_raw,unit,"
		    "error%s\n",
		    *left_aside ? ",left_aside" : "");
	int code = samples_each(db, &options->filter, is_csv ? print_csv : print_jsonl,
				left_aside, why);
	if (code <= 0)
		return code;
	int err = errno;
	problem_what(why, "cannot write to standard output");
	return problem_errno(why, err);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct samples_options options = { .from_s = (double)NAN, .to_s = (double)NAN };
	int code, first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	options.filter.has_from = !isnan(options.from_s);
	options.filter.has_to = !isnan(options.to_s);
	options.filter.from_s = options.from_s;
	options.filter.to_s = options.to_s;
	sqlite3 *db = reading_open(&options.reading, argv[first], NULL, why);
	if (!db)
		return -1;
	code = print(db, argv[first], &options, why);
	sqlite3_close(db);
	return code < 0 ? -1 : EXIT_OK;
}

const struct command command_samples = {
	.name = "samples",
	.group = "Report",
	.summary = "raw readings as CSV or JSON lines",
	.options = &table,
	.run = run,
};
