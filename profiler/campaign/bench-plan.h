/* profiler/campaign/bench-plan.h - which trials a bench campaign consists of, in which order. */
#ifndef JOULECART_BENCH_PLAN_H
#define JOULECART_BENCH_PLAN_H
#include "profiler/campaign/bundled-models.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

struct bench_options {
	const char *variants; /* comma-separated; "all" or NULL: all */
	int64_t runs;         /* inference trials of each variant */
	int64_t seconds;      /* of the steady phase of each inference trial */
	uint64_t seed;
	const char *task; /* "mirror"; NULL: the agent */
	const char *data; /* file of the user's own queries; NULL: generated ones */
	int64_t samples;  /* training queries at most; 0: each variant's own number */
	bool quick;       /* fewer and shorter trials */
	bool skip_training;
	bool layers;     /* inference marks each layer as a region */
	bool sessions;   /* inference serves whole sessions of a shopper */
	const char *mix; /* how long they are, as 'models infer --mix'; NULL: its own */
	double think_s;  /* without a query between rounds of them */
};

/* One trial to run; its words live in the plan. */
struct bench_step {
	const char *variant, *job; /* "train" or "infer" */
	int64_t block;
	char **argv; /* NULL-terminated */
};

struct bench_plan {
	struct bench_step *steps;
	size_t n;
	struct model_list models; /* those asked for, then those trained for them alone */
	size_t n_asked;
	double training_cpu_s; /* of all training steps whose time is known, about */
	char *path;            /* of the models' program */
};

/* Training first, each variant once, parents before children, and what is missing of those that
 * a variant is made from as a trial of its own; then 'runs' blocks of inference,
 * each block all variants in an order shuffled by the seed. 0, or -1 with *why: a variant that
 * does not exist, no models program. */
int bench_plan_make(struct bench_plan *plan, const struct bench_options *options,
		    struct problem *why);
void bench_plan_free(struct bench_plan *plan);

#endif
