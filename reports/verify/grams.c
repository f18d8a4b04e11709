/* reports/verify/grams.c - see grams.h. */
#include <config.h>

#include "reports/verify/grams.h"

#include "reports/verify/readings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double J_PER_KWH = 3.6e6;
static const double S_PER_YEAR = 8760 * 3600.0;
static const double SERVICE_YEARS = 4; /* where nothing says how long it lasts */
static const double GRID_K2 = 0.10;    /* drift of an annual factor from year to year */

/* Everything that turns the trial's joules into grams; NAN: not known. */
struct account {
	double pue, psu, grid, direct, lifecycle, td_loss, market, upstream;
	double te_kg, te_low_kg, te_high_kg, life_years, share, training_queries;
	double wue, water, run_s;
};

struct lookup {
	sqlite3 *db;
	int64_t campaign_id;
	bool has_failed;
};

struct stated {
	double value; /* NAN: not stated, or in words */
	char text[64];
};

struct used {
	double value, low, high; /* NAN: there is none */
	bool is_direct, is_lifecycle;
};

static double real_or_nan(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL
		   ? NAN
		   : sqlite3_column_double(row, column);
}

static void copy_text(char *to, size_t size, sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);
	snprintf(to, size, "%s", text ? text : "");
}

/* The campaign's own statement, else the one for all (campaign 0). */
static struct stated stated(struct lookup *lookup, const char *name)
{
	struct stated found = { .value = NAN };
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(lookup->db,
			       "SELECT value, text FROM setting WHERE name = ?"
			       " AND campaign_id IN (0, ?) ORDER BY campaign_id DESC",
			       -1, &row, NULL) != SQLITE_OK) {
		lookup->has_failed = true;
		return found;
	}
	sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 2, lookup->campaign_id);
	if (sqlite3_step(row) == SQLITE_ROW) {
		found.value = real_or_nan(row, 0);
		copy_text(found.text, sizeof(found.text), row, 1);
	}
	lookup->has_failed |= sqlite3_finalize(row) != SQLITE_OK;
	return found;
}

