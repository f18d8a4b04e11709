/* reports/whatif/whatif-text.c - see whatif-text.h. */
#include <config.h>

#include "reports/whatif/whatif-text.h"

#include "base/wrap.h"
#include "reports/whatif/device-text.h"
#include "reports/whatif/device.h"
#include "reports/whatif/whatif-table.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static const char *change_of(const struct print *print, struct figure stored,
			     struct figure now)
{
	if (!stored.is_known || !now.is_known || stored.value <= 0)
		return print->glyphs->missing;
	double percent = (now.value / stored.value - 1) * 100;
	/* the same sum in another order is no change */
	bool is_same = fabs(percent) < 1e-9;
	return arena_format(print->arena, "%s%s %%",
			    is_same       ? ""
			    : percent < 0 ? print->glyphs->minus
					  : "+",
			    format_digits(is_same ? 0 : fabs(percent), 2, print->arena));
}

static const char *row_name(const struct print *print, const struct whatif_row *row)
{
	return strcmp(row->job, "infer") == 0 || strcmp(row->job, "command") == 0
		   ? row->variant
		   : arena_format(print->arena, "%s (%s)", row->variant, row->job);
}

/* The digits that the report gives a column: those of one case. */
static struct scale scale_of_case(const struct print *print, size_t index, double factor,
				  const struct figure *(*of)(const struct whatif_row *))
{
	const size_t n = print->whatif->n_rows;
	struct figure *figures = arena_room(print->arena, (n + 1) * sizeof(*figures));
	for (size_t i = 0; i < n; i++)
		figures[i] = figure_times(of(&print->whatif->rows[i])[index], factor);
	return scale_plain(figures, n);
}

/* A line for each row: the figures that of gives of it, times factor. */
static void add_rows(const struct print *print, struct screen_table *table, double factor,
		     const struct figure *(*of)(const struct whatif_row *))
{
	const struct whatif *whatif = print->whatif;
	struct scale *scales = arena_room(print->arena,
					  (whatif->n_cases + 1) * sizeof(*scales));
	for (size_t i = 0; i < whatif->n_cases; i++)
		scales[i] = scale_of_case(print, i, factor, of);
	for (size_t row = 0; row < whatif->n_rows; row++) {
		const struct figure *figures = of(&whatif->rows[row]);
		table_cell(table, row_name(print, &whatif->rows[row]));
		for (size_t i = 0; i < whatif->n_cases; i++)
			figure_cell(print, table, figure_times(figures[i], factor),
				    scales[i]);
		if (whatif->n_cases == 2)
			table_cell(table, change_of(print, figures[0], figures[1]));
	}
}

/* A line that heads those below it. */
static void add_heading(const struct print *print, struct screen_table *table,
			const char *heading)
{
	const size_t n = print->whatif->n_cases;
	table_cell(table, heading);
	for (size_t i = 0; i < n + (n == 2); i++)
		table_cell(table, NULL);
}

static const struct figure *operational(const struct whatif_row *row)
{
	return row->o_g;
}

static const struct figure *embodied(const struct whatif_row *row)
{
	return row->m_g;
}

static const struct figure *together(const struct whatif_row *row)
{
	return row->grams;
}

/* Why a case has no embodied carbon though a device is known; NULL: none asked, or it has. */
static const char *why_no_embodied(const struct whatif *whatif)
{
	for (size_t i = 0; i < whatif->n_rows; i++)
		for (size_t j = 0; j < whatif->n_cases; j++)
			if (whatif->cases[j].te_kg > 0 && !whatif->rows[i].m_g[j].is_known)
				return whatif->rows[i].m_g[j].reason;
	return NULL;
}

static bool any_embodied(const struct whatif *whatif)
{
	for (size_t i = 0; i < whatif->n_rows; i++)
		for (size_t j = 0; j < whatif->n_cases; j++)
			if (whatif->rows[i].m_g[j].is_known)
				return true;
	return false;
}

