/* models/compress/mixed.h - a number of bits for each layer, by how much the answers suffer.
 *
 * Each layer's weights, and the embedding, are tried alone in 8, 4 and 3 bits, in the kernels that would serve
 * them: how far the answers then diverge from the model's own is its sensitivity (mean Kullback-Leibler
 * divergence of the class, in nats). Then the bits that save most for what they cost are taken as long as the
 * sum is within what is allowed; what the whole then costs is measured, and layers are given bits back until
 * that is within it, too. */
#ifndef JOULECART_MODELS_MIXED_H
#define JOULECART_MODELS_MIXED_H
struct dataset;
struct problem;
struct weights;

/* New weights, whose note "bits" names each tensor's ("stage1.conv 4, ..."), and "divergence" what all together
 * cost; or NULL with *why filled. allowed: nats. */
struct weights *mixed_model(const struct weights *weights, const struct dataset *data,
			    double allowed, struct problem *why);

#endif
