/* profiler/record/phases.h - what the wrapped program says of itself becomes rows. */
#ifndef JOULECART_PHASES_H
#define JOULECART_PHASES_H
#include "profiler/markers/marker-message.h"
#include "profiler/record/answers.h"
#include "schema/store/writer.h"

#include <stdint.h>

struct problem;

/* The phases of one trial that have begun; the trial itself is the first, 'whole'. */
enum { PHASES_MOST = 1000000 };
struct phases {
	struct store *store;
	int64_t trial_id, n_phases;
	/* grows; PHASES_MOST of one trial are stored, the joules of later ones are in 'whole' */
	struct open_phase {
		int64_t phase_id;
		char name[32];
		int32_t pid, context;
		bool is_open;
	} * items;
	int64_t room;
	struct answer_sets answers;
	int64_t n_refused;
	/* Processes whose messages did not all arrive. */
	struct losing_process {
		int32_t pid;
		uint32_t n_lost;
	} * losing;
	size_t n_losing, losing_room;
	int64_t n_wrong;         /* messages that could not be taken as they were */
	const char *first_wrong; /* what was wrong with the first */
	int64_t n_unbegun;       /* ends of phases that had not begun */
	int64_t n_lost;          /* marks that never came: phases_note_lost() */
	int64_t first_tick_ns;
};

/* Where an edge lies: the tick that was taken for it, the rollups on both sides, and when the last of
 * the tick's channels had been read (0: with its begin). */
struct edge {
	int64_t tick_ns;
	int64_t rollup_before, rollup_after;
	int64_t read_ns;
};

/* Begins 'whole' at the first tick, edge; its read_ns is when energy had been read. 0, or -1 with *why: it
 * could not be stored. */
int phases_begin(struct phases *phases, struct store *store, int64_t trial_id,
		 struct edge edge, struct problem *why);

/* One message of the program, of which nothing is trusted: what is wrong with it is told by
 * phases_end, in a gap. edge matters for MARKER_BEGIN and MARKER_END. Returns as above. */
int phases_take(struct phases *phases, const struct marker_message *message,
		struct edge edge, struct problem *why);

/* A message that was none, wrong: a constant text. */
void phases_note_wrong(struct phases *phases, const char *wrong);

/* So many marks never came, and somebody else says so: an end may lack its begin. */
void phases_note_lost(struct phases *phases, int64_t n);

/* Ends 'whole' and whatever the program left open at the last tick, edge (as in phases_begin), and releases
 * what phases_begin and _take took. Returns as above. */
int phases_end(struct phases *phases, struct edge edge, struct problem *why);

/* Where the trial has failed: only releases that. */
void phases_free(struct phases *phases);

#endif
