/* What is printed: the tables, their provenance, and what stands in for what is not known.
 *
 * given_bench(): the teacher's trials need 39, 40 and 41 mJ a query. Each is within 5 % by its
 * instrument and 0.3 % by its edges (1 ms * 3 * its mean watts, of 1 s): mean 40 mJ, +- 2.12 by
 * 5.3 %, +- 4.302653 * 1 / sqrt(3) = 2.484 by spread (t of 2 degrees of freedom, s = 1): both
 * sqrt(2.484^2 + 2.12^2) = 3.2658, thus 36.734..43.266.
 * The student's 20, 20 and 20.5 mJ: mean 20.167, s = 0.2887: +- 0.7171 by spread, 1.0688 by
 * 5.3 %: both 1.2871, thus 18.880..21.454.
 * World grid: 40 J for 1000 queries / 3.6e6 * 472.94 g/kWh = 5.255 mg. */
#include <config.h>

#include "base/problem.h"
#include "reports/render/report.h"
#include "tests/unit/reports/given.h"

#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct printed {
	sqlite3 *db;
	char *text;
};

static int nothing_printed(void **state)
{
	*state = calloc(1, sizeof(struct printed));
	return *state ? 0 : -1;
}

static int forget(void **state)
{
	struct printed *printed = *state;
	sqlite3_close(printed->db);
	free(printed->text);
	free(printed);
	return 0;
}

/* A line that the screen's width breaks goes on with deeper indentation: one line again. */
static void join_lines(char *text)
{
	char *to = text;
	for (const char *from = text; *from;) {
		size_t blanks = *from == '\n' ? strspn(from + 1, " ") : 0;
		if (blanks > 2)
			from += 1 + blanks;
		*to++ = blanks > 2 ? ' ' : *from++;
	}
	*to = 0;
}

/* "footer", its lines whole, or a report's format. */
static const char *print(struct printed *printed, const char *format)
{
	size_t size = 0;
	struct problem why;
	char message[900];
	const struct report_options options = { .campaign_id = 1, .path = "t.db" };
	free(printed->text);
	FILE *out = open_memstream(&printed->text, &size);
	int code = strcmp(format, "footer") == 0
		       ? footer_render(printed->db, out, &options, &why)
		       : report_render(printed->db, format, out, &options, &why);
	fclose(out);
	if (code != 0)
		fail_msg("%s", problem_text(&why, message, sizeof(message)));
	if (strcmp(format, "footer") == 0)
		join_lines(printed->text);
	return printed->text;
}

static void expect(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void expect_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" in:\n%s", part, text);
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;
	while ((text = strstr(text, part))) {
		text += strlen(part);
		n++;
	}
	return n;
}

static sqlite3 *given_run(void)
{
	sqlite3 *db = given_campaign("run");
	given_trial(db, (struct given_trial){ "./serve", "command", 1, 49000 });
	return db;
}

static void the_table_has_one_line_a_variant_baseline_first(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	const char *text = print(printed, "text");
	expect(
	    text,
	    "\n"
	    "variant joules   mJ/query 95 %                  vs baseline  top-1 "
	    "mg/1000\n"
	    "teacher measured     40.0 36.7..43.3               baseline 90.0 %       5\n"
	    "student measured     20.2 18.9..21.5 -49.6 % (-51.4..-47.7) 87.5 %       3"
	    "\n");
}

static void the_dearest_variant_comes_first_behind_the_baseline(void **state)
{
	struct printed *printed = *state;
	const struct given_trial trials[] = { { "cheap", "infer", 1, 10000 },
					      { "dear", "infer", 1, 90000 },
					      { "middle", "infer", 1, 20000 },
					      { "teacher", "infer", 1, 40000 } };
	printed->db = given_campaign("bench");
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++)
		given_trial(printed->db, trials[i]);
	const char *text = print(printed, "text"), *at = text;
	const char *const order[] = { "\nteacher", "\ndear", "\nmiddle", "\ncheap" };
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = strstr(at, order[i]);
		assert_non_null(at);
	}
}

