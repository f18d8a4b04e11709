/* profiler/desk/cmd-meter.c - joulecart meter: a meter at the wall beside the counters. */
#include <config.h>

#include "base/clock.h"
#include "base/option-table.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "profiler/options/reading-options.h"
#include "reports/wall/meter-store.h"
#include "reports/wall/wall-report.h"
#include "schema/factors/data-file.h"
#include "schema/factors/factor-store.h"
#include "schema/factors/grid-time.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct options {
	struct reading_options reading;
	struct meter_facts facts;
	struct meter_columns columns;
	const char *name; /* NULL: not said */
	const char *import_path;
	double near_s, within_s, offset_s, limit_w;
	bool json, is_factor;
	const char *path;
};

/* What is no number was not stated. */
#define NOT_STATED                                                               \
	.near_s = (double)NAN, .within_s = (double)NAN, .offset_s = (double)NAN, \
	.limit_w = (double)NAN

static const struct option_row rows[] = {
	{ "campaign", 0, "N", NULL, "of the Nth campaign [all, or the only one]",
	  OPTION_COUNT(struct options, facts.campaign_id, 1, OPTION_COUNT_MOST),
	  .values = VALUES_CAMPAIGNS },
	{ "json", 0, NULL, NULL, "print as JSON", OPTION_FLAG(struct options, json) },
	{ OPTION_INCLUDE(despite_rows, struct options, reading) },
	{ OPTION_HEADING("Import what a meter logged") },
	{ "import", 0, "LOG.csv", NULL, "add its readings: rows of a time and watts",
	  OPTION_TEXT(struct options, import_path), .values = VALUES_FILES },
	{ "time-column", 0, "NAME", NULL, "which column has the times [by its name]",
	  OPTION_TEXT(struct options, columns.time) },
	{ "power-column", 0, "NAME", NULL, "which column has the watts [by its name]",
	  OPTION_TEXT(struct options, columns.power) },
	{ "near", 0, "SECONDS", NULL, "look for its clock's offset around that [0]",
	  OPTION_REAL(struct options, near_s, -100000, 100000) },
	{ "within", 0, "SECONDS", NULL, "so far on either side [300]",
	  OPTION_REAL(struct options, within_s, 1, 100000) },
	{ "offset", 0, "SECONDS", NULL, "take that, added to its times, and look for none",
	  OPTION_REAL(struct options, offset_s, -100000, 100000) },
	{ "limit", 0, "WATTS", NULL, "the most that its circuit can carry [20000]",
	  OPTION_REAL(struct options, limit_w, 1, 1e6) },
	{ OPTION_HEADING("State what is known of it") },
	{ "name", 0, "NAME", NULL, "which meter, where there are several [wall]",
	  OPTION_TEXT(struct options, name) },
	{ "model", 0, "TEXT", NULL, "its maker, type and serial number",
	  OPTION_TEXT(struct options, facts.model) },
	{ "certificate", 0, "NUMBER", NULL, "number of its calibration certificate",
	  OPTION_TEXT(struct options, facts.certificate) },
	{ "certified", 0, "DATE", NULL, "date of that certificate, YYYY-MM-DD",
	  OPTION_TEXT(struct options, facts.certified) },
	{ "laboratory", 0, "NAME", NULL, "who calibrated it",
	  OPTION_TEXT(struct options, facts.laboratory) },
	{ "uncertainty", 0, "SHARE", NULL,
	  "its expanded uncertainty (k = 2) by that, of the reading: 0.2%",
	  OPTION_SHARE(struct options, facts.uncertainty_k2) },
	{ "by", 0, "NAME", NULL,
	  "who states it, for the file's change log [your account's name]",
	  OPTION_TEXT(struct options, facts.who) },
	{ OPTION_HEADING("Use it") },
	{ "as-psu", 0, NULL, NULL,
	  "take what the counters saw of the wall for the efficiency of the power supply",
	  OPTION_FLAG(struct options, is_factor) },
	{ 0 },
};

static const struct option_table table = {
	.command = "meter",
	.usage =
	    "Usage: joulecart meter [OPTION]... FILE.db\n"
	    "Show how much of a meter at the wall the counters saw, import its log, and "
	    "state\n"
	    "its calibration certificate.\n"
	    "\n"
	    "  joulecart run --meter tcp:192.0.2.7:5025 -o x.db -- ./job\n"
	    "  joulecart meter x.db\n"
	    "  joulecart meter --import wall.csv x.db\n"
	    "  joulecart meter --certificate 2026-118 --certified 2026-03-01 \\\n"
	    "                  --laboratory 'A lab' --uncertainty 0.2% x.db\n"
	    "  joulecart meter --as-psu x.db\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
};

