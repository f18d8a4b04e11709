/* reports/profile/stack-moments.c - see stack-moments.h. */
#include <config.h>

#include "reports/profile/stack-moments.h"

#include "base/problem.h"
#include "reports/figure/rows.h"
#include "schema/database/guard.h"
#include "schema/samples/chunk.h"
#include "schema/samples/stack-chunk.h"

#include <stdbool.h>
#include <stdlib.h>

static const char threads_sql[] = "SELECT ordinal, pid, tid FROM profile_thread"
				  " WHERE trial_id = ?1 ORDER BY ordinal";

static const char chunks_sql[] =
    "SELECT seq, n, begin_mono_ns, crc32, data FROM profile_chunk"
    " WHERE trial_id = ?1 ORDER BY seq";

static const char amounts_sql[] =
    "SELECT e.scale, c.joules_per_step, e.crc32, e.data FROM profile_chunk_energy e"
    " JOIN v_profile_channel c ON c.trial_id = e.trial_id AND c.channel_id = e.channel_id"
    " WHERE e.trial_id = ?1 AND e.seq = ?2";

/* A trial whose samples are being read. */
struct reading {
	sqlite3 *db;
	int64_t trial_id;
	const struct stack_tree *tree;
	struct stack_moments *moments;
	struct arena *arena;
	size_t *packed_bytes; /* of its chunks so far */
	struct problem *why;
};

/* A chunk, unpacked. */
struct unpacked {
	struct stack_moment *moments;
	double *amounts, *joules;
	size_t n;
};

static void take_thread(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct stack_thread thread = { sqlite3_column_int64(row, 0),
					     sqlite3_column_int64(row, 1),
					     sqlite3_column_int64(row, 2) };
	arena_append(reading->arena, &thread, sizeof(thread));
}

static int damaged(const struct reading *reading)
{
	problem_why(reading->why, "the times of the stacks of trial %lld are damaged",
		    (long long)reading->trial_id);
	return problem_todo(reading->why,
			    "take the file as it was before, or measure again");
}

static bool holds(sqlite3_stmt *row, int crc, int data)
{
	const uint8_t *bytes = sqlite3_column_blob(row, data);
	size_t size = (size_t)sqlite3_column_bytes(row, data);
	return chunk_crc32(bytes, size) == (uint32_t)sqlite3_column_int64(row, crc);
}