static void variants_are_held_against_the_baseline_that_the_campaign_states(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	database_run(printed->db, "UPDATE campaign SET baseline = 'student'");
	const char *text = print(printed, "text");
	expect(text, "\nstudent measured     20.2 18.9..21.5          baseline 87.5 %");
	expect(text, "\nteacher measured     40.0 36.7..43.3 +98 % (+91..+106) 90.0 %");
	text = print(printed, "json");
	expect(text, "\"baseline\": \"student\"");
}

static void parts_of_the_queries_show_their_largest_gap(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	database_run(
	    printed->db,
	    "INSERT INTO metric SELECT trial_id, m.column1, m.column2 FROM trial,"
	    " (VALUES ('macro_f1', 0.8), ('warm_top1', 0.9), ('cold_top1', 0.3),"
	    " ('top1_skin_dry', 0.7), ('top1_skin_dry_queries', 500),"
	    " ('top1_skin_oily', 0.9), ('top1_skin_oily_queries', 500),"
	    " ('top1_tongue_en', 0.5)) m WHERE job = 'infer' AND variant = 'teacher'");
	const char *text = print(printed, "text");
	expect(text, "quality of macro F1   warm   cold largest gap, points");
	expect(text, "teacher      80.0 % 90.0 % 30.0 % 20.0 (skin: dry, oily)\n");
	text = print(printed, "json");
	expect(text, "\"low\": \"dry\"");
	expect(text,
	       "\"difference\": 0.2"); /* of 1, as the other shares; points are of 100 */
	database_run(printed->db,
		     "UPDATE metric SET value = 5 WHERE name LIKE '%_queries'");
	expect(print(printed, "text"), "20.0 (skin: dry, oily ?)\n");
}

static void training_stands_apart_from_inference(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	expect(print(printed, "text"),
	       "\n"
	       "training of joules are   J 95 %    seconds mgCO2e 95 %\n"
	       "student     measured   100 95..105    2.00     13 2..79\n");
}

static void every_estimated_figure_is_in_capitals(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	given_only_estimates(printed->db);
	const char *text = print(printed, "text");
	/* Half of the machine's joules, and what ticks of 10 ms leave open of the half; two
	 * variants, one training, one explanation. */
	expect(text, "teacher ESTIMATED       20 9..31");
	assert_int_equal(count(text, "ESTIMATED"), 4);
	expect_not(text, "measured");
	expect(text, "no energy counter was available: run on the virtual machine's host");
	expect_not(text, "joulecart doctor");
	database_run(printed->db,
		     "INSERT INTO gap (trial_id, collector, kind, why, todo)"
		     " VALUES (1, 'powercap', 'unavailable', 'denied', 'chmod')");
	expect(print(printed, "text"), "next: joulecart doctor");
}

static void the_report_ends_with_joulecarts_own_cost(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	const char *end =
	    " joulecart's own cost: 0.07 CPU s in 14 s of trials (0.5 % of a core)\n";
	const char *text = print(printed, "text");
	expect(text, end);
	assert_string_equal(text + strlen(text) - strlen(end), end);
}

static void an_own_cost_that_nobody_wrote_down_is_not_zero(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	database_run(printed->db, "UPDATE trial SET own_cpu_s = NULL");
	expect(print(printed, "text"), " joulecart's own cost: unknown");
	expect(print(printed, "json"), "\"own_cpu_s\": null");
}

static void an_assumed_zone_is_said(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	expect(print(printed, "text"),
	       " carbon: WORLD 472.94 g/kWh, PUE 1.00, both assumed\n"
	       " g/1000: grams of CO2e of 1000 queries\n"
	       " grid factor: Ember (2025), Yearly Electricity Data, CC BY 4.0; of 2024\n");
	database_run(printed->db, "UPDATE campaign SET zone = 'GB', pue = 1.4");
	expect(print(printed, "text"), " carbon: GB 215.79 g/kWh, PUE 1.40\n");
}

