/* reports/verify/grams.c - see grams.h. */
#include <config.h>

#include "reports/verify/grams.h"

#include "reports/figure/column-text.h"
#include "reports/verify/doubts.h"
#include "reports/verify/lookup.h"
#include "reports/verify/readings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* By definition. */
static const double J_PER_KWH = 3.6e6;
/* 365 days, as doc and reports state. */
static const double S_PER_YEAR = 365 * 24 * 3600.0;
static const double SERVICE_YEARS = 4; /* where nothing says how long it lasts */

/* Everything that turns the trial's joules into grams; NAN: not known. */
struct account {
	double pue, psu, grid, direct, lifecycle, td_loss, market, upstream;
	double te_kg, life_years, share, training_queries;
	double wue, water, run_s;
	bool is_guest, is_share_stated, is_training;
	struct redoubts doubts;
};

static void read_grid(struct lookup *lookup, struct account *account, const char *zone)
{
	struct used grid = lookup_used(lookup, "grid", zone, "intensity");
	struct used direct = lookup_used(lookup, "grid", zone, "intensity_direct");
	bool is_state = strncmp(zone, "US-", 3) == 0;
	account->grid = grid.value;
	account->direct = first_known(direct.value, grid.is_direct ? grid.value : NAN);
	account->lifecycle = grid.is_lifecycle ? grid.value : NAN;
	account->td_loss = lookup_used(lookup, "grid", zone, "td_loss").value;
	account->water =
	    lookup_used(lookup, "water", is_state ? "US" : zone, "offsite").value;
	account->market = lookup_stated(lookup, "market").value;
	account->upstream = lookup_stated(lookup, "upstream").value;
	account->wue = lookup_stated(lookup, "wue").value;
}

/* SCI's TE, EL, RR / ToR: a table's device, or kilograms as stated, which have no range. */
static void read_embodied(struct lookup *lookup, struct account *account)
{
	struct stated device = lookup_stated(lookup, "embodied");
	struct used te = lookup_used(lookup, "embodied", device.text, "te");
	double life = lookup_used(lookup, "embodied", device.text, "life").value;
	account->te_kg = first_known(device.value, te.value);
	account->life_years = first_known(lookup_stated(lookup, "life").value,
					  first_known(life, SERVICE_YEARS));
	account->share = lookup_stated(lookup, "share").value;
	account->is_share_stated = !isnan(account->share);
	account->share = first_known(account->share, 1);
	account->training_queries = lookup_stated(lookup, "training_queries").value;
}

static int read_account(sqlite3 *db, int64_t trial_id, struct account *account)
{
	struct lookup lookup = { .db = db };
	char zone[64] = "";
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(
		db,
		"SELECT c.campaign_id, c.zone, c.pue, (t.end_mono_ns - t.begin_mono_ns),"
		" h.hypervisor IS NOT NULL, t.job = 'train' FROM trial t JOIN campaign c "
		"USING (campaign_id)"
		" JOIN host h USING (host_id) WHERE t.trial_id = ?",
		-1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial_id);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	lookup.campaign_id = sqlite3_column_int64(row, 0);
	column_copy(row, 1, zone, sizeof(zone));
	account->pue = real_or_nan(row, 2);
	account->run_s = real_or_nan(row, 3) * 1e-9;
	account->is_guest = sqlite3_column_int(row, 4) != 0;
	account->is_training = sqlite3_column_int(row, 5) != 0;
	sqlite3_finalize(row);
	if (!is_there)
		return -1;
	struct stated other = lookup_stated(&lookup, "zone");
	const char *in_force = *other.text ? other.text : *zone ? zone : "WORLD";
	read_grid(&lookup, account, in_force);
	read_embodied(&lookup, account);
	account->pue = first_known(lookup_stated(&lookup, "pue").value,
				   first_known(account->pue, 1));
	account->psu = first_known(lookup_stated(&lookup, "psu").value, 1);
	if (redoubts_read(&lookup, &account->doubts) != 0)
		return -1;
	return lookup.has_failed ? -1 : 0;
}

