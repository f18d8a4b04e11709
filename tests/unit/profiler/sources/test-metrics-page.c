/* Counters of a page of metrics are found whatever its labels hold, and nothing else is. */
#include <config.h>

#include "profiler/sources/metrics-page.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

static const char page[] = "# HELP a_total Of x 3\n"
			   "# TYPE a_total counter\n"
			   "a_total{kind=\"x\",text=\"brace } quote \\\" end\"} 3\n"
			   "a_total{kind=\"y\"} 4.5e1 1700000000\n"
			   "a_total_created 1.7e9\n"
			   "b_total 7\n"
			   "gauge NaN\n"
			   "gauge{kind=\"x\"} -1\n"
			   "cut{kind=\"x 1\n"
			   "no_value\n"
			   "last 1";

static void series_of_a_name_are_added_up(void **state)
{
	double sum;
	(void)state;
	assert_true(metrics_page_sum(page, "a_total", "", &sum));
	assert_true(sum == 48);
	assert_true(metrics_page_sum(page, "b_total", "", &sum));
	assert_true(sum == 7);
	assert_true(metrics_page_sum(page, "last", "", &sum));
	assert_true(sum == 1);
}

static void labels_choose_among_them(void **state)
{
	double sum;
	(void)state;
	assert_true(metrics_page_sum(page, "a_total", "kind=\"y\"", &sum));
	assert_true(sum == 45);
	assert_false(metrics_page_sum(page, "a_total", "kind=\"z\"", &sum));
	assert_false(metrics_page_sum(page, "a_total", "ind=\"y\"", &sum));
	assert_false(metrics_page_sum(page, "b_total", "kind=\"y\"", &sum));
}

static void what_is_no_count_is_none(void **state)
{
	static const char *const names[] = { "gauge",    "cut", "no_value", "a_tota",
					     "a_total_", "",    "#" };
	double sum;
	(void)state;
	assert_false(metrics_page_sum("n 1e308\nn{a=\"1\"} 1e308\n", "n", "", &sum));
	assert_true(metrics_page_sum("n 1e15\nn 1e308\nn Inf\n", "n", "", &sum));
	assert_true(sum == 1e15);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(metrics_page_sum(page, names[i], "", &sum));
	assert_false(metrics_page_sum("", "a", "", &sum));
}

static void near_names_are_the_nearest_first_and_once_each(void **state)
{
	const char *near[2];
	size_t lengths[2];
	(void)state;
	assert_int_equal(metrics_page_near(page, "a_totals", near, lengths, 2), 2);
	assert_int_equal(lengths[0], strlen("a_total"));
	assert_memory_equal(near[0], "a_total", lengths[0]);
	assert_memory_equal(near[1], "a_total_created", lengths[1]);
	assert_int_equal(metrics_page_near("# nothing\n", "x", near, lengths, 2), 0);
}

static void a_known_server_is_told_by_its_requests(void **state)
{
	(void)state;
	assert_null(metrics_page_server(page));
	assert_string_equal(
	    metrics_page_server("vllm:request_success_total{m=\"a\"} 1\n")->name, "vLLM");
	assert_string_equal(
	    metrics_page_server("trtllm_request_success_total 9\n")->prompt_tokens,
	    "trtllm_prompt_tokens_total");
}

static void nginx_s_own_page_is_a_row_of_names_and_one_of_numbers(void **state)
{
	static const char status[] = "Active connections: 3 \n"
				     "server accepts handled requests\n"
				     " 12 11 3107 \n"
				     "Reading: 0 Writing: 1 Waiting: 2 \n";
	double sum;
	(void)state;
	assert_string_equal(metrics_page_server(status)->name, "nginx");
	assert_true(metrics_page_sum(status, "requests", "", &sum));
	assert_true(sum == 3107);
	assert_true(metrics_page_counts_itself(status, "requests"));
	assert_true(metrics_page_sum(status, "accepts", "", &sum));
	assert_true(sum == 12);
	assert_false(metrics_page_counts_itself(status, "accepts"));
	assert_false(metrics_page_sum(status, "request", "", &sum));
	assert_false(metrics_page_sum(status, "requests", "kind=\"x\"", &sum));
	assert_null(metrics_page_server("requests 4\n"));
	assert_false(metrics_page_counts_itself("requests 4\n", "requests"));
}

static void a_page_of_nginx_that_is_cut_or_wrong_has_no_count(void **state)
{
	static const char *const pages[] = {
		"Active connections: 3",
		"Active connections: 3 \nserver accepts handled requests",
		"Active connections: 3 \nserver accepts handled requests\n 1 2\n",
		"Active connections: 3 \nserver accepts handled requests\n 1 2 -3\n",
		"Active connections: 3 \nserver accepts handled requests\n 1 nan 3\n",
		"Active connections: 3 \nserver \n 1\n",
	};
	double sum;
	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		assert_false(metrics_page_sum(pages[i], "requests", "", &sum));
		assert_true(sum == 0);
		assert_null(metrics_page_server(pages[i]));
	}
}

static void series_are_told_apart_by_their_labels(void **state)
{
	static const char text[] = "n{a=\"1\"} 5\nn{a=\"2\",b=\"}\"} 7\nn NaN\nm 9\n"
				   "n{a=\"1\"} 2\n";
	struct metrics_series series[3], later[1];
	(void)state;
	assert_int_equal(metrics_page_series(text, "n", "", series, 3), 2);
	assert_true(series[0].value == 7 && series[1].value == 7);
	assert_true(series[0].key != series[1].key);
	assert_int_equal(metrics_page_series("n{a=\"1\"} 8\n", "n", "", later, 1), 1);
	assert_true(later[0].key == series[0].key && later[0].value == 8);
	/* one is not counted twice where there is no room for it */
	assert_int_equal(
	    metrics_page_series("n{a=\"1\"} 1\nn{a=\"2\"} 1\n", "n", "", later, 1), 2);
	assert_int_equal(metrics_page_series(text, "k", "", series, 3), 0);
}

static void a_page_of_more_series_than_are_followed_counts_each_once(void **state)
{
	enum { N = METRICS_MOST_SERIES + 100, ROUNDS = 3, LINE = 32 };
	static struct metrics_series series[METRICS_MOST_SERIES];
	static char many[N * ROUNDS * LINE];
	size_t at = 0;
	(void)state;
	for (int i = 0; i < N * ROUNDS; i++)
		at += (size_t)snprintf(many + at, sizeof(many) - at, "n{a=\"%d\"} %d\n",
				       i % N, i % N);
	size_t n = metrics_page_series(many, "n", "", series, METRICS_MOST_SERIES);
	/* those that do not fit are not told apart */
	assert_int_equal(n, METRICS_MOST_SERIES + 100 * ROUNDS);
	for (int i = 0; i < METRICS_MOST_SERIES; i++)
		assert_true(series[i].value == ROUNDS * i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(series_are_told_apart_by_their_labels),
		cmocka_unit_test(series_of_a_name_are_added_up),
		cmocka_unit_test(a_page_of_more_series_than_are_followed_counts_each_once),
		cmocka_unit_test(labels_choose_among_them),
		cmocka_unit_test(what_is_no_count_is_none),
		cmocka_unit_test(near_names_are_the_nearest_first_and_once_each),
		cmocka_unit_test(a_known_server_is_told_by_its_requests),
		cmocka_unit_test(nginx_s_own_page_is_a_row_of_names_and_one_of_numbers),
		cmocka_unit_test(a_page_of_nginx_that_is_cut_or_wrong_has_no_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