static int thread_by_ordinal(const void *a, const void *b)
{
	const struct stack_thread *x = a, *y = b;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

static int node_by_ordinal(const void *a, const void *b)
{
	const struct stack_node *x = a, *y = b;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

static size_t thread_place(const struct stack_moments *moments, uint32_t ordinal)
{
	const struct stack_thread wanted = { .ordinal = ordinal };
	const struct stack_thread *found = ordinal == 0 || moments->n_threads == 0
					       ? NULL
					       : bsearch(&wanted, moments->threads,
							 moments->n_threads, sizeof(wanted),
							 thread_by_ordinal);
	return found ? (size_t)(found - moments->threads) + 1 : 0;
}

/* Adds what its samples have of each channel. */
static int read_amounts(const struct reading *reading, int64_t seq,
			const struct unpacked *chunk)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR, code = 0;
	if (sqlite3_prepare_v2(reading->db, amounts_sql, -1, &row, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(row, 1, reading->trial_id);
		sqlite3_bind_int64(row, 2, seq);
	}
	while (row && code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW) {
		double joules_per_step = sqlite3_column_double(row, 1);
		if (!holds(row, 2, 3) ||
		    stack_amounts_decode(
			sqlite3_column_blob(row, 3), (size_t)sqlite3_column_bytes(row, 3),
			sqlite3_column_int(row, 0), chunk->amounts, chunk->n) != 0)
			code = damaged(reading);
		for (size_t i = 0; code == 0 && i < chunk->n; i++)
			chunk->joules[i] += chunk->amounts[i] * joules_per_step;
	}
	sqlite3_finalize(row);
	return code != 0 || step == SQLITE_DONE ? code
						: guard_why(reading->db, reading->why);
}

/* Appends its samples to the arena. */
static int add_samples(const struct reading *reading, const struct unpacked *chunk)
{
	const struct stack_tree *tree = reading->tree;
	for (size_t i = 0; i < chunk->n; i++) {
		const struct stack_node wanted = { .ordinal = chunk->moments[i].node };
		const struct stack_node *found =
		    tree->n_nodes == 0 ? NULL
				       : bsearch(&wanted, tree->nodes, tree->n_nodes,
						 sizeof(wanted), node_by_ordinal);
		if (!found)
			return damaged(reading);
		const struct stack_sample sample = {
			.time_ns = chunk->moments[i].time_ns,
			.node = (size_t)(found - tree->nodes),
			.thread = thread_place(reading->moments, chunk->moments[i].thread),
			.joules = chunk->joules[i],
		};
		arena_append(reading->arena, &sample, sizeof(sample));
	}
	return 0;
}

/* A file may be anybody's, and a few bytes may stand for millions of samples. */
static int refuse_unpacking(const struct reading *reading, size_t n)
{
	problem_why(
	    reading->why,
	    "the times of the stacks of trial %lld are %zu samples or more in %zu bytes, "
	    "as no run stores them",
	    (long long)reading->trial_id, n, *reading->packed_bytes);
	return problem_todo(reading->why,
			    "take the file as it was before, or measure again");
}

static int read_chunk(const struct reading *reading, sqlite3_stmt *row)
{
	int64_t n = sqlite3_column_int64(row, 1);
	size_t n_before = arena_appended(reading->arena) / sizeof(struct stack_sample);
	*reading->packed_bytes += (size_t)sqlite3_column_bytes(row, 4);
	if (n <= 0 || n > STACK_CHUNK_READ_MOST ||
	    n_before + (size_t)n > STACK_SAMPLES_MOST || !holds(row, 3, 4))
		return damaged(reading);
	if (n_before + (size_t)n >
	    STACK_READ_FREELY + STACK_PER_BYTE_MOST * *reading->packed_bytes)
		return refuse_unpacking(reading, n_before + (size_t)n);
	struct unpacked chunk = { .n = (size_t)n };
	chunk.moments = calloc(chunk.n, sizeof(*chunk.moments));
	chunk.amounts = calloc(chunk.n, sizeof(*chunk.amounts));
	chunk.joules = calloc(chunk.n, sizeof(*chunk.joules));
	int code = chunk.moments && chunk.amounts && chunk.joules
		       ? 0
		       : problem_why(reading->why, "out of memory");
	if (code == 0 &&
	    stack_chunk_decode(sqlite3_column_blob(row, 4),
			       (size_t)sqlite3_column_bytes(row, 4),
			       sqlite3_column_int64(row, 2), chunk.moments, chunk.n) != 0)
		code = damaged(reading);
	if (code == 0)
		code = read_amounts(reading, sqlite3_column_int64(row, 0), &chunk);
	if (code == 0)
		code = add_samples(reading, &chunk);
	free(chunk.moments);
	free(chunk.amounts);
	free(chunk.joules);
	return code;
}

static int read_chunks(const struct reading *reading)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR, code = 0;
	if (sqlite3_prepare_v2(reading->db, chunks_sql, -1, &row, NULL) == SQLITE_OK)
		sqlite3_bind_int64(row, 1, reading->trial_id);
	while (row && code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW)
		code = read_chunk(reading, row);
	sqlite3_finalize(row);
	reading->moments->n = arena_appended(reading->arena) / sizeof(struct stack_sample);
	reading->moments->samples = arena_take(reading->arena);
	return code != 0 || step == SQLITE_DONE ? code
						: guard_why(reading->db, reading->why);
}

/* The joules of nodes are in the database to the last step, those of samples are rounded. 0, or -1: there are more
 * samples of a node than ended in it. */
static int fit_to_nodes(const struct reading *reading)
{
	const struct stack_tree *tree = reading->tree;
	const struct stack_moments *moments = reading->moments;
	struct function_part *sums = arena_room(reading->arena,
						(tree->n_nodes + 1) * sizeof(*sums));
	for (size_t i = 0; i < moments->n; i++) {
		sums[moments->samples[i].node].n++;
		sums[moments->samples[i].node].joules += moments->samples[i].joules;
	}
	for (size_t i = 0; i < moments->n; i++) {
		struct stack_sample *sample = &moments->samples[i];
		const struct function_part *sum = &sums[sample->node];
		const struct function_part *whole = &tree->nodes[sample->node].part;
		if (sum->n > whole->n)
			return damaged(reading);
		double here = whole->n > sum->n ? whole->joules * sum->n / whole->n
						: whole->joules;
		sample->joules = sum->joules > 0 ? here * (sample->joules / sum->joules)
						 : here / sum->n;
	}
	return 0;
}

int stack_moments_read(sqlite3 *db, int64_t trial_id, const struct stack_tree *tree,
		       struct arena *arena, struct stack_moments *moments,
		       struct problem *why)
{
	const struct list_reading threads = { .db = db,
					      .arena = arena,
					      .campaign_id = trial_id };
	size_t packed_bytes = 0;
	const struct reading reading = { db,    trial_id,      tree, moments,
					 arena, &packed_bytes, why };
	*moments = (struct stack_moments){ 0 };
	if (each_row(&threads, threads_sql, take_thread) != 0)
		return guard_why(db, why);
	moments->threads = rows_taken(&threads, sizeof(*moments->threads),
				      &moments->n_threads);
	if (read_chunks(&reading) != 0)
		return -1;
	return fit_to_nodes(&reading);
}