/* A column of a view, and what it should be. */
struct expected {
	const char *name;
	double own;
	bool may_hide; /* of a query: the view hides what a sensor can't resolve */
};

static void compare_one(sqlite3_stmt *row, int column, const struct expected *expected,
			const char *view, int64_t trial_id, struct verification *result)
{
	double stored = real_or_nan(row, column), own = expected->own;
	result->n_figures++;
	bool is_hidden = isnan(stored) && expected->may_hide;
	bool is_same = isnan(stored) ? isnan(own) : agrees(stored, own);
	if (*result->place || is_hidden || is_same)
		return;
	char shown[2][32];
	for (int i = 0; i < 2; i++)
		snprintf(shown[i], sizeof(shown[i]),
			 isnan(i ? own : stored) ? "unknown" : "%.17g", i ? own : stored);
	snprintf(result->place, sizeof(result->place),
		 "%s in %s of trial %lld is given as %s, readings and factors give %s",
		 expected->name, view, (long long)trial_id, shown[0], shown[1]);
}

enum view_number { CARBON, SCI, SCOPE, WATER };
static const char *const view_names[GRAMS_VIEWS] = { "v_carbon", "v_sci", "v_scope",
						     "v_water" };

void grams_views_close(struct grams_views *views)
{
	for (int i = 0; i < GRAMS_VIEWS; i++)
		sqlite3_finalize(views->rows[i]);
}

/* One statement for all trials: a view of one trial looks at those of all others, too. */
static int compile_view(struct grams_views *views, enum view_number view,
			const struct expected *expected, size_t n)
{
	sqlite3_str *sql = sqlite3_str_new(views->db);
	for (size_t i = 0; i < n; i++)
		sqlite3_str_appendf(sql, "%s%s", i ? ", " : "SELECT ", expected[i].name);
	sqlite3_str_appendf(sql, ", trial_id FROM %s ORDER BY trial_id", view_names[view]);
	char *text = sqlite3_str_finish(sql);
	int code = text ? sqlite3_prepare_v2(views->db, text, -1, &views->rows[view], NULL)
			: SQLITE_NOMEM;
	sqlite3_free(text);
	if (code != SQLITE_OK)
		return -1;
	views->steps[view] = sqlite3_step(views->rows[view]);
	return 0;
}

/* The columns of one row of a view against n expected figures. */
static int compare_view(struct grams_views *views, enum view_number view, int64_t trial_id,
			const struct expected *expected, size_t n,
			struct verification *result)
{
	if (!views->rows[view] && compile_view(views, view, expected, n) != 0)
		return -1;
	sqlite3_stmt *row = views->rows[view];
	while (views->steps[view] == SQLITE_ROW &&
	       sqlite3_column_int64(row, (int)n) < trial_id)
		views->steps[view] = sqlite3_step(row);
	bool is_at_row = views->steps[view] == SQLITE_ROW;
	if (!is_at_row && views->steps[view] != SQLITE_DONE)
		return -1;
	if (is_at_row && sqlite3_column_int64(row, (int)n) == trial_id)
		for (size_t i = 0; i < n; i++)
			compare_one(row, (int)i, &expected[i], view_names[view], trial_id,
				    result);
	else if (!*result->place)
		snprintf(result->place, sizeof(result->place),
			 "trial %lld is missing in %s", (long long)trial_id,
			 view_names[view]);
	return 0;
}

#define COMPARE(view, expected)                              \
	compare_view(views, view, input->trial_id, expected, \
		     sizeof(expected) / sizeof((expected)[0]), result)

/* The unit conversions that the accounts share. */
static double kwh_per_j(const struct account *account, const struct grams_input *input)
{
	return account->pue / (input->is_at_wall ? 1 : account->psu) / J_PER_KWH;
}

/* E and M are of the same: what ran in a guest, or on threads alone, is no whole machine. */
static double embodied_kg(const struct account *account, const struct grams_input *input)
{
	bool is_part = account->is_guest || input->is_at_wall;
	return is_part && !account->is_share_stated ? NAN : account->te_kg;
}

