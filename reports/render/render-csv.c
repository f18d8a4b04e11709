/* reports/render/render-csv.c - one line a campaign, variant and job, as RFC 4180 has it (libcsv
 * quotes). Units are in the headers; unknown is an empty field, its reason stands in another.
 * The columns stay in this order: new ones come at the end, but before those of units (tokens, images),
 * of which there are as many as the report has units. */
#include <config.h>

#include "reports/campaign/standing.h"
#include "reports/figure/arena.h"
#include "reports/figure/csv-text.h"
#include "reports/render/render.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIGURE(name) name, name "_low95", name "_high95", name "_provenance", name "_reason"

static const char *const headers[] = {
	"campaign",
	"kind",
	"begin_utc",
	"variant",
	"job",
	"trials",
	"usable_trials",
	"queries",
	FIGURE("joules_per_query"),
	FIGURE("joules_per_run"),
	FIGURE("gco2e_per_1000_queries"),
	FIGURE("gco2e_per_run"),
	FIGURE("training_joules"),
	"seconds_per_run",
	"ratio_to_baseline",
	"ratio_low95",
	"ratio_high95",
	"top1",
	"zone",
	"zone_assumed",
	"g_per_kwh",
	"factor_year",
	"factor_source",
	"pue",
	"pue_assumed",
	"campaign_own_cpu_s",
	"figures_per", /* of the columns that follow: query or run */
	FIGURE("e_kwh"),
	FIGURE("o_g"),
	FIGURE("m_g"),
	FIGURE("sci_g"),
	FIGURE("amortised_g"),
	FIGURE("scope2_location_g"),
	FIGURE("scope2_market_g"),
	FIGURE("scope3_cat3_upstream_g"),
	FIGURE("scope3_cat3_td_g"),
	FIGURE("water_onsite_l"),
	FIGURE("water_offsite_l"),
};

/* What the report's programs served beside queries, by name. */
struct units {
	const char **names;
	size_t n;
	double sessions_per_day; /* 0: no year of them */
};

/* One line in the making. */
struct line {
	FILE *out;
	bool has_fields;
};

static void next_field(struct line *line)
{
	if (line->has_fields)
		fputc(',', line->out);
	line->has_fields = true;
}

static void put(struct line *line, const char *text)
{
	next_field(line);
	csv_text(text, line->out);
}

static void put_number(struct line *line, bool is_known, double value)
{
	next_field(line);
	if (is_known)
		fprintf(line->out, "%.9g", value);
}

static void put_whole(struct line *line, int64_t value)
{
	next_field(line);
	fprintf(line->out, "%" PRId64, value);
}

static void put_figure(struct line *line, struct figure figure)
{
	bool has_interval = figure.is_known && figure.has_interval;
	put_number(line, figure.is_known, figure.value);
	put_number(line, has_interval, figure.low);
	put_number(line, has_interval, figure.high);
	put(line, figure.is_known ? provenance_word(figure.provenance) : "");
	put(line, figure.reason);
}

static void put_quality(struct line *line, const struct model_row *row, const char *name)
{
	for (size_t i = 0; i < row->n_qualities; i++)
		if (strcmp(row->qualities[i].name, name) == 0) {
			put_number(line, true, row->qualities[i].mean);
			return;
		}
	put(line, "");
}

static void put_factor(struct line *line, const struct model_campaign *campaign)
{
	put(line, campaign->zone);
	put_whole(line, campaign->zone_assumed);
	put_number(line, campaign->g_per_kwh > 0, campaign->g_per_kwh);
	put_number(line, campaign->factor_year > 0, (double)campaign->factor_year);
	put(line, campaign->factor_source);
	put_number(line, true, campaign->pue);
	put_whole(line, campaign->pue_assumed);
}

/* v_figure's, in its order: of queries where the row has a figure of them, else of runs. */
static void put_figures(struct line *line, const struct model_row *row)
{
	const struct figure_group *group = row->per_query ? row->per_query : row->per_run;
	put(line, group ? group->is_per_query ? "query" : "run" : "");
	for (int kind = FIGURE_KWH; kind < N_FIGURE_KINDS; kind++)
		put_figure(line, group ? group->figures[kind]
				       : figure_unknown(row->joules_per_run.reason));
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void add_units(const struct model_campaign *campaign, struct arena *arena)
{
	for (size_t i = 0; i < campaign->n_rows; i++)
		for (size_t j = 0; j < campaign->rows[i].units.n; j++)
			arena_append(arena, &campaign->rows[i].units.rows[j].unit,
				     sizeof(const char *));
}

static struct units units_of(const struct report *report, struct arena *arena)
{
	for (size_t i = 0; i < report->n_campaigns; i++)
		add_units(&report->campaigns[i], arena);
	size_t n = arena_appended(arena) / sizeof(const char *);
	struct units units = { .names = arena_take(arena),
			       .sessions_per_day = report->sessions_per_day };
	if (n > 0)
		qsort(units.names, n, sizeof(*units.names), by_name);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(units.names[units.n - 1], units.names[i]) != 0)
			units.names[units.n++] = units.names[i];
	return units;
}

