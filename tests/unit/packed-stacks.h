/* tests/unit/packed-stacks.h - a database with one trial, whose sampled stacks are few bytes. */
#ifndef JOULECART_TESTS_PACKED_STACKS_H
#define JOULECART_TESTS_PACKED_STACKS_H
#include "schema/samples/chunk.h"
#include "schema/samples/stack-chunk.h"
#include "tests/unit/database.h"

#include <stdlib.h>

static inline sqlite3 *packed_stacks_trial(void)
{
	return database_with(
	    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job,"
	    " is_warmup, command, begin_utc_ns, begin_mono_ns, end_mono_ns)"
	    " VALUES (1, 1, 1, 1, 'a', 'command', 0, '[]', 1, 0, 1000000000);"
	    "INSERT INTO profile_node VALUES (1, 1, NULL, 1, 1 << 30)");
}

/* So many samples of the node, all at once: they take few bytes. */
static inline void packed_stacks_add(sqlite3 *db, int seq, size_t n)
{
	struct stack_moment *moments = calloc(n, sizeof(*moments));
	uint8_t *data = malloc(stack_chunk_bound(n));
	sqlite3_stmt *insert = NULL;
	for (size_t i = 0; i < n; i++)
		moments[i] = (struct stack_moment){ 1000, 0, 1 };
	size_t size = stack_chunk_encode(moments, n, 1000, data);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "INSERT INTO profile_chunk VALUES (1, ?, ?, 1000, ?, ?)",
			       -1, &insert, NULL),
	    SQLITE_OK);
	sqlite3_bind_int(insert, 1, seq);
	sqlite3_bind_int64(insert, 2, (int64_t)n);
	sqlite3_bind_int64(insert, 3, chunk_crc32(data, size));
	sqlite3_bind_blob(insert, 4, data, (int)size, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
	sqlite3_finalize(insert);
	free(moments);
	free(data);
}

#endif
