/* Whose joules: two functions of known power in turn, and what the book says of each. The clock, the
 * counter and the program are simulated, so that the truth is known and each run is the same. */
#include <config.h>

#include "base/problem.h"
#include "profiler/record/region-book.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const double F_W = 30, G_W = 60, UNIT_J = 1e-6, TICK_S = 1e-3;
enum { RUNS = 200, CUT_TICKS = 500, TICKS = 2000 };

struct fixture {
	struct store *store;
	struct region_reader *reader;
	struct region_book *book;
	int64_t trial_id, channel_id;
	struct problem why;
	char folder[40], path[64];
};

static void hand_page_over(struct region_reader *reader)
{
	int ends[2], fd = memfd_create("regions", MFD_ALLOW_SEALING);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(ftruncate(fd, sizeof(struct region_page)), 0);
	fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
	struct region_page *page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
					MAP_SHARED, fd, 0);
	assert_ptr_not_equal(page, MAP_FAILED);
	page->magic = REGION_MAGIC;
	strcpy(page->facts[1].name, "f");
	strcpy(page->facts[2].name, "g");
	page->n = 2;
	munmap(page, sizeof(*page));
	int files[MARKER_FILES] = { fd, ends[0] };
	region_reader_take(reader, files);
	close(ends[1]);
	assert_true(region_reader_is_used(reader));
}

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
	const struct channel_facts channel = {
		.collector = "powercap",
		.name = "package-0",
		.kind = "counter",
		.unit = "J",
		.provenance = "measured",
		.counted = true,
		.unit_per_raw = 1e-6,
	};
	if (!mkdtemp(strcpy(fixture->folder, "/tmp/test-region-book.XXXXXX")))
		return -1;
	snprintf(fixture->path, sizeof(fixture->path), "%s/regions.db", fixture->folder);
	fixture->store = store_open(fixture->path, &fixture->why);
	campaign.host_id = store_add_host(fixture->store, &host, &fixture->why);
	trial.campaign_id = store_add_campaign(fixture->store, &campaign, &fixture->why);
	fixture->trial_id = store_add_trial(fixture->store, &trial, &fixture->why);
	fixture->channel_id = store_add_channel(fixture->store, fixture->trial_id, &channel,
						&fixture->why);
	fixture->reader = region_reader_new();
	hand_page_over(fixture->reader);
	*state = fixture;
	return fixture->channel_id > 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	region_reader_free(fixture->reader);
	store_close(fixture->store);
	unlink(fixture->path);
	rmdir(fixture->folder);
	free(fixture);
	return 0;
}

static void new_book(struct fixture *fixture)
{
	const struct split_facts facts = { .channel_id = fixture->channel_id,
					   .update_s = TICK_S };
	fixture->book = region_book_new(fixture->store, fixture->trial_id, fixture->reader,
					&facts, 1);
	assert_non_null(fixture->book);
}

static double uniform(void)
{
	return (double)random() / ((double)RAND_MAX + 1);
}

/* A program that is in f and g in turn, each time for dwell_s or a little more or less. */
struct program {
	double dwell_s, next_s, in_s[2], joules[2];
	int now;
	uint32_t entered[2]; /* since it was last read */
};

static void run_until(struct program *program, double *at_s, double until_s)
{
	while (*at_s < until_s) {
		double end_s = fmin(until_s, program->next_s), passed_s = end_s - *at_s;
		program->in_s[program->now] += passed_s;
		program->joules[program->now] += passed_s * (program->now ? G_W : F_W);
		*at_s = end_s;
		if (end_s < program->next_s)
			continue;
		program->now = !program->now;
		program->entered[program->now]++;
		program->next_s += program->dwell_s * (0.95 + 0.1 * uniform());
	}
}

/* What the book gave a region, in J. */
struct given {
	double joules, low, high;
};

