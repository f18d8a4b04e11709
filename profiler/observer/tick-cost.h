/* profiler/observer/tick-cost.h - by how much each tick of the sampler holds up the command, on this machine.
 *
 * joulecart-observer measures it (profiler/programs/observer-main.c) and keeps it in a file of the user's; a
 * trial reads it and says by it how much the command was slowed down. What does not depend on the ticks, such
 * as the start, is not in it. */
#ifndef JOULECART_TICK_COST_H
#define JOULECART_TICK_COST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

/* Nanoseconds of the command's time, and the 95 % interval of that mean. Below 0: noise. */
struct tick_cost {
	double ns, low_ns, high_ns;
};

/* Where the sampler found an idle processor, and where all of them worked. */
enum tick_place { TICK_APART, TICK_SHARED, TICK_PLACES };

struct tick_costs {
	int64_t calibrated_utc_s;   /* when it was measured */
	bool is_known[TICK_PLACES]; /* on one processor none is apart */
	struct tick_cost places[TICK_PLACES];
};

/* What the figure holds for: host name, processor and how many of them. */
void tick_cost_machine(char *text, size_t size);

/* The folder of the user's file, in XDG_STATE_HOME or ~/.local/state; and the file in it. Empty: there is
 * no home. */
void tick_cost_folder(char *path, size_t size);
#define TICK_COST_FILE "observer"

/* The file's text: an INI file with what it holds for. The caller frees; NULL: no memory. */
char *tick_costs_text(const struct tick_costs *costs);

/* What the file says of this machine. False: there is none, or it is of another machine, or its user cannot
 * vouch for it, or it holds what cannot be. */
bool tick_costs_read(struct tick_costs *costs);

/* The share of its time by which so many ticks in seconds slowed a command down (0.01: one in a
 * hundred) with its interval, none of them below 0. */
struct slowdown {
	double share, low, high;
};
struct slowdown slowdown_of(const struct tick_cost *cost, int64_t ticks, double seconds);

#endif
