/* tests/unit/profiler/profile/test-stack-store.c - samples whose functions are too many for a tree are lost, and
 * said to be: nobody else gets their joules. */
#include <config.h>

#include "base/problem.h"
#include "collectors/perf/stack-sampler.h"
#include "profiler/profile/stack-keys.h"
#include "profiler/profile/stack-store.h"
#include "schema/samples/stack-chunk.h"
#include "schema/store/profile-writer.h"
#include "schema/store/writer.h"
#include "tests/unit/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLES = 8, STEPS = 2400 };

struct fixture {
	struct store *store;
	int64_t trial_id, channel_id;
	char folder[40], path[64];
	struct problem why;
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
	const struct channel_facts channel = { .collector = "powercap",
					       .name = "package-0",
					       .kind = "counter",
					       .unit = "J",
					       .provenance = "measured",
					       .counted = true,
					       .unit_per_raw = 1e-6 };
	if (!fixture || !mkdtemp(strcpy(fixture->folder, "/tmp/test-stack-store.XXXXXX")))
		return -1;
	snprintf(fixture->path, sizeof(fixture->path), "%s/stacks.db", fixture->folder);
	fixture->store = store_open(fixture->path, &fixture->why);
	if (!fixture->store)
		return -1;
	campaign.host_id = store_add_host(fixture->store, &host, &fixture->why);
	trial.campaign_id = store_add_campaign(fixture->store, &campaign, &fixture->why);
	fixture->trial_id = store_add_trial(fixture->store, &trial, &fixture->why);
	fixture->channel_id = store_add_channel(fixture->store, fixture->trial_id, &channel,
						&fixture->why);
	*state = fixture;
	return fixture->channel_id > 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	store_close(fixture->store);
	unlink(fixture->path);
	rmdir(fixture->folder);
	free(fixture);
	return 0;
}

static void assert_sql(const struct fixture *fixture, const char *sql, int64_t value)
{
	sqlite3_stmt *row = NULL;
	sqlite3 *db = store_db(fixture->store);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int64(row, 0), value);
	sqlite3_finalize(row);
}

/* Of two threads in turn, a millisecond apart. */
static void take_samples(struct energy_book *book, struct sample_times *times,
			 const uint32_t nodes[3])
{
	for (size_t i = 0; i < (size_t)3 * SAMPLES; i++) {
		const struct stack_record record = { .time_ns = 1000000 * (int64_t)(1 + i),
						     .pid = 7,
						     .tid = 7 + (int32_t)(i % 2),
						     .weight = 1 };
		assert_true(energy_book_sample(book, nodes[i % 3], 1));
		sample_times_add(times, &record, nodes[i % 3]);
	}
}

/* A process in f, which has x inlined; in g; and in f called from g: eight samples each. */
static struct stacks_found store_stacks(struct fixture *fixture, size_t nodes_most)
{
	static char f[] = "f", x[] = "x", g[] = "g";
	static struct named_frame in_f[] = { { .name = x }, { .name = f } };
	static struct named_frame in_g[] = { { .name = g } };
	struct named_place places[] = { { { MODULE_NOWHERE, 1 }, in_f, 2, 0 },
					{ { MODULE_NOWHERE, 2 }, in_g, 1, 0 } };
	const struct place_names names = { .places = places, .n = 2 };
	const struct energy_channel channel = { .is_split = true, .is_by_share = true };
	const struct stored_profile facts = { .trial_id = fixture->trial_id,
					      .event = "cpu-clock",
					      .hz = 97,
					      .n = 3 * SAMPLES,
					      .spread = 1 };
	struct stacks_found found = { 0 };
	struct address_maps *maps = address_maps_new();
	struct call_tree *tree = call_tree_new(CALL_TREE_MOST);
	struct energy_book *book = energy_book_new(&channel, 1);
	struct sample_times *times = sample_times_new();
	assert_true(maps && tree && book && times);
	uint32_t process = call_tree_child(tree, 0, key_of_name("p"));
	uint32_t at_f = call_tree_child(tree, process, key_of_place(places[0].place));
	uint32_t at_g = call_tree_child(tree, process, key_of_place(places[1].place));
	uint32_t below_g = call_tree_child(tree, at_g, key_of_place(places[0].place));
	const uint32_t nodes[] = { at_f, at_g, below_g };
	take_samples(book, times, nodes);
	energy_book_tick(book, 1000, 1000);
	energy_book_split(book, 0, STEPS);
	energy_book_cut(book, 0, STEPS);
	energy_book_end(book);
	const struct stacks stacks = { .maps = maps,
				       .tree = tree,
				       .book = book,
				       .names = &names,
				       .channel_ids = &fixture->channel_id,
				       .n_channels = 1,
				       .coverage = 1,
				       .times = times,
				       .nodes_most = nodes_most };
	struct problem *why = &fixture->why;
	assert_int_equal(store_add_profile(fixture->store, &facts, why), 0);
	assert_int_equal(
	    stacks_store(&stacks, fixture->store, fixture->trial_id, &found, why), 0);
	assert_int_equal(store_set_profile_found(fixture->store, fixture->trial_id,
						 found.rhythm_error, found.n_lost, why),
			 0);
	sample_times_free(times);
	energy_book_free(book);
	call_tree_free(tree);
	address_maps_free(maps);
	return found;
}