static int refuse(const char *because, const char *todo, struct problem *why)
{
	problem_what(why, "cannot take what is stated of the meter");
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, todo, "%s", because);
}

static bool is_date(const char *text)
{
	char with_time[32];
	int64_t utc_ns;
	if (strlen(text) != 10)
		return false;
	snprintf(with_time, sizeof(with_time), "%s 00:00", text);
	return grid_time(with_time, true, &utc_ns) == 0;
}

static bool is_stating(const struct options *options)
{
	return options->facts.model || options->facts.certificate;
}

static bool is_changing(const struct options *options)
{
	return options->import_path || is_stating(options) || options->is_factor;
}

/* Of a log are these, and none of them is ignored. */
static int check_import(const struct options *options, struct problem *why)
{
	const struct meter_columns *columns = &options->columns;
	bool is_looking = !isnan(options->near_s) || !isnan(options->within_s);
	if (!options->import_path &&
	    (columns->time || columns->power || is_looking || !isnan(options->offset_s) ||
	     !isnan(options->limit_w)))
		return refuse("columns, an offset and a limit are of a log",
			      "give --import LOG.csv too, or leave them out", why);
	if (is_looking && !isnan(options->offset_s))
		return refuse("where --offset is given none is looked for",
			      "leave it out, or --near and --within", why);
	if (options->facts.who && !is_changing(options))
		return refuse("nothing is stated that --by could be of", "leave it out",
			      why);
	return 0;
}

static void set_defaults(struct options *options)
{
	options->facts.name = options->name ? options->name : "wall";
	options->near_s = isnan(options->near_s) ? 0 : options->near_s;
	options->within_s = isnan(options->within_s) ? 300 : options->within_s;
	options->limit_w = isnan(options->limit_w) ? 20000 : options->limit_w;
}

/* Which options go together. */
static int check(const struct options *options, struct problem *why)
{
	const struct meter_facts *facts = &options->facts;
	if ((facts->certificate != NULL) != (facts->uncertainty_k2 > 0))
		return refuse("a certificate has a number and an uncertainty",
			      "give --certificate and --uncertainty together", why);
	if (!facts->certificate && (facts->certified || facts->laboratory))
		return refuse("a date and a laboratory are of a certificate",
			      "give --certificate and --uncertainty too", why);
	if (facts->certified && !is_date(facts->certified))
		return refuse("the date of the certificate is none",
			      "write it as 2026-03-01", why);
	if (options->name && !*options->name)
		return refuse("it has no name", "give --name, or leave it out", why);
	return check_import(options, why);
}

/* The campaign that was named, or the only one. 0, or -1 with *why. */
static int choose_campaign(sqlite3 *db, struct options *options, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	int64_t n = 0, only = 0, asked = options->facts.campaign_id;
	if (sqlite3_prepare_v2(db,
			       "SELECT count(*), min(campaign_id) FROM campaign"
			       " WHERE ?1 = 0 OR campaign_id = ?1",
			       -1, &row, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(row, 1, asked);
		if (sqlite3_step(row) == SQLITE_ROW) {
			n = sqlite3_column_int64(row, 0);
			only = sqlite3_column_int64(row, 1);
		}
	}
	sqlite3_finalize(row);
	options->facts.campaign_id = only;
	if (n == 1)
		return 0;
	problem_what(why, "cannot tell of which campaign the meter is");
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "name one: --campaign N", "%s",
			      n       ? "the file has several"
			      : asked ? "the file has none of that number"
				      : "the file has none");
}

static int64_t ns_of(double seconds)
{
	return (int64_t)llround(seconds * 1e9);
}

