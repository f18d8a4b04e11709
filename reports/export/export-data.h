/* reports/export/export-data.h - what every format is written from, read once.
 *
 * Energy is what the rollups have (view v_energy): the steps of a series sum to its joules. */
#ifndef JOULECART_EXPORT_DATA_H
#define JOULECART_EXPORT_DATA_H
#include "reports/export/export-tree.h"
#include "reports/figure/arena.h"

#include <sqlite3.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

/* A second or less of a series. */
struct export_step {
	int64_t begin_ns,
	    end_ns; /* CLOCK_MONOTONIC; equal only in a series that has no length at all */
	double amount; /* joules; of an event its rise, of a gauge its mean */
};

enum export_kind {
	EXPORT_CHANNEL, /* of energy or power: joules of the whole machine, as v_energy has them */
	EXPORT_REGION, /* what a region of the program had of the channels in the total */
	EXPORT_OUTSIDE, /* what no region had, what those had that have no figure, and idle; without steps */
	EXPORT_EVENT, /* hardware and software events, CPU seconds */
	EXPORT_GAUGE  /* another quantity that has a mean, and no sum */
};

struct export_series {
	int64_t trial_id;
	enum export_kind kind;
	const char *name; /* guarded text, as all here */
	const char *unit; /* of amount: J, count or s */
	const char *provenance;
	const char
	    *about; /* in words: provenance, interval, whether it counts in the total */
	double amount, low, high; /* of the whole trial; NAN: no bound */
	double n, cpu_s;          /* of a region: passages, CPU seconds */
	struct export_step *steps;
	size_t n_steps;
};

struct export_phase {
	int64_t trial_id, begin_ns, end_ns;
	int64_t pid; /* of the process that marked it; 0: not known */
	const char *name, *provenance;
	double queries;           /* 0: not said */
	double joules, low, high; /* NAN: not known, no bound */
};

struct export_trial {
	int64_t trial_id;
	const char *variant, *job, *provenance; /* provenance NULL: no joules */
	const char *name;                       /* "teacher (infer) #3" */
	int64_t begin_ns, end_ns, utc_ns;
	int64_t
	    boot_offset_ns;   /* CLOCK_BOOTTIME - CLOCK_MONOTONIC when the campaign began */
	double grams_per_kwh; /* of its zone; NAN: not known */
	double joules, low, high;                /* of the run; NAN: not known, no bound */
	double per_query, query_low, query_high; /* joules per query, likewise */
	double cpu_s;                   /* of the run's processes; NAN: not known */
	const struct export_tree *tree; /* of its stacks; NULL: none were sampled */
};

struct export_data {
	struct export_trial *trials;
	struct export_series *series;
	struct export_phase *phases;
	size_t n_trials, n_series, n_phases;
	struct arena *arena;
};

/* Of sampled stacks. */
enum export_stacks_read { EXPORT_NO_STACKS, EXPORT_STACKS, EXPORT_TIMED_STACKS };

/* trial_id 0: all. stacks: which are read. left_aside: said beside each trial's name;
 * NULL: nothing. Everything lives in the arena. 0, or -1 with *why: it could not be read, or there is no
 * such trial. */
int export_read(sqlite3 *db, int64_t trial_id, enum export_stacks_read stacks,
		const char *left_aside, struct arena *arena, struct export_data *data,
		struct problem *why);

/* Whether it is of joules and has a course in time. */
bool export_is_power(const struct export_series *series);

/* The trial of that number: one of the data's. Never NULL for a series or a phase of them. */
const struct export_trial *export_trial(const struct export_data *data, int64_t trial_id);

#endif
