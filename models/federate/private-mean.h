/* models/federate/private-mean.h - the mean of shops' updates by which each shop can be told to have taken
 * part only as far as privacy.h says (McMahan, Ramage, Talwar, Zhang 2018, "Learning Differentially Private
 * Recurrent Language Models", with its fixed denominator).
 *
 * An update is what a shop's answer differs from the common weights by, in all that is not frozen. It is
 * scaled to a length of at most `clip`; every shop counts the same, and the sum, with Gaussian noise of
 * deviation noise x clip on each number, is divided by how many shops were to be expected, not by how many
 * came: their number is a secret, too.
 *
 * The noise is drawn from a generator by the seed, so that the same seed gives the same weights. Who knows the
 * seed, which the weights' file names, or tries the 2^32 that the generator tells apart, can take the noise off
 * again. Floating-point noise
 * also leaks by its rounding (Mironov 2012, "On Significance of the Least Significant Bits for Differential
 * Privacy"). */
#ifndef JOULECART_MODELS_PRIVATE_MEAN_H
#define JOULECART_MODELS_PRIVATE_MEAN_H
#include <stddef.h>
#include <stdint.h>

struct problem;
struct weights;

struct private_mean {
	double clip, noise;
	double expected; /* shops of a round */
	uint64_t seed;
};

/* sum += the answer's update, clipped; one with a number that is not finite adds nothing. All three have the same
 * tensors. */
void private_mean_add(const struct private_mean *mean, const struct weights *common,
		      const struct weights *answer, struct weights *sum);
/* common += the mean; the noise is the round's. 0, or -1 with *why filled: no memory. */
int private_mean_step(const struct private_mean *mean, size_t round,
		      const struct weights *sum, struct weights *common,
		      struct problem *why);

#endif