static int check_grams(struct grams_views *views, const struct account *account,
		       const struct grams_input *input, struct verification *result)
{
	double g_per_j = kwh_per_j(account, input) * account->grid;
	struct redoubt grid = redoubt_of_grams(&account->doubts, input->is_at_wall);
	struct redoubt run = redoubt_of_joules(input->run_j, input->run_low_j,
					       input->run_high_j, grid);
	struct redoubt query = redoubt_of_joules(input->query_j, input->query_low_j,
						 input->query_high_j, grid);
	const struct expected expected[] = {
		{ "grams", input->run_j * g_per_j, false },
		{ "grams_per_query", input->query_j * g_per_j, true },
		{ "grid_uncertainty_k2", 2 * account->doubts.grid.u, false },
		{ "grams_low", input->run_j * g_per_j * run.down, false },
		{ "grams_high", input->run_j * g_per_j * run.up, false },
		{ "grams_per_query_low", input->query_j * g_per_j * query.down, true },
		{ "grams_per_query_high", input->query_j * g_per_j * query.up, true },
	};
	return COMPARE(CARBON, expected);
}

static int check_sci(struct grams_views *views, const struct account *a,
		     const struct grams_input *input, struct verification *result)
{
	double kwh = input->query_j * kwh_per_j(a, input);
	double run_kwh = input->run_j * kwh_per_j(a, input);
	double g_per_kg_s = 1000 * a->share / (a->life_years * S_PER_YEAR);
	double te_kg = embodied_kg(a, input);
	double m_g = te_kg * input->tir_s * g_per_kg_s;
	double run_m_g = te_kg * a->run_s * g_per_kg_s;
	struct redoubt made = redoubt_of_embodied(&a->doubts);
	double run_o_g = run_kwh * a->grid;
	const struct expected expected[] = {
		{ "e_kwh", kwh, true },
		{ "o_g", kwh * a->grid, true },
		{ "m_g", m_g, false },
		{ "m_low_g", m_g * made.down, false },
		{ "m_high_g", m_g * made.up, false },
		{ "sci_g", kwh * a->grid + m_g, true },
		{ "run_e_kwh", run_kwh, false },
		{ "run_o_g", run_o_g, false },
		{ "run_m_g", run_m_g, false },
		{ "run_sci_g", run_o_g + run_m_g, false },
		{ "amortised_g",
		  a->is_training ? (run_o_g + first_known(run_m_g, 0)) / a->training_queries
				 : NAN,
		  false },
	};
	return COMPARE(SCI, expected);
}

static int check_scopes(struct grams_views *views, const struct account *a,
			const struct grams_input *input, struct verification *result)
{
	double kwh = input->run_j * kwh_per_j(a, input);
	double upstream = first_known(a->upstream, a->lifecycle - a->direct);
	const struct expected expected[] = {
		{ "kwh", kwh, false },
		{ "scope2_location_g", kwh * a->direct, false },
		{ "scope2_market_g", kwh * a->market, false },
		{ "scope3_cat3_upstream_g", kwh * upstream, false },
		{ "scope3_cat3_td_g", kwh * a->direct * a->td_loss / (1 - a->td_loss),
		  false },
		{ "lifecycle_g", kwh * a->lifecycle, false },
	};
	return COMPARE(SCOPE, expected);
}

static int check_water(struct grams_views *views, const struct account *a,
		       const struct grams_input *input, struct verification *result)
{
	double kwh = input->run_j * kwh_per_j(a, input);
	const struct expected expected[] = {
		{ "onsite_l", kwh / a->pue * a->wue, false },
		{ "offsite_l", kwh * a->water, false },
	};
	return COMPARE(WATER, expected);
}

int grams_check(struct grams_views *views, const struct grams_input *input,
		struct verification *result)
{
	struct account account;
	if (read_account(views->db, input->trial_id, &account) != 0 ||
	    check_grams(views, &account, input, result) != 0 ||
	    check_sci(views, &account, input, result) != 0 ||
	    check_scopes(views, &account, input, result) != 0)
		return -1;
	return check_water(views, &account, input, result);
}
