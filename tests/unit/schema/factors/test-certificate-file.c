/* Certificates come in whole or not at all: the row that is wrong is named. */
#include <config.h>

#include "base/problem.h"
#include "schema/factors/certificate-file.h"
#include "schema/factors/data-file.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define HEADER "hour,kwh,g_per_kwh,technology,certificate_id\n"
#define GOOD   "2026-01-01T00:00Z,5,12,wind,GO-1\n"

static struct data_file data_of(const char *text, char *room, size_t size)
{
	snprintf(room, size, "%s", text);
	return (struct data_file){ .text = room, .begin = room, .size = strlen(room) };
}

static void good(const char *text, const char *zone, size_t n)
{
	char room[2000], said[900];
	struct certificate_file file;
	struct problem why;
	struct data_file data = data_of(text, room, sizeof(room));
	problem_what(&why, "cannot import");
	assert_true(certificate_file_is(&data));
	if (certificate_file_parse(&data, zone, &file, &why) != 0)
		fail_msg("%s", problem_text(&why, said, sizeof(said)));
	assert_int_equal(file.n, n);
	assert_string_equal(file.zone, "FR");
	assert_int_equal(file.certificates[0].begin_ns, INT64_C(1767225600) * 1000000000);
	assert_true(fabs(file.certificates[0].kwh - 5) < 1e-12);
	assert_true(fabs(file.certificates[0].g_per_kwh - 12) < 1e-12);
	assert_string_equal(file.certificates[0].id, "GO-1");
	assert_string_equal(file.certificates[0].technology, "wind");
	certificate_file_free(&file);
}

static void bad(const char *text, const char *zone, const char *reason)
{
	char room[2000];
	struct certificate_file file;
	struct problem why;
	struct data_file data = data_of(text, room, sizeof(room));
	problem_what(&why, "cannot import");
	assert_int_equal(certificate_file_parse(&data, zone, &file, &why), -1);
	assert_string_equal(why.why, reason);
	assert_true(why.todo[0]);
	assert_null(file.certificates);
}

static void rows_are_taken_in_any_order_of_columns(void **state)
{
	(void)state;
	good(HEADER GOOD, "FR", 1);
	good("Certificate ID;Technology;kWh;g/kWh;Hour;Zone\n"
	     "GO-2;sun;1;40;2026-01-01T03:00+02:00;FR\nGO-1;wind;5;12;2026-01-01 "
	     "00:00:00+00:00;FR\n",
	     NULL, 2);
}

static void other_files_are_not_certificates(void **state)
{
	static const char *const others[] = {
		"timestamp,carbon_intensity\n2024-05-01T00:00:00Z,100\n",
		"{\"history\": []}",
		"",
		"\n\n",
		"hour,kwh\n",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		char room[200];
		struct data_file data = data_of(others[i], room, sizeof(room));
		assert_false(certificate_file_is(&data));
	}
}

static void a_row_that_is_none_is_named(void **state)
{
	static const char *const rows[][2] = {
		{ "2026-01-01T00:30Z,5,12,wind,G",
		  "'2026-01-01T00:30Z' is no whole hour of UTC" },
		{ "2026-01-01T01:00,5,12,wind,G",
		  "'2026-01-01T01:00' is no time with its offset from UTC" },
		{ "2026-02-30T01:00Z,5,12,wind,G",
		  "'2026-02-30T01:00Z' is no time with its offset from UTC" },
		{ "2026-01-01T01:00Z,0,12,wind,G", "'0' is no amount of kWh" },
		{ "2026-01-01T01:00Z,-5,12,wind,G", "'-5' is no amount of kWh" },
		{ "2026-01-01T01:00Z,inf,12,wind,G", "'inf' is no amount of kWh" },
		{ "2026-01-01T01:00Z,0x10,12,wind,G", "'0x10' is no amount of kWh" },
		{ "2026-01-01T01:00Z,1e300,12,wind,G", "'1e300' is no amount of kWh" },
		{ "2026-01-01T01:00Z,,12,wind,G", "'' is no amount of kWh" },
		{ "2026-01-01T01:00Z,5,-1,wind,G", "'-1' is no g/kWh" },
		{ "2026-01-01T01:00Z,5,nan,wind,G", "'nan' is no g/kWh" },
	};
	char text[1000], reason[300];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), HEADER GOOD "%s\n", rows[i][0]);
		snprintf(reason, sizeof(reason), "row 3: %s", rows[i][1]);
		bad(text, "FR", reason);
	}
}

static void words_that_cannot_be_shown_are_refused(void **state)
{
	(void)state;
	bad(HEADER "2026-01-01T00:00Z,5,12,wind,\n", "FR",
	    "row 2 names no certificate that can be shown");
	bad(HEADER "2026-01-01T00:00Z,5,12,wind,\x1b[31mred\n", "FR",
	    "row 2 names no certificate that can be shown");
	bad(HEADER "2026-01-01T00:00Z,5,12,\xff,G\n", "FR",
	    "row 2 names no technology that can be shown");
	char text[600];
	snprintf(text, sizeof(text), HEADER "2026-01-01T00:00Z,5,12,wind,%0200d\n", 7);
	bad(text, "FR", "row 2 has a field of more than 159 bytes, or a NUL in one");
}

static void an_hour_of_a_certificate_is_there_once(void **state)
{
	(void)state;
	good(HEADER GOOD
	     "2026-01-01T01:00Z,5,12,wind,GO-1\n2026-01-01T00:00Z,5,12,wind,GO-2\n",
	     "FR", 3);
	bad(HEADER GOOD
	    "2026-01-01T01:00Z,1,2,sun,X\n2026-01-01T01:00+01:00,9,1,wind,GO-1\n",
	    "FR", "row 4: certificate 'GO-1' has 2026-01-01T00:00Z already in row 2");
}

static void what_is_missing_is_asked_for(void **state)
{
	(void)state;
	bad(HEADER GOOD, NULL, "the file does not say its zone");
	bad(HEADER, "FR", "there is no certificate in it");
	bad("hour,kwh,technology,certificate\n2026-01-01T00:00Z,5,wind,G\n", "FR",
	    "certificates need the column g_per_kwh");
	bad("hour,kwh,g_per_kwh,technology,certificate_id,zone\n2026-01-01T00:00Z,5,1,wind,"
	    "G,DE\n",
	    "FR", "row 2 is of another zone, 'DE'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_taken_in_any_order_of_columns),
		cmocka_unit_test(other_files_are_not_certificates),
		cmocka_unit_test(a_row_that_is_none_is_named),
		cmocka_unit_test(words_that_cannot_be_shown_are_refused),
		cmocka_unit_test(an_hour_of_a_certificate_is_there_once),
		cmocka_unit_test(what_is_missing_is_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
