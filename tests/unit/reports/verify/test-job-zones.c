/* How far a job's counters went is checked in a time that no file decides. */
#include <config.h>

#include "reports/verify/readings.h"
#include "tests/unit/database.h"

#include <unistd.h>

/* Two ranks, of which the second read on from the first one's end: a counter that stands still in each. */
static sqlite3 *two_ranks(void)
{
	return database_with(
	    "INSERT INTO host (host_id, boot_id) VALUES (1, 'b');"
	    "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line,"
	    " tool_version, rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
	    " VALUES (1, 'u', 1, 'run', '[]', '1', 10, 1, 0, 0);"
	    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job,"
	    " is_warmup, command, state, begin_utc_ns, begin_mono_ns, end_mono_ns) VALUES"
	    " (1, 1, 1, 1, 'a', 'command', 0, '[]', 'complete', 1, 0, 2000000000),"
	    " (2, 1, 2, 1, 'a', 'command', 0, '[]', 'complete', 1, 1, 3000000000);"
	    "INSERT INTO channel (channel_id, trial_id, collector, name, domain, kind, "
	    "unit,"
	    " provenance, counted, unit_per_raw, wrap_range) SELECT trial_id, trial_id,"
	    " 'powercap', 'package-0', 'package', 'counter', 'J', 'measured', 1, 1e-6, 1000"
	    " FROM trial;"
	    "INSERT INTO stretch VALUES"
	    " (1, 0, 0, 2000000000, 10, 0, 100, 100, 100, 100, 100, 0, 0, 0, 0),"
	    " (2, 0, 1000000000, 3000000000, 10, 0, 100, 100, 100, 100, 100, 0, 0, 0, 0);"
	    "INSERT INTO job_rank (trial_id, launcher, job) VALUES (1, 'stated', 'j'),"
	    " (2, 'stated', 'j');");
}

static struct verification check(sqlite3 *db)
{
	struct verification result = { 0 };
	struct arena *arena = arena_new();
	assert_int_equal(job_zones_check(db, arena, &result), 0);
	arena_free(arena);
	return result;
}

/* The second rank's counter stands so many steps from where the first one's was. */
static struct verification check_behind(int64_t raw, int64_t wrap_range)
{
	sqlite3 *db = two_ranks();
	char *sql = sqlite3_mprintf("UPDATE channel SET wrap_range = %lld;"
				    "UPDATE stretch SET first_raw = %lld, last_raw = %lld"
				    " WHERE channel_id = 2",
				    wrap_range, raw, raw);
	database_run(db, sql);
	sqlite3_free(sql);
	struct verification result = check(db);
	sqlite3_close(db);
	return result;
}

static void the_shorter_way_round_agrees_with_the_view(void **state)
{
	(void)state;
	assert_string_equal(check_behind(100, 1000).place, "");
	assert_string_equal(check_behind(130, 1000).place, "");
	assert_string_equal(check_behind(70, 1000).place, "");
	assert_string_equal(check_behind(600, 1000).place, ""); /* half of the range */
	assert_string_equal(check_behind(990, 1000).place, "");
	assert_int_equal(check_behind(990, 1000).n_figures, 2); /* the job's, the node's */
}

/* A range of one step, and a counter that is 2^62 of them away: going back by one each time would not end. */
static void a_range_of_a_step_holds_nothing_up(void **state)
{
	(void)state;
	alarm(60);
	assert_string_equal(check_behind(INT64_C(1) << 62, 1).place, "");
	assert_string_equal(check_behind(INT64_C(1) << 40, 3).place, "");
	alarm(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shorter_way_round_agrees_with_the_view),
		cmocka_unit_test(a_range_of_a_step_holds_nothing_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
