/* What SQLite is given as memory is its own, of the size it asked for, whoever frees it. */
#include <config.h>

#include "schema/database/sqlite-memory.h"
#include "tests/unit/cmocka.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { N = 4000, ROUNDS = 40000, MOST = 9000 };

struct blocks {
	unsigned char *at[N];
	int sizes[N];
	uint32_t random;
};

static uint32_t next(struct blocks *blocks)
{
	blocks->random = blocks->random * 1664525 + 1013904223;
	return blocks->random >> 8;
}

static int size_of(struct blocks *blocks)
{
	/* Most are small; some are larger than any list keeps. */
	uint32_t n = next(blocks);
	return (int)(1 + n % (n % 16 ? 200 : MOST));
}

static unsigned char mark_of(size_t i)
{
	return (unsigned char)(i * 7 + 1);
}

static void fill(struct blocks *blocks, size_t i)
{
	assert_non_null(blocks->at[i]);
	assert_int_equal((uintptr_t)blocks->at[i] % 8, 0);
	assert_true(sqlite3_msize(blocks->at[i]) >= (sqlite3_uint64)blocks->sizes[i]);
	/* All that it was told it has. */
	memset(blocks->at[i], mark_of(i), (size_t)sqlite3_msize(blocks->at[i]));
}

static void look(const struct blocks *blocks, size_t i, int size)
{
	for (int byte = 0; byte < size; byte++)
		assert_int_equal(blocks->at[i][byte], mark_of(i));
}

/* No block is within another, and none forgets what it held when it is made larger or smaller. */
static void *use(void *data)
{
	struct blocks *blocks = data;
	for (int round = 0; round < ROUNDS; round++) {
		size_t i = next(blocks) % N;
		int before = blocks->sizes[i];
		look(blocks, i, before);
		if (blocks->at[i] && round % 3 == 0) {
			sqlite3_free(blocks->at[i]);
			blocks->at[i] = NULL;
			blocks->sizes[i] = 0;
			continue;
		}
		int size = size_of(blocks);
		blocks->at[i] = sqlite3_realloc(blocks->at[i], size);
		assert_non_null(blocks->at[i]);
		look(blocks, i, size < before ? size : before);
		blocks->sizes[i] = size;
		fill(blocks, i);
	}
	return NULL;
}

static void free_all(struct blocks *blocks)
{
	for (size_t i = 0; i < N; i++) {
		look(blocks, i, blocks->sizes[i]);
		sqlite3_free(blocks->at[i]);
		blocks->at[i] = NULL;
		blocks->sizes[i] = 0;
	}
}

static void blocks_are_apart(void **state)
{
	(void)state;
	static struct blocks blocks = { .random = 1 };
	use(&blocks);
	free_all(&blocks);
	/* What was freed is used again. */
	use(&blocks);
	free_all(&blocks);
}

static void a_thread_may_free_what_another_took(void **state)
{
	(void)state;
	static struct blocks ours = { .random = 2 }, theirs = { .random = 3 };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, use, &theirs), 0);
	use(&ours);
	assert_int_equal(pthread_join(thread, NULL), 0);
	free_all(&theirs);
	use(&theirs);
	free_all(&theirs);
	free_all(&ours);
}

#ifndef __SANITIZE_ADDRESS__ /* there malloc serves SQLite */
static void *take_and_free(void *at)
{
	void **block = at;
	*block = sqlite3_malloc(600);
	sqlite3_free(*block);
	return NULL;
}

/* A campaign of many trials has as many threads, one after the other. */
static void a_thread_goes_on_with_what_one_before_left(void **state)
{
	(void)state;
	void *blocks[3];
	for (size_t i = 0; i < 3; i++) {
		pthread_t thread;
		assert_int_equal(pthread_create(&thread, NULL, take_and_free, &blocks[i]),
				 0);
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_non_null(blocks[i]);
		assert_ptr_equal(blocks[i], blocks[0]);
	}
}
#endif

/* Of a size that no machine has: SQLite says that there is no memory. */
static void too_much_is_refused(void **state)
{
	(void)state;
	assert_null(sqlite3_malloc64(UINT64_C(1) << 40));
	assert_null(sqlite3_malloc(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_apart),
		cmocka_unit_test(a_thread_may_free_what_another_took),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(a_thread_goes_on_with_what_one_before_left),
#endif
		cmocka_unit_test(too_much_is_refused),
	};
	sqlite_memory_set_up();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
