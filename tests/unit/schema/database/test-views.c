/* The views, each figure worked out by hand. The trial of most cases lasts 4 s in 4 rollups
 * of 1 s; raw steps are mJ. Phase 0 is all of it, phase 1 'steady' is rollups 1 and 2.
 * Sensors change each 1 ms, so that the edges of a phase hide 1 ms * 3 * its mean watts. */
#include <config.h>

#include "tests/unit/database.h"

#include <math.h>
#include <string.h>

static const char one_trial[] =
    "INSERT INTO host (host_id, boot_id) VALUES (1, 'b');"
    "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line, tool_version,"
    "  rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
    "  VALUES (1, 'u', 1, 'run', '[]', '0', 10, 0, 0, 0);"
    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job, is_warmup, "
    "command,"
    "  state, exit_code, begin_utc_ns, begin_mono_ns, end_mono_ns, own_cpu_s)"
    "  VALUES (1, 1, 1, 1, 'v', 'command', 0, '[]', 'complete', 0, 0, 0, 4000000000, 0.02);"
    "INSERT INTO phase (phase_id, trial_id, ordinal, name, begin_mono_ns, end_mono_ns,"
    "  first_stretch, last_stretch, queries) VALUES"
    "  (1, 1, 0, 'whole', 0, 4000000000, 0, 3, NULL),"
    "  (2, 1, 1, 'steady', 1000000000, 3000000000, 1, 2, 100);";

static int open_database(void **state)
{
	*state = database_with(one_trial);
	return 0;
}

static int close_database(void **state)
{
	return sqlite3_close(*state);
}

/* A counter of J in mJ steps, read each second; its four advances and, in the third rollup,
 * how much more a gap may hide. Energy channels update each millisecond. */
static void add_counter(sqlite3 *db, const char *collector, const char *name,
			const char *provenance, int counted, const char *u_k2,
			const int advance[4], int hidden)
{
	char *sql = sqlite3_mprintf(
	    "INSERT INTO channel (trial_id, collector, name, domain, kind, unit, "
	    "provenance,"
	    " counted, unit_per_raw, update_interval_ns, uncertainty_k2)"
	    " VALUES (1, %Q, %Q, %Q, 'counter', 'J', %Q, %d, 0.001, 1000000, %s);",
	    collector, name, name, provenance, counted, u_k2);
	database_run(db, sql);
	sqlite3_free(sql);
	int64_t channel_id = sqlite3_last_insert_rowid(db);
	for (int i = 0; i < 4; i++) {
		sql = sqlite3_mprintf("INSERT INTO stretch VALUES (%lld, %d, %lld, %lld, "
				      "10, 0, 0, 0, 0, 0, 0,"
				      " %d, %d, %d, 0)",
				      channel_id, i, i * 1000000000LL,
				      (i + 1) * 1000000000LL, advance[i], advance[i],
				      advance[i] + (i == 2 ? hidden : 0));
		database_run(db, sql);
		sqlite3_free(sql);
	}
}

/* CPU seconds of the tree and of the machine, in ms, the same in each rollup. */
static void add_cpu_time(sqlite3 *db, int tree_ms, int busy_ms)
{
	add_counter(db, "cputime", "tree", "measured", 0, "NULL",
		    (const int[]){ tree_ms, tree_ms, tree_ms, tree_ms }, 0);
	add_counter(db, "cputime", "busy", "measured", 0, "NULL",
		    (const int[]){ busy_ms, busy_ms, busy_ms, busy_ms }, 0);
	database_run(db, "UPDATE channel SET unit = 's', update_interval_ns = 10000000"
			 " WHERE collector = 'cputime'");
}

/* Package 10, 20, 20, 10 J; DRAM 1, 2, 2, 1 J; core within the package, psys around both. */
static void add_server(sqlite3 *db)
{
	add_counter(db, "powercap", "package-0", "measured", 1, "0.05",
		    (const int[]){ 10000, 20000, 20000, 10000 }, 1000);
	add_counter(db, "powercap", "dram-0", "measured", 1, "0.10",
		    (const int[]){ 1000, 2000, 2000, 1000 }, 0);
	add_counter(db, "powercap", "core-0", "measured", 0, "0.05",
		    (const int[]){ 5000, 9000, 9000, 5000 }, 0);
	add_counter(db, "powercap", "psys", "measured", 0, "0.05",
		    (const int[]){ 30000, 40000, 40000, 30000 }, 0);
}

static void expect_real(sqlite3 *db, const char *sql, double expected)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_int_not_equal(sqlite3_column_type(row, 0), SQLITE_NULL);
	double value = sqlite3_column_double(row, 0);
	if (fabs(value - expected) > 1e-9 * fmax(fabs(expected), 1e-6))
		fail_msg("%s: %.12g, not %.12g", sql, value, expected);
	assert_int_equal(sqlite3_step(row), SQLITE_DONE);
	sqlite3_finalize(row);
}

/* expected NULL: the value must be NULL. */
static void expect_text(sqlite3 *db, const char *sql, const char *expected)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	const char *text = (const char *)sqlite3_column_text(row, 0);
	if (expected && text)
		assert_string_equal(text, expected);
	else
		assert_ptr_equal(text, expected);
	sqlite3_finalize(row);
}

