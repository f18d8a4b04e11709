/* models/compress/prune-channel.h - whole channels and neurons removed: the layers become smaller, and
 * need no sparse kernel to be faster. */
#ifndef JOULECART_MODELS_PRUNE_CHANNEL_H
#define JOULECART_MODELS_PRUNE_CHANNEL_H
#include <stddef.h>

struct problem;
struct weights;

/* Keeps, of every convolution, the `channels` filters with the largest L1 norm (Li et al.
 * 2017), and of the last head's hidden layer the `hidden` largest neurons; what reads them is
 * cut to match. Heads of earlier stages go. A layer that has no more than that stays whole.
 * NULL with *why filled. */
struct weights *prune_channels(const struct weights *weights, size_t channels,
			       size_t hidden, struct problem *why);

#endif