/* O apart from M: what the grid changes must not drown in the doubts of M. */
static void print_grams(const struct print *print)
{
	struct many many = many_of(print);
	const char *why = why_no_embodied(print->whatif);
	struct screen_table *table = named_table(many.words);
	for (size_t i = 0; i < print->whatif->n_cases; i++)
		figure_column(table, print->whatif->cases[i].label);
	if (print->whatif->n_cases == 2)
		figure_column(table, "change");
	add_rows(print, table, many.n, operational);
	if (any_embodied(print->whatif)) {
		add_heading(print, table, "embodied (M)");
		add_rows(print, table, many.n, embodied);
		add_heading(print, table, "total (SCI)");
		add_rows(print, table, many.n, together);
	}
	table_end(print, table);
	if (why)
		wrap_say(print->out, 1, 2, "no embodied carbon: %s", why);
}

/* The last case of each row with its interval: what a year of it would be. */
static void print_year(const struct print *print)
{
	const struct whatif *whatif = print->whatif;
	const size_t last = whatif->n_cases - 1, n = whatif->n_rows;
	const double per_year = print->options->per_year;
	struct figure *kwh = arena_room(print->arena, (n + 1) * sizeof(*kwh));
	struct figure *kg = arena_room(print->arena, (n + 1) * sizeof(*kg));
	struct screen_table *table = named_table(
	    arena_format(print->arena, "a year of 365 days at %.10g queries (%s)", per_year,
			 whatif->cases[last].label));
	figure_column(table, "kWh");
	figure_column(table, "kg CO2e");
	figure_column(table, "95 %");
	for (size_t i = 0; i < n; i++) {
		kwh[i] = figure_times(whatif->rows[i].kwh[last], per_year);
		kg[i] = figure_times(whatif->rows[i].grams[last], per_year / 1000);
	}
	struct scale of_kwh = scale_plain(kwh, n), of_kg = scale_plain(kg, n);
	for (size_t i = 0; i < n; i++) {
		table_cell(table, row_name(print, &whatif->rows[i]));
		figure_cell(print, table, kwh[i], of_kwh);
		figure_cell(print, table, kg[i], of_kg);
		interval_cell(print, table, kg[i], of_kg);
	}
	table_end(print, table);
}

static void add_change(const struct print *print, const char **list, const char *name,
		       double from, double to, const char *unit)
{
	const char *arrow = print->glyphs->minus[0] == '-' ? "->" : "→";
	if (from != to)
		*list = arena_format(print->arena, "%s%s%s %.6g %s %.6g%s", *list,
				     **list ? "   " : "", name, from, arrow, to, unit);
}

/* What was changed; of several zones, a line for what each figure holds. */
static void print_changes(const struct print *print)
{
	const struct whatif_case *stored = &print->whatif->cases[0], *with = &stored[1];
	const char *list = "";
	if (print->options->n_zones == 0 && !with->series)
		add_change(print, &list, "grid", stored->g_per_kwh, with->g_per_kwh,
			   " g/kWh");
	add_change(print, &list, "PUE", stored->pue, with->pue, "");
	add_change(print, &list, "PSU", stored->psu, with->psu, "");
	add_change(print, &list, "embodied", stored->te_kg, with->te_kg, " kg");
	add_change(print, &list, "service life", stored->life_years, with->life_years,
		   " years");
	add_change(print, &list, "share", stored->share, with->share, "");
	fputc('\n', print->out);
	if (*list)
		wrap_say(print->out, 3, 3, "%s", list);
}

static void print_hours(const struct print *print, size_t index)
{
	const struct whatif_case *with = &print->whatif->cases[index];
	const struct hourly *hourly = &print->whatif->rows[0].hourly[index];
	const double *by_hour = with->series->by_hour;
	int low = -1, high = -1;
	for (int i = 0; i < 24; i++) {
		if (with->series->n_by_hour[i] == 0)
			continue;
		low = low < 0 || by_hour[i] < by_hour[low] ? i : low;
		high = high < 0 || by_hour[i] > by_hour[high] ? i : high;
	}
	wrap_say(
	    print->out, 1, 2,
	    "%s: %.4g g/kWh at the hours of the run (%s, %s, %s); %.3g %% of its energy "
	    "covered",
	    with->zone, hourly_g_per_kwh(hourly), with->series->publisher,
	    with->series->method, with->series->scope,
	    hourly->covered / hourly->energy * 100);
	wrap_say(print->out, 1, 2,
		 "%s: lowest at %02d h UTC, %.4g g/kWh, highest at %02d h, %.4g: %.0f %% "
		 "of the highest",
		 with->zone, low, by_hour[low], high, by_hour[high],
		 by_hour[low] / by_hour[high] * 100);
}