static void what_is_assumed_is_not_said_of_the_power_supply(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db, "INSERT INTO setting (name, campaign_id, value, source) "
				  "VALUES ('psu', 1, 0.92, 'data sheet')");
	const char *text = print(printed, "text");
	expect(text, " carbon: WORLD 472.94 g/kWh, PUE 1.00, both assumed; PSU 0.92\n");
	expect_not(text, "g/1000"); /* a table that it is not in */
}

static void different_workloads_are_not_compared(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	database_run(printed->db,
		     "UPDATE trial SET workload = 'other' WHERE variant = 'student'");
	const char *text = print(printed, "text");
	expect_not(text, "vs baseline");
	expect(text, "2 different workloads: only trials of the same one compare");
}

static void a_missing_figure_has_its_reason(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	database_run(printed->db, "UPDATE channel SET update_interval_ns = 100000000");
	const char *text = print(printed, "text");
	expect(text, "teacher       - 90.0 %      -\n");
	expect(
	    text,
	    " no figure for teacher (infer): lasted 1000 ms, below the 4000 ms that the\n"
	    "  sensor can resolve\n");
}

static void gaps_cut_off_and_shared_trials_are_noted(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	database_run(
	    printed->db,
	    "UPDATE trial SET state = 'incomplete', why_incomplete = 'disk full'"
	    " WHERE trial_id = 7;"
	    "UPDATE trial SET exit_code = 3 WHERE trial_id = 6;"
	    "UPDATE trial SET end_mono_ns = end_mono_ns + 2000000000"
	    " WHERE trial_id = 1;"
	    "INSERT INTO gap (trial_id, collector, name, kind, why, todo) VALUES"
	    " (2, 'hwevents', 'cycles', 'unavailable', 'no PMU', 'run on the host'),"
	    " (3, 'hwevents', 'cycles', 'unavailable', 'no PMU', 'run on the host'),"
	    " (3, 'powercap', 'package-0', 'read-error', 'I/O error', NULL)");
	const char *text = print(printed, "text");
	expect(text, " 1 of 7 trials incomplete, left out of every mean: disk full\n");
	expect(text, " 1 of 7 trials failed (exit status 3): not counted per query\n");
	expect(text, " 2 trials ran while another did");
	expect(
	    text,
	    " powercap: package-0 read error in 1 of 7 trials: I/O error\n"
	    " hwevents: cycles unavailable in 2 of 7 trials: no PMU (run on the host)\n");
	/* teacher: 39 and 40 remain; student: 20 and 20 */
	expect(text, "teacher measured     39.5");
	expect(text, "student measured     20.0");
}

/* A gap in each trial of given_bench(). */
static void given_gap(sqlite3 *db, const char *values)
{
	DATABASE_RUN(db,
		     "INSERT INTO gap (trial_id, collector, name, kind, why)"
		     " SELECT trial_id, g.* FROM trial, (VALUES %s) g",
		     values);
}

static void gaps_with_the_same_reason_share_a_line(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	given_gap(printed->db, "('hwevents', 'cache-misses', 'unavailable', 'no PMU'),"
			       "('hwevents', 'branches', 'unavailable', 'no PMU'),"
			       "('hwevents', 'cgroup', 'unavailable', 'no rights'),"
			       "('papi', 'PAPI_TOT_INS', 'unavailable', 'no PMU'),"
			       "('powercap', NULL, 'unavailable', 'no PMU'),"
			       "('nvml', NULL, 'unavailable', 'no driver')");
	expect(print(printed, "text"),
	       " not on this machine: nvml, powercap (joulecart doctor shows why)\n"
	       " hwevents: branches, cache-misses unavailable in all 7 trials: no PMU\n"
	       " hwevents: cgroup unavailable in all 7 trials: no rights\n"
	       " papi: PAPI_TOT_INS unavailable in all 7 trials: no PMU\n");
	/* one line for people; the reasons are in JSON */
	expect(print(printed, "json"), "nvml: unavailable in all 7 trials: no driver");
}

