/* models/infer/exit.c - see exit.h. */
#include <config.h>

#include "models/infer/exit.h"

#include "models/kernels/softmax.h"
#include "models/weights/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	[EXIT_NEVER] = "", [EXIT_SOFTMAX] = "softmax", [EXIT_ENTROPY] = "entropy"
};

float exit_confidence(enum exit_rule rule, const float *logits, size_t classes)
{
	float p[SOFTMAX_MAX_CLASSES], largest = 0.0f, entropy = 0.0f;
	softmax(logits, classes, 1.0f, p);
	if (rule == EXIT_SOFTMAX) {
		for (size_t i = 0; i < classes; i++)
			largest = fmaxf(largest, p[i]);
		return largest;
	}
	for (size_t i = 0; i < classes; i++)
		entropy -= p[i] > 0.0f ? p[i] * logf(p[i]) : 0.0f;
	return 1.0f - entropy / logf((float)classes);
}

enum exit_rule exit_rule_of(const struct weights *weights, float *threshold)
{
	const char *name = weights_note(weights, "exit_rule");
	*threshold = strtof(weights_note(weights, "exit_threshold"), NULL);
	for (enum exit_rule rule = EXIT_SOFTMAX; rule <= EXIT_ENTROPY; rule++)
		if (strcmp(name, names[rule]) == 0)
			return rule;
	return EXIT_NEVER;
}

void exit_set_rule(struct weights *weights, enum exit_rule rule, float threshold)
{
	weights_set_note(weights, "exit_rule", "%s", names[rule]);
	weights_set_note(weights, "exit_threshold", "%.4f", (double)threshold);
}
