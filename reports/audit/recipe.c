/* reports/audit/recipe.c - see recipe.h. */
#include <config.h>

#include "reports/audit/recipe.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/* The joules of phases of a trial, from the sums of its seconds; after v_rollup, v_energy and v_phase. */
static const char joules_sql[] =
    "WITH c AS (\n"
    "  SELECT p.ordinal, k.*, sum(s.advance) AS a\n"
    "  FROM phase p JOIN channel k ON k.trial_id = p.trial_id\n"
    "       JOIN stretch s ON s.channel_id = k.channel_id AND s.seq\n"
    "            BETWEEN p.first_stretch AND coalesce(p.last_stretch, "
    "9223372036854775807)\n"
    "  WHERE p.trial_id = %" PRId64 " AND %s\n"
    "  GROUP BY p.ordinal, k.channel_id\n"
    "), d AS (\n"
    "  SELECT *, max(a * unit_per_raw) FILTER (WHERE collector = 'cputime' AND name = "
    "'tree')\n"
    "              OVER (PARTITION BY ordinal) AS tree,\n"
    "            max(a * unit_per_raw) FILTER (WHERE collector = 'cputime' AND name = "
    "'busy')\n"
    "              OVER (PARTITION BY ordinal) AS busy\n"
    "  FROM c)\n"
    "SELECT 'scale=40; (' || group_concat(printf('%%d*%%!.30f', a, unit_per_raw)\n"
    "         || iif(provenance IN ('estimated', 'assumed'),\n"
    "                printf('*%%!.30f/%%!.30f', tree, max(busy, tree)), ''), '+') || ')%s\n"
    "FROM d WHERE counted AND unit IN ('J', 'W')";

static const char queries_sql[] =
    "/' || coalesce(\n"
    "         (SELECT sum(queries) FROM phase WHERE trial_id = %" PRId64
    " AND ordinal > 0 AND name = 'steady'),\n"
    "         (SELECT queries FROM trial WHERE trial_id = %" PRId64 "))";

static const char *command_of(const char *sql, const char *behind, struct arena *arena)
{
	return arena_format(arena, "sqlite3 -readonly \"$db\" \"\n%s\"%s", sql, behind);
}

static struct audit_recipe trial_recipe(const struct audit_record *record,
					struct arena *arena)
{
	return (struct audit_recipe){
		{ "Is each channel that counts one of the machine, and none part of "
		  "another (table channel: domain, counted)?",
		  "Do the sums of the seconds follow from the readings? They are packed: "
		  "'joulecart samples' prints them, and doc/by-hand.md says how to add "
		  "them up.",
		  "Are gaps of that trial (table gap) explained?" },
		"the sum over the channels that count of advance * unit_per_raw; of an "
		"estimate times the run's share of the CPU time",
		command_of(
		    arena_format(arena, joules_sql, record->number, "p.ordinal = 0", "'"),
		    " | bc -l", arena)
	};
}

static struct audit_recipe query_recipe(const struct audit_record *record,
					struct arena *arena)
{
	bool is_steady = strcmp(record->per, "steady") == 0;
	const char *behind = arena_format(arena, queries_sql, record->number,
					  record->number);
	return (struct audit_recipe){
		{ "Does the number of queries agree with what the workload says of itself?",
		  is_steady ? "The joules are of the phases called 'steady' that say their "
			      "queries. Did nothing but queries run in them?"
			    : "The joules are of the whole trial: no phase is 'steady', or "
			      "such phases overlap. Start and end are in them.",
		  "Was the trial complete, no warm-up, and its exit status 0 (table "
		  "trial)?" },
		"joules of these phases / queries",
		command_of(arena_format(arena, joules_sql, record->number,
					is_steady
					    ? "p.ordinal > 0 AND p.name = 'steady' AND "
					      "p.queries IS NOT NULL"
					    : "p.ordinal = 0",
					behind),
			   " | bc -l", arena)
	};
}

/* --- figures --------------------------------------------------------------------------- */

/* What a figure is multiplied by besides the kWh, from v_account; "" where that is a formula of its own. */
static const struct {
	const char *figure, *factor, *formula, *words;
} figures[] = {
	{ "joules", "0", "j", "the mean of the trials' joules" },
	{ "e_kwh", "0", "e", "mean joules / power supply / 3.6e6 * PUE" },
	{ "o_g", "0", "e*i", "E * I" },
	{ "m_g", "0", "m", "M = TE * 1000 * (time / service life) * share" },
	{ "sci_g", "0", "e*i+m", "E * I + M" },
	{ "amortised_g", "a.training_queries", "(e*i+m)/f",
	  "(E * I + M) / queries over which the training is spread" },
	{ "scope2_location_g", "a.direct_g_per_kwh", "e*f", "E * direct factor" },
	{ "scope2_market_g", "a.market_g_per_kwh", "e*f", "E * factor of the contract" },
	{ "scope3_cat3_upstream_g", "a.cat3_upstream_g_per_kwh", "e*f",
	  "E * factor of fuel and upstream" },
	{ "scope3_cat3_td_g", "a.cat3_td_g_per_kwh", "e*f", "E * factor of grid losses" },
	{ "water_onsite_l", "a.wue / a.pue", "e*f", "E / PUE * WUE" },
	{ "water_offsite_l", "a.water_l_per_kwh", "e*f", "E * litres per kWh generated" },
};