static void energy_of_a_phase_is_the_sum_of_its_rollups(void **state)
{
	add_server(*state);
	expect_real(*state,
		    "SELECT joules FROM v_energy WHERE phase = 'steady'"
		    " AND channel = 'package-0'",
		    40);
	expect_real(*state,
		    "SELECT joules_high FROM v_energy WHERE phase = 'steady'"
		    " AND channel = 'package-0'",
		    41.06); /* 1 J in a gap; 20 W: 1 ms * 60 W = 0.06 J at the edges */
	expect_real(
	    *state,
	    "SELECT watts FROM v_energy WHERE phase = 'whole' AND channel = 'dram-0'",
	    1.5); /* 6 J in 4 s */
}

static void the_edges_of_a_long_phase_may_hide_three_times_its_mean(void **state)
{
	add_server(*state);
	/* 40 J in 2 s = 2000 updates: 1 ms * 3 * 20 W, whatever the sensor's most is */
	database_run(*state, "UPDATE channel SET max_power_w = 500");
	expect_real(*state,
		    "SELECT edge_j FROM v_energy WHERE phase = 'steady'"
		    " AND channel = 'package-0'",
		    0.06);
	expect_real(*state,
		    "SELECT joules_low FROM v_energy WHERE phase = 'steady'"
		    " AND channel = 'package-0'",
		    39.94);
}

static void the_edges_of_a_short_phase_may_hide_the_most_power(void **state)
{
	static const char steady_edge[] = "SELECT edge_j FROM v_energy"
					  " WHERE phase = 'steady' AND channel = 'dram-0'";
	add_server(*state);
	/* 2 s are 20 updates of 100 ms: 0.1 s * 3 * 2 W */
	database_run(*state, "UPDATE channel SET max_power_w = 30,"
			     " update_interval_ns = 100000000");
	expect_real(*state, steady_edge, 0.6);
	/* and 19.8 of 101 ms: 0.101 s * 30 W */
	database_run(*state, "UPDATE channel SET update_interval_ns = 101000000");
	expect_real(*state, steady_edge, 3.03);
	/* 0.101 s * 2000 W, and never less than nothing: 4 J - 202 J */
	database_run(*state, "UPDATE channel SET max_power_w = NULL");
	expect_real(*state, steady_edge, 202);
	expect_real(*state,
		    "SELECT joules_low FROM v_energy WHERE phase = 'steady'"
		    " AND channel = 'dram-0'",
		    0);
}

static void a_phase_that_was_cut_off_has_all_rollups_from_its_first(void **state)
{
	add_server(*state);
	database_run(*state, "UPDATE phase SET last_stretch = NULL WHERE ordinal = 1");
	expect_real(*state,
		    "SELECT joules FROM v_energy WHERE phase = 'steady'"
		    " AND channel = 'package-0'",
		    50); /* 20 + 20 + 10 */
}

static void psys_and_core_are_not_added_in(void **state)
{
	add_server(*state);
	expect_real(*state, "SELECT joules FROM v_phase WHERE phase = 'whole'", 66);
	expect_real(*state, "SELECT joules FROM v_phase WHERE phase = 'steady'", 44);
	expect_real(*state, "SELECT joules_high FROM v_phase WHERE phase = 'steady'",
		    45.066); /* 1 J in a gap; 20 W and 2 W: 1 ms * 3 * 22 W = 0.066 J */
}

static void gains_of_one_collector_add_linearly(void **state)
{
	add_server(*state);
	/* whole: 5 % of 60 J + 10 % of 6 J = 3.6 J; 15 W and 1.5 W: 1 ms * 3 * 16.5 W =
	 * 0.0495 J at the edges; the gap adds 1 J above: 66 -+ 3.6495, + 1 */
	expect_real(*state, "SELECT instrument_u_j FROM v_phase WHERE phase_ordinal = 0",
		    3.6);
	expect_real(*state, "SELECT interval_low_j FROM v_phase WHERE phase_ordinal = 0",
		    62.3505);
	expect_real(*state, "SELECT interval_high_j FROM v_phase WHERE phase_ordinal = 0",
		    70.6495);
}

static void collectors_are_independent_of_each_other(void **state)
{
	/* 5 % of 60 J = 3 J and 10 % of 40 J = 4 J: sqrt(9 + 16) = 5 J */
	add_counter(*state, "powercap", "package-0", "measured", 1, "0.05",
		    (const int[]){ 15000, 15000, 15000, 15000 }, 0);
	add_counter(*state, "nvml", "gpu-0", "measured", 1, "0.10",
		    (const int[]){ 10000, 10000, 10000, 10000 }, 0);
	expect_real(*state, "SELECT instrument_u_j FROM v_phase WHERE phase_ordinal = 0",
		    5);
}

static void an_unknown_uncertainty_leaves_no_interval(void **state)
{
	add_counter(*state, "powercap", "package-0", "measured", 1, "NULL",
		    (const int[]){ 1000, 1000, 1000, 1000 }, 0);
	expect_real(*state, "SELECT joules FROM v_phase WHERE phase_ordinal = 0", 4);
	expect_text(*state, "SELECT interval_low_j FROM v_phase WHERE phase_ordinal = 0",
		    NULL);
	expect_text(*state, "SELECT low FROM v_query", NULL);
}

