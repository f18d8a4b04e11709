/* gnuplot's picture as part of the page: the page's colours, ids of its own, its own words. */
#include <config.h>

#include "reports/figure/gnuplot.h"
#include "reports/html/svg-theme.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

static const char picture[] =
    "<svg width='9' xmlns='http://www.w3.org/2000/svg'"
    " xmlns:xlink='http://www.w3.org/1999/xlink'><title>plot</title><desc>GNUPLOT</desc>"
    "<defs><circle id='gpPt6' r='1'/><filter id='greybox'/></defs>"
    "<g fill='none'></g><g id='plot_1'><title>plot_1</title>"
    "<path stroke='rgb(  4,   4,   4)' fill='#070707'/>"
    "<use xlink:href='#gpPt6' color='rgb(1,1,1)'/></g></svg>";

static void sentinels_become_variables_and_ids_get_a_prefix(void **state)
{
	(void)state;
	char *themed = svg_themed(picture, "front", "Two & more", "words");
	assert_non_null(themed);
	assert_non_null(strstr(themed, "stroke=\"var(--front)\""));
	assert_non_null(strstr(themed, "fill=\"var(--tint)\""));
	assert_non_null(strstr(themed, "color=\"var(--ink)\""));
	assert_non_null(strstr(themed, "href=\"#front-gpPt6\""));
	assert_non_null(strstr(themed, "id=\"front-gpPt6\""));
	assert_non_null(strstr(themed, "<title id=\"front-title\">Two &amp; more</title>"));
	assert_null(strstr(themed, "filter"));
	assert_null(strstr(themed, "GNUPLOT"));
	assert_null(strstr(themed, "plot_1</title>"));
	free(themed);
}

static void what_is_no_picture_is_refused(void **state)
{
	(void)state;
	assert_null(svg_themed("", "x", "t", "d"));
	assert_null(svg_themed("<svg", "x", "t", "d"));
	assert_null(svg_themed("<html/>", "x", "t", "d"));
}

static void names_cannot_leave_their_quotes(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	assert_string_equal(gnuplot_name("a\"b`c'd\\e\nEOD", arena), "a_b_c_d_e_EOD");
	assert_string_equal(gnuplot_name("口红", arena), "口红");
	arena_free(arena);
}

static void gnuplot_draws_the_same_twice(void **state)
{
	(void)state;
	static const char script[] = "set term svg\nplot [0:1] x\n";
	char *once = gnuplot_run(script, strlen(script));
	char *twice = gnuplot_run(script, strlen(script));
	assert_non_null(once);
	assert_string_equal(once, twice);
	free(once);
	free(twice);
	assert_null(gnuplot_run("plot nonsense(\n", 15));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentinels_become_variables_and_ids_get_a_prefix),
		cmocka_unit_test(what_is_no_picture_is_refused),
		cmocka_unit_test(names_cannot_leave_their_quotes),
		cmocka_unit_test(gnuplot_draws_the_same_twice),
	};
	return cmocka_run_group_tests_name("svg-theme", tests, NULL, NULL);
}
