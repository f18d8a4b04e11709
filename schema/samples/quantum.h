/* schema/samples/quantum.h - the step of the hardware in which a channel's raw values rise. It is a part of the
 * chunks' format (chunk.h, 3.). */
#ifndef JOULECART_QUANTUM_H
#define JOULECART_QUANTUM_H
#include "schema/samples/sample.h"

#include <stddef.h>
#include <stdint.h>

/* raw = s * numerator / denominator, rounded down. */
struct quantum {
	uint64_t numerator, denominator;
};

/* The coarsest that holds the values of all readings that did not fail. */
struct quantum quantum_find(const struct sample *samples, size_t n);

/* The s of a raw value that is one of the quantum's. */
uint64_t quantum_steps(uint64_t raw, struct quantum quantum);

#endif
