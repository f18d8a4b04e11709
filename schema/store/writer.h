/* schema/store/writer.h - everything that goes into a joulecart database.
 *
 * Functions return 0 or a new row's id, or -1 with *why. Nothing here commits on its own: bracket with
 * store_begin and store_commit. Strings may be NULL where the table allows it; the store copies what
 * it is given. */
#ifndef JOULECART_WRITER_H
#define JOULECART_WRITER_H
#include "schema/samples/rollup.h"
#include "schema/store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

/* Table host; numbers are -1 where unknown. */
struct host_facts {
	const char *boot_id, *hostname, *cpu_vendor, *cpu_model, *microarchitecture,
	    *microcode;
	const char *kernel, *os, *hypervisor, *governor, *clocksource;
	int64_t cpu_family, cpu_model_number, cpu_stepping;
	int64_t n_packages, n_cores, n_threads, memory_bytes, turbo;
};
int64_t store_add_host(struct store *store, const struct host_facts *host,
		       struct problem *why);

/* Table campaign. */
struct campaign_facts {
	int64_t host_id;
	const char *uuid, *kind, *command_line, *tool_version, *git_revision, *zone;
	uint64_t seed;
	bool has_seed;
	double rate_hz;
	double pue; /* 0: not given */
	int64_t utc_ns, mono_ns, boot_ns;
};
int64_t store_add_campaign(struct store *store, const struct campaign_facts *campaign,
			   struct problem *why);
/* What the campaign's other variants are compared with. */
int store_set_baseline(struct store *store, int64_t campaign_id, const char *variant,
		       struct problem *why);
int store_end_campaign(struct store *store, int64_t campaign_id, int64_t utc_ns,
		       int64_t mono_ns, int64_t boot_ns, struct problem *why);

/* Takes back a campaign that has no trial, and its host. 0, or -1 with *why. */
int store_forget_empty(struct store *store, int64_t campaign_id, struct problem *why);

/* Table job_rank: who a trial is among the ranks of a job. Numbers are -1 and texts NULL where nobody said
 * them. */
struct rank_facts {
	int64_t trial_id;
	const char *launcher; /* as the table's CHECK has it */
	const char *job, *step, *account, *partition;
	int64_t rank, n_ranks, local_rank, node;
	int64_t read_from_mono_ns; /* 0: another rank of its node reads */
};
/* 0, or -1 with *why. */
int store_add_rank(struct store *store, const struct rank_facts *rank, struct problem *why);
/* Since then it reads, in the place of another. */
int store_set_turn(struct store *store, int64_t trial_id, int64_t mono_ns,
		   struct problem *why);

/* Table trial: what is known before it runs... */
struct trial_facts {
	int64_t campaign_id, ordinal, block;
	const char *variant, *job, *command;
	bool is_warmup;
	int64_t queries; /* 0: not stated */
	int64_t utc_ns, mono_ns;
	/* Without its trial; NULL: it is of no job that is known. */
	const struct rank_facts *rank;
};
int64_t store_add_trial(struct store *store, const struct trial_facts *trial,
			struct problem *why);

/* ... and after. */
struct trial_end {
	const char *why_incomplete; /* NULL: complete */
	int exit_code, exit_signal; /* -1: does not apply */
	int64_t mono_ns;
	double own_cpu_s;
	int64_t ticks, ticks_missed, ticks_dropped, tick_mean_ns, tick_max_ns;
};
int store_end_trial(struct store *store, int64_t trial_id, const struct trial_end *end,
		    struct problem *why);
int store_set_queries(struct store *store, int64_t trial_id, int64_t queries,
		      struct problem *why);
/* At most so many more than these queries were served. */
int store_set_uncounted(struct store *store, int64_t trial_id, int64_t uncounted,
			struct problem *why);
int store_set_workload(struct store *store, int64_t trial_id, const char *workload,
		       struct problem *why);
/* The workload of the trial that made what this one starts from. */
int store_set_parent(struct store *store, int64_t trial_id, const char *workload,
		     struct problem *why);

/* Table sampler. */
struct sampler_facts {
	int64_t trial_id;
	double rate_begin_hz, rate_end_hz, cpu_s;
	int64_t late_p50_ns, late_p99_ns, late_max_ns;
	int pinned_cpu;                                 /* -1: not pinned */
	const char *why_not_pinned, *why_not_real_time; /* NULL: as asked; real-time */
	bool has_slowdown;
	double slowdown, slowdown_low, slowdown_high; /* shares of the trial's time */
};
int store_add_sampler(struct store *store, const struct sampler_facts *sampler,
		      struct problem *why);

/* channel.seen_interval_ns, once it is known to be longer than before. 0, or -1 with *why. */
int store_set_seen_interval(struct store *store, int64_t channel_id, int64_t ns,
			    struct problem *why);
