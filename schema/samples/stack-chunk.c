/* schema/samples/stack-chunk.c - see stack-chunk.h. */
#include <config.h>

#include "schema/samples/stack-chunk.h"

#include "schema/samples/bits.h"

#include <math.h>

/* Of an amount: what a double holds as a whole number. */
static const double MOST = 9007199254740992.0; /* 2^53 */

/* Of amounts, on average: 2^10. */
enum { AVERAGE_BITS = 10 };

/* As domains have it: two times can be subtracted. */
static const int64_t TIME_MOST = INT64_C(1) << 62;

size_t stack_chunk_bound(size_t n)
{
	enum { RUNS = 3, WORD_BYTES = 8 };
	return RUNS * (n * RUN_MAX_BITS / 8 + 1) + WORD_BYTES;
}

/* A run of how a column changes from sample to sample. */
static void put_column(struct bit_writer *writer, const struct stack_moment *moments,
		       size_t n, uint32_t (*column)(const struct stack_moment *))
{
	struct run_writer run = { .writer = writer };
	uint64_t before = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t value = column(&moments[i]);
		run_put(&run, zigzag(value - before));
		before = value;
	}
	run_end(&run);
}

static uint32_t thread_of(const struct stack_moment *moment)
{
	return moment->thread;
}

static uint32_t node_of(const struct stack_moment *moment)
{
	return moment->node;
}

size_t stack_chunk_encode(const struct stack_moment *moments, size_t n, int64_t begin_ns,
			  uint8_t *data)
{
	struct bit_writer writer = { .at = data };
	struct run_writer run = { .writer = &writer };
	uint64_t before = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t tick = (uint64_t)(moments[i].time_ns - begin_ns) /
				STACK_NS_PER_TICK;
		run_put(&run, tick - before);
		before = tick;
	}
	run_end(&run);
	put_column(&writer, moments, n, thread_of);
	put_column(&writer, moments, n, node_of);
	return (size_t)(bits_finish(&writer) - data);
}

static int get_times(struct bit_reader *reader, int64_t begin_ns,
		     struct stack_moment *moments, size_t n)
{
	struct run_reader run = { .reader = reader, .n_left = n };
	uint64_t left = (uint64_t)(TIME_MOST - begin_ns) / STACK_NS_PER_TICK;
	int64_t time_ns = begin_ns;
	for (size_t i = 0; i < n; i++) {
		uint64_t ticks = run_get(&run);
		if (reader->is_bad || ticks > left)
			return -1;
		left -= ticks;
		time_ns += (int64_t)ticks * STACK_NS_PER_TICK;
		moments[i].time_ns = time_ns;
	}
	return 0;
}

/* The next of a column; is_bad: it is none of 32 bits. */
static uint32_t get_column(struct run_reader *run, uint64_t *before)
{
	*before += unzigzag(run_get(run));
	run->reader->is_bad = run->reader->is_bad || *before > UINT32_MAX;
	return (uint32_t)*before;
}

int stack_chunk_decode(const uint8_t *data, size_t size, int64_t begin_ns,
		       struct stack_moment *moments, size_t n)
{
	struct bit_reader reader = { .at = data, .end = data + size };
	struct run_reader threads = { .reader = &reader, .n_left = n }, nodes = threads;
	uint64_t before = 0;
	if (begin_ns < 0 || begin_ns > TIME_MOST ||
	    get_times(&reader, begin_ns, moments, n) != 0)
		return -1;
	for (size_t i = 0; i < n && !reader.is_bad; i++)
		moments[i].thread = get_column(&threads, &before);
	before = 0;
	for (size_t i = 0; i < n && !reader.is_bad; i++)
		moments[i].node = get_column(&nodes, &before);
	return bits_at_end(&reader) ? 0 : -1;
}

static int scale_for(const double *amounts, size_t n)
{
	double sum = 0;
	int exponent = 0;
	for (size_t i = 0; i < n; i++)
		sum += amounts[i];
	if (!(sum > 0) || !isfinite(sum))
		return 0;
	frexp(sum / (double)n, &exponent);
	exponent -= AVERAGE_BITS;
	return exponent < -STACK_SCALE_MOST  ? -STACK_SCALE_MOST
	       : exponent > STACK_SCALE_MOST ? STACK_SCALE_MOST
					     : exponent;
}

static uint64_t whole_of(double amount, int scale)
{
	double whole = nearbyint(ldexp(amount, -scale));
	return whole > 0 ? (uint64_t)fmin(whole, MOST) : 0;
}

size_t stack_amounts_encode(const double *amounts, size_t n, int *scale, uint8_t *data)
{
	struct bit_writer writer = { .at = data };
	struct run_writer changes = { .writer = &writer }, differences = changes;
	uint64_t before = 0;
	*scale = scale_for(amounts, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t whole = whole_of(amounts[i], *scale);
		run_put(&changes, whole != before);
		before = whole;
	}
	run_end(&changes);
	before = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t whole = whole_of(amounts[i], *scale);
		if (whole != before)
			run_put(&differences, zigzag(whole - before));
		before = whole;
	}
	run_end(&differences);
	return (size_t)(bits_finish(&writer) - data);
}

int stack_amounts_decode(const uint8_t *data, size_t size, int scale, double *amounts,
			 size_t n)
{
	struct bit_reader reader = { .at = data, .end = data + size };
	struct run_reader changes = { .reader = &reader, .n_left = n }, differences;
	uint64_t before = 0;
	size_t n_changes = 0;
	if (scale < -STACK_SCALE_MOST || scale > STACK_SCALE_MOST)
		return -1;
	for (size_t i = 0; i < n; i++) {
		uint64_t is_other = run_get(&changes);
		if (reader.is_bad || is_other > 1)
			return -1;
		n_changes += is_other;
		amounts[i] = (double)is_other;
	}
	differences = (struct run_reader){ .reader = &reader, .n_left = n_changes };
	for (size_t i = 0; i < n; i++) {
		if (amounts[i] > 0)
			before += unzigzag(run_get(&differences));
		if (reader.is_bad || before > (uint64_t)MOST)
			return -1;
		amounts[i] = ldexp((double)before, scale);
	}
	return bits_at_end(&reader) ? 0 : -1;
}
