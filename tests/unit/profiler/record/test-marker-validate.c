/* Whatever bytes a program sends, what is kept of them can be stored and read. */
#include <config.h>

#include "profiler/record/marker-validate.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_NS = 1000, LAST_NS = 9000 };

static struct marker_message message_of(enum marker_kind kind)
{
	struct marker_message message = { .kind = kind, .mono_ns = 5000 };
	snprintf(message.phase, sizeof(message.phase), "steady");
	snprintf(message.name, sizeof(message.name), "hit@10");
	return message;
}

static const char *check(struct marker_message *message)
{
	return marker_check(message, FIRST_NS, LAST_NS);
}

static void what_is_right_is_left_as_it_is(void **state)
{
	(void)state;
	struct marker_message said = message_of(MARKER_END), before;
	said.number = 1000000000000000;
	snprintf(said.name, sizeof(said.name), "\xe7\xa4\xba\xe4\xbe\x8b \xf0\x9f\x94\x8b");
	before = said;
	assert_null(check(&said));
	assert_memory_equal(&said, &before, sizeof(said));
}

static void a_metric_is_finite(void **state)
{
	(void)state;
	const double bad[] = { NAN, INFINITY, -INFINITY };
	for (size_t i = 0; i < 3; i++) {
		struct marker_message said = message_of(MARKER_METRIC);
		said.real = bad[i];
		assert_string_equal(check(&said),
				    "a metric is neither 0 nor between 1e-50 and 1e50");
		assert_int_equal(said.kind, 0);
	}
}

static void a_number_beyond_63_bits_is_not_known(void **state)
{
	(void)state;
	struct marker_message end = message_of(MARKER_END),
			      count = message_of(MARKER_COUNT);
	end.number = count.number = (uint64_t)1 << 63;
	assert_string_equal(check(&end), "a number of queries or units is beyond 10^15");
	assert_int_equal(end.number, 0);
	assert_int_equal(end.kind, MARKER_END);
	assert_string_equal(check(&count), "a count is beyond 2^63");
	assert_string_equal(count.text, "beyond 2^63");
	end.number = 1000000000000001;
	assert_string_equal(check(&end), "a number of queries or units is beyond 10^15");
	end.number = 1000000000000000;
	assert_null(check(&end));
}

static void text_without_an_end_is_given_one(void **state)
{
	(void)state;
	struct marker_message said = message_of(MARKER_BEGIN);
	memset(said.phase, 'x', sizeof(said.phase));
	assert_non_null(check(&said));
	assert_int_equal(strlen(said.phase), sizeof(said.phase) - 1);
	assert_int_equal(said.kind, MARKER_BEGIN);
}

static void bytes_that_are_no_text_become_question_marks(void **state)
{
	(void)state;
	static const struct {
		const char *said, *kept;
	} rows[] = {
		{ "a\nb", "a?b" },
		{ "\xff\xfe", "??" },
		{ "\xc3", "?" },
		{ "\xed\xa0\x80", "???" }, /* a surrogate */
		{ "\xc0\xaf", "??" },
		{ "\xe7\xa4", "??" },
		{ "\xf4\x90\x80\x80", "????" },
		{ "\xc3\xa9\x80", "\xc3\xa9?" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct marker_message said = message_of(MARKER_BEGIN);
		snprintf(said.phase, sizeof(said.phase), "%s", rows[i].said);
		assert_string_equal(check(&said),
				    "a name is not UTF-8 text, or has no end");
		assert_string_equal(said.phase, rows[i].kept);
	}
}

static void a_time_outside_the_trial_becomes_that_of_the_tick(void **state)
{
	(void)state;
	const int64_t bad[] = { INT64_MIN, -1, FIRST_NS - 1, LAST_NS + 1, INT64_MAX };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct marker_message said = message_of(MARKER_END);
		said.mono_ns = bad[i];
		assert_string_equal(check(&said), "a time is not of this trial");
		assert_int_equal(said.mono_ns, LAST_NS);
	}
}

static void a_phase_has_a_name(void **state)
{
	(void)state;
	struct marker_message said = message_of(MARKER_BEGIN);
	said.phase[0] = '\0';
	assert_string_equal(check(&said), "a phase has no name");
	assert_int_equal(said.kind, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_right_is_left_as_it_is),
		cmocka_unit_test(a_metric_is_finite),
		cmocka_unit_test(a_number_beyond_63_bits_is_not_known),
		cmocka_unit_test(text_without_an_end_is_given_one),
		cmocka_unit_test(bytes_that_are_no_text_become_question_marks),
		cmocka_unit_test(a_time_outside_the_trial_becomes_that_of_the_tick),
		cmocka_unit_test(a_phase_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
