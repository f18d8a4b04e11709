/* schema/samples/quantum.c - see quantum.h. */
#include <config.h>

#include "schema/samples/quantum.h"

#include <stdbool.h>

uint64_t quantum_steps(uint64_t raw, struct quantum quantum)
{
	if (quantum.denominator == 1)
		return quantum.numerator == 1 ? raw : raw / quantum.numerator;
	return (raw * quantum.denominator + quantum.numerator - 1) / quantum.numerator;
}

static bool fits(const struct sample *samples, size_t n, struct quantum quantum)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t raw = samples[i].raw;
		if (samples[i].err)
			continue;
		if (raw > UINT64_MAX / 2 / quantum.denominator ||
		    quantum_steps(raw, quantum) * quantum.numerator / quantum.denominator !=
			raw)
			return false;
	}
	return true;
}

static uint64_t common_divisor(const struct sample *samples, size_t n)
{
	uint64_t divisor = 0;
	for (size_t i = 0; i < n && divisor != 1; i++) {
		uint64_t rest = samples[i].err ? 0 : samples[i].raw;
		while (rest) {
			uint64_t next = divisor % rest;
			divisor = rest;
			rest = next;
		}
	}
	return divisor;
}

/* The coarsest grid that holds all values. Linux' intel-rapl driver shows steps of 2^-n J as
 * microjoules: steps * (10^9 >> n) / 1000, of a step's whole nanojoules (rapl_unit_xlate in
 * drivers/powercap/intel_rapl_common.c); n is 14 on most CPUs, 10 to 18 on others. */
struct quantum quantum_find(const struct sample *samples, size_t n)
{
	enum { NJ_PER_J = 1000000000, NJ_PER_UJ = 1000, COARSEST = 10, FINEST = 18 };
	uint64_t divisor = common_divisor(samples, n);
	if (divisor > 1)
		return (struct quantum){ divisor, 1 };
	for (unsigned bits = COARSEST; divisor == 1 && bits <= FINEST; bits++) {
		struct quantum quantum = { NJ_PER_J >> bits, NJ_PER_UJ };
		if (fits(samples, n, quantum))
			return quantum;
	}
	return (struct quantum){ 1, 1 };
}
