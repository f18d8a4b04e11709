/* models/infer/quality.h - how right the answers are: counts, and rates from them. */
#ifndef JOULECART_MODELS_QUALITY_H
#define JOULECART_MODELS_QUALITY_H
#include <stddef.h>

struct dataset;
struct plan;
struct problem;
struct query;

struct model_quality {
	size_t n, top1, top5;     /* queries; right answer first; among the first five */
	size_t n_cold, cold_top1; /* the same for the cold-start classes */
	double ndcg10;            /* sum of each answer's, see catalogue.h */
};

/* Counts one answer. */
void quality_add(struct model_quality *quality, const struct query *query,
		 const float *logits);
/* Counts all of `from` so many times over. */
void quality_add_all(struct model_quality *quality, const struct model_quality *from,
		     size_t times);
/* count / n, NAN for n = 0. */
double quality_rate(size_t count, size_t n);
double quality_ndcg10(const struct model_quality *quality); /* mean; NAN without answers */
/* The baseline that knows no query: the share of the test queries in the class that training
 * was taught most often. */
double quality_majority(const struct dataset *train, const struct dataset *test);
/* Runs all queries through the plan, in batches of the plan's size. */
int quality_measure(struct model_quality *quality, struct plan *plan,
		    const struct dataset *data, struct problem *why);

#endif
