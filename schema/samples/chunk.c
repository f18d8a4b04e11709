/* schema/samples/chunk.c - see chunk.h for the format. */
#include <config.h>

#include "schema/samples/chunk.h"

#include "schema/samples/bits.h"
#include "schema/samples/chunk1.h"

#include <limits.h>
#include <zlib.h>

/* The average is a part of the format, since reading predicts as writing did: these never change. An
 * eighth of each step is followed, and what is 32 spreads away is not. Ten bytes of 7 bits hold 64. */
enum { VARINT_BYTES = 10, AVERAGE_SHIFT = 3, AVERAGE_LEAST = 16, AVERAGE_FAR = 32 };

size_t chunk_bound(size_t n)
{
	/* The varints once a chunk; of a reading its failure, width, time and value. */
	return VARINT_BYTES * 8 + n * (2 * VARINT_BYTES + 3 * RUN_MAX_BITS / 8);
}

/* What a noisy value stays close to. A value far off (a wrap, a late tick) does not move it,
 * but the spread, so that a few in a row do. */
struct average {
	bool has_begun;
	uint64_t value, spread;
};

static void follow(struct average *average, uint64_t value)
{
	int64_t off = (int64_t)(value - average->value);
	uint64_t size = off < 0 ? 0 - (uint64_t)off : (uint64_t)off;
	uint64_t limit = (average->spread + AVERAGE_LEAST) * AVERAGE_FAR;
	if (!average->has_begun)
		average->value = value;
	else if (size > limit)
		average->spread = limit >> AVERAGE_SHIFT;
	else {
		average->value += (uint64_t)(off >> AVERAGE_SHIFT);
		average->spread += (uint64_t)((int64_t)(size - average->spread) >>
					      AVERAGE_SHIFT);
	}
	average->has_begun = true;
}

/* --- times ------------------------------------------------------------------------------ */

enum times_mode { TIMES_DIFFERENCES, TIMES_GRID, TIMES_SAME, TIMES_AFTER, N_TIMES_MODES };
enum { MODE_BITS = 2 };

/* What the next time is predicted from; writing and reading go through the same states. */
struct times {
	enum times_mode mode;
	uint64_t last; /* the time before, or the grid's point */
	uint64_t step;
	struct average gap;
	const struct sample *times_of;
};

static uint64_t predict(const struct times *times, size_t i, int64_t half_ns)
{
	if (times->mode != TIMES_AFTER)
		return times->last + times->step;
	const struct sample *before = &times->times_of[i];
	return (uint64_t)before->mono_ns + (uint64_t)before->half_ns + (uint64_t)half_ns +
	       times->gap.value;
}

/* How far to the grid's point that is nearest: deadlines were missed, or a tick was taken
 * between two of them. */
static uint64_t whole_steps(int64_t off, uint64_t step)
{
	uint64_t size = off < 0 ? 0 - (uint64_t)off : (uint64_t)off;
	uint64_t distance = (size / step + (size % step > (step - 1) / 2)) * step;
	return off < 0 ? 0 - distance : distance;
}

static void learn(struct times *times, uint64_t prediction, uint64_t now)
{
	int64_t off = (int64_t)(now - prediction);
	switch (times->mode) {
	case TIMES_DIFFERENCES:
		times->step = now - times->last;
		times->last = now;
		break;
	case TIMES_GRID: {
		int64_t half_step = (int64_t)(times->step / 2);
		bool is_near = -half_step <= off && off <= half_step;
		times->last = prediction + (is_near ? (uint64_t)(off >> AVERAGE_SHIFT)
						    : whole_steps(off, times->step));
		break;
	}
	default:
		follow(&times->gap, times->gap.value + (uint64_t)off);
	}
}

static struct times times_begin(enum times_mode mode, uint64_t first, uint64_t step,
				const struct sample *times_of)
{
	return (struct times){ .mode = mode,
			       .last = first,
			       .step = mode == TIMES_GRID ? step : 0,
			       .times_of = times_of };
}

/* The residual of each time goes to put. */
static void code_times(const struct sample *samples, size_t n, struct times times,
		       void (*put)(void *context, uint64_t code), void *context)
{
	for (size_t i = times.mode == TIMES_AFTER ? 0 : 1; i < n; i++) {
		uint64_t now = (uint64_t)samples[i].mono_ns;
		uint64_t prediction = predict(&times, i, samples[i].half_ns);
		put(context, zigzag(now - prediction));
		learn(&times, prediction, now);
	}
}

static void add_width(void *context, uint64_t code)
{
	*(uint64_t *)context += code ? 64 - (unsigned)__builtin_clzll(code) : 0;
}

static void put_code(void *context, uint64_t code)
{
	run_put(context, code);
}

static uint64_t time_between(const struct sample *from, const struct sample *to)
{
	return (uint64_t)to->mono_ns - (uint64_t)from->mono_ns;
}

/* The median of the first differences: one of a missed deadline, or of an extra tick, is not
 * in the middle. */