static void a_part_of_five_per_cent_does_not_weaken_a_total(void **state)
{
	add_counter(*state, "powercap", "package-0", "measured", 1, "0.05",
		    (const int[]){ 95000, 94000, 95000, 95000 }, 0);
	add_counter(*state, "powercap", "dram-0", "modelled", 1, "0.15",
		    (const int[]){ 5000, 6000, 5000, 5000 }, 0);
	/* whole: 21 of 400 J = 5.25 %; steady: 11 of 200 J = 5.5 %. Then 5 of 100 J each. */
	expect_text(*state, "SELECT provenance FROM v_phase WHERE phase_ordinal = 0",
		    "modelled");
	database_run(*state,
		     "UPDATE stretch SET advance = iif(advance > 9000, 95000, 5000),"
		     " advance_low = 0, advance_high = 99999");
	expect_text(*state, "SELECT provenance FROM v_phase WHERE phase_ordinal = 0",
		    "measured");
}

static void estimates_are_attributed_by_cpu_seconds(void **state)
{
	/* 100 J of the machine; the tree had 1 of 4 busy CPU seconds. */
	add_counter(*state, "estimate", "machine", "estimated", 1, "0.5",
		    (const int[]){ 25000, 25000, 25000, 25000 }, 0);
	add_cpu_time(*state, 250, 1000);
	expect_real(*state, "SELECT joules FROM v_energy WHERE phase_ordinal = 0", 100);
	expect_real(*state, "SELECT cpu_share FROM v_energy WHERE phase_ordinal = 0", 0.25);
	expect_real(*state, "SELECT joules FROM v_phase WHERE phase_ordinal = 0", 25);
	/* 50 % of 25 J; at the edges 1 ms * 3 * 25 W = 0.075 J; the machine's 4 busy seconds
	 * come in ticks of 10 ms, and may be two of them more or less */
	expect_real(*state, "SELECT interval_low_j FROM v_phase WHERE phase_ordinal = 0",
		    (100 - 0.075) / 4.02 - 12.5);
	expect_real(*state, "SELECT interval_high_j FROM v_phase WHERE phase_ordinal = 0",
		    (100 + 0.075) / 3.98 + 12.5);
	expect_text(*state, "SELECT provenance FROM v_phase WHERE phase_ordinal = 0",
		    "estimated");
	/* cputime changes each 10 ms: 2 * 10 ms / 5 % */
	expect_real(*state, "SELECT floor_s FROM v_phase WHERE phase_ordinal = 0", 0.4);
}

static void a_tree_busier_than_the_machine_takes_all_of_it(void **state)
{
	add_counter(*state, "estimate", "machine", "estimated", 1, "0.5",
		    (const int[]){ 25000, 25000, 25000, 25000 }, 0);
	add_cpu_time(*state, 1000, 990);
	expect_real(*state, "SELECT joules FROM v_phase WHERE phase_ordinal = 0", 100);
}

static void measured_joules_are_gross(void **state)
{
	add_server(*state);
	add_cpu_time(*state, 250, 1000);
	expect_real(*state, "SELECT joules FROM v_phase WHERE phase_ordinal = 0", 66);
	expect_real(*state,
		    "SELECT joules_attributed FROM v_energy WHERE phase_ordinal = 0"
		    " AND channel = 'package-0'",
		    15);
}

static void an_estimate_without_cpu_seconds_is_unknown(void **state)
{
	add_counter(*state, "estimate", "machine", "estimated", 1, "0.5",
		    (const int[]){ 25000, 25000, 25000, 25000 }, 0);
	expect_text(*state, "SELECT joules FROM v_phase WHERE phase_ordinal = 0", NULL);
	expect_text(*state, "SELECT reason FROM v_phase WHERE phase_ordinal = 0",
		    "no CPU seconds to attribute the estimate by");
}

static void without_a_source_energy_is_unknown_not_zero(void **state)
{
	add_cpu_time(*state, 250, 1000);
	expect_text(*state, "SELECT joules FROM v_phase WHERE phase_ordinal = 0", NULL);
	expect_text(*state, "SELECT reason FROM v_phase WHERE phase_ordinal = 0",
		    "no source of energy was open");
	expect_text(*state, "SELECT joules FROM v_trial", NULL);
}

static void a_channel_that_never_answered_makes_the_total_unknown(void **state)
{
	add_server(*state);
	database_run(
	    *state, "UPDATE stretch SET n = 0, n_failed = 10, advance = 0, advance_low = 0,"
		    " advance_high = 50000 WHERE channel_id ="
		    " (SELECT channel_id FROM channel WHERE name = 'dram-0')");
	expect_text(*state, "SELECT joules FROM v_phase WHERE phase_ordinal = 0", NULL);
	expect_text(*state, "SELECT reason FROM v_phase WHERE phase_ordinal = 0",
		    "1 of 2 energy channels gave no usable reading");
	/* the package's 60 J, less 1 ms * 3 * 15 W at its edges */
	expect_real(*state, "SELECT joules_low FROM v_phase WHERE phase_ordinal = 0",
		    59.955);
	/* its bounds are known, though it has no mean: 1 ms * 2000 W and 4 * 50 J */
	expect_real(*state,
		    "SELECT joules_high FROM v_energy WHERE phase_ordinal = 0"
		    " AND channel = 'dram-0'",
		    202);
}

