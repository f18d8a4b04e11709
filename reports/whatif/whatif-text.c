/* reports/whatif/whatif-text.c - see whatif-text.h. */
#include <config.h>

#include "reports/whatif/whatif-text.h"

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

/* A line for each row: the figures that of gives of it, times factor. A column has the digits that
 * the report gives one. */
static void add_rows(const struct print *print, struct libscols_table *table, double factor,
		     const struct figure *(*of)(const struct whatif_row *))
{
	const struct whatif *whatif = print->whatif;
	const size_t n = whatif->n_rows;
	struct libscols_line **lines = arena_room(print->arena, (n + 1) * sizeof(*lines));
	struct figure *figures = arena_room(print->arena, (n + 1) * sizeof(*figures));
	for (size_t i = 0; i < n; i++)
		lines[i] = table_line(print, table, row_name(print, &whatif->rows[i]));
	for (size_t j = 0; j < whatif->n_cases; j++) {
		for (size_t i = 0; i < n; i++)
			figures[i] = figure_times(of(&whatif->rows[i])[j], factor);
		struct scale scale = scale_plain(figures, n);
		for (size_t i = 0; i < n; i++)
			table_figure(print, lines[i], j + 1, figures[i], scale);
	}
	for (size_t i = 0; i < n && whatif->n_cases == 2; i++) {
		const struct figure *both = of(&whatif->rows[i]);
		table_cell(lines[i], 3, change_of(print, both[0], both[1]));
	}
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
	struct libscols_table *table = table_begin(print, many.words);
	for (size_t i = 0; i < print->whatif->n_cases; i++)
		table_column(table, print->whatif->cases[i].label);
	if (print->whatif->n_cases == 2)
		table_column(table, "change");
	add_rows(print, table, many.n, operational);
	if (any_embodied(print->whatif)) {
		table_line(print, table, "embodied (M)");
		add_rows(print, table, many.n, embodied);
		table_line(print, table, "total (SCI)");
		add_rows(print, table, many.n, together);
	}
	fputc('\n', print->out);
	table_end(table);
	if (why)
		fprintf(print->out, " no embodied carbon: %s\n", why);
}

/* The last case of each row with its interval: what a year of it would be. */
static void print_year(const struct print *print)
{
	const struct whatif *whatif = print->whatif;
	const size_t last = whatif->n_cases - 1, n = whatif->n_rows;
	const double per_year = print->options->per_year;
	struct figure *kwh = arena_room(print->arena, (n + 1) * sizeof(*kwh));
	struct figure *kg = arena_room(print->arena, (n + 1) * sizeof(*kg));
	struct libscols_table *table = table_begin(
	    print, arena_format(print->arena, "a year of 365 days at %.10g queries (%s)",
				per_year, whatif->cases[last].label));
	table_column(table, "kWh");
	table_column(table, "kg CO2e");
	table_column(table, "95 %");
	for (size_t i = 0; i < n; i++) {
		kwh[i] = figure_times(whatif->rows[i].kwh[last], per_year);
		kg[i] = figure_times(whatif->rows[i].grams[last], per_year / 1000);
	}
	struct scale of_kwh = scale_plain(kwh, n), of_kg = scale_plain(kg, n);
	for (size_t i = 0; i < n; i++) {
		struct libscols_line *line = table_line(print, table,
							row_name(print, &whatif->rows[i]));
		table_figure(print, line, 1, kwh[i], of_kwh);
		table_figure(print, line, 2, kg[i], of_kg);
		table_interval(print, line, 3, kg[i], of_kg);
	}
	fputc('\n', print->out);
	table_end(table);
}

static void print_change(const struct print *print, const char *name, double from,
			 double to, const char *unit)
{
	const char *arrow = print->glyphs->minus[0] == '-' ? "->" : "→";
	if (from != to)
		fprintf(print->out, "   %s %.6g %s %.6g%s", name, from, arrow, to, unit);
}

/* What was changed, in one line; of several zones, a line for what each figure holds. */
static void print_changes(const struct print *print)
{
	const struct whatif_case *stored = &print->whatif->cases[0], *with = &stored[1];
	bool is_other_grid = print->options->n_zones == 0 && !with->series &&
			     stored->g_per_kwh != with->g_per_kwh;
	fputc('\n', print->out);
	if (!is_other_grid && stored->pue == with->pue && stored->psu == with->psu &&
	    stored->te_kg == with->te_kg && stored->life_years == with->life_years &&
	    stored->share == with->share)
		return;
	if (is_other_grid)
		print_change(print, "grid", stored->g_per_kwh, with->g_per_kwh, " g/kWh");
	print_change(print, "PUE", stored->pue, with->pue, "");
	print_change(print, "PSU", stored->psu, with->psu, "");
	print_change(print, "embodied", stored->te_kg, with->te_kg, " kg");
	print_change(print, "service life", stored->life_years, with->life_years, " years");
	print_change(print, "share", stored->share, with->share, "");
	fputc('\n', print->out);
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
	fprintf(
	    print->out,
	    " %s: %.4g g/kWh at the hours of the run (%s, %s, %s); %.3g %% of its energy "
	    "covered\n",
	    with->zone, hourly_g_per_kwh(hourly), with->series->publisher,
	    with->series->method, with->series->scope,
	    hourly->covered / hourly->energy * 100);
	fprintf(print->out,
		" %s: lowest at %02d h UTC, %.4g g/kWh, highest at %02d h, %.4g: %.0f %% "
		"of the highest\n",
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
			fprintf(print->out, " %s is %s\n", asked, print->options->zones[i]);
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
			fprintf(print->out, " %s: %s %.6g g/kWh, %s\n",
				whatif->cases[i].label,
				whatif->cases[i].zone ? whatif->cases[i].zone : "as given",
				whatif->cases[i].g_per_kwh,
				whatif->cases[i].scope ? whatif->cases[i].scope
						       : "scope unknown");
	if (is_mixed)
		fputs(" direct and lifecycle factors include different emissions: do not "
		      "compare "
		      "them\n",
		      print->out);
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
			fprintf(print->out, " Order of variants changes: %s.\n",
				whatif->cases[i].label);
			is_same = false;
		}
	for (size_t i = 0; i < whatif->n_rows; i++)
		is_estimate |= whatif->rows[i].energy_j.provenance == PROVENANCE_ESTIMATED;
	if (is_same && whatif->n_rows > 1)
		fputs(" Order of variants unchanged.\n", print->out);
	fprintf(print->out,
		" Joules are the file's, %s; this command changed nothing in it.\n",
		is_estimate ? "ESTIMATED" : "measured");
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
		fputs("\n no year: the runs do not say how many queries they served "
		      "(run --queries)\n",
		      print->out);
	return print->options->device ? device_text(print, db, why) : 0;
}

int whatif_text(const struct whatif *whatif, const struct whatif_options *options,
		sqlite3 *db, struct arena *arena, FILE *out, struct problem *why)
{
	const struct print print = { whatif, options, glyphs_of_locale(), arena, out };
	return print_all(&print, db, why);
}
