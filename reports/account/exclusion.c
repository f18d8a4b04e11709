/* reports/account/exclusion.c - see exclusion.h. */
#include <config.h>

#include "reports/account/exclusion.h"

#include "base/problem.h"
#include "reports/campaign/figure-tables.h"
#include "reports/figure/format.h"
#include "reports/figure/rows.h"
#include "schema/database/bundled.h"
#include "schema/database/guard.h"

#include <math.h>
#include <string.h>

/* What of a campaign bounds are made of; NaN: not known. */
struct campaign {
	int64_t id;
	double joules, seconds, grams; /* of its complete trials */
	double n_threads, memory_gb;   /* of the machine */
	bool is_guest;
	bool is_estimated; /* a counted channel is an estimate */
};

/* Of factors; NaN: this program and the file know none. */
struct factors {
	double ram_w_per_gb;
	double idle_w_per_thread;
	double psu_low, psu_high;
	double pue;
	double te_low_kg, te_high_kg, life_years;
};

/* %s: the kept tables, v_carbon's text. */
static const char campaigns_form[] =
    "WITH %s, v_carbon AS (%s)"
    " SELECT a.campaign_id, x.joules, x.seconds, x.grams, h.n_threads,"
    " h.memory_bytes / 1e9, a.is_guest,"
    " EXISTS (SELECT 1 FROM trial t JOIN channel c ON c.trial_id = t.trial_id"
    "  WHERE t.campaign_id = a.campaign_id AND c.counted AND c.collector = 'estimate')"
    " FROM v_account a JOIN campaign p ON p.campaign_id = a.campaign_id"
    " JOIN host h ON h.host_id = p.host_id"
    " LEFT JOIN (SELECT c.campaign_id, sum(c.joules) AS joules, sum(c.grams) AS grams,"
    "  sum((t.end_mono_ns - t.begin_mono_ns) * 1e-9) AS seconds"
    "  FROM v_carbon c JOIN trial t ON t.trial_id = c.trial_id"
    "  WHERE t.state = 'complete' AND c.joules > 0 GROUP BY c.campaign_id) x"
    "  ON x.campaign_id = a.campaign_id"
    " WHERE ?1 = 0 OR a.campaign_id = ?1";

static void take_campaign(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct campaign campaign = {
		.id = count_or(row, 0, 0),
		.joules = real_or(row, 1, (double)NAN),
		.seconds = real_or(row, 2, (double)NAN),
		.grams = real_or(row, 3, (double)NAN),
		.n_threads = real_or(row, 4, (double)NAN),
		.memory_gb = real_or(row, 5, (double)NAN),
		.is_guest = count_or(row, 6, 0) != 0,
		.is_estimated = count_or(row, 7, 0) != 0,
	};
	arena_append(reading->arena, &campaign, sizeof(campaign));
}

/* Of a processor whose microarchitecture has no factor of its own, as of one that is not known. */
static const char factors_sql[] =
    "WITH f AS (SELECT * FROM known_factor WHERE in_force),"
    " arch AS (SELECT coalesce((SELECT f.key FROM f JOIN campaign c"
    "  JOIN host h ON h.host_id = c.host_id WHERE c.campaign_id = ?1 AND f.kind = 'cpu'"
    "  AND f.parameter = 'min_w_per_thread' AND f.key = h.microarchitecture),"
    "  'unknown') AS key)"
    " SELECT (SELECT max(value) FROM f WHERE kind = 'cpu' AND parameter = 'ram_w_per_gb'),"
    " (SELECT value FROM f JOIN arch ON arch.key = f.key WHERE kind = 'cpu'"
    "  AND parameter = 'min_w_per_thread'),"
    " (SELECT low FROM f WHERE kind = 'exclusion' AND key = 'power-supply'),"
    " (SELECT high FROM f WHERE kind = 'exclusion' AND key = 'power-supply'),"
    " (SELECT value FROM f WHERE kind = 'exclusion' AND key = 'data-centre'),"
    " (SELECT low FROM f WHERE kind = 'embodied' AND key = 'server' AND parameter = 'te'),"
    " (SELECT high FROM f WHERE kind = 'embodied' AND key = 'server' AND parameter = 'te'),"
    " (SELECT value FROM f WHERE kind = 'embodied' AND key = 'server'"
    "  AND parameter = 'life')";

static void take_factors(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct factors factors = {
		.ram_w_per_gb = real_or(row, 0, (double)NAN),
		.idle_w_per_thread = real_or(row, 1, (double)NAN),
		.psu_low = real_or(row, 2, (double)NAN),
		.psu_high = real_or(row, 3, (double)NAN),
		.pue = real_or(row, 4, (double)NAN),
		.te_low_kg = real_or(row, 5, (double)NAN),
		.te_high_kg = real_or(row, 6, (double)NAN),
		.life_years = real_or(row, 7, (double)NAN),
	};
	arena_append(reading->arena, &factors, sizeof(factors));
}

