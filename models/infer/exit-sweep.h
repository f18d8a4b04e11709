/* models/infer/exit-sweep.h - what each exit threshold gives: how right, and how many leave where. */
#ifndef JOULECART_MODELS_EXIT_SWEEP_H
#define JOULECART_MODELS_EXIT_SWEEP_H
#include "models/infer/exit.h"
#include "models/weights/model.h"

struct dataset;
struct problem;

enum { SWEEP_POINTS = 21 }; /* thresholds 0, 0.05, ... 1 */

struct sweep_point {
	float threshold;
	double top1;
	double share[MODEL_MAX_STAGES]; /* of the queries that leave at each stage */
};

/* Runs the whole network once over the data. weights: with heads at earlier stages, and a
 * rule. 0, or -1 with *why. */
int exit_sweep(const struct weights *weights, const struct dataset *data,
	       struct sweep_point points[SWEEP_POINTS], struct problem *why);

#endif