static bool has_year(const struct units *units, size_t index)
{
	return units->sessions_per_day > 0 &&
	       strcmp(units->names[index], UNIT_SESSIONS) == 0;
}

static void put_unit_headers(struct line *line, const struct units *units,
			     struct arena *arena)
{
	static const char *const parts[] = { FIGURE("") };
	for (size_t i = 0; i < units->n; i++) {
		put(line, arena_format(arena, "n_of_%s", units->names[i]));
		for (size_t j = 0; j < sizeof(parts) / sizeof(*parts); j++)
			put(line, arena_format(arena, "joules_of_%s%s", units->names[i],
					       parts[j]));
		for (size_t j = 0; j < sizeof(parts) / sizeof(*parts); j++)
			put(line, arena_format(arena, "gco2e_of_%s%s", units->names[i],
					       parts[j]));
		for (size_t j = 0; j < sizeof(parts) / sizeof(*parts); j++)
			put(line, arena_format(arena, "gco2e_with_training_of_%s%s",
					       units->names[i], parts[j]));
		if (!has_year(units, i))
			continue;
		for (size_t j = 0; j < sizeof(parts) / sizeof(*parts); j++)
			put(line, arena_format(arena, "kwh_per_year_of_%s%s",
					       units->names[i], parts[j]));
		for (size_t j = 0; j < sizeof(parts) / sizeof(*parts); j++)
			put(line, arena_format(arena, "kgco2e_per_year_of_%s%s",
					       units->names[i], parts[j]));
	}
}

static void put_year(struct line *line, const struct units *units,
		     const struct model_row *row, const struct unit_row *unit)
{
	struct figure none = figure_unknown("it served none");
	struct unit_year year = { none, none };
	if (unit)
		year = unit_year_of(unit, row->per_query, units->sessions_per_day);
	put_figure(line, year.kwh);
	put_figure(line, year.kg);
}

static void put_units(struct line *line, const struct units *units,
		      const struct model_row *of)
{
	for (size_t i = 0; i < units->n; i++) {
		const struct unit_row *row = unit_row_of(&of->units, units->names[i]);
		put_number(line, row && row->n > 0, row ? (double)row->n : 0);
		put_figure(line, row ? row->joules : figure_unknown("it served none"));
		put_figure(line, row ? row->grams : figure_unknown("it served none"));
		put_figure(line, row ? row->all_g : figure_unknown("it served none"));
		if (has_year(units, i))
			put_year(line, units, of, row);
	}
}

static void put_row(const struct report *report, const struct model_campaign *campaign,
		    const struct model_row *row, const struct units *units, FILE *out)
{
	struct line line = { .out = out };
	put_whole(&line, campaign->campaign_id);
	put(&line, campaign->kind);
	put(&line, campaign->begin_utc);
	put(&line, row->variant);
	put(&line, row->job);
	put_whole(&line, row->n_trials);
	put_whole(&line, row->n_usable);
	put_number(&line, row->queries > 0, (double)row->queries);
	put_figure(&line, row->joules_per_query);
	put_figure(&line, row->joules_per_run);
	put_figure(&line, row->grams_per_1000_queries);
	put_figure(&line, row->grams_per_run);
	put_figure(&line, row->training_j);
	put_number(&line, row->seconds.is_known, row->seconds.value);
	put_number(&line, row->ratio.is_known, row->ratio.value);
	put_number(&line, row->ratio.is_known && row->ratio.has_interval, row->ratio.low);
	put_number(&line, row->ratio.is_known && row->ratio.has_interval, row->ratio.high);
	put_quality(&line, row, "top1");
	put_factor(&line, campaign);
	put_number(&line, campaign->has_own_cost, campaign->own_cpu_s);
	put_figures(&line, row);
	for (size_t i = 0; i < STANDING_COLUMNS; i++)
		put(&line, standing_cell(report->standing, i));
	put_units(&line, units, row);
	fputs("\r\n", out);
}

static int render_csv(const struct report *report, FILE *out)
{
	struct line line = { .out = out };
	struct arena *arena = arena_new();
	if (!arena)
		return -1;
	struct units units = units_of(report, arena);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		put(&line, headers[i]);
	for (size_t i = 0; i < STANDING_COLUMNS; i++)
		put(&line, standing_columns[i]);
	put_unit_headers(&line, &units, arena);
	fputs("\r\n", out);
	for (size_t i = 0; i < report->n_campaigns; i++)
		for (size_t j = 0; j < report->campaigns[i].n_rows; j++)
			put_row(report, &report->campaigns[i],
				&report->campaigns[i].rows[j], &units, out);
	arena_free(arena);
	return 0;
}

const struct renderer renderer_csv = { "csv", render_csv };
