/* What a program says of itself becomes phases, counts and metrics of its trial. */
#include <config.h>

#include "base/problem.h"
#include "profiler/record/phases.h"
#include "tests/unit/cmocka.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	struct store *store;
	struct phases phases;
	struct problem why;
	char folder[32], path[64];
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	const struct host_facts host = { .boot_id = "b", .turbo = -1 };
	struct campaign_facts campaign = { .uuid = "u",
					   .kind = "run",
					   .command_line = "[]",
					   .tool_version = "0",
					   .rate_hz = 10 };
	struct trial_facts trial = {
		.ordinal = 1, .block = 1, .variant = "v", .job = "command", .command = "[]"
	};
	if (!mkdtemp(strcpy(fixture->folder, "/tmp/test-phases.XXXXXX")))
		return -1;
	snprintf(fixture->path, sizeof(fixture->path), "%s/phases.db", fixture->folder);
	fixture->store = store_open(fixture->path, &fixture->why);
	campaign.host_id = store_add_host(fixture->store, &host, &fixture->why);
	trial.campaign_id = store_add_campaign(fixture->store, &campaign, &fixture->why);
	int64_t trial_id = store_add_trial(fixture->store, &trial, &fixture->why);
	*state = fixture;
	return phases_begin(&fixture->phases, fixture->store, trial_id,
			    (struct edge){ .tick_ns = 1000, .read_ns = 1030 },
			    &fixture->why);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	phases_free(&fixture->phases); /* of a test that ends before the trial does */
	store_close(fixture->store);
	unlink(fixture->path);
	rmdir(fixture->folder);
	free(fixture);
	return 0;
}

static void say(struct fixture *fixture, enum marker_kind kind, const char *phase,
		int32_t pid, uint64_t number, struct edge edge)
{
	struct marker_message message = {
		.kind = kind, .pid = pid, .number = number, .mono_ns = edge.tick_ns - 3
	};
	snprintf(message.phase, sizeof(message.phase), "%s", phase);
	snprintf(message.name, sizeof(message.name), "event");
	assert_int_equal(phases_take(&fixture->phases, &message, edge, &fixture->why), 0);
}

