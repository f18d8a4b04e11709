/* models/variants/mixed.c - the teacher with a number of bits for each layer, 3, 4, 8 or floats, by how much
 * its answers suffer. */
#include <config.h>

#include "models/compress/mixed.h"
#include "models/variants/quantized.h"

#include <math.h>

static struct weights *make(struct build *build, struct problem *why)
{
	build->loss = NAN;
	return mixed_model(build->parent, build->data, build->level, why);
}

const struct variant variant_mixed = {
	.name = "mixed",
	.summary = "teacher with 3, 4, 8 bits or floats in each layer, by sensitivity",
	.caveat =
	    "its 3 and 4 bits save bytes of the file, and no time: no kernel here reads "
	    "them, so they run as 8",
	.parent = &variant_teacher,
	.numbers = "int8",
	.cpu_s = 10,
	.training = { .samples = QUANTIZE_QUERIES },
	.level = { .name =
		       "nats by which its answers may diverge from what it is made from",
		   .own = 0.01,
		   .least = 0,
		   .most = 10 },
	.make = make,
};