static void a_gauge_in_watts_has_its_joules_in_its_advance(void **state)
{
	/* 4 s with 2500, 2500, 500 and 500 mJ; the mean of one rollup misleads */
	add_counter(*state, "hwmon", "power1", "measured", 1, "0.05",
		    (const int[]){ 2500, 2500, 500, 500 }, 0);
	database_run(*state, "UPDATE channel SET kind = 'gauge', unit = 'W';"
			     "UPDATE stretch SET mean_raw = 9000");
	expect_real(*state, "SELECT joules FROM v_phase WHERE phase_ordinal = 0", 6);
	/* second by second too, for plots and hourly intensities */
	expect_real(*state, "SELECT sum(joules) FROM v_second WHERE counted", 6);
	expect_real(*state, "SELECT sum(per_second * seconds) FROM v_second WHERE counted",
		    6);
	expect_real(*state, "SELECT per_second FROM v_second WHERE counted AND seq = 1",
		    2.5);
	/* 6 J in 4 s: 1 ms * 3 * 1.5 W = 0.0045 J at the edges */
	expect_real(*state, "SELECT joules_low FROM v_phase WHERE phase_ordinal = 0",
		    5.9955);
}

static void joules_per_query_come_from_the_steady_phase(void **state)
{
	add_server(*state);
	expect_text(*state, "SELECT span FROM v_query", "steady");
	expect_real(*state, "SELECT joules_per_query FROM v_query", 0.44);
	/* instruments 2 + 0.4 J; 20 W and 2 W: 1 ms * 3 * 22 W = 0.066 J at the edges:
	 * 44 J - 2.466 J, and 45 J + 2.466 J, over 100 queries */
	expect_real(*state, "SELECT low FROM v_query", 0.41534);
	expect_real(*state, "SELECT high FROM v_query", 0.47466);
	expect_real(*state, "SELECT usable FROM v_query", 1);
	expect_text(*state, "SELECT reason FROM v_query", NULL);
}

static void what_a_service_served_uncounted_widens_the_low_side(void **state)
{
	add_server(*state);
	database_run(*state, "UPDATE phase SET queries = NULL; UPDATE trial SET"
			     " queries = 100, queries_uncounted = 25;"
			     "INSERT INTO phase_units (phase_id, unit, n, n_uncounted)"
			     " SELECT phase_id, 'tokens', 1000, 250 FROM phase"
			     " WHERE ordinal = 0");
	expect_real(*state, "SELECT joules_per_query FROM v_query", 0.66);
	/* 62.3505 J over 125, 70.6495 J over 100 */
	expect_real(*state, "SELECT low FROM v_query", 0.498804);
	expect_real(*state, "SELECT high FROM v_query", 0.706495);
	expect_real(*state, "SELECT joules_per_unit FROM v_unit", 0.066);
	expect_real(*state, "SELECT low FROM v_unit", 0.0498804);
	expect_real(*state, "SELECT high FROM v_unit", 0.0706495);
	/* they are the whole run's, not the phase's */
	database_run(*state, "UPDATE phase SET queries = 100 WHERE name = 'steady'");
	expect_real(*state, "SELECT low FROM v_query", 0.41534);
}

static void steady_phases_of_one_trial_are_added_up(void **state)
{
	add_server(*state);
	database_run(
	    *state,
	    "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns,"
	    " first_stretch, last_stretch, queries)"
	    " VALUES (1, 2, 'steady', 3000000000, 4000000000, 3, 3, 10)");
	/* 44 J and 11 J over 110 queries */
	expect_real(*state, "SELECT joules_per_query FROM v_query", 0.5);
	expect_real(*state, "SELECT n_spans FROM v_query", 2);
	expect_real(*state, "SELECT floor_s FROM v_query", 0.08);
}

static void steady_phases_that_overlap_are_not_counted_twice(void **state)
{
	add_server(*state);
	/* a second process serves 10 queries from 2 s to 4 s, the first 100 from 1 s to 3 s */
	database_run(
	    *state,
	    "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns,"
	    " first_stretch, last_stretch, queries)"
	    " VALUES (1, 2, 'steady', 2000000000, 4000000000, 2, 3, 10)");
	/* not 44 J and 33 J: the run's 66 J over 110 queries */
	expect_text(*state, "SELECT span FROM v_query", "whole");
	expect_real(*state, "SELECT joules_per_query FROM v_query", 0.6);
	expect_real(*state, "SELECT n_spans FROM v_query", 1);
	/* what the run itself said of its queries counts the same ones */
	database_run(*state, "UPDATE trial SET queries = 110");
	expect_real(*state, "SELECT queries FROM v_query", 110);
}

static void without_a_steady_phase_the_whole_run_serves_the_queries(void **state)
{
	add_server(*state);
	database_run(*state, "DELETE FROM phase WHERE ordinal = 1;"
			     "UPDATE trial SET queries = 10");
	expect_text(*state, "SELECT span FROM v_query", "whole");
	expect_real(*state, "SELECT joules_per_query FROM v_query", 6.6);
}