static const char figure_sql[] =
    "WITH q AS (\n"
    "  SELECT v.campaign_id, v.run_provenance = 'estimated' AS at_wall, %s AS j, %s AS s\n"
    "  FROM v_query v JOIN trial t ON t.trial_id = v.trial_id JOIN trial r\n"
    "       ON r.campaign_id = v.campaign_id AND r.variant = v.variant AND r.job = v.job\n"
    "  WHERE r.trial_id = %" PRId64 " AND %s)\n"
    "SELECT 'scale=40; n=' || count(*) || '; j=(' || group_concat(printf('%%!.30f', j), "
    "'+')\n"
    "  || ')/n; k=(' || group_concat(printf('%%!.30f/%%!.30f', j,\n"
    "                                iif(at_wall, 1.0, coalesce(a.psu, 1.0))), '+')\n"
    "  || ')/n; s=(' || group_concat(printf('%%!.30f', s), '+')\n"
    "  || printf(')/n; e=k/3600000*%%!.30f; i=%%!.30f; f=%%!.30f', a.pue, a.g_per_kwh, "
    "%s)\n"
    "  || printf('; m=%%!.30f*1000*(s/(%%!.30f*365*86400))*%%!.30f; %s',\n"
    "       iif(iif(max(at_wall), d.m_reason_at_wall, d.m_reason) IS NULL, a.te_kg, 0.0),\n"
    "       a.life_years, a.share)\n"
    "FROM q JOIN v_account a ON a.campaign_id = q.campaign_id\n"
    "     JOIN v_doubt d ON d.campaign_id = q.campaign_id";

static struct audit_recipe figure_recipe(const struct audit_record *record,
					 struct arena *arena)
{
	bool is_query = strcmp(record->per, "query") == 0;
	size_t at = 0;
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		if (strcmp(figures[i].figure, record->figure) == 0)
			at = i;
	return (struct audit_recipe){
		{ is_query ? "Are the trials that count the complete ones without a reason "
			     "against them (v_query: usable, reason)?"
			   : "Are the trials that count the complete ones that are no "
			     "warm-ups (table trial)?",
		  "The factors are those of v_account: is each drawn as a record of its "
		  "own, or checked with another figure?",
		  "Was a choice made where nothing was stated (`zone_assumed`, "
		  "`pue_assumed`, `life_assumed`, `share_assumed` in v_account)?" },
		figures[at].words,
		command_of(
		    arena_format(arena, figure_sql,
				 is_query ? "v.joules_per_query" : "v.run_j",
				 is_query ? "v.seconds / v.queries"
					  : "(t.end_mono_ns - t.begin_mono_ns) * 1e-9",
				 record->number,
				 is_query ? "v.usable AND v.joules_per_query IS NOT NULL"
					  : "t.state = 'complete' AND NOT t.is_warmup AND "
					    "v.run_j IS NOT NULL",
				 figures[at].factor, figures[at].formula),
		    " | bc -l", arena)
	};
}

/* --- what is not reckoned -------------------------------------------------------------- */

static struct audit_recipe factor_recipe(const struct audit_record *record,
					 struct arena *arena)
{
	return (struct audit_recipe){
		{ "Is it this number that the publisher has, in that edition and place?",
		  "Does it fit the year, the place and the boundary of what it is "
		  "multiplied with?",
		  "Is there a newer edition, or is it older than three years?" },
		NULL,
		command_of(arena_format(arena,
					"SELECT printf('%%.15g', value) FROM factor WHERE "
					"factor_id = %" PRId64,
					record->number),
			   "", arena)
	};
}

static struct audit_recipe setting_recipe(const struct audit_record *record,
					  struct arena *arena)
{
	return (struct audit_recipe){
		{ "What shows it: a contract, a data sheet, an inventory? See the evidence "
		  "that report.ini names.",
		  "Did it hold at the time of the trials?" },
		NULL,
		command_of(arena_format(arena,
					"SELECT coalesce(text, printf('%%.15g', value)) "
					"FROM setting WHERE name = '%s' AND campaign_id = "
					"%" PRId64,
					record->figure, record->number),
			   "", arena)
	};
}

struct audit_recipe recipe_of(const struct audit_record *record, struct arena *arena)
{
	switch (record->kind) {
	case RECORD_FIGURE:
		return figure_recipe(record, arena);
	case RECORD_TRIAL:
		return trial_recipe(record, arena);
	case RECORD_QUERY:
		return query_recipe(record, arena);
	case RECORD_FACTOR:
		return factor_recipe(record, arena);
	case RECORD_SETTING:
	case N_RECORD_KINDS:
		break;
	}
	return setting_recipe(record, arena);
}
