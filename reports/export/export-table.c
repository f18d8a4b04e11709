/* reports/export/export-table.c - one long table for notebooks: kind says what a row is.
 *
 *   trial        the run: joules
 *   query        joules per query, as v_query has them
 *   phase        what the program marked
 *   channel, region, outside, event, gauge   the whole of a series, with the interval where there is one
 *   ...-step     a part of the series, of a second or less
 *   stack        what the samples that ended there had, where functions were sampled; name has the
 *                frames, outermost first, parted by ';'
 * n: how often a region was entered, or how many samples there are; cpu_s: CPU seconds in it alone. Seconds
 * are since the begin of the trial. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/figure/csv-text.h"
#include "reports/figure/json-text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

struct table_row {
	const char *kind, *name, *unit, *note;
	const struct export_trial *trial;
	double begin_s, end_s, value, low, high; /* NAN: empty */
	double n, cpu_s;                         /* the same */
};

enum { N_NUMBERS = 7 };
static const char *const number_names[N_NUMBERS] = { "begin_s", "end_s", "value", "low",
						     "high",    "n",     "cpu_s" };

static double number_of(const struct table_row *row, size_t i)
{
	const double numbers[N_NUMBERS] = { row->begin_s, row->end_s, row->value, row->low,
					    row->high,    row->n,     row->cpu_s };
	return numbers[i];
}

typedef void put_row(const struct table_row *row, FILE *out);

static double since_begin(const struct export_trial *trial, int64_t ns)
{
	return (double)(ns - trial->begin_ns) * 1e-9;
}

/* As enum export_kind has them; the second is a step's. */
static const char *const kinds[][2] = {
	{ "channel", "channel-step" }, { "region", "region-step" }, { "outside", NULL },
	{ "event", "event-step" },     { "gauge", "gauge-step" },
};

static void put_series(const struct export_data *data, const struct export_series *series,
		       put_row *put, FILE *out)
{
	bool is_region = series->kind == EXPORT_REGION;
	struct table_row row = { .kind = kinds[series->kind][0],
				 .name = series->name,
				 .unit = series->unit,
				 .note = series->about,
				 .trial = export_trial(data, series->trial_id),
				 .begin_s = 0,
				 .value = series->amount,
				 .low = series->low,
				 .high = series->high,
				 .n = is_region ? series->n : NAN,
				 .cpu_s = is_region ? series->cpu_s : NAN };
	row.end_s = since_begin(row.trial, row.trial->end_ns);
	put(&row, out);
	row.kind = kinds[series->kind][1];
	row.note = series->provenance; /* an interval is of the whole alone */
	row.low = row.high = row.n = row.cpu_s = NAN;
	for (size_t i = 0; i < series->n_steps; i++) {
		const struct export_step *step = &series->steps[i];
		row.begin_s = since_begin(row.trial, step->begin_ns);
		row.end_s = since_begin(row.trial, step->end_ns);
		row.value = step->amount;
		put(&row, out);
	}
}

static void put_trial(const struct export_trial *trial, put_row *put, FILE *out)
{
	struct table_row row = { .kind = "trial",
				 .name = trial->name,
				 .unit = "J",
				 .note = trial->provenance,
				 .trial = trial,
				 .begin_s = 0,
				 .end_s = since_begin(trial, trial->end_ns),
				 .value = trial->joules,
				 .low = trial->low,
				 .high = trial->high,
				 .n = NAN,
				 .cpu_s = trial->cpu_s };
	put(&row, out);
	if (!isfinite(trial->per_query))
		return;
	row.cpu_s = NAN;
	row.kind = "query";
	row.unit = "J/query";
	row.value = trial->per_query;
	row.low = trial->query_low;
	row.high = trial->query_high;
	put(&row, out);
}

static void put_phase(const struct export_data *data, const struct export_phase *phase,
		      put_row *put, FILE *out)
{
	const struct export_trial *trial = export_trial(data, phase->trial_id);
	const struct table_row row = { .kind = "phase",
				       .name = phase->name,
				       .unit = "J",
				       .note = phase->provenance,
				       .trial = trial,
				       .begin_s = since_begin(trial, phase->begin_ns),
				       .end_s = since_begin(trial, phase->end_ns),
				       .value = phase->joules,
				       .low = phase->low,
				       .high = phase->high,
				       .n = NAN,
				       .cpu_s = NAN };
	put(&row, out);
}

static void put_stack(const struct export_data *data, const struct export_stack *stack,
		      put_row *put, FILE *out)
{
	char *path = NULL;
	size_t size;
	FILE *memory = open_memstream(&path, &size);
	if (memory)
		export_put_path(data, stack, memory);
	if (!memory || fclose(memory) != 0)
		obstack_alloc_failed_handler();
	const struct table_row row = { .kind = "stack",
				       .name = path,
				       .unit = "J",
				       .note = stack->trial->provenance,
				       .trial = stack->trial,
				       .begin_s = 0,
				       .end_s = since_begin(stack->trial,
							    stack->trial->end_ns),
				       .value = stack->microjoules * 1e-6,
				       .low = stack->low * 1e-6,
				       .high = stack->high * 1e-6,
				       .n = stack->n,
				       .cpu_s = stack->cpu_ns * 1e-9 };
	put(&row, out);
	free(path);
}

static void put_stacks(const struct export_data *data, put_row *put, FILE *out)
{
	size_t n;
	const struct export_stack *stacks = export_stacks(data, &n);
	for (size_t i = 0; i < n; i++)
		if (stacks[i].trial->tree)
			put_stack(data, &stacks[i], put, out);
}

static void put_all(const struct export_data *data, put_row *put, FILE *out)
{
	for (size_t i = 0; i < data->n_trials; i++)
		put_trial(&data->trials[i], put, out);
	for (size_t i = 0; i < data->n_phases; i++)
		put_phase(data, &data->phases[i], put, out);
	for (size_t i = 0; i < data->n_series; i++)
		put_series(data, &data->series[i], put, out);
	put_stacks(data, put, out);
}

static void put_csv_number(double value, FILE *out)
{
	if (isfinite(value))
		fprintf(out, "%.17g", value);
}

static void put_csv_row(const struct table_row *row, FILE *out)
{
	fprintf(out, "%s,%" PRId64 ",", row->kind, row->trial->trial_id);
	csv_text(row->trial->variant, out);
	fprintf(out, ",%s,", row->trial->job);
	csv_text(row->name, out);
	for (size_t i = 0; i < N_NUMBERS; i++) {
		fputc(',', out);
		put_csv_number(number_of(row, i), out);
	}
	fprintf(out, ",%s,", row->unit);
	csv_text(row->note, out);
	fputs("\r\n", out);
}

void export_csv(const struct export_data *data, FILE *out)
{
	fputs("kind,trial,variant,job,name,begin_s,end_s,value,low,high,n,cpu_s,unit,"
	      "note\r\n",
	      out);
	put_all(data, put_csv_row, out);
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static void put_json_row(const struct table_row *row, FILE *out)
{
	json_t *object = json_pack("{s:s, s:I, s:o, s:s, s:o, s:s, s:o}", "kind", row->kind,
				   "trial", (json_int_t)row->trial->trial_id, "variant",
				   json_text(row->trial->variant), "job", row->trial->job,
				   "name", json_text(row->name), "unit", row->unit, "note",
				   json_text(row->note));
	for (size_t i = 0; i < N_NUMBERS; i++)
		json_object_set_new(object, number_names[i], number(number_of(row, i)));
	json_print(object, JSON_COMPACT, out);
}

void export_jsonl(const struct export_data *data, FILE *out)
{
	put_all(data, put_json_row, out);
}