static void gaps_in_fewer_trials_stand_apart(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	given_gap(printed->db, "('hwevents', 'branches', 'unavailable', 'no PMU'),"
			       "('hwevents', 'cycles', 'unavailable', 'no PMU')");
	database_run(printed->db, "DELETE FROM gap WHERE name = 'cycles' AND trial_id > 1");
	expect(print(printed, "text"),
	       " hwevents: branches unavailable in all 7 trials: no PMU\n"
	       " hwevents: cycles unavailable in 1 of 7 trials: no PMU\n");
}

/* The note of a run that ended early for this reason, which comes after 50 columns. */
static const char *print_reason(struct printed *printed, const char *why)
{
	DATABASE_RUN(printed->db,
		     "UPDATE trial SET state = 'incomplete', why_incomplete = %Q", why);
	return print(printed, "text");
}

static void notes_keep_within_eighty_columns(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	/* 10 + 1 + 19 columns fit; a \xc2\xb5 is two bytes, and one column of such a terminal */
	setlocale(LC_CTYPE, "C.UTF-8");
	expect(
	    print_reason(printed, "ten \xc2\xb5 char nineteen characters"),
	    " 1 of 1 trial incomplete, left out of every mean: ten \xc2\xb5 char nineteen "
	    "characters\n");
	expect(print_reason(printed, "eleven char nineteen characters"),
	       " 1 of 1 trial incomplete, left out of every mean: eleven char nineteen\n"
	       "  characters\n");
	setlocale(LC_CTYPE, "C");
}

static void a_path_wider_than_the_page_stays_whole(void **state)
{
	static const char path[] = "/a/path/of/more/than/eighty/characters/which/nobody/"
				   "could/copy/if/it/were/broken/into/two/lines.db";
	struct printed *printed = *state;
	printed->db = given_run();
	const char *text = print_reason(printed, path);
	expect(text, path);
	expect(text, "every mean:\n  /a/path");
}

static double number_at(json_t *object, const char *figure, const char *key)
{
	json_t *value = json_object_get(json_object_get(object, figure), key);
	assert_non_null(value);
	return json_number_value(value);
}

static void json_has_units_intervals_and_provenance(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	json_t *report = json_loads(print(printed, "json"), 0, NULL);
	assert_non_null(report);
	json_t *teacher = json_array_get(json_object_get(report, "variants"), 0);
	json_t *query = json_object_get(teacher, "joules_per_query");
	assert_string_equal(json_string_value(json_object_get(report, "schema")),
			    "joulecart-report-1");
	assert_true(fabs(number_at(teacher, "joules_per_query", "value") - 0.04) < 1e-9);
	double low = json_number_value(json_array_get(json_object_get(query, "ci95"), 0));
	assert_true(fabs(low - 0.0367342) < 1e-6);
	assert_string_equal(json_string_value(json_object_get(query, "provenance")),
			    "measured");
	assert_true(fabs(number_at(teacher, "gco2e_per_1000_queries", "value") -
			 40 / 3.6e6 * 472.94) < 1e-9);
	assert_true(fabs(json_number_value(json_object_get(report, "own_cpu_s")) - 0.07) <
		    1e-9);
	json_decref(report);
}

static void json_has_null_and_a_reason_for_what_is_unknown(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	database_run(printed->db, "DELETE FROM stretch; DELETE FROM channel");
	json_t *report = json_loads(print(printed, "json"), 0, NULL);
	json_t *teacher = json_array_get(json_object_get(report, "variants"), 0);
	json_t *query = json_object_get(teacher, "joules_per_query");
	assert_true(json_is_null(json_object_get(query, "value")));
	assert_true(json_is_null(json_object_get(query, "ci95")));
	assert_true(json_is_null(json_object_get(query, "provenance")));
	assert_string_equal(json_string_value(json_object_get(query, "reason")),
			    "no source of energy was open");
	json_decref(report);
}

