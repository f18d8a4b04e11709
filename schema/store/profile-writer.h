/* schema/store/profile-writer.h - the stacks of a trial into the database: tables profile, profile_frame,
 * profile_node, profile_energy, profile_thread, profile_chunk, profile_chunk_energy. As in writer.h: 0 or -1
 * with *why, inside store_begin and store_commit. */
#ifndef JOULECART_PROFILE_WRITER_H
#define JOULECART_PROFILE_WRITER_H
#include "schema/store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

struct stored_profile {
	int64_t trial_id;
	const char *event; /* "cycles" or "cpu-clock" */
	double hz;
	int64_t stack_bytes; /* 0: by frame pointers */
	int64_t n, n_lost;
	double weight, counted;
	bool has_kernel;
	int64_t n_cut;
	double spread, rhythm_error, take_cpu_s, name_cpu_s;
};
int store_add_profile(struct store *store, const struct stored_profile *profile,
		      struct problem *why);

/* When the functions are known: rhythm_error, and how many of the samples are lost after all. 0, or -1 with
 * *why. */
int store_set_profile_found(struct store *store, int64_t trial_id, double rhythm_error,
			    int64_t n_lost, struct problem *why);

/* lack stands in place of a name; module, file: NULL, and line: 0, where they are not known. */
struct stored_frame {
	int64_t trial_id, ordinal;
	const char *kind, *name, *module, *file, *lack;
	int64_t line;
};
int store_add_profile_frame(struct store *store, const struct stored_frame *frame,
			    struct problem *why);

struct stored_node {
	int64_t trial_id, ordinal;
	int64_t parent; /* 0: a root */
	int64_t frame, n;
};
int store_add_profile_node(struct store *store, const struct stored_node *node,
			   struct problem *why);

/* 0, or -1 with *why. */
int store_add_profile_energy(struct store *store, int64_t trial_id, int64_t node,
			     int64_t channel_id, int64_t advance, struct problem *why);

/* 0, or -1 with *why. */
int store_add_profile_thread(struct store *store, int64_t trial_id, int64_t ordinal,
			     int32_t pid, int32_t tid, struct problem *why);

/* Packed samples, or what those of seq have of the channel: schema/samples/stack-chunk.h. 0, or -1 with
 * *why. */
struct stored_stack_chunk {
	int64_t trial_id, seq;
	int64_t n, begin_ns;       /* of samples */
	int64_t channel_id, scale; /* of amounts */
	const void *data;
	size_t size;
};
int store_add_profile_chunk(struct store *store, const struct stored_stack_chunk *chunk,
			    struct problem *why);
int store_add_profile_chunk_energy(struct store *store,
				   const struct stored_stack_chunk *chunk,
				   struct problem *why);

#endif
