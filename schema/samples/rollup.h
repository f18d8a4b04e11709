/* schema/samples/rollup.h - readings of one channel become rollups: a row of sums, and a chunk.
 *
 * A builder lives as long as the trial. rollup_add() takes each reading in order of time;
 * rollup_cut() ends the rollup, fills the row and packs the readings. What the readings do
 * not decide widens advance_low..advance_high, and is noted as a finding:
 *   read-error        readings failed from begin to end; no joule is lost while the counter
 *                     goes on counting, only the resolution in time
 *   ambiguous-wrap    the counter could have passed its range more than once
 *   implausible-step  it moved faster than the channel physically can, in one step or in several
 *                     together, or backwards; or it showed a power that cannot be
 *   stuck             it did not move for longer than a live sensor can stand still
 * A gauge of watts is integrated by the step rule: each reading holds for the interval that
 * ends at it. Its bounds are the least and greatest of the readings around each interval; where
 * readings failed (or showed what cannot be) in between, or were held up for much longer than a tick, nothing and the most
 * that the channel can draw.
 * One builder is used by one thread. */
#ifndef JOULECART_ROLLUP_H
#define JOULECART_ROLLUP_H
#include "schema/samples/advance.h"
#include "schema/samples/chunk.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the builder must know of its channel. */
struct rollup_channel {
	bool is_counter;
	bool is_energy; /* a counter of joules: it cannot stand still, nor jump */
	bool is_power;  /* a gauge of watts: its advance is joules, in raw * seconds */
	bool
	    is_time; /* a counter of seconds that cannot rise faster than rule.max_power_w seconds
	                   in a second, nor fall */
	int64_t tick_interval_ns; /* the longest that is asked for between two readings */
	struct advance_rule rule;
};

struct rollup_row {
	int64_t begin_mono_ns, end_mono_ns;
	int64_t n, n_failed;
	bool has_raw; /* first, last, min, max and mean hold: at least one good reading */
	uint64_t first_raw, last_raw, min_raw, max_raw;
	double mean_raw;
	int64_t advance, advance_low, advance_high; /* raw steps; of power, raw * seconds */
	int64_t wraps;
	int64_t
	    still_ns; /* the longest that a counter of joules stood still until now in the
	                     trial, as channel.seen_interval_ns says; 0: it never did */
};

enum finding_kind {
	FINDING_READ_ERROR,
	FINDING_AMBIGUOUS,
	FINDING_IMPLAUSIBLE,
	FINDING_STUCK,
	FINDING_DISAGREES /* with another channel of the same hardware; never of a builder */
};

struct finding {
	enum finding_kind kind;
	int64_t begin_mono_ns, end_mono_ns;
	int err; /* of a read error */
};

/* More than fit in one rollup are joined to the last of their kind. */
struct finding_list {
	struct finding items[16];
	size_t n;
};

/* A rollup's readings as a chunk. size 0: there are none. data is valid until the builder's
 * next call. */
struct rollup_pack {
	const uint8_t *data;
	size_t size;
	bool uses_times_of; /* it can be unpacked only with the chunk of that channel */
};

struct rollup_builder;

/* Room for capacity readings a rollup; more are refused by rollup_add. NULL: no memory. */
struct rollup_builder *rollup_new(const struct rollup_channel *channel, size_t capacity);
void rollup_free(struct rollup_builder *builder); /* takes NULL */

/* Returns false when the rollup is full: cut it, then add again. */
bool rollup_add(struct rollup_builder *builder, const struct sample *sample);

/* Readings since the last cut. */
size_t rollup_length(const struct rollup_builder *builder);

/* What the channel did since the last cut, raw: it grows, and becomes less where steps turn out to be
 * too fast to be true. */
int64_t rollup_advance(const struct rollup_builder *builder);

/* Ends the rollup. edge_ns: a phase or the trial begins or ends then; 0: it does not. What a
 * channel that fails, is stuck or was not read since then may hide on either side of an edge widens
 * the bounds; a cut within a phase moves no joule between phases and widens nothing. An empty rollup, at an edge or of a
 * channel that is read less often than is cut, has no chunk. times_of is the builder of an earlier channel of the same ticks that
 * was cut just before, or NULL. *findings is what the rollup showed. */
void rollup_cut(struct rollup_builder *builder, int64_t edge_ns,
		const struct rollup_builder *times_of, struct rollup_row *row,
		struct rollup_pack *pack, struct finding_list *findings);

#endif
