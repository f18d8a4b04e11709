/* What meters log, as CSV: times and watts of many makes, gaps, and files that are none. */
#include <config.h>

#include "base/problem.h"
#include "reports/wall/meter-file.h"
#include "schema/factors/data-file.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EPOCH INT64_C(1796044117)

static int parse(const char *text, const struct meter_columns *columns,
		 struct meter_file *file, struct problem *why)
{
	static char room[4000];
	snprintf(room, sizeof(room), "%s", text);
	const struct data_file data = { .text = room, .begin = room, .size = strlen(room) };
	problem_what(why, "cannot import");
	return meter_file_parse(&data, columns, file, why);
}

/* Two readings, of 120.5 W and 99 W, a quarter of a second after the second, and one later. */
static void good(const char *text)
{
	const struct meter_columns columns = { 0 };
	char said[900];
	struct meter_file file;
	struct problem why;
	if (parse(text, &columns, &file, &why) != 0)
		fail_msg("%s: %s", text, problem_text(&why, said, sizeof(said)));
	assert_int_equal(file.n, 2);
	assert_int_equal(file.n_gaps, 0);
	assert_int_equal(file.usual_ns, 1000000000);
	assert_int_equal(file.readings[0].utc_ns, EPOCH * 1000000000 + 250000000);
	assert_int_equal(file.readings[1].utc_ns, EPOCH * 1000000000 + 1250000000);
	assert_true(fabs(file.readings[0].watts - 120.5) < 1e-9 &&
		    fabs(file.readings[1].watts - 99) < 1e-9);
	meter_file_free(&file);
}

static void times_are_read_as_meters_write_them(void **state)
{
	(void)state;
	good("timestamp,watts\n1796044117.25,120.5\n1796044118.25,99\n");
	good("Unix time;P [W]\n1796044117250;1.205E+02\n1796044118250;99\n");
	good("time,U,P\n2026-11-30 13:08:37.25Z,230.1,120.5\n2026-11-30 "
	     "13:08:38.250Z,230,99\n");
	good("Time,Power (W)\n2026-11-30T14:08:37.250+01:00,120.5\n"
	     "2026-11-30T14:08:38.25+01:00,99\n");
	good("Store No.,Date,Time,Millisecond,P\n1,2026/11/30,13:08:37,250,120.5\n"
	     "2,2026/11/30,13:08:38,250,99\n");
	good("\"utc\",\"W\"\r\n\"2026-11-30 13:08:37.25\",\"120.5\"\r\n\"2026-11-30 "
	     "13:08:38.25\",\"99\"\r\n");
}

static void columns_can_be_named(void **state)
{
	(void)state;
	const struct meter_columns columns = { "When it was", "P-E1" };
	struct meter_file file;
	struct problem why;
	assert_int_equal(parse("p,when it was,PE1\n5,1796044117,1\n6,1796044118,2\n",
			       &columns, &file, &why),
			 0);
	assert_true(fabs(file.readings[1].watts - 2) < 1e-12);
	meter_file_free(&file);
}

static void a_row_without_a_value_is_a_gap(void **state)
{
	(void)state;
	const struct meter_columns columns = { 0 };
	static const char *const values[] = { "",       "NaN", "INF",  "-5",  "1e300",
					      "9.9E37", "OL",  "0x10", "12 W" };
	struct problem why;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		char text[200];
		struct meter_file file;
		snprintf(text, sizeof(text),
			 "time,w\n1796044117,1\n1796044118,%s\n1796044119,2\n", values[i]);
		assert_int_equal(parse(text, &columns, &file, &why), 0);
		assert_int_equal(file.n, 3);
		assert_int_equal(file.n_gaps, 1);
		assert_true(file.readings[1].err != 0);
		meter_file_free(&file);
	}
}

static void a_file_that_is_no_log_is_refused_with_its_row(void **state)
{
	(void)state;
	static const char *const bad[][2] = {
		{ "", "it has fewer than two values" },
		{ "time,w\n", "it has fewer than two values" },
		{ "time,w\n1796044117,1\n1796044118,NaN\n",
		  "it has fewer than two values" },
		{ "time,volts\n1,2\n", "its first row names no column of watts" },
		{ "when,w\n1,2\n", "its first row names no column of times" },
		{ "time,w\n5.5,2\n6.5,2\n", "row 2: '5.5' is no time" },
		{ "time,w\n1e400,2\n", "row 2: '1e400' is no time" },
		{ "time,w\nnan,2\n", "row 2: 'nan' is no time" },
		{ "time,w\n2026-02-30 12:00:00,2\n",
		  "row 2: '2026-02-30 12:00:00' is no time" },
		{ "date,time,ms,w\n2026-01-01,12:00:00,1000,2\n",
		  "row 2: '12:00:00' is no time" },
		{ "time,w\n1796044117,1\n1796044117,2\n",
		  "row 3: '1796044117' is not after the row before: its clock was set" },
		{ "time,w\n1973-04-01 00:00,1\n2199-01-01 00:00,2\n",
		  "its readings are more than an hour apart" },
		{ "time,w\n1796044117,1\n1796044116,2\n",
		  "row 3: '1796044116' is not after the row before: its clock was set" },
	};
	const struct meter_columns columns = { 0 };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct meter_file file;
		struct problem why;
		assert_int_equal(parse(bad[i][0], &columns, &file, &why), -1);
		assert_string_equal(why.why, bad[i][1]);
		assert_true(why.todo[0]);
		meter_file_free(&file);
	}
}

/* Else a log with a hole would cover any run in it. */
static void a_hole_is_not_usual(void **state)
{
	(void)state;
	const struct meter_columns columns = { 0 };
	struct meter_file file;
	struct problem why;
	assert_int_equal(parse("time,w\n1796044117,1\n1796044118,1\n1796047000,2\n"
			       "1796047001,2\n",
			       &columns, &file, &why),
			 0);
	assert_int_equal(file.usual_ns, 1000000000);
	meter_file_free(&file);
}

static void a_long_field_is_refused(void **state)
{
	(void)state;
	const struct meter_columns columns = { 0 };
	char text[1000];
	struct meter_file file;
	struct problem why;
	snprintf(text, sizeof(text), "time,w\n1796044117,%0500d\n", 1);
	assert_int_equal(parse(text, &columns, &file, &why), -1);
	assert_string_equal(why.why,
			    "row 2 has a field of more than 159 bytes, or a NUL in one");
	meter_file_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_as_meters_write_them),
		cmocka_unit_test(columns_can_be_named),
		cmocka_unit_test(a_row_without_a_value_is_a_gap),
		cmocka_unit_test(a_file_that_is_no_log_is_refused_with_its_row),
		cmocka_unit_test(a_hole_is_not_usual),
		cmocka_unit_test(a_long_field_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
