/* tests/unit/reports/given-bench.h - the campaign of given_bench() for each test of a file, with room for what is read
 * of it. */
#ifndef JOULECART_TEST_GIVEN_BENCH_H
#define JOULECART_TEST_GIVEN_BENCH_H
#include "reports/figure/arena.h"
#include "tests/unit/reports/given.h"

#include <stdlib.h>

struct given {
	sqlite3 *db;
	struct arena *arena;
	struct problem why;
};

static inline int set_up(void **state)
{
	struct given *given = calloc(1, sizeof(*given));
	given->db = given_bench();
	given->arena = arena_new();
	*state = given;
	return 0;
}

static inline int tear_down(void **state)
{
	struct given *given = *state;
	sqlite3_close(given->db);
	arena_free(given->arena);
	free(given);
	return 0;
}

#endif
