/* A meter goes on from its file; from one that is not of this boot, or damaged, it begins anew. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/metrics/meter-state.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct collector collector = { .name = "powercap", .is_energy = true };
static const struct channel package = { .name = "package-0",
					.domain = "package",
					.kind = KIND_COUNTER,
					.unit = UNIT_J,
					.counted = true,
					.unit_per_raw = 1e-6,
					.wrap_range = UINT64_C(1) << 63,
					.max_power_w = 100 };

struct bench {
	struct sensors sensors;
	struct meter meter;
	struct meter_place place;
	char path[32];
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	strcpy(bench->path, "/tmp/meter-XXXXXX");
	close(mkstemp(bench->path));
	bench->place = (struct meter_place){ bench->path, "DE", "boot-1" };
	bench->sensors = (struct sensors){ .n = 1, .n_channels = 1 };
	bench->sensors.items[0].collector = &collector;
	bench->sensors.items[0].list.channels = &package;
	bench->sensors.items[0].list.n = 1;
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	unlink(bench->path);
	free(bench);
	return 0;
}

static void begin(struct bench *bench, double unix_s)
{
	struct problem why;
	assert_int_equal(meter_begin(&bench->meter, &bench->sensors, unix_s, NS_PER_S,
				     NS_PER_S / 10, &why),
			 0);
}

static void take(struct bench *bench, int64_t second, uint64_t uj)
{
	struct reading reading = { uj, 0 };
	struct span span = { second * NS_PER_S, second * NS_PER_S };
	const struct pass pass = { &bench->sensors, &reading, &span };
	meter_take(&bench->meter, &pass, true);
	meter_frame(&bench->meter, second * NS_PER_S, 0.5);
}

/* 30 J by a counter near 2^63, and its file. */
static void write_thirty(struct bench *bench)
{
	struct problem why;
	const uint64_t start = (UINT64_C(1) << 63) - 20000000;
	begin(bench, 1000);
	take(bench, 1, start);
	take(bench, 2, (start + 30000000) % package.wrap_range);
	assert_int_equal(meter_state_write(&bench->place, &bench->meter, &why), 0);
	meter_end(&bench->meter);
}

static bool read_at(struct bench *bench, int64_t second, char reason[128])
{
	reason[0] = '\0';
	begin(bench, 2000);
	return meter_state_read(&bench->place, &bench->meter, second * NS_PER_S, reason,
				128);
}

static void what_was_drawn_meanwhile_counts(void **state)
{
	struct bench *bench = *state;
	char reason[128];
	write_thirty(bench);
	assert_true(read_at(bench, 4, reason));
	take(bench, 4, 50000000); /* 40 J later */
	assert_true(fabs(meter_value(bench->meter.channels) - 70) < 1e-9);
	assert_true(bench->meter.channels[0].created_s == 1000);
	assert_true(fabs(bench->meter.grams - 35) < 1e-9);
	meter_end(&bench->meter);
}

static double value_after(struct bench *bench, uint64_t uj)
{
	char reason[128];
	assert_true(read_at(bench, 4, reason));
	take(bench, 4, uj);
	double value = meter_value(bench->meter.channels);
	meter_end(&bench->meter);
	return value;
}

/* A step that turned out not to be is in no sum, but was told. */
static void what_was_told_is_not_taken_back(void **state)
{
	struct bench *bench = *state;
	struct problem why;
	write_thirty(bench);
	begin(bench, 1000);
	take(bench, 3, 10000000);
	bench->meter.channels[0].shown = 31;
	assert_int_equal(meter_state_write(&bench->place, &bench->meter, &why), 0);
	meter_end(&bench->meter);
	assert_true(value_after(bench, 10000000) == 31);
	assert_true(fabs(value_after(bench, 50000000) - 40) < 1e-9);
}

static void is_anew(struct bench *bench, const char *expected)
{
	char reason[128];
	assert_false(read_at(bench, 4, reason));
	assert_string_equal(reason, expected);
	take(bench, 4, 50000000);
	assert_true(meter_value(bench->meter.channels) == 0);
	assert_true(bench->meter.channels[0].created_s == 2000);
	meter_end(&bench->meter);
}

