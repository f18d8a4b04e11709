/* reports/verify/sample-times.c - see sample-times.h. */
#include <config.h>

#include "reports/verify/sample-times.h"

#include "schema/samples/chunk.h"
#include "schema/samples/stack-chunk.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char samples_sql[] =
    "SELECT n, begin_mono_ns, crc32, data, NULL, NULL, NULL FROM profile_chunk"
    " WHERE trial_id = ?1 AND ?2 = 0 ORDER BY seq";

/* Those of a channel alone: a file may have thousands of channels in few bytes, and samples are unpacked for none
 * of which it has nothing. */
static const char amounts_sql[] =
    "SELECT c.n, c.begin_mono_ns, c.crc32, c.data, e.scale, e.crc32, e.data"
    " FROM profile_chunk_energy e JOIN profile_chunk c"
    "  ON c.trial_id = e.trial_id AND c.seq = e.seq"
    " WHERE e.trial_id = ?1 AND e.channel_id = ?2 ORDER BY e.seq";

static const char nodes_sql[] =
    "SELECT n.ordinal, n.n, coalesce(e.advance, 0) FROM profile_node n LEFT JOIN "
    "profile_energy e"
    " ON e.trial_id = n.trial_id AND e.node = n.ordinal AND e.channel_id = ?2"
    " WHERE n.trial_id = ?1 ORDER BY n.ordinal";

/* A node, and what its samples come to. */
struct node_sum {
	int64_t ordinal;
	double given_n, given_steps, n, steps, rounding;
};

struct adding {
	sqlite3 *db;
	const struct trial_check *trial;
	int64_t begin_ns, end_ns; /* of the trial, then from the last sample on */
	struct node_sum *nodes;
	size_t n_nodes;
	int64_t n_samples; /* of the trial */
	struct stack_moment *moments;
	double *amounts;
	size_t room;
	const char *fault;
};

static int by_ordinal(const void *a, const void *b)
{
	const struct node_sum *x = a, *y = b;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

static sqlite3_stmt *ask(const struct adding *adding, const char *sql, int64_t channel_id)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(adding->db, sql, -1, &row, NULL) != SQLITE_OK)
		return NULL;
	sqlite3_bind_int64(row, 1, adding->trial->trial_id);
	sqlite3_bind_int64(row, 2, channel_id);
	return row;
}