static void a_run_without_queries_says_so(void **state)
{
	add_server(*state);
	database_run(*state, "DELETE FROM phase WHERE ordinal = 1");
	expect_text(*state, "SELECT joules_per_query FROM v_query", NULL);
	expect_text(*state, "SELECT reason FROM v_query",
		    "the run does not say how many queries it served");
	expect_real(*state, "SELECT run_j FROM v_query", 66);
}

static void a_span_below_the_resolution_floor_has_no_figure(void **state)
{
	add_server(*state);
	/* 100 ms updates: 2 * 0.1 s / 5 % = 4 s, and the phase lasts 2 s */
	database_run(*state, "UPDATE channel SET update_interval_ns = 100000000");
	expect_text(*state, "SELECT joules_per_query FROM v_query", NULL);
	expect_text(*state, "SELECT reason FROM v_query",
		    "lasted 2000 ms, below the 4000 ms that the sensor can resolve");
	expect_real(*state, "SELECT usable FROM v_query", 0);
}

static void fewer_joules_than_the_counters_step_resolves_have_no_figure(void **state)
{
	add_server(*state);
	/* two channels in steps of 1 J: 2 * 2 J / 5 % = 80 J, more than 44 * 1000 / 1000 */
	database_run(*state,
		     "UPDATE channel SET unit_per_raw = 1;"
		     "UPDATE stretch SET advance = advance / 1000,"
		     " advance_low = advance_low / 1000, advance_high = advance_high"
		     " / 1000");
	expect_text(*state, "SELECT reason FROM v_query",
		    "used 44 J, below the 80 J that the sensor can resolve");
}

static void cut_off_failed_and_warm_up_trials_are_not_usable(void **state)
{
	add_server(*state);
	database_run(*state, "UPDATE trial SET state = 'running'");
	expect_text(*state, "SELECT usable || reason FROM v_query",
		    "0the trial was cut off: no reading is stored after its first 4.0 s");
	database_run(*state,
		     "UPDATE trial SET state = 'incomplete', why_incomplete = 'SIGINT'");
	expect_text(*state, "SELECT usable || reason FROM v_query", "0SIGINT");
	database_run(*state, "UPDATE trial SET state = 'complete', is_warmup = 1");
	expect_text(*state, "SELECT usable || reason FROM v_query", "0a warm-up trial");
	database_run(*state, "UPDATE trial SET is_warmup = 0, exit_code = 3");
	expect_text(*state, "SELECT usable || reason FROM v_query",
		    "0the command failed with exit status 3");
	database_run(*state, "UPDATE trial SET exit_code = NULL, exit_signal = 9");
	expect_text(*state, "SELECT usable || reason FROM v_query",
		    "0the command was killed by signal 9");
}

static void carbon_names_every_factor(void **state)
{
	add_server(*state);
	database_run(*state, "UPDATE campaign SET zone = 'GB', pue = 1.2");
	/* 66 J / 3.6e6 * 1.2 * 215.79 g/kWh */
	expect_real(*state, "SELECT grams FROM v_carbon", 66 / 3.6e6 * 1.2 * 215.79);
	expect_real(*state, "SELECT grams_per_query FROM v_carbon",
		    0.44 / 3.6e6 * 1.2 * 215.79);
	/* below: 3.6 J of instruments + 0.0495 J of edges (1 ms * 3 * 16.5 W), 15 % of the
	 * grid and 10 % of the PUE: squares of logarithms */
	expect_real(*state, "SELECT grams_low FROM v_carbon",
		    66 / 3.6e6 * 1.2 * 215.79 *
			exp(-sqrt(pow(log(66 / (66 - 3.6495)), 2) + pow(log(0.85), 2) +
				  pow(log(0.9), 2))));
	expect_text(*state, "SELECT zone || ' ' || zone_name || ' ' || year FROM v_carbon",
		    "GB United Kingdom 2024");
	/* the joules are measured, the factor is not */
	expect_text(*state, "SELECT provenance FROM v_carbon", "modelled");
	expect_text(*state, "SELECT source FROM v_carbon",
		    "Ember (2025), Yearly Electricity Data, CC BY 4.0");
}

static void without_a_zone_the_world_is_assumed_and_said(void **state)
{
	add_server(*state);
	expect_real(*state, "SELECT grams FROM v_carbon", 66 / 3.6e6 * 472.94);
	expect_text(
	    *state,
	    "SELECT zone || zone_assumed || pue_assumed || provenance FROM v_carbon",
	    "WORLD11assumed");
}

static void a_zone_without_a_factor_gives_no_grams(void **state)
{
	add_server(*state);
	database_run(*state, "UPDATE campaign SET zone = 'ZZ'");
	expect_text(*state, "SELECT grams FROM v_carbon", NULL);
	expect_text(*state, "SELECT reason FROM v_carbon", "no factor for zone 'ZZ'");
}

static void the_power_supply_comes_before_pue_but_not_for_an_estimate(void **state)
{
	add_server(*state);
	database_run(*state, "UPDATE campaign SET zone = 'GB', pue = 1.2;"
			     "INSERT INTO setting VALUES ('psu', 0, 0.92, NULL, 'sheet')");
	expect_real(*state, "SELECT grams FROM v_carbon", 66 / 0.92 / 3.6e6 * 1.2 * 215.79);
	expect_text(*state, "SELECT status FROM v_boundary WHERE ordinal = 5", "by factor");
	database_run(*state, "UPDATE channel SET provenance = 'estimated' WHERE counted");
	expect_real(*state, "SELECT psu_applied FROM v_carbon", 1);
}