static void csv_has_as_many_fields_in_each_line(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	/* Quotes and commas of a name stay within their field. */
	database_run(printed->db, "UPDATE trial SET variant = 'a \"b\", c'"
				  " WHERE variant = 'student'");
	const char *text = print(printed, "csv");
	assert_int_equal(count(text, "\r\n"), 4);
	expect(text, "\"variant\",\"job\",\"trials\"");
	expect(text, "\"teacher\",\"infer\",3,3,3000,0.04,0.0367342");
	expect(text, "\"a \"\"b\"\", c\",\"infer\"");
	size_t columns = 105;
	const char *end = strstr(text, "\r\n");
	char *header = strndup(text, (size_t)(end - text));
	assert_int_equal(count(header, ",") + 1, columns);
	free(header);
	/* The teacher's line has one quoted comma twice: in Ember's name. */
	const char *line = end + 2;
	char *first = strndup(line, (size_t)(strstr(line, "\r\n") - line));
	assert_int_equal(count(first, ",") - count(first, ", ") + 1, columns);
	free(first);
}

static void markdown_escapes_what_would_end_a_cell(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	database_run(printed->db,
		     "UPDATE trial SET variant = 'a|b' WHERE variant = 'student'");
	const char *text = print(printed, "markdown");
	expect(text, "| teacher | measured | 40.0 | 36.7..43.3 | baseline | 90.0 % |");
	expect(text, "| a\\|b | measured |");
	expect(text, "\n|:---|:---|---:|:---|---:|---:|---:|\n");
}

static void the_footer_of_a_measured_run(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	/* 50 J in all: 2.5 J by 5 %, and 1 ms * 3 * 25 W = 0.075 J at the edges, 47.425..52.575;
	 * 49 J in the steady second, 1000 queries: 2.45 J and 0.147 J, 46.403..51.597;
	 * carbon 50 J / 3.6e6 * 472.94 = 6.569 mg +- sqrt(5.15^2 + 10^2) % = 11.25 % */
	assert_string_equal(
	    print(printed, "footer"),
	    "joulecart: 2 s, exit 0\n"
	    "  energy       50.0 J       (47.4..52.6)     measured  package-0 50\n"
	    "  per query    49.0 mJ      (46.4..51.6)     measured  1000 queries\n"
	    "  carbon       7 mgCO2e     (1..40)          assumed   WORLD 472.94 g/kWh, "
	    "PUE 1.00\n"
	    "  not counted  fans, disks, network, power supply; embodied\n"
	    "  stored       trial 1 in t.db; own cost 10 CPU ms (0.5 % of a core), no "
	    "tick lost\n");
}

/* The same joules as with queries, though another statement reads them. */
static void a_run_without_queries_has_the_same_joules(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db, "UPDATE trial SET queries = NULL;"
				  "UPDATE phase SET queries = NULL");
	const char *text = print(printed, "footer");
	expect(text,
	       "  energy       50.0 J       (47.4..52.6)     measured  package-0 50\n");
	expect(text, "  carbon       7 mgCO2e     (1..40) ");
	assert_null(strstr(text, "per query"));
	database_run(printed->db, "UPDATE trial SET state = 'incomplete',"
				  " why_incomplete = 'interrupted by SIGINT'");
	text = print(printed, "footer");
	expect(text, "; incomplete: interrupted by SIGINT\n");
	expect(text,
	       "  energy       50.0 J       (47.4..52.6)     measured  package-0 50\n");
}