static void another_boot_begins_anew(void **state)
{
	struct bench *bench = *state;
	write_thirty(bench);
	strcpy(bench->place.boot, "boot-2");
	is_anew(bench, "the machine was started since");
	bench->place.boot[0] = '\0';
	is_anew(bench, "the machine was started since");
}

static void grams_of_another_zone_begin_anew(void **state)
{
	struct bench *bench = *state;
	char reason[128];
	write_thirty(bench);
	bench->place.zone = "FR";
	assert_true(read_at(bench, 4, reason));
	assert_true(bench->meter.grams == 0 && bench->meter.grams_created_s == 2000);
	meter_end(&bench->meter);
}

static void put(struct bench *bench, const char *text)
{
	FILE *file = fopen(bench->path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void a_damaged_file_is_none(void **state)
{
	struct bench *bench = *state;
	static const char *const texts[] = { "", "[]", "{\"schema\":\"joulecart-meter-1\"",
					     "{\"schema\":\"joulecart-meter-0\"}" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put(bench, texts[i]);
		is_anew(bench, "it is no file of this version's, or damaged");
	}
	unlink(bench->path);
	is_anew(bench, "there is no such file yet");
}

/* A channel whose numbers cannot be begins anew, and no other value is taken from it. */
static void numbers_that_cannot_be_are_not_taken(void **state)
{
	struct bench *bench = *state;
	static const char *const changes[][2] = {
		{ "\"sum\":", "\"sum\":-1,\"s\":" },
		{ "\"sum\":", "\"sum\":1e300,\"s\":" },
		{ "\"high\":", "\"high\":1.7e308,\"s\":" },
		{ "\"created_s\":", "\"created_s\":1e200,\"s\":" },
		{ "\"shown\":", "\"shown\":null,\"s\":" },
		{ "\"low\":", "\"low\":\"x\",\"s\":" },
		{ "\"gaps\":[0", "\"gaps\":[-1" },
		{ "\"mono_ns\":", "\"mono_ns\":99000000000,\"s\":" },
		{ "\"half_ns\":0", "\"half_ns\":-5" },
		{ "\"raw\":\"", "\"raw\":\"zz" },
		{ "\"wrap_range\":\"8", "\"wrap_range\":\"4" },
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char text[4096] = "", changed[4096], reason[128];
		write_thirty(bench);
		FILE *file = fopen(bench->path, "r");
		assert_non_null(file);
		assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
		fclose(file);
		char *at = strstr(text, changes[i][0]);
		if (!at)
			fail_msg("no '%s' in %s", changes[i][0], text);
		snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text,
			 changes[i][1], at + strlen(changes[i][0]));
		put(bench, changed);
		assert_true(read_at(bench, 4, reason));
		if (bench->meter.channels[0].sum != 0)
			fail_msg("'%s' was taken", changes[i][1]);
		meter_end(&bench->meter);
	}
}

static void another_user_s_file_and_a_pipe_are_none(void **state)
{
	struct bench *bench = *state;
	if (geteuid() != 0) {
		print_message("# not root: no file can be given away\n");
		return; /* cmocka's skip() would print "not ok" */
	}
	write_thirty(bench);
	assert_int_equal(chown(bench->path, 12345, 12345), 0);
	is_anew(bench, "it is another user's file");
	unlink(bench->path);
	assert_int_equal(mkfifo(bench->path, 0600), 0);
	is_anew(bench, "it is no file of this version's, or damaged");
}

static void a_file_that_cannot_be_written_leaves_none(void **state)
{
	struct bench *bench = *state;
	struct problem why;
	begin(bench, 1000);
	bench->place.path = "/tmp/no-such-folder/meter";
	assert_int_equal(meter_state_write(&bench->place, &bench->meter, &why), -1);
	meter_end(&bench->meter);
}

#define with_file(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_file(what_was_drawn_meanwhile_counts),
		with_file(what_was_told_is_not_taken_back),
		with_file(another_boot_begins_anew),
		with_file(grams_of_another_zone_begin_anew),
		with_file(a_damaged_file_is_none),
		with_file(numbers_that_cannot_be_are_not_taken),
		with_file(another_user_s_file_and_a_pipe_are_none),
		with_file(a_file_that_cannot_be_written_leaves_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
