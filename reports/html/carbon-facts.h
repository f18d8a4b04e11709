/* reports/html/carbon-facts.h - one campaign's carbon as the views tell it: the factors, SCI per
 * variant and its parts, scopes, water, the boundary. */
#ifndef JOULECART_HTML_CARBON_FACTS_H
#define JOULECART_HTML_CARBON_FACTS_H
#include "reports/campaign/summary.h"
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* What turned joules into grams (v_account). Numbers are NaN, texts NULL, when not known. */
struct account {
	const char *zone, *zone_name, *scope, *method, *boundary, *source;
	double g_per_kwh, pue, psu;
	bool zone_assumed, pue_assumed, life_assumed, share_assumed;
	const char *pue_category, *pue_source, *psu_source;
	double te_kg, te_low_kg, te_high_kg, life_years, share;
	const char *te_name;
	double market_g_per_kwh;
	const char *instrument;
};

/* One variant's and job's figures of v_figure; of queries: per million. */
struct sci_row {
	const char *variant, *job;
	bool is_per_query;
	bool is_at_wall; /* an estimate: its joules hold the power supply's loss */
	double per;      /* 1e6 queries, or 1 run: what the figures are of */
	struct figure figures[N_FIGURE_KINDS];
};

/* Where a variant's joules were counted: the domain's share of them, 0..1. */
struct share_row {
	const char *variant, *job, *domain, *provenance;
	double share;
};

struct boundary_row {
	const char *component, *status, *why; /* why: NULL when counted */
};

/* One input of the uncertainty budget of a variant's grams (v_budget). NaN: not known. */
struct budget_row {
	const char *variant, *job;
	const char *input, *type, *distribution,
	    *why; /* distribution: NULL without u_rel */
	double u_rel, contribution, share;
	bool cancels;
};

/* The combined uncertainty of a variant's grams per query, or per run (v_budget_total). */
struct budget_total {
	const char *variant, *job, *per, *distribution;
	double value_g, low_g, high_g, expanded_rel;
};

/* How much of a variant's joules is of which provenance: share 0..1, over its trials. */
struct class_row {
	const char *variant, *job, *provenance;
	double share;
};

/* The GHG Protocol's indicators of a factor's quality, 1 to 5 (v_quality). */
struct factor_quality {
	const char *role, *key, *parameter;
	int64_t technology, time, geography, completeness, reliability;
};

struct factor_row {
	const char *role, *key, *name, *parameter, *unit, *boundary, *scope, *publisher,
	    *edition, *source, *licence, *retrieved, *sha256, *note;
	const char *address, *place, *gases; /* NULL: none, not known */
	const char *gwp, *gwp_reason;        /* both NULL: it is not CO2e */
	const char *compared, *compared_reason;
	double value, low, high; /* low, high: NaN where sources do not disagree */
	int64_t year, age_years; /* year 0: not said */
};

struct carbon_facts {
	struct account account;
	const char *upstream_basis, *losses_reason, *location_reason; /* NULL: known */
	const struct sci_row *sci;
	size_t n_sci;
	const struct share_row *shares; /* by variant and job, largest first */
	size_t n_shares;
	const struct boundary_row *boundary;
	size_t n_boundary;
	const struct budget_row *budget; /* by variant and job, in the budget's order */
	size_t n_budget;
	const struct budget_total *totals;
	size_t n_totals;
	const struct class_row *classes;
	size_t n_classes;
	const struct factor_quality *qualities;
	size_t n_qualities;
	const struct factor_row *factors; /* those that entered a figure */
	size_t n_factors;
};

/* Everything in it lives as long as the arena. 0, or -1: sqlite3_errmsg() says why. */
int carbon_facts_read(sqlite3 *db, const struct model_campaign *campaign,
		      struct arena *arena, struct carbon_facts *facts);

/* The row of that variant and job; NULL: none. */
const struct sci_row *carbon_facts_sci(const struct carbon_facts *facts,
				       const char *variant, const char *job);

/* Is a part of the joules read from a sensor, whatever others are? */
bool carbon_facts_any_measured(const struct carbon_facts *facts);

#endif
