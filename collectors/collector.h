/* collectors/collector.h - one interface to every source of counters.
 *
 * Lifetime: probe -> open -> read* -> close, all from one thread at a time. The registry is
 * a static const array; nothing registers itself. Everything returned through *channels
 * belongs to the collector and is valid until close(). No call prints; every failure is a
 * struct problem that the caller shows or stores. */
#ifndef JOULECART_COLLECTOR_H
#define JOULECART_COLLECTOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct problem; /* base/problem.h: what failed, why, what to do */
struct
    run_group; /* collectors/cpu/run-group.h: a control group that the target was born into */

enum kind { KIND_COUNTER, KIND_GAUGE };
enum unit { UNIT_J, UNIT_W, UNIT_S, UNIT_COUNT };
/* From the strongest to the weakest: a total takes the largest value of its parts. */
enum provenance { PROV_MEASURED, PROV_MODELLED, PROV_ESTIMATED, PROV_ASSUMED };

/* What is to be observed. The target waits at a barrier while collectors open: events that
 * follow a process tree attach to root_pid and start on its exec. */
struct scope {
	pid_t root_pid;     /* the wrapped command; its descendants belong to it */
	const char *events; /* --events: comma-separated, or NULL for the default set */
	const char *gpus;   /* --gpus: comma-separated indices or UUIDs, or NULL: all */
	const char *rapl;   /* --rapl: name of the one collector to use, or NULL: auto */
	const char *papi_events; /* --papi-events: PAPI's names, or NULL: none */
	const char *meter;       /* --meter: where a meter at the wall is, or NULL: none */
	const char *meter_query; /* --meter-query: what it is asked, or NULL: Yokogawa's */
	bool of_machine; /* events of all that runs, rather than of the tree (live) */
	/* A service that runs already, instead of root_pid's tree (attach); or NULL. */
	const struct service *service;
	const struct run_group *group; /* or NULL: there was no question of one */
};

/* Strings and numbers are set by open() and constant until close(). */
struct channel {
	const char *name;   /* unique in the collector: "package-0", "dram-1" */
	const char *domain; /* psys package core uncore dram gpu machine; else NULL */
	const char *inside; /* channel whose joules contain this one's, or NULL */
	enum kind kind;
	enum unit unit;
	enum provenance provenance;
	bool counted; /* in the total: no other counted channel overlaps it */
	/* The hardware whose joules these are, the same word in each collector that sees it:
	 * "package-0", "gpu-0000:01:00.0", "machine" for all of it. NULL: no other sees it. Of
	 * several counted channels of one part only that of the first collector is counted. */
	const char *part;
	double unit_per_raw;         /* SI value of one raw step: 1e-6 for energy_uj */
	uint64_t wrap_range;         /* raw values are modulo this; 0 = never wraps */
	uint64_t update_interval_ns; /* how often the sensor changes; 0 = unknown */
	double max_power_w; /* it cannot rise faster, in SI units a second; 0 = unknown */
	double uncertainty_k2;         /* relative, expanded (k = 2): 0.05 = 5 % */
	const char *uncertainty_basis; /* where that figure is from, or NULL */
};

struct reading {
	uint64_t raw; /* as the source gave it; meaningless unless err == 0 */
	int err;      /* 0, or the errno of this channel at this tick: a gap */
};

/* A part of a source that could not be had although the rest works: an event that the CPU
 * lacks, a zone without a readable range. Stored as a gap, never as a zero. */
struct absence {
	const char *name; /* of the channel that is missing */
	const char *why;
	const char *todo; /* may be NULL */
};

/* What is known when all was read. */
struct hindsight {
	struct absence what;
	bool is_stuck; /* it was there, and did not move */
};

/* What open() found. The arrays belong to the collector until close(). */
struct channel_list {
	const struct channel *channels;
	size_t n; /* 0: only absences tell what is there and cannot be read */
	const struct absence *absences;
	size_t n_absent;
};

struct collector {
	const char *name;   /* "powercap"; the name in --collectors and in SQL */
	const char *source; /* one line for doctor: what it reads */
	bool is_energy;     /* its joules can make up a total */
	bool is_fallback;   /* opened only where no other gives counted joules */
	bool in_process;    /* observes its own process, not scope->root_pid (papi) */
	bool is_slow;       /* a read takes long: no tick waits for it, but for the first */
	/* Between the edges of the trial and of its phases it is read at most this often, and for
	 * at most a 50th of the time: what counts without being looked at need not be looked at
	 * at each tick of a fast sampler, and each look costs the observed. 0: at each tick.
	 * Of a slow one: how long its thread rests at least between two reads; 0: a second. */
	int64_t rest_ns;
	const char *one_of; /* "rapl": of the collectors with this word only one is used */
	/* Is it wanted at all? NULL: always. */
	bool (*is_asked)(const struct scope *scope);
	/* Can it work here? 0, with a line on what it found in found[0..size); or -1 with
	 * *why filled: why not, and what would make it work. Opens nothing for good, changes
	 * nothing. This is all that doctor prints. NULL: it is there only where a command names it. */
	int (*probe)(char *found, size_t size, struct problem *why);
	/* 0: *state and *list are set. -1: *why is set, nothing is held. */
	int (*open)(const struct scope *scope, void **state, struct channel_list *list,
		    struct problem *why);
	/* Fill out[0..n) in the channels' order. No allocation, no stdio. Returns how many
	 * channels failed, 0..n. */
	size_t (*read)(void *state, struct reading *out);
	/* Reads channel i alone; 0, or its errno. NULL where all are read at once. Different
	 * channels may be read by different threads at the same time: what blocks can then be
	 * taken out of the tick, and each has stamps of its own. */
	int (*read_one)(void *state, size_t i, uint64_t *raw);
	/* After the last read, with i from 0 on: the i-th thing that no reading could tell.
	 * True: *found is set, its strings valid until close(). NULL: there never is anything. */
	bool (*look_back)(void *state, size_t i, struct hindsight *found);
	void (*close)(void *state); /* takes NULL */
};

/* registry.c; NULL-terminated, in the order of preference. */
extern const struct collector *const collectors[];

#endif