/* Where one of the numbers behind it is not known, it is not known either. */
static void bound(struct exclusion *row, double low, double high, const char *basis)
{
	row->is_known = isfinite(low) && isfinite(high) && high >= low && low >= 0;
	row->low = row->is_known ? low : 0;
	row->high = row->is_known ? high : 0;
	row->basis = row->is_known ? basis
				   : "what would bound it is not known of this machine";
}

static void bound_memory(const struct campaign *campaign, const struct factors *factors,
			 struct arena *arena, struct exclusion *row)
{
	double joules = campaign->memory_gb * factors->ram_w_per_gb * campaign->seconds;
	bound(row, 0, joules / campaign->joules,
	      arena_format(arena, "%.3g W for each of %.3g GB that are installed",
			   factors->ram_w_per_gb, campaign->memory_gb));
}

static void bound_supply(const struct factors *factors, struct arena *arena,
			 struct exclusion *row)
{
	bound(row, 1 / factors->psu_high - 1, 1 / factors->psu_low - 1,
	      arena_format(
		  arena, "efficiencies from %.0f %% to %.0f %%, as 80 PLUS certifies them",
		  factors->psu_low * 100, factors->psu_high * 100));
}

static void bound_facility(const struct factors *factors, struct arena *arena,
			   struct exclusion *row)
{
	bound(row, 0, factors->pue - 1,
	      arena_format(arena,
			   "nothing outside of a data centre; PUE %.2f is the mean of a "
			   "survey, and single ones are above it",
			   factors->pue));
}

/* M of a whole server, or of one of its threads, for the time of the trials, by their grams. */
static void bound_embodied(const struct campaign *campaign, const struct factors *factors,
			   struct arena *arena, struct exclusion *row)
{
	const double life_s = factors->life_years * 365 * 86400;
	const double per_kg = 1000 * campaign->seconds / life_s / campaign->grams;
	double least = campaign->is_guest || !(campaign->n_threads > 0)
			   ? 0
			   : factors->te_low_kg * per_kg / campaign->n_threads;
	row->is_of_grams = true;
	bound(
	    row, least, factors->te_high_kg * per_kg,
	    arena_format(arena,
			 "%.4g to %.4g kgCO2e for a server over %.2g years, of which from "
			 "one thread to the whole may be this run's",
			 factors->te_low_kg, factors->te_high_kg, factors->life_years));
}

/* An estimate is of the threads that ran: that the machine was on for it as well is in nobody's figure. */
static void bound_idle(const struct campaign *campaign, const struct factors *factors,
		       struct arena *arena, struct exclusion *row)
{
	double joules = campaign->n_threads * factors->idle_w_per_thread *
			campaign->seconds;
	row->component = EXCLUSION_IDLE;
	bound(row, 0, joules / campaign->joules,
	      arena_format(arena, "%.3g W for each of %.0f threads, idle",
			   factors->idle_w_per_thread, campaign->n_threads));
}

/* Components without a bound, and what would tell their size. */
static const char *unbounded(const char *component)
{
	static const char *const reasons[][2] = {
		{ "processor", "nothing that is counted says what it draws" },
		{ "graphics processor",
		  "a board that is not read may be absent, or draw more than all else" },
		{ "fans, disks, board",
		  "a meter at the wall would tell: what is installed is not recorded" },
		{ "network and end-user devices",
		  "bytes of a query are not recorded: whatif --device --bytes has it" },
		{ "water on site", "it is litres, no part of joules or grams" },
		{ "making the variants", "no training was recorded" },
	};
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i][0], component) == 0)
			return reasons[i][1];
	return "nothing in the file bounds it";
}

static struct exclusion size_of(const char *component, const struct campaign *campaign,
				const struct factors *factors, struct arena *arena)
{
	struct exclusion row = { .campaign_id = campaign->id,
				 .component = component,
				 .basis = unbounded(component) };
	if (strcmp(component, "memory") == 0)
		bound_memory(campaign, factors, arena, &row);
	else if (strcmp(component, "power supply loss") == 0)
		bound_supply(factors, arena, &row);
	else if (strcmp(component, "cooling and distribution of the data centre") == 0)
		bound_facility(factors, arena, &row);
	else if (strcmp(component, "embodied carbon") == 0)
		bound_embodied(campaign, factors, arena, &row);
	return row;
}

/* What a campaign leaves out. */
struct component {
	int64_t campaign_id;
	const char *name;
};

struct components {
	const struct component *rows; /* by campaign */
	size_t n;
};

/* %s: the kept tables, v_boundary's text. Of all campaigns at once: of one, the view looks at all of them, too. */
static const char excluded_form[] =
    "WITH %s, v_boundary AS (%s) SELECT campaign_id, component FROM v_boundary"
    " WHERE ?1 IN (0, campaign_id) AND status = 'excluded' ORDER BY campaign_id, ordinal";