/* One hour's share of 1000 kg over 4 years is 28.538812785 g: here for 4 s. */
static void sci_adds_the_embodied_share_of_the_time(void **state)
{
	add_server(*state);
	expect_text(*state, "SELECT sci_g FROM v_sci", NULL);
	expect_text(*state, "SELECT m_reason FROM v_sci",
		    "embodied carbon was not stated: factors set embodied=server");
	database_run(*state, "UPDATE campaign SET zone = 'GB';"
			     "INSERT INTO setting VALUES ('embodied', 0, 1000, NULL, 'me'),"
			     " ('life', 0, 4, NULL, 'me')");
	expect_real(*state,
		    "SELECT run_m_g * 3600 / ((end_mono_ns - begin_mono_ns) * 1e-9)"
		    " FROM v_sci JOIN trial USING (trial_id)",
		    28.538812785388);
	expect_real(*state, "SELECT sci_g - o_g - m_g + 1 FROM v_sci", 1);
	expect_real(*state, "SELECT o_g FROM v_sci", 0.44 / 3.6e6 * 215.79);
}

static void a_lifecycle_factor_is_never_called_scope_2(void **state)
{
	add_server(*state);
	database_run(*state, "UPDATE campaign SET zone = 'FR'");
	expect_text(*state, "SELECT scope2_location_g FROM v_scope", NULL);
	expect_real(*state,
		    "SELECT lifecycle_g - grams + 1 FROM v_scope"
		    " JOIN v_carbon USING (trial_id)",
		    1);
	database_run(*state, "UPDATE campaign SET zone = 'US'");
	expect_real(*state, "SELECT scope2_location_g FROM v_scope", 66 / 3.6e6 * 349.6671);
	/* lost on the way: 4.2 % of what is generated */
	expect_real(*state, "SELECT scope3_cat3_td_g FROM v_scope",
		    66 / 3.6e6 * 349.6671 * 0.042 / 0.958);
	expect_text(*state, "SELECT scope2_market_reason FROM v_scope",
		    "no contractual instrument was stated");
}

static void what_was_set_by_hand_stands_before_what_was_bundled(void **state)
{
	add_server(*state);
	database_run(*state,
		     "UPDATE campaign SET zone = 'FR';"
		     "INSERT INTO factor (kind, key, parameter, value, unit, name, method,"
		     " scope, boundary, publisher, edition, source, licence, origin)"
		     " VALUES ('grid', 'FR', 'intensity', 50, 'gCO2e/kWh', 'France',"
		     " 'average', 'direct', 'as said', 'RTE', '1', 's', 'l', 'set')");
	expect_real(*state, "SELECT g_per_kwh FROM v_carbon", 50);
	expect_text(*state, "SELECT scope FROM v_carbon", "direct");
	expect_real(*state,
		    "SELECT count(*) FROM factor WHERE kind = 'grid'"
		    " AND key = 'FR'",
		    2);
}

static void trials_at_the_same_time_on_one_boot_share_their_joules(void **state)
{
	add_server(*state);
	/* Trial 2 begins 1 ms before trial 1 ends; trial 3 when trial 2 ends. */
	database_run(
	    *state,
	    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job,"
	    " is_warmup, command, begin_utc_ns, begin_mono_ns, end_mono_ns) VALUES"
	    " (2, 1, 2, 1, 'v', 'command', 0, '[]', 0, 3999000000, 5000000000),"
	    " (3, 1, 3, 1, 'v', 'command', 0, '[]', 0, 5000000000, 6000000000)");
	expect_text(*state,
		    "SELECT group_concat(is_shared, '') FROM"
		    " (SELECT is_shared FROM v_trial ORDER BY trial_id)",
		    "110");
	/* One that still runs lasts to its last stored tick. */
	database_run(*state, "UPDATE trial SET state = 'running', end_mono_ns = NULL"
			     " WHERE trial_id = 1");
	expect_text(*state,
		    "SELECT group_concat(is_shared, '') FROM"
		    " (SELECT is_shared FROM v_trial ORDER BY trial_id)",
		    "110");
	database_run(*state,
		     "INSERT INTO host (host_id, boot_id) VALUES (2, 'other');"
		     "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line,"
		     " tool_version, rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
		     " VALUES (2, 'u2', 2, 'run', '[]', '0', 10, 0, 0, 0);"
		     "UPDATE trial SET campaign_id = 2 WHERE trial_id = 2");
	expect_real(*state, "SELECT sum(is_shared) FROM v_trial", 0);
}

