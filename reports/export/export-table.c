/* reports/export/export-table.c - one long table for notebooks: kind says what a row is.
 *
 *   trial        the run: joules
 *   query        joules per query, as v_query has them
 *   phase        what the program marked
 *   channel, region, outside, event, gauge   the whole of a series, with the interval where there is one
 *   ...-step     a part of the series, of a second or less
 * Seconds are since the begin of the trial. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/figure/csv-text.h"
#include "reports/figure/json-text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>

struct table_row {
	const char *kind, *name, *unit, *note;
	const struct export_trial *trial;
	double begin_s, end_s, value, low, high; /* NAN: empty */
};

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
	struct table_row row = { .kind = kinds[series->kind][0],
				 .name = series->name,
				 .unit = series->unit,
				 .note = series->about,
				 .trial = export_trial(data, series->trial_id),
				 .begin_s = 0,
				 .value = series->amount,
				 .low = series->low,
				 .high = series->high };
	row.end_s = since_begin(row.trial, row.trial->end_ns);
	put(&row, out);
	row.kind = kinds[series->kind][1];
	row.note = series->provenance; /* an interval is of the whole alone */
	row.low = row.high = NAN;
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
				 .high = trial->high };
	put(&row, out);
	if (!isfinite(trial->per_query))
		return;
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
				       .high = phase->high };
	put(&row, out);
}

static void put_all(const struct export_data *data, put_row *put, FILE *out)
{
	for (size_t i = 0; i < data->n_trials; i++)
		put_trial(&data->trials[i], put, out);
	for (size_t i = 0; i < data->n_phases; i++)
		put_phase(data, &data->phases[i], put, out);
	for (size_t i = 0; i < data->n_series; i++)
		put_series(data, &data->series[i], put, out);
}

static void put_csv_number(double value, FILE *out)
{
	if (isfinite(value))
		fprintf(out, "%.17g", value);
}

static void put_csv_row(const struct table_row *row, FILE *out)
{
	const double numbers[] = { row->begin_s, row->end_s, row->value, row->low,
				   row->high };
	fprintf(out, "%s,%" PRId64 ",", row->kind, row->trial->trial_id);
	csv_text(row->trial->variant, out);
	fprintf(out, ",%s,", row->trial->job);
	csv_text(row->name, out);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		fputc(',', out);
		put_csv_number(numbers[i], out);
	}
	fprintf(out, ",%s,", row->unit);
	csv_text(row->note, out);
	fputs("\r\n", out);
}

void export_csv(const struct export_data *data, FILE *out)
{
	fputs("kind,trial,variant,job,name,begin_s,end_s,value,low,high,unit,note\r\n",
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
	json_object_set_new(object, "begin_s", number(row->begin_s));
	json_object_set_new(object, "end_s", number(row->end_s));
	json_object_set_new(object, "value", number(row->value));
	json_object_set_new(object, "low", number(row->low));
	json_object_set_new(object, "high", number(row->high));
	json_print(object, JSON_COMPACT, out);
}

void export_jsonl(const struct export_data *data, FILE *out)
{
	put_all(data, put_json_row, out);
}