/* The factor in force: set by hand before imported before bundled. */
static struct used used(struct lookup *lookup, const char *kind, const char *key,
			const char *parameter)
{
	struct used found = { NAN, NAN, NAN, false, false };
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(
		lookup->db,
		"SELECT value, low, high, scope FROM factor"
		" WHERE kind = ? AND key = ? AND parameter = ? ORDER BY CASE origin"
		"  WHEN 'set' THEN 0 WHEN 'imported' THEN 1 ELSE 2 END",
		-1, &row, NULL) != SQLITE_OK) {
		lookup->has_failed = true;
		return found;
	}
	sqlite3_bind_text(row, 1, kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(row, 2, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(row, 3, parameter, -1, SQLITE_STATIC);
	if (sqlite3_step(row) == SQLITE_ROW) {
		char scope[16];
		copy_text(scope, sizeof(scope), row, 3);
		found = (struct used){ real_or_nan(row, 0), real_or_nan(row, 1),
				       real_or_nan(row, 2), strcmp(scope, "direct") == 0,
				       strcmp(scope, "lifecycle") == 0 };
	}
	lookup->has_failed |= sqlite3_finalize(row) != SQLITE_OK;
	return found;
}

static double first_known(double a, double b)
{
	return isnan(a) ? b : a;
}

static void read_grid(struct lookup *lookup, struct account *account, const char *zone)
{
	struct used grid = used(lookup, "grid", zone, "intensity");
	struct used direct = used(lookup, "grid", zone, "intensity_direct");
	bool is_state = strncmp(zone, "US-", 3) == 0;
	account->grid = grid.value;
	account->direct = first_known(direct.value, grid.is_direct ? grid.value : NAN);
	account->lifecycle = grid.is_lifecycle ? grid.value : NAN;
	account->td_loss = used(lookup, "grid", zone, "td_loss").value;
	account->water = used(lookup, "water", is_state ? "US" : zone, "offsite").value;
	account->market = stated(lookup, "market").value;
	account->upstream = stated(lookup, "upstream").value;
	account->wue = stated(lookup, "wue").value;
}

/* SCI's TE, EL, RR / ToR: a table's device, or kilograms as stated, which have no range. */
static void read_embodied(struct lookup *lookup, struct account *account)
{
	struct stated device = stated(lookup, "embodied");
	struct used te = used(lookup, "embodied", device.text, "te");
	double life = used(lookup, "embodied", device.text, "life").value;
	bool is_stated = !isnan(device.value);
	account->te_kg = first_known(device.value, te.value);
	account->te_low_kg = is_stated ? NAN : te.low;
	account->te_high_kg = is_stated ? NAN : te.high;
	account->life_years = first_known(stated(lookup, "life").value,
					  first_known(life, SERVICE_YEARS));
	account->share = first_known(stated(lookup, "share").value, 1);
	account->training_queries = stated(lookup, "training_queries").value;
}

static int read_account(sqlite3 *db, int64_t trial_id, struct account *account)
{
	struct lookup lookup = { .db = db };
	char zone[64] = "";
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(
		db,
		"SELECT c.campaign_id, c.zone, c.pue, (t.end_mono_ns - t.begin_mono_ns) "
		"FROM trial t JOIN campaign c USING (campaign_id) WHERE t.trial_id = ?",
		-1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial_id);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	lookup.campaign_id = sqlite3_column_int64(row, 0);
	copy_text(zone, sizeof(zone), row, 1);
	account->pue = real_or_nan(row, 2);
	account->run_s = real_or_nan(row, 3) * 1e-9;
	sqlite3_finalize(row);
	if (!is_there)
		return -1;
	struct stated other = stated(&lookup, "zone");
	const char *in_force = *other.text ? other.text : *zone ? zone : "WORLD";
	read_grid(&lookup, account, in_force);
	read_embodied(&lookup, account);
	account->pue = first_known(stated(&lookup, "pue").value,
				   first_known(account->pue, 1));
	account->psu = first_known(stated(&lookup, "psu").value, 1);
	return lookup.has_failed ? -1 : 0;
}

/* A column of a view, and what it should be. */
struct expected {
	const char *name;
	double own;
	bool may_hide; /* of a query: the view hides what a sensor can't resolve */
};

static void compare_one(sqlite3_stmt *row, int column, const struct expected *expected,
			const char *view, int64_t trial_id, struct recompute *result)
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

/* The columns of one row of a view against n expected figures. */
static int compare_view(sqlite3 *db, const char *view, int64_t trial_id,
			const struct expected *expected, size_t n, struct recompute *result)
{
	sqlite3_str *sql = sqlite3_str_new(db);
	sqlite3_stmt *row = NULL;
	for (size_t i = 0; i < n; i++)
		sqlite3_str_appendf(sql, "%s%s", i ? ", " : "SELECT ", expected[i].name);
	sqlite3_str_appendf(sql, " FROM %s WHERE trial_id = %lld", view, trial_id);
	char *text = sqlite3_str_finish(sql);
	int code = text ? sqlite3_prepare_v2(db, text, -1, &row, NULL) : SQLITE_NOMEM;
	sqlite3_free(text);
	if (code != SQLITE_OK)
		return -1;
	if ((code = sqlite3_step(row)) == SQLITE_ROW)
		for (size_t i = 0; i < n; i++)
			compare_one(row, (int)i, &expected[i], view, trial_id, result);
	else if (code == SQLITE_DONE && !*result->place)
		snprintf(result->place, sizeof(result->place),
			 "trial %lld is missing in %s", (long long)trial_id, view);
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

#define COMPARE(view, expected)                           \
	compare_view(db, view, input->trial_id, expected, \
		     sizeof(expected) / sizeof((expected)[0]), result)

/* The unit conversions that the accounts share. */
static double kwh_per_j(const struct account *account, const struct recarbon_input *input)
{
	return account->pue / (input->is_at_wall ? 1 : account->psu) / J_PER_KWH;
}

/* The joules' interval and the grid's uncertainty in quadrature; g_per_j < 0: the lower side. */
static double gram_side(double joules, double bound_j, double g_per_j)
{
	double side = sqrt(pow(bound_j - joules, 2) + pow(joules * GRID_K2, 2));
	double bound = g_per_j < 0 ? joules - side : joules + side;
	return bound < 0 ? 0 : bound * fabs(g_per_j);
}

static int check_grams(sqlite3 *db, const struct account *account,
		       const struct recarbon_input *input, struct recompute *result)
{
	double g_per_j = kwh_per_j(account, input) * account->grid;
	const struct expected expected[] = {
		{ "grams", input->run_j * g_per_j, false },
		{ "grams_per_query", input->query_j * g_per_j, true },
		{ "grid_uncertainty_k2", GRID_K2, false },
		{ "grams_low", gram_side(input->run_j, input->run_low_j, -g_per_j), false },
		{ "grams_high", gram_side(input->run_j, input->run_high_j, g_per_j),
		  false },
		{ "grams_per_query_low",
		  gram_side(input->query_j, input->query_low_j, -g_per_j), true },
		{ "grams_per_query_high",
		  gram_side(input->query_j, input->query_high_j, g_per_j), true },
	};
	return COMPARE("v_carbon", expected);
}

static int check_sci(sqlite3 *db, const struct account *a,
		     const struct recarbon_input *input, struct recompute *result)
{
	double kwh = input->query_j * kwh_per_j(a, input);
	double run_kwh = input->run_j * kwh_per_j(a, input);
	double g_per_kg_s = 1000 * a->share / (a->life_years * S_PER_YEAR);
	double m_g = a->te_kg * input->tir_s * g_per_kg_s;
	double run_m_g = a->te_kg * a->run_s * g_per_kg_s;
	double run_o_g = run_kwh * a->grid;
	const struct expected expected[] = {
		{ "e_kwh", kwh, true },
		{ "o_g", kwh * a->grid, true },
		{ "m_g", m_g, false },
		{ "m_low_g", a->te_low_kg * input->tir_s * g_per_kg_s, false },
		{ "m_high_g", a->te_high_kg * input->tir_s * g_per_kg_s, false },
		{ "sci_g", kwh * a->grid + m_g, true },
		{ "run_e_kwh", run_kwh, false },
		{ "run_o_g", run_o_g, false },
		{ "run_m_g", run_m_g, false },
		{ "run_sci_g", run_o_g + run_m_g, false },
		{ "amortised_g", (run_o_g + first_known(run_m_g, 0)) / a->training_queries,
		  false },
	};
	return COMPARE("v_sci", expected);
}

static int check_scopes(sqlite3 *db, const struct account *a,
			const struct recarbon_input *input, struct recompute *result)
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
	return COMPARE("v_scope", expected);
}

static int check_water(sqlite3 *db, const struct account *a,
		       const struct recarbon_input *input, struct recompute *result)
{
	double kwh = input->run_j * kwh_per_j(a, input);
	const struct expected expected[] = {
		{ "onsite_l", kwh / a->pue * a->wue, false },
		{ "offsite_l", kwh * a->water, false },
	};
	return COMPARE("v_water", expected);
}

int recarbon_check(sqlite3 *db, const struct recarbon_input *input,
		   struct recompute *result)
{
	struct account account;
	if (read_account(db, input->trial_id, &account) != 0 ||
	    check_grams(db, &account, input, result) != 0 ||
	    check_sci(db, &account, input, result) != 0 ||
	    check_scopes(db, &account, input, result) != 0)
		return -1;
	return check_water(db, &account, input, result);
}