static void joules_of_trials_that_overlap_are_counted_once(void **state)
{
	add_counter(*state, "powercap", "package-0", "measured", 1, "0.05",
		    (const int[]){ 10000, 20000, 20000, 10000 }, 0);
	/* Trial 2 reads the same zone through the PMU, from 2.5 to 5.5 s, trial 1 to 4 s. */
	database_run(
	    *state,
	    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job,"
	    " is_warmup, command, begin_utc_ns, begin_mono_ns, end_mono_ns) VALUES"
	    " (2, 1, 2, 1, 'v', 'command', 0, '[]', 0, 2500000000, 5500000000);"
	    "INSERT INTO channel (channel_id, trial_id, collector, name, domain, kind, "
	    "unit,"
	    " provenance, counted, unit_per_raw) VALUES (9, 2, 'power-pmu', 'package-0',"
	    " 'package-0', 'counter', 'J', 'measured', 1, 0.001);"
	    "INSERT INTO stretch VALUES"
	    " (9, 0, 2500000000, 3500000000, 9, 0, 0, 0, 0, 0, 0, 15000, 15000, 15000, 0),"
	    " (9, 1, 3500000000, 4500000000, 9, 0, 0, 0, 0, 0, 0, 10000, 10000, 10000, 0),"
	    " (9, 2, 4500000000, 5500000000, 9, 0, 0, 0, 0, 0, 0, 8000, 8000, 8000, 0)");
	expect_real(*state, "SELECT joules_once FROM v_once WHERE trial_id = 1", 60);
	expect_real(*state, "SELECT joules FROM v_once WHERE trial_id = 2", 33);
	/* Half of the second rollup, and the third. */
	expect_real(*state, "SELECT joules_once FROM v_once WHERE trial_id = 2", 13);
	expect_real(*state, "SELECT once_low FROM v_once WHERE trial_id = 2", 8);
	expect_real(*state, "SELECT once_high FROM v_once WHERE trial_id = 2", 18);
	expect_text(*state, "SELECT group_concat(set_id) FROM v_overlap", "1,1");
	/* On another boot nothing is shared. */
	database_run(*state,
		     "INSERT INTO host (host_id, boot_id) VALUES (2, 'other');"
		     "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line,"
		     " tool_version, rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
		     " VALUES (2, 'u2', 2, 'run', '[]', '0', 10, 0, 0, 0);"
		     "UPDATE trial SET campaign_id = 2 WHERE trial_id = 2");
	expect_real(*state, "SELECT sum(joules_once) FROM v_once", 93);
}

static void another_process_that_measured_makes_a_trial_shared(void **state)
{
	add_server(*state);
	expect_text(*state, "SELECT is_shared || is_elsewhere FROM v_overlap", "00");
	database_run(*state, "INSERT INTO neighbour VALUES (1, 1234)");
	expect_text(*state, "SELECT is_shared || is_elsewhere FROM v_overlap", "11");
	/* What overlaps in this file may be that process: nothing is said to be elsewhere. */
	database_run(
	    *state,
	    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job,"
	    " is_warmup, command, begin_utc_ns, begin_mono_ns, end_mono_ns) VALUES"
	    " (2, 1, 2, 1, 'v', 'command', 0, '[]', 0, 3999000000, 5000000000)");
	expect_text(*state, "SELECT group_concat(is_shared || is_elsewhere) FROM v_overlap",
		    "10,10");
}

static void events_are_given_per_phase_and_per_query(void **state)
{
	add_counter(*state, "hwevents", "instructions", "measured", 0, "NULL",
		    (const int[]){ 100, 700, 800, 100 }, 0);
	database_run(
	    *state,
	    "UPDATE channel SET unit = 'count', unit_per_raw = 1;"
	    "INSERT INTO region_count VALUES (2, 'papi', 'PAPI_TOT_INS', 1200, NULL),"
	    " (2, 'papi', 'PAPI_FP_OPS', NULL, 'no PMU');"
	    "INSERT INTO gap (trial_id, collector, name, kind, why) VALUES"
	    " (1, 'hwevents', 'cache-misses', 'unavailable', 'no such event')");
	expect_real(*state,
		    "SELECT per_query FROM v_event WHERE event = 'instructions'"
		    " AND phase = 'steady'",
		    15);
	expect_real(*state, "SELECT per_query FROM v_event WHERE event = 'PAPI_TOT_INS'",
		    12);
	expect_text(*state, "SELECT why FROM v_event WHERE event = 'PAPI_FP_OPS'",
		    "no PMU");
	expect_text(*state, "SELECT value FROM v_event WHERE event = 'cache-misses'", NULL);
}

static void an_event_that_stayed_0_while_it_was_counted_has_no_value(void **state)
{
	add_counter(*state, "hwevents", "r10", "measured", 0, "NULL",
		    (const int[]){ 0, 0, 0, 0 }, 0);
	database_run(*state, "UPDATE channel SET unit = 'count', unit_per_raw = 1;"
			     "INSERT INTO gap (trial_id, collector, name, kind, why) VALUES"
			     " (1, 'hwevents', 'r10', 'stuck', 'it stayed 0')");
	expect_real(*state,
		    "SELECT count(*) FROM v_event WHERE event = 'r10' AND"
		    " value IS NULL AND per_query IS NULL AND why = 'it stayed 0'",
		    2);
}

