/* What a tick costs the command is read back as it was kept; a file that is of another machine, or damaged, says
 * nothing. */
#include <config.h>

#include "profiler/observer/tick-cost.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct tick_costs kept = {
	.calibrated_utc_s = 1796030258,
	.is_known = { true, true },
	.places = { { 13000, 1000, 23000 }, { 11000, -3000, 21000 } },
};

struct bench {
	char state[32], folder[64], path[96];
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	strcpy(bench->state, "/tmp/tick-cost-XXXXXX");
	assert_non_null(mkdtemp(bench->state));
	setenv("XDG_STATE_HOME", bench->state, 1);
	tick_cost_folder(bench->folder, sizeof(bench->folder));
	snprintf(bench->path, sizeof(bench->path), "%s/%s", bench->folder, TICK_COST_FILE);
	mkdir(bench->folder, 0700);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	unlink(bench->path);
	rmdir(bench->folder);
	rmdir(bench->state);
	free(bench);
	return 0;
}

static void write_text(const struct bench *bench, const char *text)
{
	FILE *file = fopen(bench->path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* Is the file believed with its first 'from' replaced by 'to'? */
static bool is_believed(const struct bench *bench, const char *from, const char *to)
{
	struct tick_costs costs;
	char changed[2048], *text = tick_costs_text(&kept), *at = strstr(text, from);
	assert_non_null(at);
	snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text, to,
		 at + strlen(from));
	free(text);
	write_text(bench, changed);
	return tick_costs_read(&costs);
}

static void what_was_kept_is_read(void **state)
{
	const struct bench *bench = *state;
	struct tick_costs costs;
	char *text = tick_costs_text(&kept);
	assert_false(tick_costs_read(&costs)); /* nothing is kept yet */
	write_text(bench, text);
	free(text);
	assert_true(tick_costs_read(&costs));
	assert_int_equal(costs.calibrated_utc_s, kept.calibrated_utc_s);
	for (int place = 0; place < TICK_PLACES; place++) {
		assert_true(costs.is_known[place]);
		assert_float_equal(costs.places[place].ns, kept.places[place].ns, 0);
		assert_float_equal(costs.places[place].low_ns, kept.places[place].low_ns,
				   0);
		assert_float_equal(costs.places[place].high_ns, kept.places[place].high_ns,
				   0);
	}
}

static void of_another_machine_nothing_is_said(void **state)
{
	assert_true(is_believed(*state, " x ", " x "));
	assert_false(is_believed(*state, " x ", " x other "));
}

static void damage_says_nothing(void **state)
{
	static const char *const damages[][2] = {
		{ "tick_ns = 13000.0", "tick_ns = nan" },
		{ "tick_ns = 13000.0", "tick_ns = 1e300" },
		{ "tick_ns = 13000.0", "tick_ns = 13000 or so" },
		{ "calibrated_utc_s = 1796030258", "calibrated_utc_s = -1" },
		{ "calibrated_utc_s", "calibrated" },
		{ "[apart]", "[elsewhere]" },
		{ "machine", "no line" },
	};
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++)
		assert_false(is_believed(*state, damages[i][0], damages[i][1]));
}

/* The other place's figure is whole. */
static void bounds_out_of_order_take_one_place_alone(void **state)
{
	struct tick_costs costs;
	assert_true(is_believed(*state, "tick_low_ns = 1000.0", "tick_low_ns = 99000.0"));
	assert_true(tick_costs_read(&costs));
	assert_false(costs.is_known[TICK_APART]);
	assert_true(costs.is_known[TICK_SHARED]);
}

/* A share below the least quantity makes the whole database one that nobody reads. */
static void what_is_next_to_nothing_is_nothing(void **state)
{
	struct tick_costs costs;
	assert_false(is_believed(*state, "tick_low_ns = 1000.0", "tick_low_ns = 1e-300"));
	assert_true(is_believed(*state, "tick_low_ns = 1000.0", "tick_low_ns = 1e-49"));
	assert_true(tick_costs_read(&costs));
	assert_true(costs.is_known[TICK_APART]);
	assert_float_equal(costs.places[TICK_APART].low_ns, 0, 0);
}

/* One value three times is not three values. */
static void a_value_that_is_missing_takes_one_place(void **state)
{
	struct tick_costs costs;
	assert_true(is_believed(*state, "tick_low_ns = 1000.0", "tick_ns = 13000.0"));
	assert_true(tick_costs_read(&costs));
	assert_false(costs.is_known[TICK_APART]);
	assert_true(costs.is_known[TICK_SHARED]);
}

static void who_may_be_written_by_others_is_not_believed(void **state)
{
	const struct bench *bench = *state;
	struct tick_costs costs;
	assert_true(is_believed(bench, " x ", " x "));
	chmod(bench->path, 0666);
	assert_false(tick_costs_read(&costs));
}

static void a_thousand_ticks_a_second_take_a_thousand_times_as_much(void **state)
{
	(void)state;
	struct slowdown slowdown = slowdown_of(&kept.places[TICK_APART], 5000, 5);
	assert_float_equal(slowdown.share, 0.013, 1e-12);
	assert_float_equal(slowdown.low, 0.001, 1e-12);
	assert_float_equal(slowdown.high, 0.023, 1e-12);
	/* a command is not made faster */
	assert_float_equal(slowdown_of(&kept.places[TICK_SHARED], 5000, 5).low, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_kept_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_another_machine_nothing_is_said, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(damage_says_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounds_out_of_order_take_one_place_alone,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_next_to_nothing_is_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_value_that_is_missing_takes_one_place,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_may_be_written_by_others_is_not_believed, set_up, tear_down),
		cmocka_unit_test(a_thousand_ticks_a_second_take_a_thousand_times_as_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
