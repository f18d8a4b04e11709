/* reports/campaign/units.h - what trials served beside queries: tokens, images, sessions of an agent, with
 * joules each as view v_unit has them, and grams each as those of the queries that they take. */
#ifndef JOULECART_UNITS_H
#define JOULECART_UNITS_H
#include "reports/campaign/figures.h"
#include "reports/campaign/trials.h"

/* One unit of one variant and job. */
struct unit_row {
	const char *unit;
	int64_t n;            /* served by the usable trials */
	struct figure joules; /* per unit: their mean, by the rule of joules per query */
	/* Queries that one takes, where both are of the same phases; 0: not known. */
	double queries;
	/* g of CO2e each: SCI where M is known, else O = E * I */
	struct figure grams;
	bool has_embodied; /* M is in them */
	/* g each: of the variant's own training, over the queries that it is spread over (training_queries) */
	struct figure training_g;
	struct figure all_g; /* both */
	/* those that served it: what a trial says per query is here per unit, and queries is n */
	struct trial_list trials;
};

struct unit_list {
	struct unit_row *rows; /* by name */
	size_t n;
};

/* Of the trials of one variant and job; none where the programs stated no unit. Lives as long as the
 * arena. 0, or -1: sqlite3_errmsg() says why. */
int units_read(sqlite3 *db, struct trial_list group, struct arena *arena,
	       struct unit_list *list);

/* What a variant's queries come to, by which its units are accounted. */
struct unit_account {
	struct figure joules;                        /* of a query */
	int64_t queries;                             /* behind it */
	const struct figure_group *query, *training; /* per query; per run; NULL: none */
};

/* Fills in grams and queries of each unit. */
void units_account(struct unit_list *list, const struct unit_account *account);

/* The unit of an agent: a whole workflow execution, as 'models infer --sessions' marks it. */
#define UNIT_SESSIONS "sessions"

/* A year of 365 days at so many units a day. */
struct unit_year {
	struct figure kwh, kg; /* with the training, where it is known */
};
/* query: figures of a query of the row's variant; NULL: none are known. */
struct unit_year unit_year_of(const struct unit_row *row, const struct figure_group *query,
			      double per_day);

/* The row of that unit, or NULL. */
const struct unit_row *unit_row_of(const struct unit_list *list, const char *unit);

#endif
