/* models/compress/packed.h - the form of a file whose weights are less than a byte wide.
 *
 * NAME.codes (U8, packed, lowest bits first) and NAME.shape (F32) stand in place of NAME.weight. Where floats
 * share a few values, NAME.codebook (F32) has what each code stands for. Integers of fewer than 8 bits, beside
 * their NAME.scale, are codes less 2^(bits-1) - 1; how many bits follows from the size. In memory weights are
 * unpacked: no kernel reads codes. */
#ifndef JOULECART_MODELS_PACKED_H
#define JOULECART_MODELS_PACKED_H
#include <stdbool.h>

struct problem;
struct weights;

/* Whether some integers need fewer than 8 bits. */
bool weights_pay_packed(const struct weights *weights);
bool weights_are_packed(const struct weights *weights);

/* To the form of a file, and back; new weights with a copy of the record, or NULL with *why filled.
 * codebook_bits: 1 to 8, of floats that share so many values; 0: floats stay as they are. */
struct weights *weights_pack(const struct weights *weights, unsigned codebook_bits,
			     struct problem *why);
struct weights *weights_unpack(const struct weights *packed, struct problem *why);

#endif
