/* models/variants/stack.h - variants one upon the other: "student+pruned-channel:32+int8" is the student, of which 32
 * channels are kept, in 8-bit integers. Each step is made from what stands before it as its variant is from the
 * teacher. */
#ifndef JOULECART_MODELS_STACK_H
#define JOULECART_MODELS_STACK_H
#include "models/variants/variant.h"

/* A variant, and each of the steps that there are. */
enum { STACK_MOST_STEPS = 4, STACK_NAME_SIZE = 160 };

struct variant_stack {
	struct variant steps[STACK_MOST_STEPS];
	char names[STACK_MOST_STEPS][STACK_NAME_SIZE];
	size_t n;
};

/* Reads "VARIANT+STEP:LEVEL+STEP..."; without a level a step has its own, and one of the level "off" is left out.
 * Returns the last step, or the variant itself where there is none; points into the stack, which must outlive it.
 * NULL with *why filled (a usage problem). */
const struct variant *stack_read(struct variant_stack *stack, const char *text,
				 enum task task, struct problem *why);

#endif