static uint64_t middling_step(const struct sample *samples, size_t n)
{
	uint64_t sorted[15];
	size_t n_sorted = 0;
	const size_t most = sizeof(sorted) / sizeof(sorted[0]);
	for (size_t i = 1; i < n && n_sorted < most; i++) {
		uint64_t step = time_between(&samples[i - 1], &samples[i]);
		size_t at = n_sorted++;
		for (; at > 0 && sorted[at - 1] > step; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = step;
	}
	return n_sorted ? sorted[n_sorted / 2] : 0;
}

/* The period of the ticks: a middling difference says how many periods passed in all. 0: there
 * is none. */
static uint64_t find_step(const struct sample *samples, size_t n)
{
	uint64_t rough = middling_step(samples, n);
	uint64_t n_steps = 0;
	for (size_t i = 1; rough && i < n; i++)
		n_steps += (time_between(&samples[i - 1], &samples[i]) + rough / 2) / rough;
	uint64_t whole = time_between(&samples[0], &samples[n - 1]);
	return n_steps && whole <= INT64_MAX ? whole / n_steps : 0;
}

static bool are_same(const struct sample *samples, size_t n, const struct sample *others)
{
	size_t i = 0;
	while (i < n && samples[i].mono_ns == others[i].mono_ns &&
	       samples[i].half_ns == others[i].half_ns)
		i++;
	return i == n;
}

static enum times_mode best_mode(const struct sample *samples, size_t n, uint64_t step,
				 const struct sample *times_of)
{
	uint64_t least = UINT64_MAX;
	enum times_mode best = TIMES_DIFFERENCES;
	if (times_of && are_same(samples, n, times_of))
		return TIMES_SAME;
	for (enum times_mode mode = 0; mode < N_TIMES_MODES; mode++) {
		uint64_t bits = 0;
		if (mode == TIMES_SAME || (mode == TIMES_AFTER && !times_of) ||
		    (mode == TIMES_GRID && step == 0))
			continue;
		code_times(samples, n,
			   times_begin(mode, (uint64_t)samples[0].mono_ns, step, times_of),
			   add_width, &bits);
		if (bits < least)
			best = mode;
		least = bits < least ? bits : least;
	}
	return best;
}

static void put_halves(struct bit_writer *writer, const struct sample *samples, size_t n)
{
	struct run_writer run = { .writer = writer };
	struct average average = { 0 };
	for (size_t i = 0; i < n; i++) {
		uint64_t half = (uint64_t)samples[i].half_ns;
		run_put(&run, zigzag(half - average.value));
		follow(&average, half);
	}
	run_end(&run);
}

static bool put_times(struct bit_writer *writer, const struct sample *samples, size_t n,
		      const struct sample *times_of)
{
	uint64_t first = (uint64_t)samples[0].mono_ns;
	uint64_t step = find_step(samples, n);
	enum times_mode mode = best_mode(samples, n, step, times_of);
	struct run_writer run = { .writer = writer };
	bits_put(writer, mode, MODE_BITS);
	if (mode == TIMES_SAME)
		return true;
	if (mode != TIMES_AFTER)
		bits_put_varint(writer, zigzag(first));
	if (mode == TIMES_GRID)
		bits_put_varint(writer, step);
	put_halves(writer, samples, n);
	code_times(samples, n, times_begin(mode, first, step, times_of), put_code, &run);
	run_end(&run);
	return mode == TIMES_AFTER;
}

static void get_halves(struct bit_reader *reader, struct sample *samples, size_t n)
{
	struct run_reader run = { .reader = reader, .n_left = n };
	struct average average = { 0 };
	for (size_t i = 0; i < n; i++) {
		uint64_t half = average.value + unzigzag(run_get(&run));
		follow(&average, half);
		samples[i].half_ns = (int64_t)half;
	}
}

static void copy_times(struct sample *samples, size_t n, const struct sample *times_of)
{
	for (size_t i = 0; i < n; i++) {
		samples[i].mono_ns = times_of[i].mono_ns;
		samples[i].half_ns = times_of[i].half_ns;
	}
}

static void get_residuals(struct bit_reader *reader, struct sample *samples, size_t n,
			  struct times times)
{
	size_t i = times.mode == TIMES_AFTER ? 0 : 1;
	struct run_reader run = { .reader = reader, .n_left = n - i };
	for (; i < n; i++) {
		uint64_t prediction = predict(&times, i, samples[i].half_ns);
		uint64_t now = prediction + unzigzag(run_get(&run));
		learn(&times, prediction, now);
		samples[i].mono_ns = (int64_t)now;
	}
}

static int get_times(struct bit_reader *reader, struct sample *samples, size_t n,
		     const struct sample *times_of)
{
	enum times_mode mode = (enum times_mode)bits_get(reader, MODE_BITS);
	bool needs_other = mode == TIMES_SAME || mode == TIMES_AFTER;
	if (needs_other && !times_of)
		return -1;
	if (mode == TIMES_SAME)
		return copy_times(samples, n, times_of), 0;
	uint64_t first = needs_other ? 0 : unzigzag(bits_get_varint(reader));
	uint64_t step = mode == TIMES_GRID ? bits_get_varint(reader) : 0;
	if (mode == TIMES_GRID && (step == 0 || step > INT64_MAX))
		return -1;
	get_halves(reader, samples, n);
	samples[0].mono_ns = (int64_t)first;
	get_residuals(reader, samples, n, times_begin(mode, first, step, times_of));
	return 0;
}

/* --- values ----------------------------------------------------------------------------- */

/* raw = s * numerator / denominator, rounded down. */
struct quantum {
	uint64_t numerator, denominator;
};

/* The s of a raw value that is one of the quantum's. */
static uint64_t steps_of(uint64_t raw, struct quantum quantum)
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
		    steps_of(raw, quantum) * quantum.numerator / quantum.denominator != raw)
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
static struct quantum find_quantum(const struct sample *samples, size_t n)
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

