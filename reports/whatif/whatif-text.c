/* reports/whatif/whatif-text.c - see whatif-text.h. */
#include <config.h>

#include "reports/whatif/whatif-text.h"

#include "base/problem.h"
#include "reports/figure/format.h"
#include "reports/whatif/device.h"

#include <libsmartcols.h>
#include <math.h>
#include <string.h>
#include <strings.h>

/* Where one campaign is being printed. */
struct print {
	const struct whatif *whatif;
	const struct whatif_options *options;
	const struct glyphs *glyphs;
	struct arena *arena;
	FILE *out;
};

/* So many of what the figures are of, or so small a unit, that the typical figure lies from 1 to
 * 1000: nobody thinks in a billion runs, but in micrograms of one. */
struct many {
	double n;
	const char *words;
};

static struct many choose_many(const struct print *print)
{
	static const struct many queries[] = { { 1, "g CO2e per query" },
					       { 1e3, "g CO2e per 1000 queries" },
					       { 1e6, "g CO2e per million queries" },
					       { 1e9, "g CO2e per billion queries" } };
	static const struct many runs[] = { { 1, "g CO2e per run" },
					    { 1e3, "mg CO2e per run" },
					    { 1e6, "ug CO2e per run" },
					    { 1e9, "ng CO2e per run" } };
	const struct many *some = print->whatif->is_per_query ? queries : runs;
	double sum = 0;
	size_t n = 0, i = 0;
	for (size_t j = 0; j < print->whatif->n_rows; j++) {
		struct figure stored = print->whatif->rows[j].o_g[0];
		if (stored.is_known && stored.value > 0) {
			sum += log10(stored.value);
			n++;
		}
	}
	while (n > 0 && i < 3 && pow(10, sum / (double)n) * some[i].n < 1)
		i++;
	return some[i];
}

/* --- tables: a name, and numbers to its right ---------------------------------------------- */

/* Begins a table whose first column is headed title. NULL when out of memory, which all below
 * take. */
static struct libscols_table *table_begin(const struct print *print, const char *title)
{
	struct libscols_table *table = scols_new_table();
	if (!table)
		return NULL;
	scols_table_set_stream(table, print->out);
	/* The same text everywhere: a narrow terminal wraps lines, it does not lose cells. */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_set_column_separator(table, "  ");
	scols_table_new_column(table, arena_format(print->arena, " %s", title), 0, 0);
	return table;
}

static void table_column(struct libscols_table *table, const char *header)
{
	if (table)
		scols_table_new_column(table, header, 0, SCOLS_FL_RIGHT);
}

static struct libscols_line *table_line(const struct print *print,
					struct libscols_table *table, const char *name)
{
	struct libscols_line *line = table ? scols_table_new_line(table, NULL) : NULL;
	if (line)
		scols_line_set_data(line, 0, arena_format(print->arena, " %s", name));
	return line;
}

static void table_cell(struct libscols_line *line, size_t column, const char *text)
{
	if (line)
		scols_line_set_data(line, column, text);
}

/* A figure by the digits that its own size deserves. */
static void table_figure(const struct print *print, struct libscols_line *line,
			 size_t column, struct figure figure)
{
	struct scale scale = scale_plain(&figure, 1);
	table_cell(line, column, format_value(figure, scale, print->glyphs, print->arena));
}

static void table_end(struct libscols_table *table)
{
	if (table)
		scols_print_table(table);
	scols_unref_table(table);
}

static const char *change_of(const struct print *print, struct figure stored,
			     struct figure now)
{
	if (!stored.is_known || !now.is_known || stored.value <= 0)
		return print->glyphs->missing;
	double percent = (now.value / stored.value - 1) * 100;
	return arena_format(print->arena, "%s%.0f %%",
			    percent < -0.5   ? print->glyphs->minus
			    : percent >= 0.5 ? "+"
					     : "",
			    fabs(percent));
}

static const char *row_name(const struct print *print, const struct whatif_row *row)
{
	return strcmp(row->job, "infer") == 0 || strcmp(row->job, "command") == 0
		   ? row->variant
		   : arena_format(print->arena, "%s (%s)", row->variant, row->job);
}