static void ratios_are_of_one_scope_each_and_count_slow_readers(void **state)
{
	static const int first[] = { 100, 700, 800, 100 }, half[] = { 50, 350, 400, 50 };
	add_counter(*state, "hwevents", "instructions", "measured", 0, "NULL", first, 0);
	add_counter(*state, "hwevents", "cycles", "measured", 0, "NULL", half, 0);
	add_counter(*state, "hwevents", "cycles:u", "measured", 0, "NULL", first, 0);
	add_counter(*state, "hwevents", "skx::FP_ARITH_INST_RETIRED:256B_PACKED_SINGLE",
		    "measured", 0, "NULL", half, 0);
	add_counter(*state, "hwevents", "FP_ARITH_INST_RETIRED:SCALAR_SINGLE", "measured",
		    0, "NULL", first, 0);
	database_run(
	    *state,
	    "UPDATE channel SET unit = 'count', unit_per_raw = 1;"
	    "INSERT INTO region_count VALUES (2, 'papi', 'PAPI_SP_OPS', 1200, NULL),"
	    " (2, 'papi', 'PAPI_FP_OPS', 7, NULL), (2, 'papi', 'PAPI_TOT_CYC', NULL, 'no "
	    "PMU')");
	expect_real(*state,
		    "SELECT ipc FROM v_ratio WHERE scope = 'all' AND phase = 'steady'", 2);
	expect_real(*state,
		    "SELECT instructions_per_query FROM v_ratio WHERE scope = 'all'"
		    " AND phase = 'steady'",
		    15);
	/* eight lanes of half as many, and one of these */
	expect_real(*state,
		    "SELECT flop_per_query FROM v_ratio WHERE scope = 'all'"
		    " AND phase = 'steady'",
		    8 * 7.5 + 15);
	expect_real(*state, "SELECT flop FROM v_ratio WHERE scope = 'program'", 1200);
	expect_text(*state,
		    "SELECT ipc FROM v_ratio WHERE scope = 'user' AND phase = 'steady'",
		    NULL);
	/* Without energy there is no ratio to it. */
	expect_text(*state, "SELECT flop_per_joule FROM v_ratio WHERE scope = 'program'",
		    NULL);
	add_counter(*state, "powercap", "package-0", "measured", 1, "NULL", first, 0);
	expect_real(*state,
		    "SELECT flop_per_joule * joules - flop FROM v_ratio r JOIN v_phase p ON"
		    " p.trial_id = r.trial_id AND p.phase_ordinal = r.phase_ordinal"
		    " WHERE scope = 'program'",
		    0);
}

static void the_series_gives_watts_second_by_second(void **state)
{
	add_server(*state);
	expect_real(
	    *state,
	    "SELECT per_second FROM v_second WHERE channel = 'package-0' AND seq = 1", 20);
	database_run(*state, "UPDATE stretch SET n = 0 WHERE seq = 1");
	expect_text(
	    *state,
	    "SELECT per_second FROM v_second WHERE channel = 'package-0' AND seq = 1",
	    NULL);
}

/* Each starts from the one trial, without channels. */
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_database, close_database)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(energy_of_a_phase_is_the_sum_of_its_rollups),
		CASE(the_edges_of_a_long_phase_may_hide_three_times_its_mean),
		CASE(the_edges_of_a_short_phase_may_hide_the_most_power),
		CASE(a_phase_that_was_cut_off_has_all_rollups_from_its_first),
		CASE(psys_and_core_are_not_added_in),
		CASE(gains_of_one_collector_add_linearly),
		CASE(collectors_are_independent_of_each_other),
		CASE(an_unknown_uncertainty_leaves_no_interval),
		CASE(a_part_of_five_per_cent_does_not_weaken_a_total),
		CASE(estimates_are_attributed_by_cpu_seconds),
		CASE(a_tree_busier_than_the_machine_takes_all_of_it),
		CASE(measured_joules_are_gross),
		CASE(an_estimate_without_cpu_seconds_is_unknown),
		CASE(without_a_source_energy_is_unknown_not_zero),
		CASE(a_channel_that_never_answered_makes_the_total_unknown),
		CASE(a_gauge_in_watts_has_its_joules_in_its_advance),
		CASE(joules_per_query_come_from_the_steady_phase),
		CASE(what_a_service_served_uncounted_widens_the_low_side),
		CASE(steady_phases_of_one_trial_are_added_up),
		CASE(steady_phases_that_overlap_are_not_counted_twice),
		CASE(without_a_steady_phase_the_whole_run_serves_the_queries),
		CASE(a_run_without_queries_says_so),
		CASE(a_span_below_the_resolution_floor_has_no_figure),
		CASE(fewer_joules_than_the_counters_step_resolves_have_no_figure),
		CASE(cut_off_failed_and_warm_up_trials_are_not_usable),
		CASE(carbon_names_every_factor),
		CASE(the_power_supply_comes_before_pue_but_not_for_an_estimate),
		CASE(sci_adds_the_embodied_share_of_the_time),
		CASE(a_lifecycle_factor_is_never_called_scope_2),
		CASE(what_was_set_by_hand_stands_before_what_was_bundled),
		CASE(without_a_zone_the_world_is_assumed_and_said),
		CASE(a_zone_without_a_factor_gives_no_grams),
		CASE(trials_at_the_same_time_on_one_boot_share_their_joules),
		CASE(joules_of_trials_that_overlap_are_counted_once),
		CASE(another_process_that_measured_makes_a_trial_shared),
		CASE(events_are_given_per_phase_and_per_query),
		CASE(an_event_that_stayed_0_while_it_was_counted_has_no_value),
		CASE(ratios_are_of_one_scope_each_and_count_slow_readers),
		CASE(the_series_gives_watts_second_by_second),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
