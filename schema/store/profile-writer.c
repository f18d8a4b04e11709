/* schema/store/profile-writer.c - see profile-writer.h. */
#include <config.h>

#include "schema/store/profile-writer.h"

#include "schema/database/statement.h"
#include "schema/samples/chunk.h"

#define COUNT(values) ((int)(sizeof(values) / sizeof((values)[0])))

int store_add_profile(struct store *store, const struct stored_profile *profile,
		      struct problem *why)
{
	const struct value values[] = {
		integer(profile->trial_id),  text(profile->event),
		real(profile->hz),           integer(profile->n),
		integer(profile->n_lost),    real(profile->weight),
		real(profile->counted),      integer(profile->has_kernel),
		integer(profile->n_cut),     real(profile->spread),
		real(profile->rhythm_error), real(profile->take_cpu_s),
		real(profile->name_cpu_s),   integer(profile->stack_bytes),
	};
	const char *sql = "INSERT INTO profile VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	return store_execute(store, sql, values, COUNT(values), why);
}

int store_set_profile_found(struct store *store, int64_t trial_id, double rhythm_error,
			    int64_t n_lost, struct problem *why)
{
	const struct value values[] = { real(rhythm_error), integer(n_lost),
					integer(n_lost), integer(trial_id) };
	const char *sql = "UPDATE profile SET rhythm_error = ?, n = n - ?,"
			  " n_lost = n_lost + ? WHERE trial_id = ?";
	return store_execute(store, sql, values, COUNT(values), why);
}

int store_add_profile_frame(struct store *store, const struct stored_frame *frame,
			    struct problem *why)
{
	const struct value values[] = {
		integer(frame->trial_id),
		integer(frame->ordinal),
		text(frame->kind),
		text(frame->name),
		text(frame->module),
		text(frame->file),
		integer_if(frame->line > 0, frame->line),
		text(frame->lack),
	};
	const char *sql = "INSERT INTO profile_frame VALUES (?,?,?,?,?,?,?,?)";
	return store_execute(store, sql, values, COUNT(values), why);
}

int store_add_profile_node(struct store *store, const struct stored_node *node,
			   struct problem *why)
{
	const struct value values[] = {
		integer(node->trial_id),
		integer(node->ordinal),
		integer_if(node->parent > 0, node->parent),
		integer(node->frame),
		integer(node->n),
	};
	const char *sql = "INSERT INTO profile_node VALUES (?,?,?,?,?)";
	return store_execute(store, sql, values, COUNT(values), why);
}

int store_add_profile_energy(struct store *store, int64_t trial_id, int64_t node,
			     int64_t channel_id, int64_t advance, struct problem *why)
{
	const struct value values[] = { integer(trial_id), integer(node),
					integer(channel_id), integer(advance) };
	const char *sql = "INSERT INTO profile_energy VALUES (?,?,?,?)";
	return store_execute(store, sql, values, COUNT(values), why);
}

int store_add_profile_thread(struct store *store, int64_t trial_id, int64_t ordinal,
			     int32_t pid, int32_t tid, struct problem *why)
{
	const struct value values[] = { integer(trial_id), integer(ordinal), integer(pid),
					integer(tid) };
	const char *sql = "INSERT INTO profile_thread VALUES (?,?,?,?)";
	return store_execute(store, sql, values, COUNT(values), why);
}

int store_add_profile_chunk(struct store *store, const struct stored_stack_chunk *chunk,
			    struct problem *why)
{
	const struct value values[] = { integer(chunk->trial_id),
					integer(chunk->seq),
					integer(chunk->n),
					integer(chunk->begin_ns),
					integer(chunk_crc32(chunk->data, chunk->size)),
					blob(chunk->data, chunk->size) };
	const char *sql = "INSERT INTO profile_chunk VALUES (?,?,?,?,?,?)";
	return store_execute(store, sql, values, COUNT(values), why);
}

int store_add_profile_chunk_energy(struct store *store,
				   const struct stored_stack_chunk *chunk,
				   struct problem *why)
{
	const struct value values[] = { integer(chunk->trial_id),
					integer(chunk->seq),
					integer(chunk->channel_id),
					integer(chunk->scale),
					integer(chunk_crc32(chunk->data, chunk->size)),
					blob(chunk->data, chunk->size) };
	const char *sql = "INSERT INTO profile_chunk_energy VALUES (?,?,?,?,?,?)";
	return store_execute(store, sql, values, COUNT(values), why);
}
