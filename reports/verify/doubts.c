/* reports/verify/doubts.c - see doubts.h. */
#include <config.h>

#include "reports/verify/doubts.h"

#include <math.h>

static const struct redoubt none = { 1, 1, 0 };

/* Above 30 % a doubt is lognormal: a factor to either side. */
static struct redoubt symmetric(double k2)
{
	double u = k2 / 2, factor = exp(2 * sqrt(log1p(u * u)));
	return k2 > 0.30 ? (struct redoubt){ 1 / factor, factor, u }
			 : (struct redoubt){ 1 - k2, 1 + k2, u };
}

static struct redoubt of_table(struct lookup *lookup, const char *key)
{
	return symmetric(lookup_used(lookup, "uncertainty", key, "k2").value);
}

static struct redoubt of_logarithms(double sd)
{
	return (struct redoubt){ exp(-2 * sd), exp(2 * sd), sd };
}

/* The standard deviation of the logarithms of all countries' figures, twice to either side: as the
 * file has it, or of the countries that it holds. */
static int read_countries(struct lookup *lookup, struct redoubt *doubt)
{
	double stored = lookup_used(lookup, "uncertainty", "countries", "ln_sd").value;
	if (!isnan(stored)) {
		*doubt = of_logarithms(stored);
		return 0;
	}
	static const char sql[] =
	    "SELECT value FROM factor f WHERE kind = 'grid' AND parameter = 'intensity'"
	    " AND length(key) = 2 AND scope = 'lifecycle' AND value > 0 AND origin = "
	    "(SELECT"
	    " max(origin) FROM factor g WHERE g.kind = 'grid' AND g.parameter = 'intensity'"
	    " AND g.key = f.key)";
	double n = 0, mean = 0, squares = 0;
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(lookup->db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	while (sqlite3_step(row) == SQLITE_ROW) { /* B. Welford, 1962 */
		double value = log(sqlite3_column_double(row, 0)), before = mean;
		mean += (value - mean) / ++n;
		squares += (value - before) * (value - mean);
	}
	*doubt = of_logarithms(sqrt(squares / (n - 1)));
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

/* What was given to the run: columns zone and pue of its campaign. */
static int read_given(struct lookup *lookup, bool *has_zone, double *pue)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(lookup->db,
			       "SELECT zone IS NOT NULL, pue FROM campaign"
			       " WHERE campaign_id = ?",
			       -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, lookup->campaign_id);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	*has_zone = sqlite3_column_int(row, 0) != 0;
	*pue = real_or_nan(row, 1);
	sqlite3_finalize(row);
	return is_there ? 0 : -1;
}

/* No data centre needs less than its machines. */
static struct redoubt of_pue(struct lookup *lookup, double pue)
{
	struct redoubt doubt = of_table(lookup, "pue");
	if (isnan(pue))
		return none;
	doubt.down = fmax(doubt.down, 1 / pue);
	return doubt;
}

/* The grams go as 1 / efficiency, which is at most 1. */
static struct redoubt of_psu(struct lookup *lookup, double psu)
{
	struct redoubt doubt = of_table(lookup, "psu");
	if (isnan(psu))
		return none;
	return (struct redoubt){ psu / fmin(psu * doubt.up, 1), 1 / doubt.down, doubt.u };
}

static struct redoubt of_embodied(struct lookup *lookup)
{
	struct stated device = lookup_stated(lookup, "embodied");
	struct used te = lookup_used(lookup, "embodied", device.text, "te");
	if (!isnan(device.value) || !(te.high > te.low))
		return of_table(lookup, "embodied");
	return (struct redoubt){ te.low / te.value, te.high / te.value,
				 log(te.high / te.low) / 4 }; /* p05 to p95 as 95 % */
}

int redoubts_read(struct lookup *lookup, struct redoubts *doubts)
{
	bool has_zone;
	double pue;
	if (read_given(lookup, &has_zone, &pue) != 0)
		return -1;
	struct redoubt life = of_table(lookup, "life");
	*doubts = (struct redoubts){
		.grid = of_table(lookup, "grid-annual"),
		.pue = of_pue(lookup, first_known(lookup_stated(lookup, "pue").value, pue)),
		.psu = of_psu(lookup, lookup_stated(lookup, "psu").value),
		.te = of_embodied(lookup),
		.life = { 1 / life.up, 1 / life.down, life.u },
	};
	if (!has_zone && !*lookup_stated(lookup, "zone").text &&
	    read_countries(lookup, &doubts->grid) != 0)
		return -1;
	return lookup->has_failed ? -1 : 0;
}

/* Independent factors: their logarithms add by squares, each side by itself. */
static struct redoubt product(struct redoubt a, struct redoubt b)
{
	return (struct redoubt){ a.down <= 0 || b.down <= 0
				     ? 0
				     : exp(-hypot(log(a.down), log(b.down))),
				 exp(hypot(log(a.up), log(b.up))), 0 };
}

struct redoubt redoubt_of_kwh(const struct redoubts *doubts, bool is_at_wall)
{
	return is_at_wall ? doubts->pue : product(doubts->pue, doubts->psu);
}

struct redoubt redoubt_of_grams(const struct redoubts *doubts, bool is_at_wall)
{
	return product(redoubt_of_kwh(doubts, is_at_wall), doubts->grid);
}

struct redoubt redoubt_of_embodied(const struct redoubts *doubts)
{
	return product(doubts->te, doubts->life);
}

struct redoubt redoubt_of_joules(double joules, double low, double high,
				 struct redoubt other)
{
	double down = low <= 0 ? 0 : low / joules;
	return product((struct redoubt){ down, high / joules, 0 }, other);
}