/* Why no offset can be stated, in the user's words. */
static int refuse_offset(enum offset_found code, const struct clock_offset *offset,
			 const struct options *options, struct problem *why)
{
	static const char by_hand[] =
	    "set the meter's clock and measure anew, or state what "
	    "is known of it: --offset SECONDS";
	problem_what(why, "cannot find the offset of the meter's clock");
	switch (code) {
	case OFFSET_TOO_FEW:
		return problem_refuse(
		    why, "name where to look: --near SECONDS, --within SECONDS",
		    "nowhere within %.0f s around %.0f s are %d readings beside the run",
		    options->within_s, options->near_s, OFFSET_LEAST);
	case OFFSET_UNLIKE:
		return problem_refuse(why, by_hand,
				      "its power and the counters' are alike nowhere (r = "
				      "%.2f at most): was the load steady?",
				      offset->correlation);
	case OFFSET_SEVERAL:
		return problem_refuse(why, by_hand,
				      "both are alike at %.2f s and at %.2f s: a load that "
				      "repeats itself",
				      (double)offset->offset_ns * 1e-9,
				      (double)offset->rival_ns * 1e-9);
	case OFFSET_NOT_STEADY:
		return problem_refuse(why, "set the meter's clock and measure anew",
				      "it is not steady: it moves by %.2f s between the "
				      "halves of the log",
				      (double)offset->rival_ns * 1e-9);
	case OFFSET_TOO_MUCH:
		return problem_refuse(why, "give less: --within SECONDS",
				      "the log is too long to look so far for it");
	default:
		return problem_why(why, "out of memory");
	}
}

static int find_offset(sqlite3 *db, const struct options *options,
		       const struct meter_file *file, struct meter_import *import,
		       struct problem *why)
{
	struct wall_series series = { 0 };
	struct arena *arena = arena_new();
	if (!arena)
		return problem_why(why, "out of memory");
	int code = wall_read_counters(db, options->facts.campaign_id, arena, &series, why);
	if (code == 0) {
		wall_intervals(file->readings, file->n, arena, &series);
		enum offset_found found = clock_offset_find(&series, ns_of(options->near_s),
							    ns_of(options->within_s),
							    &import->offset);
		if (found != OFFSET_FOUND)
			code = refuse_offset(found, &import->offset, options, why);
	}
	arena_free(arena);
	return code;
}

static void print_imported(const struct meter_file *file, const struct meter_stored *stored)
{
	char outside[80] = "";
	if (stored->n_outside > 0)
		snprintf(outside, sizeof(outside),
			 "; %lld trial%s it does not cover have none of it",
			 (long long)stored->n_outside, stored->n_outside == 1 ? "" : "s");
	wrap_say(stdout, 0, 2,
		 "imported: %lld of %zu readings into %lld trial%s, %lld of them "
		 "gaps%s",
		 (long long)stored->n_readings, file->n, (long long)stored->n_trials,
		 stored->n_trials == 1 ? "" : "s", (long long)stored->n_gaps, outside);
}

/* A log that was read, with its offset. */
struct log_file {
	struct data_file data;
	struct meter_file file;
	struct meter_import import;
};

/* 0, or -1 with *why; free it in either case. */
static int read_log(sqlite3 *db, const struct options *options, struct log_file *log,
		    struct problem *why)
{
	const char *slash = strrchr(options->import_path, '/');
	*log = (struct log_file){ .import = {
				      .file = &log->file,
				      .path = slash ? slash + 1 : options->import_path,
				      .is_stated = !isnan(options->offset_s),
				      .limit_w = options->limit_w,
				  } };
	if (data_file_read(options->import_path, &log->data, why) != 0 ||
	    meter_file_parse(&log->data, &options->columns, &log->file, why) != 0)
		return -1;
	log->import.sha256 = log->data.sha256;
	if (!log->import.is_stated)
		return find_offset(db, options, &log->file, &log->import, why);
	log->import.offset.offset_ns = ns_of(options->offset_s);
	return 0;
}

static void free_log(struct log_file *log)
{
	meter_file_free(&log->file);
	data_file_free(&log->data);
}

static int import(struct store *store, const struct options *options,
		  const struct log_file *log, struct problem *why)
{
	struct meter_stored stored;
	if (meter_import(store, &options->facts, &log->import, &stored, why) != 0)
		return -1;
	print_imported(&log->file, &stored);
	return 0;
}

static const struct wall_meter *meter_named(const struct wall_report *report,
					    const char *name)
{
	for (size_t i = 0; i < report->n; i++)
		if (strcmp(report->meters[i].name, name) == 0)
			return &report->meters[i];
	return NULL;
}

/* What stands against taking it for the power supply's efficiency; NULL: nothing. */
static const char *why_no_factor(const struct wall_meter *meter)
{
	if (!meter)
		return "no meter of that name was read";
	if (!meter->is_compared)
		return meter->why_not;
	if (meter->is_estimate)
		return "what was counted is an estimate, whose watts are those of the wall "
		       "already";
	if (!meter->certificate)
		return "how uncertain the meter is was not stated: --certificate and "
		       "--uncertainty";
	if (meter->gain.share.value > 1)
		return "the counters saw more than the wall";
	return meter->gain.share.low > 0 ? NULL : "its interval reaches down to nothing";
}

