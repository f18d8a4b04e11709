/* reports/html/carbon-facts.c - see carbon-facts.h. */
#include <config.h>

#include "reports/html/carbon-facts.h"

#include "reports/campaign/figure-tables.h"
#include "reports/figure/rows.h"

#include <math.h>
#include <string.h>

static const char account_sql[] =
    "SELECT zone, zone_name, scope, method, boundary, source, g_per_kwh, pue, psu,"
    "       zone_assumed, pue_assumed, life_assumed, share_assumed, pue_category,"
    "       pue_source, psu_source, te_kg, te_low_kg, te_high_kg, life_years, share,"
    "       te_name, market_g_per_kwh, instrument "
    "FROM v_account WHERE campaign_id = ?1";

static void take_account(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct account account = {
		.zone = text_of(row, 0, reading),
		.zone_name = text_of(row, 1, reading),
		.scope = text_of(row, 2, reading),
		.method = text_of(row, 3, reading),
		.boundary = text_of(row, 4, reading),
		.source = text_of(row, 5, reading),
		.g_per_kwh = real_or(row, 6, NAN),
		.pue = real_or(row, 7, NAN),
		.psu = real_or(row, 8, NAN),
		.zone_assumed = sqlite3_column_int(row, 9),
		.pue_assumed = sqlite3_column_int(row, 10),
		.life_assumed = sqlite3_column_int(row, 11),
		.share_assumed = sqlite3_column_int(row, 12),
		.pue_category = text_of(row, 13, reading),
		.pue_source = text_of(row, 14, reading),
		.psu_source = text_of(row, 15, reading),
		.te_kg = real_or(row, 16, NAN),
		.te_low_kg = real_or(row, 17, NAN),
		.te_high_kg = real_or(row, 18, NAN),
		.life_years = real_or(row, 19, NAN),
		.share = real_or(row, 20, NAN),
		.te_name = text_of(row, 21, reading),
		.market_g_per_kwh = real_or(row, 22, NAN),
		.instrument = text_of(row, 23, reading),
	};
	arena_append(reading->arena, &account, sizeof(account));
}

/* Of inference per million queries, of all else per run; what has no figure is left out. */
static struct sci_row sci_of(const struct model_row *row, const struct figure_group *group)
{
	struct sci_row sci = {
		.variant = row->variant,
		.job = row->job,
		.is_per_query = group->is_per_query,
		.is_at_wall = row->joules_per_run.provenance == PROVENANCE_ESTIMATED,
		.per = group->is_per_query ? 1e6 : 1,
	};
	for (int i = 0; i < N_FIGURE_KINDS; i++)
		sci.figures[i] = figure_times(group->figures[i], sci.per);
	return sci;
}

static void take_figures(const struct model_campaign *campaign, struct arena *arena,
			 struct carbon_facts *facts)
{
	for (size_t i = 0; i < campaign->n_rows; i++) {
		const struct model_row *row = &campaign->rows[i];
		const struct figure_group *group = strcmp(row->job, "infer") == 0
						       ? row->per_query
						       : row->per_run;
		if (!group)
			continue;
		struct sci_row sci = sci_of(row, group);
		arena_append(arena, &sci, sizeof(sci));
	}
	facts->n_sci = arena_appended(arena) / sizeof(struct sci_row);
	facts->sci = arena_take(arena);
}

/* Of the phases that the figures are of: steady where there is one, else the whole trial. */
static const char shares_sql[] =
    "WITH part AS ("
    "  SELECT t.variant, t.job, coalesce(e.domain, e.collector) AS domain,"
    "         max(e.provenance) AS provenance, total(e.joules) AS joules"
    "  FROM trial t JOIN v_energy e ON e.trial_id = t.trial_id"
    "  WHERE t.campaign_id = ?1 AND e.counted = 1 AND t.state = 'complete'"
    "    AND (e.phase = 'steady' OR (e.phase_ordinal = 0 AND NOT EXISTS (SELECT 1"
    "         FROM phase p WHERE p.trial_id = t.trial_id AND p.name = 'steady')))"
    "  GROUP BY t.variant, t.job, coalesce(e.domain, e.collector)) "
    "SELECT variant, job, domain, provenance,"
    "       joules / sum(joules) OVER (PARTITION BY variant, job) AS share "
    "FROM part ORDER BY variant, job, domain DESC";

static void take_share(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct share_row share = {
		.variant = word_of(row, 0, reading),
		.job = word_of(row, 1, reading),
		.domain = text_of(row, 2, reading),
		.provenance = word_of(row, 3, reading),
		.share = real_or(row, 4, NAN),
	};
	arena_append(reading->arena, &share, sizeof(share));
}