/* A line for each row: the figures that of gives of it, times factor. */
static void add_rows(const struct print *print, struct libscols_table *table, double factor,
		     const struct figure *(*of)(const struct whatif_row *))
{
	const struct whatif *whatif = print->whatif;
	for (size_t i = 0; i < whatif->n_rows; i++) {
		const struct whatif_row *row = &whatif->rows[i];
		const struct figure *figures = of(row);
		struct libscols_line *line = table_line(print, table, row_name(print, row));
		for (size_t j = 0; j < whatif->n_cases; j++)
			table_figure(print, line, j + 1, figure_times(figures[j], factor));
		if (whatif->n_cases == 2)
			table_cell(line, 3, change_of(print, figures[0], figures[1]));
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
	struct many many = choose_many(print);
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

/* The last case of one row with its interval: what a year of it would be. */
static void print_year(const struct print *print)
{
	const struct whatif *whatif = print->whatif;
	const size_t last = whatif->n_cases - 1;
	struct libscols_table *table = table_begin(
	    print, arena_format(print->arena, "a year of 365 days at %.10g queries (%s)",
				print->options->per_year, whatif->cases[last].label));
	table_column(table, "kWh");
	table_column(table, "kg CO2e");
	table_column(table, "95 %");
	for (size_t i = 0; i < whatif->n_rows; i++) {
		const struct whatif_row *row = &whatif->rows[i];
		struct libscols_line *line = table_line(print, table, row_name(print, row));
		struct figure kg = figure_times(row->grams[last],
						print->options->per_year / 1000);
		table_figure(print, line, 1,
			     figure_times(row->kwh[last], print->options->per_year));
		table_figure(print, line, 2, kg);
		table_cell(line, 3, format_interval(kg, scale_plain(&kg, 1), print->arena));
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
	fprintf(print->out, " %sJoules are as %s; nothing was stored.\n",
		is_same && whatif->n_rows > 1 ? "Order of variants unchanged. " : "",
		is_estimate ? "stored, ESTIMATED" : "measured");
}

static void add_part(const struct print *print, struct libscols_table *table,
		     const char *name, struct figure cloud, struct figure local)
{
	const double factor = choose_many(print).n;
	struct libscols_line *line = table_line(print, table, name);
	table_figure(print, line, 1, figure_times(cloud, factor));
	table_figure(print, line, 2, figure_times(local, factor));
}

static void print_parts(const struct print *print, const struct device_account *cloud,
			const struct device_account *local, const char *device)
{
	struct libscols_table *table = table_begin(print, choose_many(print).words);
	table_column(table, "cloud");
	table_column(table, device);
	add_part(print, table, "compute", cloud->compute, local->compute);
	add_part(print, table, "network", cloud->network, local->network);
	add_part(print, table, "embodied", cloud->embodied, local->embodied);
	add_part(print, table, "total", cloud->total, local->total);
	fputc('\n', print->out);
	table_end(table);
}

/* The last case, of the first row: the query that was asked about. */
static int print_device(const struct print *print, sqlite3 *db, struct problem *why)
{
	const struct whatif_options *options = print->options;
	const struct whatif_row *row = &print->whatif->rows[0];
	const size_t last = print->whatif->n_cases - 1;
	const struct whatif_case *with = &print->whatif->cases[last];
	struct device_profile profile;
	struct figure own_j = row->energy_j;
	if (device_read(db, options->device, print->arena, &profile, why) != 0)
		return -1;
	if (options->device_j > 0)
		own_j = (struct figure){ .is_known = true,
					 .value = options->device_j,
					 .provenance = PROVENANCE_ASSUMED };
	double g_per_kwh = with->series ? hourly_g_per_kwh(&row->hourly[last])
					: with->g_per_kwh;
	struct device_account cloud = device_cloud(&profile, g_per_kwh, row, last,
						   options->bytes);
	struct device_account local = device_local(with, g_per_kwh, &profile, own_j, row,
						   last);
	print_parts(print, &cloud, &local, profile.name);
	if (!cloud.embodied.is_known)
		fprintf(
		    print->out,
		    " the total is without embodied carbon: the cloud's is unknown: %s\n",
		    cloud.embodied.reason);
	fprintf(print->out,
		" device: PUE 1, charger %.3g, battery %.3g; %s\n"
		" network: %.3g kWh/GB (%.3g to %.3g; %lld), %.6g bytes a query\n",
		profile.charger_efficiency, profile.battery_efficiency,
		options->device_j > 0 ? "joules as stated"
				      : "joules ASSUMED as many as stored, and as long",
		profile.network_kwh_per_gb, profile.network_low_kwh_per_gb,
		profile.network_high_kwh_per_gb, (long long)profile.network_year,
		options->bytes);
	return 0;
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
	if (print->options->device && print->whatif->is_per_query)
		return print_device(print, db, why);
	return 0;
}

int whatif_text(const struct whatif *whatif, const struct whatif_options *options,
		sqlite3 *db, struct arena *arena, FILE *out, struct problem *why)
{
	const struct print print = { whatif, options, glyphs_of_locale(), arena, out };
	return print_all(&print, db, why);
}