static void put_values(struct bit_writer *writer, const struct sample *samples, size_t n)
{
	struct quantum quantum = find_quantum(samples, n);
	struct run_writer run = { .writer = writer };
	struct average average = { 0 };
	uint64_t last = 0;
	bool has_last = false;
	for (size_t i = 0; i < n; i++) {
		if (samples[i].err)
			continue;
		uint64_t steps = steps_of(samples[i].raw, quantum);
		if (has_last) {
			run_put(&run, zigzag(steps - last - average.value));
			follow(&average, steps - last);
		} else {
			bits_put_varint(writer, quantum.numerator);
			bits_put_varint(writer, quantum.denominator);
			bits_put_varint(writer, steps);
		}
		last = steps;
		has_last = true;
	}
	run_end(&run);
}

static int get_values(struct bit_reader *reader, struct sample *samples, size_t n,
		      size_t n_good)
{
	struct average average = { 0 };
	if (n_good == 0)
		return 0;
	struct quantum quantum = { .numerator = bits_get_varint(reader) };
	quantum.denominator = bits_get_varint(reader);
	uint64_t last = bits_get_varint(reader);
	if (quantum.denominator == 0)
		return -1;
	struct run_reader run = { .reader = reader, .n_left = n_good - 1 };
	bool has_last = false;
	for (size_t i = 0; i < n; i++) {
		if (samples[i].err)
			continue;
		if (has_last) {
			uint64_t step = average.value + unzigzag(run_get(&run));
			follow(&average, step);
			last += step;
		}
		has_last = true;
		samples[i].raw = last * quantum.numerator / quantum.denominator;
	}
	return 0;
}

/* --- the whole -------------------------------------------------------------------------- */

static void put_failures(struct bit_writer *writer, const struct sample *samples, size_t n)
{
	uint64_t n_failed = 0;
	for (size_t i = 0; i < n; i++)
		n_failed += samples[i].err != 0;
	bits_put_varint(writer, n_failed);
	size_t last = 0;
	for (size_t i = 0; n_failed && i < n; i++) {
		if (!samples[i].err)
			continue;
		bits_put_varint(writer, i - last);
		bits_put_varint(writer, (uint64_t)samples[i].err);
		last = i;
	}
}

/* How many, or n + 1 when that cannot be. */
static size_t get_failures(struct bit_reader *reader, struct sample *samples, size_t n)
{
	uint64_t n_failed = bits_get_varint(reader), index = 0;
	if (reader->is_bad || n_failed > n)
		return n + 1;
	for (uint64_t i = 0; i < n_failed; i++) {
		uint64_t distance = bits_get_varint(reader), err = bits_get_varint(reader);
		index += distance;
		if (reader->is_bad || distance >= n || index >= n ||
		    (i > 0 && distance == 0) || err == 0 || err > INT_MAX)
			return n + 1;
		samples[index].err = (int)err;
	}
	return (size_t)n_failed;
}

size_t chunk_encode(const struct sample *samples, size_t n, const struct sample *times_of,
		    uint8_t *data, bool *uses_times_of)
{
	struct bit_writer writer = { .at = data };
	put_failures(&writer, samples, n);
	*uses_times_of = put_times(&writer, samples, n, times_of);
	put_values(&writer, samples, n);
	return (size_t)(bits_finish(&writer) - data);
}

static int chunk2_decode(const uint8_t *data, size_t size, const struct sample *times_of,
			 struct sample *samples, size_t n)
{
	struct bit_reader reader = { .at = data, .end = data + size };
	for (size_t i = 0; i < n; i++)
		samples[i] = (struct sample){ 0 };
	size_t n_failed = get_failures(&reader, samples, n);
	if (n == 0 || n_failed > n || get_times(&reader, samples, n, times_of) != 0 ||
	    get_values(&reader, samples, n, n - n_failed) != 0)
		return -1;
	return bits_at_end(&reader) ? 0 : -1;
}

int chunk_decode(int format, const uint8_t *data, size_t size,
		 const struct sample *times_of, struct sample *samples, size_t n)
{
	if (format == 1)
		return chunk1_decode(data, size, samples, n);
	return format == CHUNK_FORMAT ? chunk2_decode(data, size, times_of, samples, n)
				      : -1;
}

uint32_t chunk_crc32(const uint8_t *data, size_t size)
{
	return (uint32_t)crc32_z(0, data, size);
}
