/* The packed samples of a profile are checked in a time that the file's size decides. */
#include <config.h>

#include "base/clock.h"
#include "reports/verify/sample-times.h"
#include "schema/samples/chunk.h"
#include "schema/samples/stack-chunk.h"
#include "tests/unit/database.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHANNELS = 200 };

static sqlite3 *one_trial(void)
{
	return database_with(
	    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job,"
	    " is_warmup, command, begin_utc_ns, begin_mono_ns, end_mono_ns)"
	    " VALUES (1, 1, 1, 1, 'a', 'command', 0, '[]', 1, 0, 1000000000);"
	    "INSERT INTO profile_node VALUES (1, 1, NULL, 1, 1 << 30)");
}

/* So many samples of the node, all at once: they take few bytes. */
static void add_chunk(sqlite3 *db, int seq, size_t n)
{
	struct stack_moment *moments = calloc(n, sizeof(*moments));
	uint8_t *data = malloc(stack_chunk_bound(n));
	sqlite3_stmt *insert = NULL;
	for (size_t i = 0; i < n; i++)
		moments[i] = (struct stack_moment){ 1000, 0, 1 };
	size_t size = stack_chunk_encode(moments, n, 1000, data);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "INSERT INTO profile_chunk VALUES (1, ?, ?, 1000, ?, ?)",
			       -1, &insert, NULL),
	    SQLITE_OK);
	sqlite3_bind_int(insert, 1, seq);
	sqlite3_bind_int64(insert, 2, (int64_t)n);
	sqlite3_bind_int64(insert, 3, chunk_crc32(data, size));
	sqlite3_bind_blob(insert, 4, data, (int)size, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
	sqlite3_finalize(insert);
	free(moments);
	free(data);
}

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
	sqlite3 *db = one_trial();
	struct verification result;
	add_chunk(db, 0, 1 << 18);
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
	sqlite3 *db = one_trial();
	struct verification result;
	for (int seq = 0; seq < 2; seq++)
		add_chunk(db, seq, STACK_SAMPLES_MOST / 2);
	check(db, 1, &result);
	assert_string_equal(result.place, "");
	add_chunk(db, 2, 1);
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