static const char boundary_sql[] = "SELECT component, status, why FROM v_boundary "
				   "WHERE campaign_id = ?1 ORDER BY ordinal";

static void take_boundary(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct boundary_row boundary = {
		.component = text_of(row, 0, reading),
		.status = word_of(row, 1, reading),
		.why = text_of(row, 2, reading),
	};
	arena_append(reading->arena, &boundary, sizeof(boundary));
}

static const char factors_sql[] =
    "SELECT role, name, parameter, unit, boundary, scope, publisher, edition, source,"
    "       licence, retrieved, sha256, note, value, low, high, year, age_years, key,"
    "       address, place, gases, gwp, gwp_reason, compared, compared_reason "
    "FROM v_factor_used WHERE campaign_id = ?1 ORDER BY role = 'estimate', role, name, "
    "parameter";

static void take_factor(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct factor_row factor = {
		.role = word_of(row, 0, reading),
		.name = text_of(row, 1, reading),
		.parameter = text_of(row, 2, reading),
		.unit = word_of(row, 3, reading),
		.boundary = text_of(row, 4, reading),
		.scope = text_of(row, 5, reading),
		.publisher = text_of(row, 6, reading),
		.edition = text_of(row, 7, reading),
		.source = text_of(row, 8, reading),
		.licence = text_of(row, 9, reading),
		.retrieved = text_of(row, 10, reading),
		.sha256 = text_of(row, 11, reading),
		.note = text_of(row, 12, reading),
		.value = sqlite3_column_double(row, 13),
		.low = real_or(row, 14, NAN),
		.high = real_or(row, 15, NAN),
		.year = sqlite3_column_int64(row, 16),
		.age_years = sqlite3_column_int64(row, 17),
		.key = text_of(row, 18, reading),
		.address = text_of(row, 19, reading),
		.place = text_of(row, 20, reading),
		.gases = text_of(row, 21, reading),
		.gwp = text_of(row, 22, reading),
		.gwp_reason = text_of(row, 23, reading),
		.compared = text_of(row, 24, reading),
		.compared_reason = text_of(row, 25, reading),
	};
	arena_append(reading->arena, &factor, sizeof(factor));
}

static const char budget_sql[] =
    "SELECT variant, job, input, type, distribution, why, u_rel, contribution, share, "
    "cancels "
    "FROM v_budget WHERE campaign_id = ?1 ORDER BY variant, job, ordinal";

static void take_budget(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct budget_row budget = {
		.variant = word_of(row, 0, reading),
		.job = word_of(row, 1, reading),
		.input = text_of(row, 2, reading),
		.type = text_of(row, 3, reading),
		.distribution = text_of(row, 4, reading),
		.why = text_of(row, 5, reading),
		.u_rel = real_or(row, 6, NAN),
		.contribution = real_or(row, 7, NAN),
		.share = real_or(row, 8, NAN),
		.cancels = sqlite3_column_int(row, 9),
	};
	arena_append(reading->arena, &budget, sizeof(budget));
}

static const char totals_sql[] =
    "SELECT variant, job, per, distribution, value_g, low, high, expanded_rel "
    "FROM v_budget_total WHERE campaign_id = ?1 ORDER BY variant, job";

static void take_total(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct budget_total total = {
		.variant = word_of(row, 0, reading),
		.job = word_of(row, 1, reading),
		.per = text_of(row, 2, reading),
		.distribution = text_of(row, 3, reading),
		.value_g = real_or(row, 4, NAN),
		.low_g = real_or(row, 5, NAN),
		.high_g = real_or(row, 6, NAN),
		.expanded_rel = real_or(row, 7, NAN),
	};
	arena_append(reading->arena, &total, sizeof(total));
}

static const char classes_sql[] =
    "SELECT t.variant, t.job, p.provenance, avg(p.share) "
    "FROM trial t JOIN v_provenance p ON p.trial_id = t.trial_id "
    "WHERE t.campaign_id = ?1 AND t.state = 'complete' "
    "GROUP BY t.variant, t.job, p.provenance ORDER BY t.variant, t.job, p.provenance";

static void take_class(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct class_row class = { text_of(row, 0, reading), text_of(row, 1, reading),
				   text_of(row, 2, reading), real_or(row, 3, NAN) };
	arena_append(reading->arena, &class, sizeof(class));
}

static const char qualities_sql[] =
    "SELECT role, key, parameter, technology, time, geography, completeness, reliability "
    "FROM v_quality WHERE campaign_id = ?1 ORDER BY role, key, parameter";

