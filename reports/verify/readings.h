/* reports/verify/readings.h - one trial, read again from its raw readings. See verify.h. */
#ifndef JOULECART_VERIFY_READINGS_H
#define JOULECART_VERIFY_READINGS_H
#include "reports/figure/arena.h"
#include "reports/verify/verification.h"

#include <sqlite3.h>

#include <stdbool.h>

/* One rollup of one channel: as stored, and as the readings have it. */
struct rollup_check {
	int64_t seq, begin_ns, end_ns;
	struct rollup_sums {
		int64_t n, n_failed, advance;
		uint64_t first, last, min, max;
		double mean;
	} stored, own;
	int64_t low, high;  /* stored bounds of advance */
	bool is_trimmed;    /* no reading is left: own is as stored */
	bool is_cut_before; /* readings before it are gone: its advance can't be told */
};

/* As the views order them, from 0: measured, modelled, estimated, assumed. */
enum { WEAKNESS_ESTIMATED = 2 };

struct channel_check {
	int64_t channel_id;
	const char *collector, *name, *domain;
	/* as the file has them, which is how readings name their channel */
	const char *stored_collector, *stored_name;
	bool is_gauge, is_energy, is_counted, is_seconds,
	    is_shared, /* shared: an estimate */
	    is_power;  /* a gauge of watts: its advance is joules, in raw * seconds */
	int weakness;  /* of its provenance: 0 measured ... 3 assumed */
	double unit_per_raw, max_power_w;
	uint64_t wrap_range, update_ns;
	uint64_t stands_ns;    /* how old a reading can be: as known or as seen */
	double uncertainty_k2; /* of the instrument, relative; NAN: not known */
	struct rollup_check *rollups;
	size_t n;
};

struct trial_check {
	int64_t trial_id;
	struct channel_check *channels;
	size_t n;
};

/* Reads and compares every rollup; the first that does not agree goes to result->place. -1
 * with *why. Everything lives in the arena. */
int trial_check_read(sqlite3 *db, int64_t trial_id, struct arena *arena,
		     struct trial_check *trial, struct verification *result,
		     struct problem *why);

/* The rollups first..last of the channel, which stand in this order: *n of them from the one that is
 * returned; the arena of the trial owns them. *n 0: there is none. */
const struct rollup_check *channel_check_rollups(const struct channel_check *channel,
						 int64_t first, int64_t last, size_t *n);

/* What the channel did in the rollups first..last, in its SI unit (a gauge's watts become J).
 * false: no good reading, or a counter of joules that never moved where it must have. */
bool channel_check_si(const struct channel_check *channel, int64_t first, int64_t last,
		      double *si, bool *is_stuck);

/* How long the rollups first..last last together, in s; -1: there is none. */
double channel_check_seconds(const struct channel_check *channel, int64_t first,
			     int64_t last);

/* How far each counter of a node went while the ranks of a job read it (v_job_zone), from rollups that have
 * been checked before (job-zones.c): compares each row, until one does not agree; nothing where no trial is a
 * rank of a job. 0, or -1: SQLite failed. */
int job_zones_check(sqlite3 *db, struct arena *arena, struct verification *result);

/* Do they agree within 1e-9? */
bool agrees(double a, double b);

#endif