static void a_wide_sign_does_not_move_the_columns_of_the_footer(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db,
		     "UPDATE phase SET queries = 1000000 WHERE name = 'steady'");
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		fail_msg("no C.UTF-8");
	const char *text = print(printed, "footer");
	setlocale(LC_CTYPE, "C");
	expect(text, "  per query    49.0 µJ      (46.4..51.6)     measured  ");
}

static void the_footer_counts_missed_ticks_apart_from_lost_ones(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db, "UPDATE trial SET ticks = 18, ticks_missed = 2");
	expect(print(printed, "footer"), ", 2 of 20 ticks missed\n");
	database_run(printed->db, "UPDATE trial SET ticks_dropped = 3");
	expect(print(printed, "footer"), ", 2 of 20 ticks missed, 3 ticks lost\n");
}

/* joulecart's own start and end are longer than the command. */
static void the_footer_of_a_very_short_run_gives_no_share_of_a_core(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db, "UPDATE trial SET own_cpu_s = 0.005,"
				  " end_mono_ns = begin_mono_ns + 2000000");
	expect(print(printed, "footer"), "; own cost 5 CPU ms, no tick lost\n");
}

static void the_footer_of_an_estimate_says_so_in_each_line(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	given_only_estimates(printed->db);
	const char *text = print(printed, "footer");
	assert_int_equal(count(text, "ESTIMATED"), 3);
	expect(text, "  energy       ESTIMATED  25 J ");
	assert_true(count(text, "\n") <= 8);
}

static void the_footer_sends_to_doctor_only_where_that_helps(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	given_only_estimates(printed->db);
	/* What would give events gives no joules. */
	database_run(printed->db,
		     "INSERT INTO gap (trial_id, collector, kind, why, todo) VALUES"
		     " (1, 'hwevents', 'unavailable', 'denied', 'run sudo'),"
		     " (1, 'powercap', 'unavailable', 'no zone', '')");
	const char *text = print(printed, "footer");
	expect(text,
	       "  no counter   no energy counter is visible in this VM; run on the host\n");
	expect_not(text, "doctor");
	database_run(printed->db, "UPDATE host SET hypervisor = NULL");
	expect_not(print(printed, "footer"), "no counter");
	database_run(printed->db,
		     "UPDATE gap SET todo = 'run chmod' WHERE collector = 'powercap'");
	expect(print(printed, "footer"),
	       "  no counter   a sensor cannot be read; joulecart doctor shows what would "
	       "help\n");
}

/* Adds a channel of the run's only trial; it gathers so many mJ in each of its two seconds. */
static void given_channel(sqlite3 *db, const char *name, const char *domain, int mj,
			  int high)
{
	DATABASE_RUN(db,
		     "INSERT INTO channel (trial_id, collector, name, domain, kind, unit,"
		     " provenance, counted, unit_per_raw, update_interval_ns,"
		     " uncertainty_k2) VALUES (1, 'powercap', %Q, %Q, 'counter', 'J',"
		     " 'measured', 1, 0.001, 1000000, 0.05)",
		     name, domain);
	int64_t channel_id = sqlite3_last_insert_rowid(db);
	given_rollup(db, channel_id, 0, 0, mj);
	given_rollup(db, channel_id, 0, 1, mj);
	DATABASE_RUN(db, "UPDATE stretch SET advance_high = %d WHERE channel_id = %lld",
		     high, channel_id);
}

static void the_footer_lists_channels_by_their_joules(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	/* 50, 2 * 6, 2 * 700 J, and one that stood still while it could have moved */
	given_channel(printed->db, "dram-1", "dram", 6000, 6000);
	given_channel(printed->db, "dram-0", "dram", 0, 3000);
	given_channel(printed->db, "package-1", "package", 700000, 700000);
	expect(print(printed, "footer"),
	       " package-1 1400, package-0 50, dram-1 12, dram-0 stuck\n");
}