static void take_quality(sqlite3_stmt *row, const struct list_reading *reading)
{
	struct factor_quality quality = {
		.role = word_of(row, 0, reading),
		.key = text_of(row, 1, reading),
		.parameter = text_of(row, 2, reading),
		.technology = sqlite3_column_int64(row, 3),
		.time = sqlite3_column_int64(row, 4),
		.geography = sqlite3_column_int64(row, 5),
		.completeness = sqlite3_column_int64(row, 6),
		.reliability = sqlite3_column_int64(row, 7),
	};
	arena_append(reading->arena, &quality, sizeof(quality));
}

static const char reasons_sql[] =
    "SELECT min(scope3_cat3_upstream_basis), min(scope3_cat3_td_reason),"
    "       min(scope2_location_reason) FROM v_scope WHERE campaign_id = ?1";

static void take_reasons(sqlite3_stmt *row, const struct list_reading *reading)
{
	const char *reasons[] = { text_of(row, 0, reading), text_of(row, 1, reading),
				  text_of(row, 2, reading) };
	arena_append(reading->arena, reasons, sizeof(reasons));
}

/* each_row of a SELECT from the views of figure-tables.h; head: figure_tables_head(). */
static int each_of_view(const struct list_reading *reading, const char *head,
			const char *sql, take_row *take)
{
	return each_row(reading, arena_format(reading->arena, "%s %s", head, sql), take);
}

static int read_account(const struct list_reading *reading, const char *head,
			struct carbon_facts *facts)
{
	size_t n;
	if (each_of_view(reading, head, account_sql, take_account) != 0)
		return -1;
	const struct account *account = rows_taken(reading, sizeof(*account), &n);
	if (n == 1)
		facts->account = *account;
	if (each_of_view(reading, head, reasons_sql, take_reasons) != 0)
		return -1;
	const char *const *reasons = rows_taken(reading, 3 * sizeof(*reasons), &n);
	if (n == 1) {
		facts->upstream_basis = reasons[0];
		facts->losses_reason = reasons[1];
		facts->location_reason = reasons[2];
	}
	return 0;
}

static int read_doubts(const struct list_reading *reading, const char *head,
		       struct carbon_facts *facts)
{
	if (each_of_view(reading, head, budget_sql, take_budget) != 0)
		return -1;
	facts->budget = rows_taken(reading, sizeof(*facts->budget), &facts->n_budget);
	if (each_of_view(reading, head, totals_sql, take_total) != 0)
		return -1;
	facts->totals = rows_taken(reading, sizeof(*facts->totals), &facts->n_totals);
	if (each_row(reading, classes_sql, take_class) != 0)
		return -1;
	facts->classes = rows_taken(reading, sizeof(*facts->classes), &facts->n_classes);
	if (each_of_view(reading, head, qualities_sql, take_quality) != 0)
		return -1;
	facts->qualities = rows_taken(reading, sizeof(*facts->qualities),
				      &facts->n_qualities);
	return 0;
}

static int read_parts(const struct list_reading *reading, const char *head,
		      struct carbon_facts *facts)
{
	if (each_row(reading, shares_sql, take_share) != 0)
		return -1;
	facts->shares = rows_taken(reading, sizeof(*facts->shares), &facts->n_shares);
	if (each_of_view(reading, head, boundary_sql, take_boundary) != 0)
		return -1;
	facts->boundary = rows_taken(reading, sizeof(*facts->boundary), &facts->n_boundary);
	if (each_of_view(reading, head, factors_sql, take_factor) != 0)
		return -1;
	facts->factors = rows_taken(reading, sizeof(*facts->factors), &facts->n_factors);
	return 0;
}

int carbon_facts_read(sqlite3 *db, const struct model_campaign *campaign,
		      struct arena *arena, struct carbon_facts *facts)
{
	struct list_reading reading = { .db = db,
					.arena = arena,
					.campaign_id = campaign->campaign_id };
	const char *head = figure_tables_head(db, arena);
	take_figures(campaign, arena, facts);
	if (!head || read_account(&reading, head, facts) != 0 ||
	    read_parts(&reading, head, facts) != 0)
		return -1;
	return read_doubts(&reading, head, facts);
}

const struct sci_row *carbon_facts_sci(const struct carbon_facts *facts,
				       const char *variant, const char *job)
{
	for (size_t i = 0; i < facts->n_sci; i++)
		if (strcmp(facts->sci[i].variant, variant) == 0 &&
		    strcmp(facts->sci[i].job, job) == 0)
			return &facts->sci[i];
	return NULL;
}

bool carbon_facts_any_measured(const struct carbon_facts *facts)
{
	for (size_t i = 0; i < facts->n_classes; i++)
		if (facts->classes[i].share > 0 &&
		    !provenance_is_estimate(
			provenance_of_word(facts->classes[i].provenance)))
			return true;
	return false;
}