static struct given given_of(struct fixture *fixture, const char *name)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(
	    sqlite3_prepare_v2(store_db(fixture->store),
			       "SELECT sum(advance), sum(advance_low), sum(advance_high)"
			       " FROM region_energy JOIN region USING (region_id)"
			       " WHERE name = ?",
			       -1, &row, NULL),
	    SQLITE_OK);
	sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	struct given given = { sqlite3_column_double(row, 0) * UNIT_J,
			       sqlite3_column_double(row, 1) * UNIT_J,
			       sqlite3_column_double(row, 2) * UNIT_J };
	sqlite3_finalize(row);
	return given;
}

static int64_t number(struct fixture *fixture, const char *sql)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(sqlite3_prepare_v2(store_db(fixture->store), sql, -1, &row, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	int64_t value = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return value;
}

static void give_times(struct fixture *fixture, struct program *program, double seen_s[2],
		       double passed_s)
{
	struct region_share shares[2];
	for (int i = 0; i < 2; i++) {
		shares[i] = (struct region_share){
			.region = (uint16_t)(i + 1),
			.n = program->entered[i],
			.cpu_ns = (int64_t)((program->in_s[i] - seen_s[i]) * 1e9),
		};
		seen_s[i] = program->in_s[i];
		program->entered[i] = 0;
	}
	const struct region_span span = { (int64_t)(passed_s * 1e9),
					  (int64_t)(passed_s * 1e9) };
	assert_int_equal(region_book_take(fixture->book, shares, 2, span, &fixture->why),
			 0);
}

/* A second or two of it, read each millisecond, from a counter that changes each millisecond. Returns
 * the steps of the counter in all. */
static int64_t simulate(struct fixture *fixture, struct program *program)
{
	double at_s = 0, seen_s[2] = { 0 }, tick_s = 0, update_s = TICK_S * uniform();
	int64_t counter = 0, cut_at = 0;
	new_book(fixture);
	program->next_s = program->dwell_s * uniform();
	program->now = random() & 1;
	for (int tick = 1; tick <= TICKS; tick++) {
		double next_s = (tick + 0.2 * (uniform() - 0.5)) * TICK_S;
		for (; update_s < next_s; update_s += TICK_S) {
			run_until(program, &at_s, update_s);
			counter = (int64_t)((program->joules[0] + program->joules[1]) /
					    UNIT_J);
		}
		run_until(program, &at_s, next_s);
		give_times(fixture, program, seen_s, next_s - tick_s);
		region_book_split(fixture->book, 0, counter - cut_at);
		tick_s = next_s;
		if (tick % CUT_TICKS != 0)
			continue;
		const struct rollup_row row = { .advance = counter - cut_at,
						.advance_low = counter - cut_at,
						.advance_high = counter - cut_at };
		assert_int_equal(region_book_cut(fixture->book, 0, tick / CUT_TICKS, &row,
						 &fixture->why),
				 0);
		assert_int_equal(
		    region_book_cut_times(fixture->book, tick / CUT_TICKS, &fixture->why),
		    0);
		cut_at = counter;
	}
	assert_int_equal(region_book_end(fixture->book, &fixture->why), 0);
	region_book_free(fixture->book);
	return counter;
}

/* How many of the two have the true power in their interval. A region whose power is not its own has the rest. */
#define POWERS_HOLD                                                                  \
	"SELECT count(*) FROM region_power p JOIN region r ON r.ordinal = p.ordinal" \
	" WHERE half_width IS NULL"                                                  \
	" OR abs(power - iif(name = 'f', 30e6, 60e6)) <= half_width"

/* How the runs with that dwell went. */
struct tally {
	int n_hold, n_separate;
	int n_fitted, n_fits_hold; /* the powers, where there are any */
};

static void judge(struct fixture *fixture, const struct program *program,
		  struct tally *tally)
{
	bool holds = true, is_separate = true;
	for (int i = 0; i < 2; i++) {
		struct given given = given_of(fixture, i ? "g" : "f");
		holds &= given.low <= program->joules[i] &&
			 program->joules[i] <= given.high;
		is_separate &= given.low > 0.5 * given.joules;
	}
	tally->n_hold += holds;
	if (number(fixture, "SELECT count(*) FROM region_power") > 0) {
		tally->n_fitted++;
		tally->n_fits_hold += number(fixture, POWERS_HOLD) == 2;
	}
	tally->n_separate += is_separate;
}

static struct tally runs(struct fixture *fixture, double dwell_s)
{
	struct tally tally = { 0 };
	for (unsigned seed = 1; seed <= RUNS; seed++) {
		struct program program = { .dwell_s = dwell_s };
		srandom(seed);
		assert_int_equal(store_begin(fixture->store, &fixture->why), 0);
		int64_t steps = simulate(fixture, &program);
		judge(fixture, &program, &tally);
		/* the whole time is in f or g, but for nanoseconds that are cut off */
		int64_t sum = number(fixture, "SELECT sum(advance) FROM region_energy");
		assert_true(sum <= steps && sum >= steps - steps / 10000);
		store_rollback(fixture->store);
	}
	return tally;
}

static void intervals_hold_the_truth(void **state)
{
	const double dwells_s[] = { 10e-3, 5e-3, 2e-3, 1e-3 };
	for (size_t i = 0; i < sizeof(dwells_s) / sizeof(dwells_s[0]); i++) {
		struct tally tally = runs(*state, dwells_s[i]);
		print_message("# each %g ms: %d of %d hold the truth, %d are separate; "
			      "of %d fits %d\n",
			      dwells_s[i] * 1e3, tally.n_hold, RUNS, tally.n_separate,
			      tally.n_fitted, tally.n_fits_hold);
		assert_true(tally.n_hold >= RUNS * 93 / 100);
		assert_true(tally.n_fitted - tally.n_fits_hold <= RUNS * 7 / 100);
		assert_true(dwells_s[i] < 5e-3 || tally.n_fitted >= RUNS / 2);
		if (dwells_s[i] >= 5e-3)
			assert_true(tally.n_separate >= RUNS * 9 / 10);
	}
}

static void what_cannot_be_separated_never_is(void **state)
{
	struct tally tally = runs(*state, 0.5e-3);
	assert_int_equal(tally.n_separate, 0);
	assert_int_equal(tally.n_fitted, 0);
	assert_int_equal(tally.n_hold, RUNS);
}

/* Half of the time is in no region, and a gap of the counter may be any region's. */
static void the_rest_is_outside_and_a_gap_widens(void **state)
{
	struct fixture *fixture = *state;
	const struct region_share shares[] = { { .region = 1, .n = 5, .cpu_ns = 500000 } };
	const struct rollup_row row = { .advance = 1001,
					.advance_low = 901,
					.advance_high = 1301 };
	new_book(fixture);
	assert_int_equal(region_book_take(fixture->book, shares, 1,
					  (struct region_span){ 1000000, 500000 },
					  &fixture->why),
			 0);
	region_book_split(fixture->book, 0, 0); /* the counter has not moved yet */
	region_book_split(fixture->book, 0, 1001);
	assert_int_equal(region_book_cut(fixture->book, 0, 1, &row, &fixture->why), 0);
	assert_int_equal(region_book_cut_times(fixture->book, 1, &fixture->why), 0);
	assert_int_equal(number(fixture, "SELECT advance FROM region_energy"), 500);
	assert_int_equal(number(fixture, "SELECT advance_low FROM region_energy"), 0);
	assert_int_equal(number(fixture, "SELECT advance_high FROM region_energy"), 1301);
	assert_int_equal(number(fixture, "SELECT n FROM region_time"), 5);
	assert_int_equal(number(fixture, "SELECT cpu_ns FROM region_time"), 500000);
	/* the other half of the time nobody used a processor */
	assert_int_equal(number(fixture, "SELECT advance FROM region_idle"), 500);
	assert_int_equal(number(fixture, "SELECT idle_ns FROM region_rest"), 500000);
	assert_int_equal(number(fixture, "SELECT outside_ns FROM region_rest"), 0);
	region_book_free(fixture->book);
}

/* In one interval of ten the whole of it ran, and in the others nothing: its CPU time is even over all. */
static void what_is_kept_off_the_processor_may_have_run_in_any_tick(void **state)
{
	struct fixture *fixture = *state;
	const struct rollup_row row = { .advance = 1000,
					.advance_low = 1000,
					.advance_high = 1000 };
	const int64_t most_ns[] = { 250000, 1000000 }, advance_high[] = { 750, 1000 };
	new_book(fixture);
	for (int i = 0; i < 2; i++) {
		const struct region_share share = {
			.region = 1, .n = 1, .cpu_ns = 100000, .most_ns = most_ns[i]
		};
		assert_int_equal(region_book_take(fixture->book, &share, 1,
						  (struct region_span){ 1000000, 100000 },
						  &fixture->why),
				 0);
		region_book_split(fixture->book, 0, 1000);
		assert_int_equal(
		    region_book_cut(fixture->book, 0, i + 1, &row, &fixture->why), 0);
		assert_int_equal(number(fixture, "SELECT advance FROM region_energy "
						 "ORDER BY seq DESC LIMIT 1"),
				 100);
		assert_int_equal(number(fixture, "SELECT advance_high FROM region_energy "
						 "ORDER BY seq DESC LIMIT 1"),
				 advance_high[i]);
	}
	region_book_free(fixture->book);
}

/* An estimate is the run's by its CPU time: what other processes of the run had is outside. */
static void an_estimate_is_split_by_the_runs_cpu_time(void **state)
{
	struct fixture *fixture = *state;
	const struct split_facts facts = { .channel_id = fixture->channel_id,
					   .is_by_share = true };
	const struct region_share shares[] = { { .region = 1, .n = 1, .cpu_ns = 300000 } };
	const struct rollup_row row = { .advance = 1000,
					.advance_low = 1000,
					.advance_high = 1000 };
	fixture->book = region_book_new(fixture->store, fixture->trial_id, fixture->reader,
					&facts, 1);
	region_book_take_tree(fixture->book, 7000000);
	assert_int_equal(region_book_take(fixture->book, shares, 1,
					  (struct region_span){ 10000000, 300000 },
					  &fixture->why),
			 0);
	region_book_take_tree(fixture->book, 7600000);
	region_book_split(fixture->book, 0, 1000);
	assert_int_equal(region_book_cut(fixture->book, 0, 1, &row, &fixture->why), 0);
	assert_int_equal(number(fixture, "SELECT advance FROM region_energy"), 500);
	assert_int_equal(number(fixture, "SELECT count(*) FROM region_idle"), 0);
	region_book_free(fixture->book);
}

/* Another process of the run works while the marking one waits: that is outside, and only the rest is idle. */
static void what_others_of_the_run_use_is_not_idle(void **state)
{
	struct fixture *fixture = *state;
	const struct region_share shares[] = { { .region = 1, .n = 1, .cpu_ns = 200000 } };
	const struct rollup_row row = { .advance = 1000,
					.advance_low = 1000,
					.advance_high = 1000 };
	new_book(fixture);
	region_book_take_tree(fixture->book, 7000000);
	assert_int_equal(region_book_take(fixture->book, shares, 1,
					  (struct region_span){ 1000000, 300000 },
					  &fixture->why),
			 0);
	region_book_take_tree(fixture->book, 7800000);
	region_book_split(fixture->book, 0, 1000);
	assert_int_equal(region_book_cut(fixture->book, 0, 1, &row, &fixture->why), 0);
	assert_int_equal(region_book_cut_times(fixture->book, 1, &fixture->why), 0);
	assert_int_equal(number(fixture, "SELECT advance FROM region_energy"), 200);
	assert_int_equal(number(fixture, "SELECT advance FROM region_idle"), 200);
	assert_int_equal(number(fixture, "SELECT idle_ns FROM region_rest"), 200000);
	assert_int_equal(number(fixture, "SELECT outside_ns FROM region_rest"), 600000);
	region_book_free(fixture->book);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(intervals_hold_the_truth),
		CASE(what_cannot_be_separated_never_is),
		CASE(the_rest_is_outside_and_a_gap_widens),
		CASE(what_is_kept_off_the_processor_may_have_run_in_any_tick),
		CASE(an_estimate_is_split_by_the_runs_cpu_time),
		CASE(what_others_of_the_run_use_is_not_idle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