/* From now on second_id is in the total, and counted_id, in its place, is a channel inside it. */
int store_count_instead(struct store *store, int64_t counted_id, int64_t second_id,
			struct problem *why);

/* Table channel; words as the table's CHECKs have them, zeros where NULL is meant. */
struct channel_facts {
	const char *collector, *name, *domain, *inside, *kind, *unit, *provenance;
	bool counted;
	double unit_per_raw, max_power_w, uncertainty_k2;
	uint64_t wrap_range, update_interval_ns;
	const char *uncertainty_basis;
};
int64_t store_add_channel(struct store *store, int64_t trial_id,
			  const struct channel_facts *channel, struct problem *why);

/* Table phase. */
struct phase_facts {
	int64_t trial_id, ordinal;
	const char *name;
	int64_t pid; /* 0: none */
	int64_t begin_mono_ns, begin_lag_ns, begin_early_ns, first_rollup;
};
int64_t store_add_phase(struct store *store, const struct phase_facts *phase,
			struct problem *why);
struct phase_end {
	int64_t mono_ns, lag_ns, early_ns, last_rollup;
	uint64_t queries; /* 0: none stated */
};
int store_end_phase(struct store *store, int64_t phase_id, const struct phase_end *end,
		    struct problem *why);

/* Tables rollup and chunk (unless the pack is empty). times_of: the channel that the pack was
 * made with, if it uses one. 0, or -1 with *why. */
int store_add_rollup(struct store *store, int64_t channel_id, int64_t seq,
		     const struct rollup_row *row, const struct rollup_pack *pack,
		     int64_t times_of, struct problem *why);

/* Table gap; times of 0 mean the whole trial, channel_id 0 a channel that was never there. */
struct gap_facts {
	int64_t trial_id, channel_id;
	const char *collector, *name, *kind, *why, *todo;
	int64_t begin_mono_ns, end_mono_ns;
};
int store_add_gap(struct store *store, const struct gap_facts *gap, struct problem *why);

/* Table neighbour. 0, or -1 with *why. */
int store_add_concurrent_run(struct store *store, int64_t trial_id, int64_t pid,
			     struct problem *why);

/* Tables region_count and metric. reason is NULL when the value holds. */
int store_add_count(struct store *store, int64_t phase_id, const char *source,
		    const char *event, int64_t value, const char *reason,
		    struct problem *why);
/* Table answers: n answers of so many bits each, (n * bits + 7) / 8 bytes. */
struct answers_facts {
	int64_t trial_id;
	const char *name;
	int64_t n, bits;
	const void *data;
	size_t size;
};
int store_add_answers(struct store *store, const struct answers_facts *facts,
		      struct problem *why);
int store_add_metric(struct store *store, int64_t trial_id, const char *name, double value,
		     struct problem *why);

/* Table phase_units: n (above 0) more of the unit; what is above 2^63 - 1 in all stays there. */
int store_add_units(struct store *store, int64_t phase_id, const char *unit, int64_t n,
		    struct problem *why);

/* Table region; flop and weight_bytes are 0 where nobody said. Returns region_id. */
struct stored_region {
	int64_t trial_id, ordinal;
	const char *name;
	double flop, weight_bytes;
};
int64_t store_add_region(struct store *store, const struct stored_region *region,
			 struct problem *why);
int store_add_region_time(struct store *store, int64_t region_id, int64_t seq,
			  int64_t cpu_ns, int64_t n, struct problem *why);
/* Table region_energy. */
struct region_part {
	int64_t region_id, channel_id, seq, advance, low, high;
};
int store_add_region_part(struct store *store, const struct region_part *part,
			  struct problem *why);
/* Table region_rest. */
int store_add_region_rest(struct store *store, int64_t trial_id, int64_t seq,
			  int64_t outside_ns, int64_t idle_ns, struct problem *why);
/* Table region_idle; the part's region_id is not used. */
int store_add_region_idle(struct store *store, const struct region_part *part,
			  struct problem *why);
/* Table region_power; NAN: NULL. */
struct region_power {
	int64_t channel_id, ordinal;
	double fitted, power, standard_error, half_width, rise_seconds;
};
int store_add_region_power(struct store *store, const struct region_power *power,
			   struct problem *why);
/* Table region_product. */
int store_add_region_product(struct store *store, int64_t channel_id,
			     const int64_t ordinals[2], double seconds2,
			     struct problem *why);

/* The same for the whole trial, outside of any phase, and at most so many more. */
int store_add_trial_units(struct store *store, int64_t trial_id, const char *unit,
			  int64_t n, int64_t uncounted, struct problem *why);

#endif