static int set_factor(sqlite3 *db, const struct options *options,
		      const struct wall_meter *meter, struct arena *arena,
		      struct problem *why)
{
	const struct wall_figure *share = &meter->gain.share;
	const struct factor_source source = {
		.source = arena_format(
		    arena, "meter at the wall '%s', %s, %s: %s", meter->name,
		    meter->model ? meter->model : "no type was stated",
		    wall_certificate(meter, arena), wall_sentence(meter, arena)),
		.publisher = "joulecart meter",
		.boundary = "counters of this campaign against the wall, at its load",
		.who = options->facts.who,
	};
	const char *value = arena_format(arena, "%.6g", share->value);
	double k2 = (share->high - share->low) / 2 / share->value;
	if (setting_set(db, "psu", value, options->facts.campaign_id, &source, why) != 0 ||
	    factor_set(db, "uncertainty/psu/k2", k2, &source, why) != 0)
		return -1;
	wrap_say(stdout, 0, 2,
		 "psu = %s for campaign %lld, and its k2 = %s for the whole file", value,
		 (long long)options->facts.campaign_id, arena_format(arena, "%.3g", k2));
	return 0;
}

static int use(struct store *store, const struct options *options, struct problem *why)
{
	struct wall_report report = { 0 };
	struct arena *arena = arena_new();
	if (!arena)
		return problem_why(why, "out of memory");
	int code = wall_report_read(store_db(store), options->facts.campaign_id, NULL,
				    arena, &report, why);
	if (code == 0) {
		const struct wall_meter *meter = meter_named(&report, options->facts.name);
		const char *because = why_no_factor(meter);
		problem_what(why, "cannot take the meter for the power supply's factor");
		code = because
			   ? problem_refuse(why, "'joulecart meter' shows what is known",
					    "%s", because)
			   : set_factor(store_db(store), options, meter, arena, why);
	}
	arena_free(arena);
	return code;
}

/* All that was asked for, or none of it. */
static int change_all(struct store *store, const struct options *options,
		      const struct log_file *log, struct problem *why)
{
	int code = store_begin(store, why);
	if (code == 0 && options->import_path)
		code = import(store, options, log, why);
	else if (code == 0 && is_stating(options))
		code = meter_state(store, &options->facts, why);
	if (code == 0 && options->is_factor)
		code = use(store, options, why);
	if (code == 0)
		return store_commit(store, why);
	store_rollback(store);
	return -1;
}

/* The log is read, and its offset looked for, before anything is written: nobody else waits for that. */
static int change(struct options *options, struct problem *why)
{
	struct log_file log = { 0 };
	sqlite3 *exists = store_open_read(options->path, why);
	int code = exists ? choose_campaign(exists, options, why) : -1;
	if (code == 0 && options->import_path)
		code = read_log(exists, options, &log, why);
	sqlite3_close(exists);
	struct store *store = code == 0 ? store_open(options->path, why) : NULL;
	code = store ? change_all(store, options, &log, why) : -1;
	if (store)
		store_close(store);
	free_log(&log);
	return code;
}

static int show(const struct options *options, struct problem *why)
{
	struct wall_report report = { 0 };
	struct arena *arena = arena_new();
	if (!arena)
		return problem_why(why, "out of memory");
	sqlite3 *db = reading_open(&options->reading, options->path, NULL, why);
	int code = db ? wall_report_read(db, options->facts.campaign_id, options->name,
					 arena, &report, why)
		      : -1;
	if (code == 0 && options->json)
		code = wall_report_json(&report, stdout, why);
	else if (code == 0)
		wall_report_print(&report, arena, stdout);
	sqlite3_close(db);
	arena_free(arena);
	return code == 0 ? EXIT_OK : -1;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { NOT_STATED };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	options.path = argv[first];
	if (check(&options, why) != 0)
		return -1;
	set_defaults(&options);
	if (is_changing(&options) && change(&options, why) != 0)
		return -1;
	return show(&options, why);
}

const struct command command_meter = {
	.name = "meter",
	.group = "Report",
	.summary = "a meter at the wall beside the counters",
	.options = &table,
	.run = run,
};
