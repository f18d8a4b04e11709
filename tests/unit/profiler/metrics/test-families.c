/* tests/unit/profiler/metrics/test-families.c - a page of metrics is whole, or there is none. Linked with
 * --wrap=calloc. */
#include <config.h>

#include "profiler/metrics/families.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

/* How many allocations are left before one fails; below 0: none does. */
static int n_left = -1;

void *__wrap_calloc(size_t n, size_t size)
{
	return n_left >= 0 && n_left-- == 0 ? NULL : __real_calloc(n, size);
}

/* The page of a machine that counted five instructions; the caller frees. */
static char *page_of(int n_allocations, int *code)
{
	char *text = NULL;
	size_t size = 0;
	const struct channel channel = { .name = "instructions@machine" };
	struct meter_channel counted = { .channel = &channel,
					 .collector = "hwevents",
					 .is_event = true,
					 .has_last = true,
					 .sum = 5,
					 .shown = 5 };
	struct meter meter = { .channels = &counted, .n = 1 };
	const struct sensors sensors = { 0 };
	const struct families_facts facts = { .sensors = &sensors,
					      .zone = "FR",
					      .basis = "consumption" };
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	n_left = n_allocations;
	*code = families_print(out, EXPOSITION_OPENMETRICS, &meter, &facts, 0);
	n_left = -1;
	fclose(out);
	return text;
}

static void without_memory_nothing_is_printed(void **state)
{
	int code = -1, n = 0;
	(void)state;
	for (; code != 0; n++) {
		char *text = page_of(n, &code);
		if (code == 0)
			assert_non_null(strstr(text, "{collector=\"hwevents\",event="
						     "\"instructions\"} 5\n"));
		else
			assert_string_equal(text, "");
		free(text);
	}
	assert_true(n > 1); /* one was refused */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_nothing_is_printed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
