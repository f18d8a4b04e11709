/* Whatever a collector describes on this machine is well formed, and can be had twice. */
#include <config.h>

#include "base/problem.h"
#include "collectors/registry.h"
#include "tests/unit/cmocka.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CHANNELS = 1024 };

static const struct channel *find(const struct channel_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->channels[i].name, name) == 0)
			return &list->channels[i];
	return NULL;
}

static void check_channel(const struct channel_list *list, const struct channel *channel)
{
	assert_true(strlen(channel->name) > 0);
	assert_ptr_equal(find(list, channel->name), channel); /* no other has this name */
	assert_true(channel->unit_per_raw > 0);
	assert_true(channel->uncertainty_k2 >= 0);
	assert_true(strlen(unit_name(channel->unit)) > 0);
	assert_true(strlen(provenance_name(channel->provenance)) > 0);
	if (channel->inside) {
		assert_non_null(find(list, channel->inside));
		assert_ptr_not_equal(find(list, channel->inside), channel);
	}
	if (channel->counted) {
		assert_true(channel->unit == UNIT_J || channel->unit == UNIT_W);
		assert_true(channel->uncertainty_k2 > 0);
		assert_non_null(channel->uncertainty_basis);
	}
}

/* No counted channel may lie, at any depth, inside another counted one. */
static void check_overlap(const struct channel_list *list, const struct channel *channel)
{
	const struct channel *outer = channel;
	for (size_t depth = 0; outer->inside && depth <= list->n; depth++) {
		outer = find(list, outer->inside);
		assert_false(channel->counted && outer->counted);
	}
}

static void open_and_check(const struct collector *collector)
{
	const struct scope scope = { .root_pid = getpid() };
	static struct reading readings[MAX_CHANNELS];
	struct channel_list list;
	struct problem why;
	void *state;
	if (collector->open(&scope, &state, &list, &why) != 0) {
		assert_true(strlen(why.what) > 0 && strlen(why.why) > 0);
		return;
	}
	assert_in_range(list.n, 1, MAX_CHANNELS);
	for (size_t i = 0; i < list.n; i++) {
		check_channel(&list, &list.channels[i]);
		check_overlap(&list, &list.channels[i]);
	}
	for (size_t i = 0; i < list.n_absent; i++)
		assert_true(strlen(list.absences[i].name) > 0 &&
			    strlen(list.absences[i].why) > 0);
	assert_true(collector->read(state, readings) <= list.n);
	collector->close(state);
}

static size_t count_descriptors(void)
{
	size_t n = 0;
	DIR *directory = opendir("/proc/self/fd");
	while (readdir(directory))
		n++;
	closedir(directory);
	return n;
}

static void every_channel_is_well_formed_and_no_joule_is_counted_twice(void **state)
{
	(void)state;
	for (size_t i = 0; collectors[i]; i++)
		open_and_check(collectors[i]);
}

static void opening_again_holds_no_more_descriptors(void **state)
{
	(void)state;
	for (size_t i = 0; collectors[i]; i++) {
		open_and_check(
		    collectors[i]); /* libraries may keep something the first time */
		size_t before = count_descriptors();
		open_and_check(collectors[i]);
		open_and_check(collectors[i]);
		assert_int_equal(count_descriptors(), before);
	}
}

static void a_probe_says_what_it_found_or_why_not(void **state)
{
	(void)state;
	for (size_t i = 0; collectors[i]; i++) {
		char found[256] = "";
		struct problem why = { 0 };
		if (!collectors[i]->probe)
			continue;
		if (collectors[i]->probe(found, sizeof(found), &why) == 0)
			assert_true(strlen(found) > 0);
		else
			assert_true(strlen(why.what) > 0 && strlen(why.why) > 0);
	}
}

static void a_short_line_for_what_was_found_is_not_overrun(void **state)
{
	(void)state;
	for (size_t i = 0; collectors[i]; i++) {
		char found[16];
		struct problem why;
		memset(found, '#', sizeof(found));
		if (collectors[i]->probe && collectors[i]->probe(found, 8, &why) == 0)
			assert_true(strlen(found) < 8 && found[8] == '#');
	}
}

static void closing_nothing_is_allowed(void **state)
{
	(void)state;
	for (size_t i = 0; collectors[i]; i++)
		collectors[i]->close(NULL);
}

static void collectors_are_found_by_their_unique_names(void **state)
{
	(void)state;
	for (size_t i = 0; collectors[i]; i++)
		assert_ptr_equal(collector_find(collectors[i]->name), collectors[i]);
	assert_null(collector_find("bogus"));
}

static void what_measures_comes_before_what_estimates(void **state)
{
	(void)state;
	bool fallback_seen = false;
	for (size_t i = 0; collectors[i]; i++) {
		fallback_seen |= collectors[i]->is_fallback;
		assert_false(fallback_seen && collectors[i]->is_energy &&
			     !collectors[i]->is_fallback);
	}
	assert_true(fallback_seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_channel_is_well_formed_and_no_joule_is_counted_twice),
		cmocka_unit_test(opening_again_holds_no_more_descriptors),
		cmocka_unit_test(a_probe_says_what_it_found_or_why_not),
		cmocka_unit_test(a_short_line_for_what_was_found_is_not_overrun),
		cmocka_unit_test(closing_nothing_is_allowed),
		cmocka_unit_test(collectors_are_found_by_their_unique_names),
		cmocka_unit_test(what_measures_comes_before_what_estimates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