/* Another name of a zone: US-CAL is US-CAMX. */
static void print_asked(const struct print *print)
{
	const char *rest = print->options->asked;
	for (size_t i = 0; rest && i < print->options->n_zones; i++) {
		int length = (int)strcspn(rest, ",");
		const char *asked = arena_format(print->arena, "%.*s", length, rest);
		if (strcasecmp(asked, print->options->zones[i]) != 0)
			wrap_say(print->out, 1, 2, "%s is %s", asked,
				 print->options->zones[i]);
		rest += length + (rest[length] == ',');
	}
}

/* Direct and lifecycle figures stand side by side only with a word. */
static void print_scopes(const struct print *print)
{
	const struct whatif *whatif = print->whatif;
	bool is_mixed = false, is_unsaid = false;
	for (size_t i = 1; i < whatif->n_cases; i++) {
		const char *scope = whatif->cases[i].scope, *first = whatif->cases[0].scope;
		is_mixed |= scope && first && strcmp(scope, first) != 0;
		is_unsaid |= !scope || !first;
	}
	for (size_t i = 0; i < whatif->n_cases; i++)
		if (!whatif->cases[i].series &&
		    (is_mixed || is_unsaid || print->options->n_zones > 0))
			wrap_say(print->out, 1, 2, "%s: %s %.6g g/kWh, %s",
				 whatif->cases[i].label,
				 whatif->cases[i].zone ? whatif->cases[i].zone : "as given",
				 whatif->cases[i].g_per_kwh,
				 whatif->cases[i].scope ? whatif->cases[i].scope
							: "scope unknown");
	if (is_mixed)
		wrap_say(print->out, 1, 2,
			 "direct and lifecycle factors include different emissions: do not "
			 "compare them");
}

static bool same_order(const struct whatif *whatif, size_t index)
{
	for (size_t i = 0; i < whatif->n_rows; i++)
		for (size_t j = 0; j < i; j++) {
			const struct figure *a = whatif->rows[i].grams;
			const struct figure *b = whatif->rows[j].grams;
			if (a[0].is_known && b[0].is_known && a[index].is_known &&
			    b[index].is_known &&
			    (a[0].value < b[0].value) != (a[index].value < b[index].value))
				return false;
		}
	return true;
}

static void print_order(const struct print *print)
{
	const struct whatif *whatif = print->whatif;
	bool is_estimate = false, is_same = true;
	for (size_t i = 1; i < whatif->n_cases; i++)
		if (!same_order(whatif, i)) {
			wrap_say(print->out, 1, 2, "Order of variants changes: %s.",
				 whatif->cases[i].label);
			is_same = false;
		}
	for (size_t i = 0; i < whatif->n_rows; i++)
		is_estimate |= whatif->rows[i].energy_j.provenance == PROVENANCE_ESTIMATED;
	if (is_same && whatif->n_rows > 1)
		fputs(" Order of variants unchanged.\n", print->out);
	wrap_say(print->out, 1, 2,
		 "Joules are the file's, %s; this command changed nothing in it.",
		 is_estimate ? "ESTIMATED" : "measured");
}

static void print_no_year(const struct print *print)
{
	fputc('\n', print->out);
	wrap_say(print->out, 1, 2,
		 "no year: the runs do not say how many queries they served "
		 "(run --queries)");
}

static int print_all(const struct print *print, sqlite3 *db, struct problem *why)
{
	print_grams(print);
	print_changes(print);
	print_asked(print);
	print_scopes(print);
	for (size_t i = 1; i < print->whatif->n_cases; i++)
		if (print->whatif->cases[i].series)
			print_hours(print, i);
	print_order(print);
	if (print->options->per_year > 0 && print->whatif->is_per_query)
		print_year(print);
	else if (print->options->per_year > 0)
		print_no_year(print);
	return print->options->device ? device_text(print, db, why) : 0;
}

int whatif_text(const struct whatif *whatif, const struct whatif_options *options,
		sqlite3 *db, struct arena *arena, FILE *out, struct problem *why)
{
	const struct print print = { whatif, options, glyphs_of_locale(), arena, out };
	return print_all(&print, db, why);
}
