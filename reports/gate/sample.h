/* reports/gate/sample.h - one quantity of one variant: what its trials say of it. */
#ifndef JOULECART_GATE_SAMPLE_H
#define JOULECART_GATE_SAMPLE_H
#include "reports/campaign/score.h"
#include "reports/campaign/trials.h"
#include "reports/campaign/variants.h"
#include "reports/gate/gate.h"
#include "reports/statistics/blocks.h"
#include "reports/statistics/stats.h"

struct judged_sample {
	const char *variant, *path, *quantity, *workload;
	int64_t campaign_id;
	struct observation *seen;  /* with the instruments' interval */
	struct block_value *marks; /* the same trials: block, place and step */
	size_t n;
	bool is_score; /* a share of correct answers */
	struct score score;
	enum figure_provenance provenance;
	size_t n_left_out;
	const char *reason; /* why a trial does not count: the last one's */
};

/* Of the newest campaign that holds all of `with`, the variant among them; where there is none, of
 * the variant's newest. What compare leaves out is left out here: trials that were cut off or
 * failed, and energies that are not above 0. -1 with *why: no such variant, none counts. */
int sample_read(const struct gate_side *side, struct name_list with, const char *variant,
		const char *quantity, struct judged_sample *sample, struct arena *arena,
		struct problem *why);

/* One value a block, of the logarithms or of the values themselves. A value that has no logarithm
 * is left out. */
struct block_list sample_blocks(const struct judged_sample *sample, bool is_log,
				struct arena *arena);

/* Joules or grams: an instrument's gain errs alike in all of them. */
bool quantity_is_energy(const char *quantity);

#endif
