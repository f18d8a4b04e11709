/* The packed samples of a profile are checked in a time that the file's size decides. */
#include <config.h>

#include "base/clock.h"
#include "reports/verify/sample-times.h"
#include "schema/samples/stack-chunk.h"
#include "tests/unit/packed-stacks.h"

#include <string.h>
#include <time.h>

enum { CHANNELS = 200 };

/* CPU time in ns, with so many energy channels. */
static int64_t check(sqlite3 *db, size_t n_channels, struct verification *result)
{
	struct channel_check channels[CHANNELS] = { 0 };
	const struct trial_check trial = { 1, channels, n_channels };
	for (size_t i = 0; i < n_channels; i++)
		channels[i] = (struct channel_check){ .channel_id = (int64_t)i + 1,
						      .is_energy = true };
	*result = (struct verification){ 0 };
	int64_t began_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	assert_int_equal(sample_times_check(db, &trial, result), 0);
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID) - began_ns;
}

static void channels_without_samples_cost_next_to_nothing(void **state)
{
	(void)state;
	sqlite3 *db = packed_stacks_trial();
	struct verification result;
	packed_stacks_add(db, 0, 1 << 18);
	int64_t one_ns = check(db, 1, &result);
	assert_string_equal(result.place, "");
	int64_t all_ns = check(db, CHANNELS, &result);
	assert_string_equal(result.place, "");
	assert_true(all_ns < 20 * one_ns);
	/* a node that has steps of a channel, and samples that have none of it */
	database_run(db, "INSERT INTO profile_energy VALUES (1, 1, 7, 1000);"
			 "UPDATE profile_node SET n = 1 << 18");
	check(db, CHANNELS, &result);
	assert_non_null(strstr(result.place, "have other energy than their nodes"));
	sqlite3_close(db);
}

static void a_trial_has_no_more_samples_than_are_kept(void **state)
{
	(void)state;
	sqlite3 *db = packed_stacks_trial();
	struct verification result;
	for (int seq = 0; seq < 2; seq++)
		packed_stacks_add(db, seq, STACK_SAMPLES_MOST / 2);
	check(db, 1, &result);
	assert_string_equal(result.place, "");
	packed_stacks_add(db, 2, 1);
	check(db, 1, &result);
	assert_non_null(strstr(result.place, "are more than joulecart keeps"));
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(channels_without_samples_cost_next_to_nothing),
		cmocka_unit_test(a_trial_has_no_more_samples_than_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
