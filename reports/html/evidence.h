/* reports/html/evidence.h - what an auditor wants beside the figures of one campaign: its
 * trials in order, the channels that were read, gaps, power over time, factors, the machine. */
#ifndef JOULECART_HTML_EVIDENCE_H
#define JOULECART_HTML_EVIDENCE_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* One channel, over all trials of the campaign. */
struct channel_row {
	const char *collector, *name, *domain, *inside; /* domain, inside: NULL when none */
	const char *unit, *kind, *provenance,
	    *basis; /* basis: of the uncertainty, or NULL */
	bool is_counted;
	int64_t update_interval_ns; /* 0: not known */
	double uncertainty_k2;      /* relative; negative: not known */
	int64_t n_trials, n_readings, n_failed, wraps;
};

/* The gaps of one source that have one cause. */
struct gap_row {
	const char *source; /* "powercap package-0" */
	const char *kind, *why;
	int64_t n, n_trials; /* how many, in how many trials */
	int64_t first_trial; /* its place in the campaign, from 1 */
	double seconds;      /* together; negative: whole trials */
};

/* A trial on the campaign's own time axis. */
struct span_row {
	int64_t trial_id;
	const char *variant, *job;
	double begin_s, end_s;               /* since the campaign's first trial began */
	double steady_begin_s, steady_end_s; /* equal: no phase of that name */
};

/* One second of one counted channel. */
struct power_row {
	size_t channel; /* in power_channels */
	double begin_s, end_s;
	double watts; /* negative: no reading */
};

struct evidence_host {
	const char *cpu_model, *microarchitecture, *microcode, *kernel, *os, *hypervisor,
	    *governor, *clocksource, *boot_id;
	int64_t n_packages, n_cores, n_threads, memory_bytes; /* 0: not known */
	int64_t turbo;                                        /* -1: not known */
};

struct evidence {
	const char *begin_utc, *end_utc; /* end: NULL when the campaign was cut off */
	const char *workload;            /* hash; NULL: not said, or several */
	double rate_hz;                  /* readings a second */
	bool is_trimmed;                 /* raw readings of it were taken out */
	int64_t seed;                    /* of the order of trials; -1: none */
	int64_t n_blocks, ticks, ticks_missed, ticks_dropped;
	struct evidence_host host;
	const struct channel_row *channels;
	size_t n_channels;
	const struct gap_row *gaps;
	size_t n_gaps;
	int64_t block;                /* the one that power and spans are of: the last */
	const struct span_row *spans; /* in order of execution */
	size_t n_spans;
	const char *const *power_channels;
	size_t n_power_channels;
	const struct power_row *power; /* by channel, then time */
	size_t n_power;
};

/* Everything in it lives as long as the arena. 0, or -1: sqlite3_errmsg() says why. */
int evidence_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		  struct evidence *evidence);

#endif
