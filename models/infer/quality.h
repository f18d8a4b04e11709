/* models/infer/quality.h - how right the answers are: counts, and figures from them. */
#ifndef JOULECART_MODELS_QUALITY_H
#define JOULECART_MODELS_QUALITY_H
#include "models/data/task.h"
#include "models/infer/query-slices.h"

#include <stdbool.h>
#include <stddef.h>

struct dataset;
struct plan;
struct problem;

/* Equal parts of the confidences 0 to 1 (C. Guo et al., On Calibration of Modern Neural Networks, ICML 2017).
 */
enum { CALIBRATION_BINS = 15 };

struct model_quality {
	size_t n, top1, top5; /* queries; right answer first; among the first five */
	size_t ranked; /* answers that are products in an order, as the agent's are */
	double ndcg10; /* sum of each of these, see catalogue.h */
	size_t
	    parts[N_FACE_PARTS]; /* of the mirror's answers: of which this part is right */
	struct class_count {
		size_t asked, answered, right;
	} classes[MOST_CLASSES];
	struct confidence_bin {
		size_t n, right;
		double confidence; /* sum of the answers' probabilities */
	} bins[CALIBRATION_BINS];
	struct slice_count {
		size_t n, top1;
	} slices[N_SLICES];
};

/* One class at a time, then the mean over all classes that were asked for or answered: a rare one counts as
 * much as a frequent one. NAN without answers. */
struct macro {
	double precision, recall,
	    f1; /* 0 of a class that is never answered, or never right */
};

/* Counts one answer. */
void quality_add(struct model_quality *quality, const struct query *query,
		 const float *logits);
/* Counts all of `from` so many times over. */
void quality_add_all(struct model_quality *quality, const struct model_quality *from,
		     size_t times);
/* count / n, NAN for n = 0. */
double quality_rate(size_t count, size_t n);
double
quality_ndcg10(const struct model_quality *quality); /* mean; NAN where none is ranked */
struct macro quality_macro(const struct model_quality *quality);
/* How far the answers' probabilities are from how often they are right: the mean over the bins, each by how
 * many answers it holds (expected calibration error). NAN without answers. */
double quality_calibration_error(const struct model_quality *quality);
double quality_slice(const struct model_quality *quality, size_t slice); /* top-1 */

/* Every figure under the name that trials state it by: "top1", "macro_f1", "top1_skin_dry", and of how many
 * queries a slice is. Those that are not known are not told. once: the same with each query counted once,
 * which says how many they are. */
void quality_tell(const struct model_quality *quality, const struct model_quality *once,
		  void (*tell)(const char *name, double value));

/* The baseline that knows no query: the share of the test queries in the class that training
 * was taught most often. */
double quality_majority(const struct dataset *train, const struct dataset *test);
/* Runs all queries through the plan, in batches of the plan's size. 0, or -1 with *why filled. */
int quality_measure(struct model_quality *quality, struct plan *plan,
		    const struct dataset *data, struct problem *why);

#endif