static void assert_row(struct fixture *fixture, const char *sql, const char *expected)
{
	sqlite3_stmt *statement = NULL;
	assert_int_equal(
	    sqlite3_prepare_v2(store_db(fixture->store), sql, -1, &statement, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
	sqlite3_finalize(statement);
}

static void a_bad_message_is_told_and_the_rest_is_kept(void **state)
{
	struct fixture *fixture = *state;
	struct edge edge = { 2000, 0, 1, 0 };
	struct marker_message metric = { .kind = MARKER_METRIC,
					 .real = 0.0 / 0.0,
					 .name = "hit@10" };
	say(fixture, MARKER_BEGIN, "steady", 7, 0, edge);
	assert_int_equal(phases_take(&fixture->phases, &metric, edge, &fixture->why), 0);
	say(fixture, MARKER_END, "steady", 7, UINT64_MAX, (struct edge){ 9000, 4, 5, 0 });
	assert_int_equal(
	    phases_end(&fixture->phases, (struct edge){ 9000, 4, 5, 0 }, &fixture->why), 0);
	assert_row(fixture, "SELECT count(*) FROM metric", "0");
	assert_row(fixture,
		   "SELECT last_stretch || ' ' || coalesce(queries, 'NULL') FROM phase"
		   " WHERE name = 'steady'",
		   "4 NULL");
	assert_row(fixture, "SELECT why FROM gap WHERE collector = 'markers'",
		   "2 messages of the program were changed or refused; the first: "
		   "a metric is neither 0 nor between 1e-50 and 1e50");
}

/* The machine was held up between the tick and its reading: what was drawn meanwhile is on the wrong side. */
static void the_whole_says_how_late_its_edges_were_read(void **state)
{
	struct fixture *fixture = *state;
	struct edge last = { .tick_ns = 9000, .rollup_before = 4, .read_ns = 9500 };
	assert_int_equal(phases_end(&fixture->phases, last, &fixture->why), 0);
	assert_row(fixture,
		   "SELECT begin_lag_ns || ' ' || end_lag_ns FROM phase"
		   " WHERE name = 'whole'",
		   "30 500");
}

/* One part of 2000 answers, which take 250 bytes. */
static void say_answers(struct fixture *fixture, uint64_t first, int fill)
{
	struct marker_message part = {
		.kind = MARKER_ANSWERS, .pid = 7, .number = first, .real = 2000
	};
	struct edge edge = { 2000, 0, 1, 0 };
	snprintf(part.phase, sizeof(part.phase), "1");
	snprintf(part.name, sizeof(part.name), "top1");
	memset(part.text, fill, MARKER_ANSWER_BYTES);
	assert_int_equal(phases_take(&fixture->phases, &part, edge, &fixture->why), 0);
}

static void answers_are_kept_when_their_last_part_has_come(void **state)
{
	struct fixture *fixture = *state;
	say_answers(fixture, 0, 0xff);
	assert_row(fixture, "SELECT count(*) FROM answers", "0");
	say_answers(fixture, MARKER_ANSWER_BYTES * 8, 0x01);
	assert_row(fixture,
		   "SELECT name || ' ' || n || ' ' || bits || ' ' || length(data) || ' ' ||"
		   " hex(substr(data, 152, 2)) FROM answers",
		   "top1 2000 1 250 FF01");
}

static void answers_of_which_a_part_is_lost_are_not_kept(void **state)
{
	struct fixture *fixture = *state;
	struct edge edge = { 9000, 4, 5, 0 };
	say_answers(fixture, MARKER_ANSWER_BYTES * 8, 0x01);
	say_answers(fixture, 0, 0xff);
	assert_int_equal(phases_end(&fixture->phases, edge, &fixture->why), 0);
	assert_row(fixture, "SELECT count(*) FROM answers", "0");
	assert_row(fixture, "SELECT why FROM gap WHERE collector = 'markers'",
		   "1 message of the program was changed or refused: "
		   "answers came without those before them");
}

static void a_phase_has_its_rollups_times_and_queries(void **state)
{
	struct fixture *fixture = *state;
	say(fixture, MARKER_BEGIN, "steady", 7, 0, (struct edge){ 2000, 0, 1, 0 });
	say(fixture, MARKER_END, "steady", 7, 500, (struct edge){ 9000, 4, 5, 0 });
	assert_row(
	    fixture,
	    "SELECT printf('%d %s %d %d..%d %d..%d lag %d %d q %d', ordinal, name, pid,"
	    " begin_mono_ns, end_mono_ns, first_stretch, last_stretch, begin_lag_ns,"
	    " end_lag_ns, queries) FROM phase WHERE name = 'steady'",
	    "1 steady 7 1997..8997 1..4 lag 3 3 q 500");
}

/* A channel that is read later in the tick has done more by then. */
static void an_edge_lags_until_the_last_channel_is_read(void **state)
{
	struct fixture *fixture = *state;
	say(fixture, MARKER_BEGIN, "steady", 7, 0,
	    (struct edge){ 2000, 0, 1, .read_ns = 2500 });
	say(fixture, MARKER_END, "steady", 7, 500,
	    (struct edge){ 9000, 4, 5, .read_ns = 9100 });
	assert_row(fixture,
		   "SELECT printf('%d %d', begin_lag_ns, end_lag_ns) FROM phase"
		   " WHERE name = 'steady'",
		   "503 103");
}

static void the_whole_trial_is_phase_zero(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(
	    phases_end(&fixture->phases, (struct edge){ 9000, 8, 9, 0 }, &fixture->why), 0);
	assert_row(fixture,
		   "SELECT printf('%d %s %d..%d %d..%d', ordinal, name, begin_mono_ns, "
		   "end_mono_ns,"
		   " first_stretch, last_stretch) FROM phase",
		   "0 whole 1000..9000 0..8");
}

static void phases_of_two_processes_do_not_mix(void **state)
{
	struct fixture *fixture = *state;
	say(fixture, MARKER_BEGIN, "steady", 7, 0, (struct edge){ 2000, 0, 1, 0 });
	say(fixture, MARKER_BEGIN, "steady", 8, 0, (struct edge){ 3000, 1, 2, 0 });
	say(fixture, MARKER_END, "steady", 7, 70, (struct edge){ 4000, 2, 3, 0 });
	say(fixture, MARKER_END, "steady", 8, 80, (struct edge){ 5000, 3, 4, 0 });
	assert_row(
	    fixture,
	    "SELECT group_concat(pid || ':' || queries || ':' || last_stretch) FROM phase"
	    " WHERE name = 'steady'",
	    "7:70:2,8:80:3");
}

static void what_the_program_left_open_ends_with_the_trial(void **state)
{
	struct fixture *fixture = *state;
	say(fixture, MARKER_BEGIN, "load", 7, 0, (struct edge){ 2000, 0, 1, 0 });
	assert_int_equal(
	    phases_end(&fixture->phases, (struct edge){ 9000, 8, 9, 0 }, &fixture->why), 0);
	assert_row(fixture,
		   "SELECT last_stretch || ' ' || ifnull(queries, 'none') FROM phase"
		   " WHERE name = 'load'",
		   "8 none");
}

static void an_end_without_a_begin_changes_nothing_and_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct edge end = { 3000, 1, 2, 0 };
	say(fixture, MARKER_BEGIN, "steady", 7, 0, (struct edge){ 2000, 0, 1, 0 });
	say(fixture, MARKER_END, "staedy", 7, 1, end);
	assert_row(fixture, "SELECT count(*) FROM phase", "2");
	assert_int_equal(phases_end(&fixture->phases, end, &fixture->why), 0);
	assert_row(fixture, "SELECT why FROM gap WHERE collector = 'markers'",
		   "1 message of the program was changed or refused: "
		   "a phase ends that had not begun");
}

static void an_end_whose_begin_may_be_lost_is_not_refused(void **state)
{
	struct fixture *fixture = *state;
	struct edge end = { 3000, 1, 2, 0 };
	say(fixture, MARKER_END, "steady", 7, 1, end);
	phases_note_lost(&fixture->phases,
			 1); /* as the file beside the socket says in the end */
	assert_int_equal(phases_end(&fixture->phases, end, &fixture->why), 0);
	assert_row(fixture, "SELECT count(*) FROM gap", "0");
}

static void counts_belong_to_the_phase_just_ended(void **state)
{
	struct fixture *fixture = *state;
	say(fixture, MARKER_BEGIN, "steady", 7, 0, (struct edge){ 2000, 0, 1, 0 });
	say(fixture, MARKER_END, "steady", 7, 5, (struct edge){ 3000, 1, 2, 0 });
	say(fixture, MARKER_COUNT, "steady", 7, 12345, (struct edge){ 3000, 1, 2, 0 });
	assert_row(fixture,
		   "SELECT name || ' ' || source || ' ' || event || ' ' || value"
		   " FROM region_count JOIN phase USING (phase_id)",
		   "steady papi event 12345");
}

static void a_count_that_failed_is_null_with_its_reason(void **state)
{
	struct fixture *fixture = *state;
	struct marker_message message = { .kind = MARKER_COUNT,
					  .pid = 7,
					  .phase = "steady",
					  .name = "event",
					  .text = "no such event" };
	say(fixture, MARKER_BEGIN, "steady", 7, 0, (struct edge){ 2000, 0, 1, 0 });
	phases_take(&fixture->phases, &message, (struct edge){ 0 }, &fixture->why);
	assert_row(fixture, "SELECT ifnull(value, 'null') || ': ' || why FROM region_count",
		   "null: no such event");
}

static void thousands_of_phases_are_kept_with_their_queries(void **state)
{
	struct fixture *fixture = *state;
	for (int i = 0; i < 3000; i++) {
		say(fixture, MARKER_BEGIN, "p", i + 1, 0, (struct edge){ 2000, 0, 1, 0 });
		say(fixture, MARKER_END, "p", i + 1, 2, (struct edge){ 2000, 0, 1, 0 });
	}
	assert_int_equal(fixture->phases.n_refused, 0);
	phases_end(&fixture->phases, (struct edge){ 9000, 8, 9, 0 }, &fixture->why);
	assert_row(fixture, "SELECT count(*) || ' ' || sum(queries) FROM phase",
		   "3001 6000");
	assert_row(fixture, "SELECT count(*) FROM gap", "0");
}

static void phases_beyond_a_million_are_told(void **state)
{
	struct fixture *fixture = *state;
	fixture->phases.n_phases = PHASES_MOST; /* as if there were so many */
	for (int i = 0; i < 45; i++)
		say(fixture, MARKER_BEGIN, "p", i + 1, 0, (struct edge){ 2000, 0, 1, 0 });
	fixture->phases.n_phases = 1;
	phases_end(&fixture->phases, (struct edge){ 9000, 8, 9, 0 }, &fixture->why);
	assert_row(fixture, "SELECT why FROM gap",
		   "45 phases too many: their joules are in 'whole' alone");
}

static void one_phase_and_one_mark_are_said_so(void **state)
{
	struct fixture *fixture = *state;
	const struct marker_message message = {
		.kind = MARKER_METRIC, .pid = 1, .dropped = 1, .mono_ns = 1500, .name = "m"
	};
	phases_take(&fixture->phases, &message, (struct edge){ 2000, 0, 1, 0 },
		    &fixture->why);
	fixture->phases.n_phases = PHASES_MOST;
	say(fixture, MARKER_BEGIN, "p", 1, 0, (struct edge){ 2000, 0, 1, 0 });
	fixture->phases.n_phases = 1;
	phases_end(&fixture->phases, (struct edge){ 9000, 8, 9, 0 }, &fixture->why);
	assert_row(fixture, "SELECT why FROM gap WHERE why LIKE '%too many%'",
		   "1 phase too many: its joules are in 'whole' alone");
	assert_row(fixture, "SELECT why FROM gap WHERE why LIKE '%lost%'",
		   "1 mark of 1 process came faster than could be read, and is lost: a "
		   "phase without its end has no queries");
}

static void marks_lost_by_many_processes_are_summed(void **state)
{
	struct fixture *fixture = *state;
	for (int pid = 1; pid <= 40; pid++) {
		const struct marker_message message = { .kind = MARKER_METRIC,
							.pid = pid,
							.dropped = 3,
							.mono_ns = 1500,
							.name = "m" };
		phases_take(&fixture->phases, &message, (struct edge){ 2000, 0, 1, 0 },
			    &fixture->why);
	}
	phases_end(&fixture->phases, (struct edge){ 9000, 8, 9, 0 }, &fixture->why);
	assert_row(fixture, "SELECT substr(why, 1, 29) FROM gap WHERE why LIKE '%lost%'",
		   "120 marks of 40 processes cam");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_bad_message_is_told_and_the_rest_is_kept),
		CASE(the_whole_says_how_late_its_edges_were_read),
		CASE(a_phase_has_its_rollups_times_and_queries),
		CASE(an_edge_lags_until_the_last_channel_is_read),
		CASE(the_whole_trial_is_phase_zero),
		CASE(phases_of_two_processes_do_not_mix),
		CASE(what_the_program_left_open_ends_with_the_trial),
		CASE(an_end_without_a_begin_changes_nothing_and_is_told),
		CASE(an_end_whose_begin_may_be_lost_is_not_refused),
		CASE(counts_belong_to_the_phase_just_ended),
		CASE(a_count_that_failed_is_null_with_its_reason),
		CASE(answers_are_kept_when_their_last_part_has_come),
		CASE(answers_of_which_a_part_is_lost_are_not_kept),
		CASE(thousands_of_phases_are_kept_with_their_queries),
		CASE(phases_beyond_a_million_are_told),
		CASE(one_phase_and_one_mark_are_said_so),
		CASE(marks_lost_by_many_processes_are_summed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
