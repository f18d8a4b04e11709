/* schema/store/merge.h - campaigns of another file, copied into this one.
 *
 * A campaign is known by its UUID: one that is there already is left as it is. Each brings its
 * host, so that machines stay apart. Ids are given anew. Factors that were set or imported, grid
 * series, certificates, the change log and seals stay behind: they say something about their own file. The
 * settings that come with a campaign are noted in this file's change log. */
#ifndef JOULECART_MERGE_H
#define JOULECART_MERGE_H
#include <stdint.h>

struct problem;
struct store;

struct merge_result {
	int64_t n_campaigns, n_trials, n_known; /* copied; already there */
};

/* In one transaction: all that is new in the file at path, or nothing. 0, or -1 with *why. */
int merge_from(struct store *store, const char *path, struct merge_result *result,
	       struct problem *why);

#endif