static void a_change_has_three_digits_at_most(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	/* 1000, 1000 and 1025 mJ, to the teacher's 39, 40 and 41: 25.2 times as much */
	database_run(
	    printed->db,
	    "UPDATE stretch SET advance = advance * 50, advance_low = advance * 50,"
	    " advance_high = advance * 50 WHERE channel_id IN (SELECT channel_id"
	    "  FROM channel JOIN trial USING (trial_id)"
	    "  WHERE variant = 'student' AND job = 'infer')");
	expect(print(printed, "text"), " +2420 % (");
}

static void no_figure_has_an_exponent(void **state)
{
	struct printed *printed = *state;
	printed->db = given_bench();
	/* 7 * 9 s in 7 * 2 s */
	database_run(printed->db, "UPDATE trial SET own_cpu_s = 9;"
				  "UPDATE metric SET value = 1");
	const char *text = print(printed, "text");
	expect(text, "63 CPU s in 14 s of trials (450 % of a core)\n");
	expect(text, " baseline 100 % ");
	expect(print(printed, "footer"), "; own cost 9 CPU s (450 % of a core)");
	/* 7e-7 s in 14 s; then 7 * 1234.6 = 8642.2 s in 7 * 12346 = 86422 s */
	database_run(printed->db, "UPDATE trial SET own_cpu_s = 1e-7");
	expect(print(printed, "text"), " 0.0000007 CPU s in 14 s of trials (0.000005 %");
	database_run(printed->db, "UPDATE trial SET own_cpu_s = 1234.6,"
				  " end_mono_ns = begin_mono_ns + 12346000000000");
	expect(print(printed, "text"), " 8640 CPU s in 86420 s of trials (10 % of");
	expect(print(printed, "footer"), " the last 12350 s,");
}

static void the_footer_without_a_source_gives_the_reason(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db, "DELETE FROM stretch; DELETE FROM channel");
	const char *text = print(printed, "footer");
	expect(text, "  energy       unknown: no source of energy was open\n");
	expect_not(text, "carbon");
}

static void one_is_not_written_as_many(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db,
		     "UPDATE trial SET exit_code = 3; UPDATE phase SET queries = 1;"
		     "INSERT INTO gap (trial_id, collector, name, kind, why) VALUES"
		     " (1, 'hwevents', 'cycles', 'unavailable', 'no PMU')");
	const char *text = print(printed, "text");
	expect(text, "(kvm): 1 trial\n");
	expect(text, " 1 of 1 trial failed (exit status 3)");
	expect(text, " hwevents: cycles unavailable: no PMU\n");
	database_run(printed->db, "UPDATE trial SET exit_code = 0");
	expect(print(printed, "footer"), " measured  1 query\n");
}

static void the_footer_of_an_interrupted_run_keeps_its_joules(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db, "UPDATE trial SET state = 'incomplete', exit_code = NULL,"
				  " exit_signal = 2, why_incomplete = 'interrupted'");
	const char *text = print(printed, "footer");
	expect(text, "joulecart: 2 s, killed by signal 2; incomplete: interrupted\n");
	expect(text, "  energy       50.0 J ");
	assert_true(count(text, "\n") <= 8);
}

static void the_footer_tells_a_gap_but_not_what_was_never_there(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	database_run(printed->db,
		     "INSERT INTO gap (trial_id, collector, name, kind, why) VALUES"
		     " (1, 'hwevents', 'cycles', 'unavailable', 'no PMU')");
	expect_not(print(printed, "footer"), "no PMU");
	database_run(printed->db,
		     "INSERT INTO gap (trial_id, collector, name, kind, why) VALUES"
		     " (1, 'powercap', 'package-0', 'read-error', 'I/O error')");
	expect(print(printed, "footer"),
	       "  note         powercap: package-0 read error: I/O error\n");
}