static void take_component(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct component component = { sqlite3_column_int64(row, 0),
					     word_of(row, 1, reading) };
	arena_append(reading->arena, &component, sizeof(component));
}

/* The first row of the campaign, or where it would be. */
static size_t first_of(const struct components *all, int64_t campaign_id)
{
	size_t first = 0, end = all->n;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (all->rows[middle].campaign_id < campaign_id)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

/* Those of one campaign are kept in rooms of their own until all are there. */
struct campaign_part {
	struct exclusion *rows;
	size_t n;
};

static int read_part(sqlite3 *db, const struct campaign *campaign,
		     const struct components *all, struct arena *arena,
		     struct campaign_part *part)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = campaign->id };
	size_t n_factors, first = first_of(all, campaign->id), end = first;
	if (each_row(&reading, factors_sql, take_factors) != 0)
		return -1;
	const struct factors *factors = rows_taken(&reading, sizeof(*factors), &n_factors);
	while (end < all->n && all->rows[end].campaign_id == campaign->id)
		end++;
	part->rows = arena_room(arena, (end - first + 1) * sizeof(*part->rows));
	for (size_t i = first; i < end; i++)
		part->rows[part->n++] = size_of(all->rows[i].name, campaign, factors,
						arena);
	if (campaign->is_estimated) {
		part->rows[part->n].campaign_id = campaign->id;
		bound_idle(campaign, factors, arena, &part->rows[part->n++]);
	}
	return 0;
}

/* The form with its tables and its view; NULL: the file has none of that name. */
static const char *sql_of(sqlite3 *db, const char *form, const char *view,
			  struct arena *arena)
{
	const char *tables = arena_format(
	    arena, FIGURE_TABLES_QUERY ", " FIGURE_TABLES_ACCOUNT ", " FIGURE_TABLES_DOUBT,
	    "", "", "");
	const char *text = figure_view_text(db, view, arena);
	return text ? arena_format(arena, form, tables, text) : NULL;
}

static int read_parts(const struct list_reading *reading, const struct campaign *campaigns,
		      size_t n, struct exclusions *exclusions)
{
	struct arena *arena = reading->arena;
	const char *sql = sql_of(reading->db, excluded_form, "v_boundary", arena);
	struct components all;
	if (!sql || each_row(reading, sql, take_component) != 0)
		return -1;
	all.rows = rows_taken(reading, sizeof(*all.rows), &all.n);
	struct campaign_part *parts = arena_room(arena, n * sizeof(*parts) + 1);
	for (size_t i = 0; i < n; i++)
		if (read_part(reading->db, &campaigns[i], &all, arena, &parts[i]) != 0)
			return -1;
	for (size_t i = 0; i < n; i++)
		if (parts[i].n > 0)
			arena_append(arena, parts[i].rows,
				     parts[i].n * sizeof(*parts[i].rows));
	exclusions->n = arena_appended(arena) / sizeof(*exclusions->rows);
	exclusions->rows = arena_take(arena);
	return 0;
}

static int read_all(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		    struct exclusions *exclusions)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = campaign_id };
	size_t n;
	const char *sql = sql_of(db, campaigns_form, "v_carbon", arena);
	if (!sql || bundled_know(db) != SQLITE_OK ||
	    each_row(&reading, sql, take_campaign) != 0)
		return -1;
	const struct campaign *campaigns = rows_taken(&reading, sizeof(*campaigns), &n);
	return read_parts(&reading, campaigns, n, exclusions);
}

int exclusions_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		    struct exclusions *exclusions, struct problem *why)
{
	*exclusions = (struct exclusions){ 0 };
	if (read_all(db, campaign_id, arena, exclusions) == 0)
		return 0;
	problem_what(why, "cannot bound what is left out");
	return guard_why(db, why);
}

const struct exclusion *exclusion_of(const struct exclusions *exclusions,
				     int64_t campaign_id, const char *component)
{
	for (size_t i = 0; i < exclusions->n; i++)
		if (exclusions->rows[i].campaign_id == campaign_id &&
		    strcmp(exclusions->rows[i].component, component) == 0)
			return &exclusions->rows[i];
	return NULL;
}

/* "12 %", or "34 times" of what is counted. */
static const char *times_text(double share, struct arena *arena)
{
	return share < 10
		   ? arena_format(arena, "%s %%", format_digits(share * 100, 2, arena))
		   : arena_format(arena, "%s times", format_digits(share, 2, arena));
}

const char *exclusion_size(const struct exclusion *exclusion, struct arena *arena)
{
	const char *of = exclusion->is_of_grams ? "grams" : "joules";
	if (!exclusion->is_known)
		return "not known";
	const char *high = times_text(exclusion->high, arena);
	if (exclusion->low > 0)
		return arena_format(arena, "%s to %s more %s",
				    times_text(exclusion->low, arena), high, of);
	return arena_format(arena, "up to %s more %s", high, of);
}
