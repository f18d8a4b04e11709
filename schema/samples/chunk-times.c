/* schema/samples/chunk-times.c - see chunk-times.h. */
#include <config.h>

#include "schema/samples/chunk-times.h"

#include "schema/samples/average.h"

#include <limits.h>

enum times_mode { TIMES_DIFFERENCES, TIMES_GRID, TIMES_SAME, TIMES_AFTER, N_TIMES_MODES };
/* Of the four modes. */
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
	/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): writer and reader take no grid of step 0 */
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
		average_follow(&times->gap, times->gap.value + (uint64_t)off);
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
		average_follow(&average, half);
	}
	run_end(&run);
}

bool chunk_put_times(struct bit_writer *writer, const struct sample *samples, size_t n,
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
		average_follow(&average, half);
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

int chunk_get_times(struct bit_reader *reader, struct sample *samples, size_t n,
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
