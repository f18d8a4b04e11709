/* reports/campaign/figures.h - the figures of one campaign with their bounds, as view v_figure has
 * them. Every table, report, JSON, CSV and footer takes a figure and its interval from here. */
#ifndef JOULECART_FIGURES_H
#define JOULECART_FIGURES_H
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* In the order of v_figure.ordinal, from 0. Units: J, kWh, g of CO2e, L; per query or per run. */
enum figure_kind {
	FIGURE_JOULES,
	FIGURE_KWH,       /* SCI's E */
	FIGURE_O_G,       /* E * I */
	FIGURE_M_G,       /* embodied */
	FIGURE_SCI_G,     /* O + M */
	FIGURE_AMORTISED, /* g: a query's part of a training */
	FIGURE_SCOPE2_LOCATION,
	FIGURE_SCOPE2_MARKET,
	FIGURE_SCOPE3_FUEL,
	FIGURE_SCOPE3_LOSSES,
	FIGURE_WATER_ONSITE,
	FIGURE_WATER_OFFSITE,
	N_FIGURE_KINDS
};

/* The column's word: "sci_g". A constant text, never NULL. */
const char *figure_kind_word(enum figure_kind kind);

/* Of one variant doing one job, per query or per run. */
struct figure_group {
	const char *variant, *job;
	bool is_per_query;
	int64_t n; /* trials behind it */
	struct figure figures[N_FIGURE_KINDS];
};

struct figure_list {
	const struct figure_group *groups;
	size_t n;
};

/* What is to be other than stored, for whatif; 0 and NULL leave it as it is. */
struct account_change {
	double g_per_kwh, pue, psu, te_kg, life_years, share;
	const char
	    *grid_doubt; /* key of factor(kind = 'uncertainty'): the zone was stated */
};

/* What reads figures of one campaign after another; zeroed but for db and arena. It keeps its
 * statements, which are dear to compile, until figures_close(). */
struct figure_reader {
	sqlite3 *db;
	struct arena *arena;
	sqlite3_stmt *stored, *changed;
	bool is_ready; /* figure-tables.h has those of first..last */
	int64_t first, last;
};

/* Evaluates what the figures of the campaigns first..last are computed from: before the first
 * figures_read() of many. 0, or -1: sqlite3_errmsg() says why. */
int figures_prepare(struct figure_reader *reader, int64_t first, int64_t last);

/* Lives as long as the arena. change may be NULL. 0, or -1: sqlite3_errmsg() says why. */
int figures_read(struct figure_reader *reader, int64_t campaign_id,
		 const struct account_change *change, struct figure_list *list);
void figures_close(struct figure_reader *reader);

/* NULL: no trial of it counts. */
const struct figure_group *figure_group_of(struct figure_list list, const char *variant,
					   const char *job, bool is_per_query);

#endif