static int read_nodes(struct adding *adding, int64_t channel_id)
{
	sqlite3_stmt *row = ask(adding, nodes_sql, channel_id);
	int step = SQLITE_ERROR;
	size_t room = adding->n_nodes;
	adding->n_nodes = 0;
	while (row && (step = sqlite3_step(row)) == SQLITE_ROW) {
		if (adding->n_nodes == room) {
			room = room ? 2 * room : 1024;
			struct node_sum *grown = reallocarray(adding->nodes, room,
							      sizeof(*grown));
			if (!grown)
				break;
			adding->nodes = grown;
		}
		struct node_sum *node = &adding->nodes[adding->n_nodes++];
		*node = (struct node_sum){
			.ordinal = sqlite3_column_int64(row, 0),
			.given_n = sqlite3_column_double(row, 1),
			.given_steps = sqlite3_column_double(row, 2),
			.n = channel_id ? node->n
					: 0, /* as counted before, in this order */
		};
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? 0 : -1;
}

static bool make_room(struct adding *adding, size_t n)
{
	if (n <= adding->room)
		return true;
	struct stack_moment *moments = reallocarray(adding->moments, n, sizeof(*moments));
	adding->moments = moments ? moments : adding->moments;
	double *amounts = moments ? reallocarray(adding->amounts, n, sizeof(*amounts))
				  : NULL;
	adding->amounts = amounts ? amounts : adding->amounts;
	adding->room = amounts ? n : adding->room;
	return amounts != NULL;
}

static bool holds(sqlite3_stmt *row, int crc, int data)
{
	return chunk_crc32(sqlite3_column_blob(row, data),
			   (size_t)sqlite3_column_bytes(row, data)) ==
	       (uint32_t)sqlite3_column_int64(row, crc);
}

/* The row's samples into moments, and what they have of the channel into amounts. */
static bool unpack(const struct adding *adding, sqlite3_stmt *row, size_t n)
{
	bool has_amounts = sqlite3_column_type(row, 4) != SQLITE_NULL;
	for (size_t i = 0; i < n; i++)
		adding->amounts[i] = 0;
	return holds(row, 2, 3) &&
	       stack_chunk_decode(sqlite3_column_blob(row, 3),
				  (size_t)sqlite3_column_bytes(row, 3),
				  sqlite3_column_int64(row, 1), adding->moments, n) == 0 &&
	       (!has_amounts || (holds(row, 5, 6) &&
				 stack_amounts_decode(sqlite3_column_blob(row, 6),
						      (size_t)sqlite3_column_bytes(row, 6),
						      sqlite3_column_int(row, 4),
						      adding->amounts, n) == 0));
}

/* What is wrong with the row, of the samples or of their amounts in a channel; NULL: nothing. */
static const char *add_row(struct adding *adding, sqlite3_stmt *row)
{
	int64_t n = sqlite3_column_int64(row, 0);
	const bool is_amounts = sqlite3_column_type(row, 4) != SQLITE_NULL;
	if (n <= 0 || n > STACK_CHUNK_READ_MOST || !make_room(adding, (size_t)n) ||
	    !unpack(adding, row, (size_t)n))
		return "cannot be unpacked";
	double rounding = is_amounts ? ldexp(0.5, sqlite3_column_int(row, 4)) : 0;
	adding->n_samples += is_amounts ? 0 : n;
	if (adding->n_samples > STACK_SAMPLES_MOST)
		return "are more than joulecart keeps of a trial";
	for (size_t i = 0; i < (size_t)n; i++) {
		const struct stack_moment *moment = &adding->moments[i];
		const struct node_sum wanted = { .ordinal = moment->node };
		struct node_sum *node = adding->n_nodes == 0
					    ? NULL
					    : bsearch(&wanted, adding->nodes,
						      adding->n_nodes, sizeof(wanted),
						      by_ordinal);
		if (!node)
			return "end in no node";
		if (moment->time_ns + STACK_NS_PER_TICK <= adding->begin_ns ||
		    moment->time_ns > adding->end_ns)
			return "are not of the trial's time, one after another";
		adding->begin_ns = moment->time_ns;
		node->n += !is_amounts;
		node->steps += adding->amounts[i];
		node->rounding += rounding;
	}
	return NULL;
}

static const char *fault_of_nodes(const struct adding *adding)
{
	for (size_t i = 0; i < adding->n_nodes; i++) {
		const struct node_sum *node = &adding->nodes[i];
		double more = node->steps - node->given_steps;
		double few = 1 + node->rounding + 1e-6 * node->given_steps;
		if (node->n > node->given_n)
			return "are more than their nodes have";
		if (more > few || (node->n >= node->given_n && more < -few))
			return "have other energy than their nodes";
	}
	return NULL;
}

/* Adds up all of the trial for a channel, or of 0 their number alone. 0, or -1: SQLite failed. */
static int check_channel(struct adding *adding, int64_t channel_id, int64_t begin_ns)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR;
	if (read_nodes(adding, channel_id) != 0)
		return -1;
	adding->begin_ns = begin_ns;
	row = ask(adding, channel_id ? amounts_sql : samples_sql, channel_id);
	while (row && !adding->fault && (step = sqlite3_step(row)) == SQLITE_ROW)
		adding->fault = add_row(adding, row);
	sqlite3_finalize(row);
	if (adding->fault)
		return 0;
	if (adding->n_samples > 0 && step == SQLITE_DONE)
		adding->fault = fault_of_nodes(adding);
	return step == SQLITE_DONE ? 0 : -1;
}

static int read_time(struct adding *adding)
{
	sqlite3_stmt *row = ask(
	    adding,
	    "SELECT begin_mono_ns, coalesce(end_mono_ns, 1 << 62) FROM trial"
	    " WHERE trial_id = ?1 AND ?2 = 0",
	    0);
	int step = row ? sqlite3_step(row) : SQLITE_ERROR;
	if (step == SQLITE_ROW) {
		adding->begin_ns = sqlite3_column_int64(row, 0);
		adding->end_ns = sqlite3_column_int64(row, 1);
	}
	sqlite3_finalize(row);
	return step == SQLITE_ROW ? 0 : -1;
}

int sample_times_check(sqlite3 *db, const struct trial_check *trial,
		       struct verification *result)
{
	struct adding adding = { .db = db, .trial = trial };
	int code = read_time(&adding);
	int64_t begin_ns = adding.begin_ns;
	if (code == 0)
		code = check_channel(&adding, 0, begin_ns);
	result->n_figures++;
	for (size_t i = 0; code == 0 && !adding.fault && i < trial->n; i++)
		if (trial->channels[i].is_energy)
			code = check_channel(&adding, trial->channels[i].channel_id,
					     begin_ns);
	if (code == 0 && adding.fault && !*result->place)
		snprintf(result->place, sizeof(result->place),
			 "the samples of the profile of trial %" PRId64 " %s",
			 trial->trial_id, adding.fault);
	free(adding.nodes);
	free(adding.moments);
	free(adding.amounts);
	return code;
}
