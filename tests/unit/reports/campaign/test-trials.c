/* All trials of a campaign, of the table that a report has made of the views, are what the view says of
 * each: with numbers of queries, and where nothing says one. */
#include <config.h>

#include "reports/campaign/figure-tables.h"
#include "reports/campaign/trials.h"
#include "tests/unit/reports/given-bench.h"

#include <string.h>

static void run_sql(struct given *given, const char *sql)
{
	if (sqlite3_exec(given->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(given->db));
}

static struct trial_list read_all(struct given *given)
{
	struct trial_list list;
	assert_int_equal(figure_tables_make(given->db, 1, 1, given->arena), 0);
	assert_int_equal(trials_read(given->db, 1, given->arena, &list), 0);
	return list;
}

static void expect_text(const char *text, const char *expected)
{
	if (!text || !expected)
		assert_ptr_equal(text, expected);
	else
		assert_string_equal(text, expected);
}

static void expect_same(const struct trial_value *value, const struct trial_value *expected)
{
	assert_int_equal(value->is_known, expected->is_known);
	assert_int_equal(value->has_bounds, expected->has_bounds);
	assert_int_equal(value->provenance, expected->provenance);
	assert_int_equal(value->seen.block, expected->seen.block);
	assert_true(value->seen.value == expected->seen.value);
	assert_true(value->seen.low == expected->seen.low);
	assert_true(value->seen.high == expected->seen.high);
	assert_true(!value->is_known || value->step == expected->step);
	expect_text(value->reason, expected->reason);
}

static void expect_as_viewed(struct given *given, const struct trial *trial)
{
	struct trial viewed;
	assert_int_equal(trial_read(given->db, trial->trial_id, given->arena, &viewed), 0);
	expect_text(trial->variant, viewed.variant);
	expect_text(trial->job, viewed.job);
	expect_text(trial->workload, viewed.workload);
	assert_int_equal(trial->block, viewed.block);
	assert_int_equal(trial->ordinal, viewed.ordinal);
	assert_int_equal(trial->queries, viewed.queries);
	assert_int_equal(trial->is_run, viewed.is_run);
	assert_int_equal(trial->is_usable, viewed.is_usable);
	assert_int_equal(trial->has_failed, viewed.has_failed);
	assert_true(trial->seconds == viewed.seconds);
	expect_same(&trial->per_query, &viewed.per_query);
	expect_same(&trial->per_run, &viewed.per_run);
}

static int64_t count_trials(struct given *given)
{
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(given->db, "SELECT count(*) FROM trial WHERE campaign_id = 1",
			   -1, &row, NULL);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return n;
}

static void each_is_what_the_view_says(void **state)
{
	struct given *given = *state;
	struct trial_list list = read_all(given);
	assert_true(list.n > 3);
	assert_int_equal(list.n, count_trials(given));
	for (size_t i = 0; i < list.n; i++)
		expect_as_viewed(given, &list.trials[i]);
}

static void without_queries_too(void **state)
{
	struct given *given = *state;
	run_sql(given, "UPDATE trial SET queries = NULL; UPDATE phase SET queries = NULL;");
	struct trial_list list = read_all(given);
	assert_int_equal(list.n, count_trials(given));
	for (size_t i = 0; i < list.n; i++) {
		assert_false(list.trials[i].per_query.is_known);
		assert_true(list.trials[i].per_run.is_known);
		expect_as_viewed(given, &list.trials[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_is_what_the_view_says, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(without_queries_too, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