static void an_unknown_format_or_campaign_is_a_usage_error(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	struct problem why;
	char text[900];
	const struct report_options all = { 0 },
				    ninth = { .campaign_id = 9, .path = "t.db" };
	assert_int_equal(report_render(printed->db, "jsn", stdout, &all, &why), -1);
	assert_int_equal(why.kind, PROBLEM_USAGE);
	assert_string_equal(
	    problem_text(&why, text, sizeof(text)),
	    "unknown format 'jsn': reports are text, json, csv, markdown or html "
	    "(did you mean 'json'?)");
	assert_int_equal(report_render(printed->db, "json", stdout, &ninth, &why), -1);
	assert_int_equal(why.kind, PROBLEM_USAGE);
	assert_string_equal(problem_text(&why, text, sizeof(text)),
			    "cannot report on 't.db': it has no campaign 9 "
			    "('joulecart report FILE.db' lists those it has, from 1 on)");
}

static void a_full_disk_is_an_error(void **state)
{
	struct printed *printed = *state;
	printed->db = given_run();
	const struct report_options all = { 0 };
	struct problem why;
	char text[900];
	FILE *full = fopen("/dev/full", "w");
	assert_non_null(full);
	assert_int_equal(report_render(printed->db, "text", full, &all, &why), -1);
	assert_string_equal(problem_text(&why, text, sizeof(text)),
			    "cannot write the report: no space left on device");
	/* jansson gives up at the first full buffer: not for lack of memory */
	assert_int_equal(report_render(printed->db, "json", full, &all, &why), -1);
	assert_string_equal(problem_text(&why, text, sizeof(text)),
			    "cannot write the report: no space left on device");
	fclose(full);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, nothing_printed, forget)

int main(void)
{
	setlocale(LC_ALL, "C");
	const struct CMUnitTest tests[] = {
		CASE(the_table_has_one_line_a_variant_baseline_first),
		CASE(the_dearest_variant_comes_first_behind_the_baseline),
		CASE(variants_are_held_against_the_baseline_that_the_campaign_states),
		CASE(parts_of_the_queries_show_their_largest_gap),
		CASE(training_stands_apart_from_inference),
		CASE(every_estimated_figure_is_in_capitals),
		CASE(the_report_ends_with_joulecarts_own_cost),
		CASE(an_own_cost_that_nobody_wrote_down_is_not_zero),
		CASE(an_assumed_zone_is_said),
		CASE(what_is_assumed_is_not_said_of_the_power_supply),
		CASE(different_workloads_are_not_compared),
		CASE(a_missing_figure_has_its_reason),
		CASE(gaps_cut_off_and_shared_trials_are_noted),
		CASE(gaps_with_the_same_reason_share_a_line),
		CASE(gaps_in_fewer_trials_stand_apart),
		CASE(notes_keep_within_eighty_columns),
		CASE(a_path_wider_than_the_page_stays_whole),
		CASE(json_has_units_intervals_and_provenance),
		CASE(json_has_null_and_a_reason_for_what_is_unknown),
		CASE(csv_has_as_many_fields_in_each_line),
		CASE(markdown_escapes_what_would_end_a_cell),
		CASE(the_footer_of_a_measured_run),
		CASE(a_run_without_queries_has_the_same_joules),
		CASE(a_wide_sign_does_not_move_the_columns_of_the_footer),
		CASE(the_footer_counts_missed_ticks_apart_from_lost_ones),
		CASE(the_footer_of_a_very_short_run_gives_no_share_of_a_core),
		CASE(the_footer_of_an_estimate_says_so_in_each_line),
		CASE(the_footer_sends_to_doctor_only_where_that_helps),
		CASE(the_footer_lists_channels_by_their_joules),
		CASE(a_change_has_three_digits_at_most),
		CASE(no_figure_has_an_exponent),
		CASE(the_footer_without_a_source_gives_the_reason),
		CASE(one_is_not_written_as_many),
		CASE(the_footer_of_an_interrupted_run_keeps_its_joules),
		CASE(the_footer_tells_a_gap_but_not_what_was_never_there),
		CASE(an_unknown_format_or_campaign_is_a_usage_error),
		CASE(a_full_disk_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
