/* tests/fuzz/stack-chunk-target.c - see stack-chunk-target.h. What is unpacked is in order, and the same when it was
 * packed and unpacked once more. */
#include <config.h>

#include "tests/fuzz/stack-chunk-target.h"

#include "schema/samples/stack-chunk.h"
#include "tests/fuzz/must.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MOST = 4096, HEAD = 3 };

static const int64_t begin_ns = 1234567890123;

static void take_samples_of(const uint8_t *data, size_t size, size_t n)
{
	struct stack_moment *moments = calloc(n, sizeof(*moments));
	struct stack_moment *again = calloc(n, sizeof(*again));
	uint8_t *packed = malloc(stack_chunk_bound(n));
	MUST(moments && again && packed);
	if (stack_chunk_decode(data, size, begin_ns, moments, n) == 0) {
		int64_t before_ns = begin_ns;
		for (size_t i = 0; i < n; before_ns = moments[i++].time_ns)
			MUST(moments[i].time_ns >= before_ns);
		size_t used = stack_chunk_encode(moments, n, begin_ns, packed);
		MUST(used <= stack_chunk_bound(n));
		MUST(stack_chunk_decode(packed, used, begin_ns, again, n) == 0);
		MUST(memcmp(moments, again, n * sizeof(*moments)) == 0);
	}
	free(moments);
	free(again);
	free(packed);
}

static void take_amounts(const uint8_t *data, size_t size, int scale, size_t n)
{
	double *amounts = calloc(n, sizeof(*amounts)), *again = calloc(n, sizeof(*again));
	uint8_t *packed = malloc(stack_chunk_bound(n));
	MUST(amounts && again && packed);
	if (stack_amounts_decode(data, size, scale, amounts, n) == 0) {
		int own_scale;
		size_t used = stack_amounts_encode(amounts, n, &own_scale, packed);
		MUST(used <= stack_chunk_bound(n));
		MUST(stack_amounts_decode(packed, used, own_scale, again, n) == 0);
		for (size_t i = 0; i < n; i++) {
			MUST(amounts[i] >= 0 && isfinite(amounts[i]));
			MUST(fabs(again[i] - amounts[i]) <= ldexp(0.5, own_scale));
		}
	}
	free(amounts);
	free(again);
	free(packed);
}

void take_stack_chunk(const char *text, size_t size)
{
	const uint8_t *bytes = (const uint8_t *)text;
	if (size < HEAD)
		return;
	size_t n = 1 + (bytes[0] | (size_t)bytes[1] << 8) % SAMPLES_MOST;
	take_samples_of(bytes + HEAD, size - HEAD, n);
	take_amounts(bytes + HEAD, size - HEAD, (int8_t)bytes[2], n);
}
