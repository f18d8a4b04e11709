/* The two texts that Prometheus reads, to the letter: names, units, times of creation, escapes. */
#include <config.h>

#include "profiler/metrics/exposition.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct exposition_family joules = { "j_joules", EXPOSITION_COUNTER, "joules",
						 "Energy." };

/* What is printed; the caller frees. */
static char *text_of(enum exposition_form form, const struct exposition_family *family,
		     const struct exposition_point *points, size_t n)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	exposition_family(out, form, family, points, n);
	exposition_end(out, form);
	fclose(out);
	return text;
}

static void is_text(enum exposition_form form, const struct exposition_family *family,
		    const struct exposition_point *points, size_t n, const char *expected)
{
	char *text = text_of(form, family, points, n);
	assert_string_equal(text, expected);
	free(text);
}

static const struct exposition_point two[] = {
	{ .labels = { { "channel", "a" }, { "in_total", "1" } },
	  .value = 1.5,
	  .created_s = 7.25 },
	{ .labels = { { "channel", "b" } }, .value = NAN, .created_s = 7.25 },
};

static void openmetrics_has_units_and_creation_beside_the_value(void **state)
{
	(void)state;
	is_text(EXPOSITION_OPENMETRICS, &joules, two, 2,
		"# TYPE j_joules counter\n"
		"# UNIT j_joules joules\n"
		"# HELP j_joules Energy.\n"
		"j_joules_total{channel=\"a\",in_total=\"1\"} 1.5\n"
		"j_joules_created{channel=\"a\",in_total=\"1\"} 7.25\n"
		"# EOF\n");
}

static void the_older_text_names_the_total_and_has_creation_apart(void **state)
{
	(void)state;
	is_text(EXPOSITION_TEXT, &joules, two, 2,
		"# TYPE j_joules_total counter\n"
		"# HELP j_joules_total Energy.\n"
		"j_joules_total{channel=\"a\",in_total=\"1\"} 1.5\n"
		"# TYPE j_joules_created gauge\n"
		"# HELP j_joules_created Since when j_joules_total counts, UNIX time.\n"
		"j_joules_created{channel=\"a\",in_total=\"1\"} 7.25\n");
}

static void what_is_not_known_is_left_out_and_a_family_of_nothing_too(void **state)
{
	(void)state;
	is_text(EXPOSITION_OPENMETRICS, &joules, two + 1, 1, "# EOF\n");
	is_text(EXPOSITION_TEXT, &joules, two + 1, 1, "");
}

static void an_info_is_a_gauge_where_there_are_no_infos(void **state)
{
	(void)state;
	static const struct exposition_family build = { "j_build", EXPOSITION_INFO, NULL,
							"Version." };
	const struct exposition_point point = { .labels = { { "version", "1" } },
						.value = 1 };
	is_text(EXPOSITION_OPENMETRICS, &build, &point, 1,
		"# TYPE j_build info\n# HELP j_build Version.\n"
		"j_build_info{version=\"1\"} 1\n# EOF\n");
	is_text(EXPOSITION_TEXT, &build, &point, 1,
		"# TYPE j_build_info gauge\n# HELP j_build_info Version.\n"
		"j_build_info{version=\"1\"} 1\n");
}

/* Whatever a label holds, a line of the text stays one line and one sample. */
static void a_label_cannot_break_out(void **state)
{
	(void)state;
	static const struct exposition_family w = { "j_w", EXPOSITION_GAUGE, NULL, "W." };
	const struct exposition_point point = {
		.labels = { { "channel", "a\"} 9\nj_w 8\n\\\xff\x1b" } }, .value = 2
	};
	char *text = text_of(EXPOSITION_TEXT, &w, &point, 1);
	size_t lines = 0;
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 3);
	assert_non_null(strstr(text, "j_w{channel=\"a\\\"} 9"));
	assert_null(strchr(text, '\xff'));
	assert_null(strchr(text, '\x1b'));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openmetrics_has_units_and_creation_beside_the_value),
		cmocka_unit_test(the_older_text_names_the_total_and_has_creation_apart),
		cmocka_unit_test(what_is_not_known_is_left_out_and_a_family_of_nothing_too),
		cmocka_unit_test(an_info_is_a_gauge_where_there_are_no_infos),
		cmocka_unit_test(a_label_cannot_break_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