/* A sample a millisecond, of two threads in turn, of an equal part of the steps. */
static void assert_times(const struct fixture *fixture)
{
	struct stack_moment moments[3 * SAMPLES];
	double amounts[3 * SAMPLES];
	sqlite3_stmt *row = NULL;
	const char *sql =
	    "SELECT c.begin_mono_ns, c.data, e.scale, e.data FROM profile_chunk c"
	    " JOIN profile_chunk_energy e USING (trial_id, seq)";
	assert_int_equal(sqlite3_prepare_v2(store_db(fixture->store), sql, -1, &row, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_int_equal(stack_chunk_decode(sqlite3_column_blob(row, 1),
					    (size_t)sqlite3_column_bytes(row, 1),
					    sqlite3_column_int64(row, 0), moments,
					    3 * SAMPLES),
			 0);
	assert_int_equal(stack_amounts_decode(sqlite3_column_blob(row, 3),
					      (size_t)sqlite3_column_bytes(row, 3),
					      sqlite3_column_int(row, 2), amounts,
					      3 * SAMPLES),
			 0);
	for (int i = 0; i < 3 * SAMPLES; i++) {
		assert_int_equal(moments[i].time_ns, 1000000 * (i + 1));
		assert_int_equal(moments[i].thread, 1 + i % 2);
		assert_in_range(1000 * amounts[i], 99900, 100100);
	}
	assert_int_equal(moments[0].node, moments[3].node);
	sqlite3_finalize(row);
}

static void with_room_every_sample_is_stored(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(store_stacks(fixture, CALL_TREE_MOST).n_lost, 0);
	assert_sql(fixture, "SELECT sum(n) FROM profile_node", 3 * SAMPLES);
	assert_sql(fixture, "SELECT sum(advance) FROM profile_energy", STEPS);
	assert_sql(fixture, "SELECT n FROM profile", 3 * SAMPLES);
	assert_sql(fixture, "SELECT n_lost FROM profile", 0);
	assert_sql(fixture, "SELECT sum(n) FROM profile_chunk", 3 * SAMPLES);
	assert_sql(fixture, "SELECT begin_mono_ns FROM profile_chunk", 1000000);
	assert_sql(fixture, "SELECT count(*) FROM profile_chunk_energy", 1);
	assert_sql(fixture, "SELECT count(*) FROM profile_thread WHERE pid = 7", 2);
	assert_times(fixture);
}

/* Of the root, the process, f, x and no more. */
static void without_room_samples_are_lost_not_anothers(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(store_stacks(fixture, 4).n_lost, 2 * SAMPLES);
	assert_sql(fixture, "SELECT count(*) FROM profile_node", 3);
	assert_sql(fixture, "SELECT sum(n) FROM profile_node", SAMPLES);
	assert_sql(fixture, "SELECT sum(advance) FROM profile_energy", STEPS / 3);
	assert_sql(fixture, "SELECT n FROM profile", SAMPLES);
	assert_sql(fixture, "SELECT n_lost FROM profile", 2 * SAMPLES);
	assert_sql(fixture, "SELECT sum(n) FROM profile_chunk", SAMPLES);
}

/* Of the root, the process and f: x is lost, and f does not get it. */
static void an_inlined_function_without_room_is_lost_too(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(store_stacks(fixture, 3).n_lost, 3 * SAMPLES);
	assert_sql(fixture, "SELECT sum(n) FROM profile_node", 0);
	assert_sql(fixture, "SELECT count(*) FROM profile_energy", 0);
	assert_sql(fixture, "SELECT n_lost FROM profile", 3 * SAMPLES);
	assert_sql(fixture, "SELECT count(*) FROM profile_chunk", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(with_room_every_sample_is_stored, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(without_room_samples_are_lost_not_anothers,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    an_inlined_function_without_room_is_lost_too, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
