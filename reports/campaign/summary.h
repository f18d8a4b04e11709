/* reports/campaign/summary.h - what a database says, as figures ready to be shown: reads the views, adds
 * statistics over trials and carbon. Every renderer shows this and nothing else. */
#ifndef JOULECART_SUMMARY_H
#define JOULECART_SUMMARY_H
#include "reports/campaign/caveats.h"
#include "reports/campaign/figures.h"
#include "reports/campaign/ratios.h"
#include "reports/campaign/sampling.h"
#include "reports/campaign/units.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>
#include <stdint.h>

struct problem;
struct standing;
struct statement;
struct signature_list;

/* Mean over the usable trials of what the program said of itself ("top1"). */
struct quality {
	const char *name;
	double mean;
	struct figure share; /* with its interval; known of shares alone (score_is_share) */
	double n_queries;    /* that the share is of; 0: not stated */
};

/* The largest gap of top-1 between two parts of the queries, by metrics "top1_KIND_NAME" (score_part()). */
struct quality_gap {
	bool is_known;
	const char *kind, *low, *high; /* "skin", "dry", "oily" */
	double points;                 /* 0 to 1 */
	bool is_shown;                 /* chance does not explain it */
	const char *
	    words; /* "skin: dry, oily", with a question mark where chance may explain it */
};

/* One variant doing one job in one campaign. */
struct model_row {
	const char *variant;
	const char *job; /* train, infer, command, idle */
	int64_t n_trials;
	int64_t n_usable;      /* they make the row's figure: complete, no warm-up; of
	                                   'infer' also successful and resolved */
	int64_t queries;       /* behind joules_per_query, all usable trials */
	struct figure seconds; /* of a whole trial */
	struct figure joules_per_query; /* of the steady phase, else of the whole trial */
	struct figure joules_per_run;   /* of a whole trial */
	struct figure grams_per_1000_queries; /* O = E * I, as grams_per_run */
	struct figure grams_per_run;
	/* with SCI, M, scopes and water; NULL: no trial counts per query, or per run */
	const struct figure_group *per_query, *per_run;
	struct figure ratio; /* joules per query to the baseline's; the baseline: unknown */
	bool is_baseline;    /* the campaign's baseline, doing 'infer' */
	struct figure training_j; /* joules_per_run of the same variant's job 'train' */
	const struct quality *qualities;
	size_t n_qualities;
	struct quality_gap gap;
	struct ratios ratios; /* of hardware events */
	struct unit_list units;
};

struct model_campaign {
	int64_t campaign_id;
	const char *uuid, *kind, *begin_utc, *command_line, *tool_version, *git_revision;
	const char *cpu_model, *hypervisor, *kernel, *governor; /* NULL: not known */
	bool
	    can_measure; /* something was known that would make a sensor of joules readable */
	int64_t n_trials, n_usable;
	bool has_own_cost;
	double own_cpu_s; /* joulecart itself, all trials; if has_own_cost */
	double wall_s;    /* sum of the trials' time */
	struct sampling sampling;
	/* the factors of every gram */
	bool zone_is_stated; /* later, by factors set; the run had another or none */
	const char
	    *zone_asked; /* as --zone had it, where that is another name; else NULL */
	const char *zone, *zone_name, *factor_source, *factor_licence, *factor_boundary;
	int64_t factor_year;
	double g_per_kwh; /* 0: the zone has no factor */
	bool zone_assumed, pue_assumed;
	double pue;
	double
	    psu; /* efficiency of the power supply; 0: not stated, its loss is excluded */
	bool has_machine_meter; /* a meter of the whole machine counts */
	double grid_k2, pue_k2,
	    psu_k2; /* relative, expanded (v_doubt); 0: not in an interval */
	const char *factor_scope, *factor_method, *factor_basis; /* direct, average, ... */
	const char *factor_line; /* which factors were compared with their publishers'
				    text; NULL: none, or not asked for */
	const char *const *account_lines; /* certificates by the hour, and how large what is
					     left out may be; NULL: not asked for */
	size_t n_account_lines;
	const char
	    *baseline; /* what the variants' inference is compared with: as the campaign
				 states it, else 'teacher'; it need not have a row */
	int64_t last_trial_id;
	struct figure last_run_j;      /* of the last trial alone, complete or not */
	struct figure last_run_g;      /* likewise; read where no trial counts per run */
	const char *last_query_reason; /* why that has no joules per query; NULL: it has */
	const struct model_row *rows;  /* baseline first, then as they first ran */
	size_t n_rows;
	struct note_list notes;
};

struct report {
	const char *path;     /* for the reader; NULL: not given */
	const char *accounts; /* the carbon accounts as JSON text; NULL: not asked for */
	const struct standing
	    *standing; /* of the file (reports/campaign/standing.h); NULL: not asked for */
	const struct signature_list
	    *signatures; /* reports/signed/signatures.h; NULL: not asked for */
	const struct statement *stated; /* reports/stated/stated.h; NULL: not asked for */
	const struct matching
	    *matching; /* reports/account/matching-read.h; NULL: not asked for */
	const struct exclusions
	    *exclusions;         /* reports/account/exclusion.h; NULL: not asked for */
	double sessions_per_day; /* the traffic that a year is of; 0: not stated */
	const struct model_campaign *campaigns;
	size_t n_campaigns;
};

/* All campaigns, or one (campaign_id > 0). NULL with *why: no such campaign, a damaged
 * database. Everything in the report lives until report_free(), whatever becomes of db. */
const struct report *report_read(sqlite3 *db, int64_t campaign_id, const char *path,
				 struct problem *why);
void report_free(const struct report *report); /* takes NULL */

/* The row's metric of that name, or NULL: its trials do not state it. */
const struct quality *quality_named(const struct model_row *row, const char *name);

#endif
