/* reports/forms/form-mlperf.c - the energy fields that MLPerf Inference discusses (mlcommons/inference, issue 2558;
 * no schema is published): joules per query, or per token where the program counted tokens. All fields are
 * optional there. measurement_method has one word, of meters alone: an estimate, a BMC's watts, and processors and GPUs
 * that two ways read together leave it out, and the comment says how they were read. */
#include <config.h>

#include "reports/forms/form.h"

#include "base/problem.h"

#include <string.h>

/* The draft's word for what read the joules; NULL: it has none. */
static const char *method_of(const struct form *form)
{
	static const char *const words[][2] = { { "powercap", "rapl" },
						{ "power-pmu", "rapl" },
						{ "nvml", "nvml" } };
	const char *way = form->machine.gpu_way ? form->machine.gpu_way
						: form->machine.cpu_way;
	if (provenance_is_estimate(
		form->inference->run->figures[FIGURE_JOULES].provenance) ||
	    (form->machine.gpu_way && form->machine.cpu_way))
		return NULL;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && way; i++)
		if (strcmp(words[i][0], way) == 0)
			return words[i][1];
	return NULL;
}

/* "mean" with the interval that the draft has no name for. */
static json_t *spread(struct figure figure)
{
	json_t *object = json_pack("{s:f}", "mean", figure.value);
	if (figure.has_interval) {
		json_object_set_new(object, "ci95_low", json_real(figure.low));
		json_object_set_new(object, "ci95_high", json_real(figure.high));
	}
	return object;
}

static const struct unit_row *tokens_of(const struct form_activity *activity)
{
	const struct unit_row *row = unit_row_of(&activity->row->units, "token");
	row = row ? row : unit_row_of(&activity->row->units, "tokens");
	return row && row->joules.is_known ? row : NULL;
}

/* Watts of the machine at rest, where the campaign has such a trial. */
static void put_baseline(const struct form *form, json_t *object)
{
	for (size_t i = 0; i < form->campaign->n_rows; i++) {
		const struct model_row *row = &form->campaign->rows[i];
		if (strcmp(row->job, "idle") == 0 && row->joules_per_run.is_known &&
		    row->seconds.is_known && row->seconds.value > 0)
			json_object_set_new(
			    object, "static_power_baseline_watts",
			    json_real(row->joules_per_run.value / row->seconds.value));
	}
}

static json_t *fill(const struct form *form, const struct unit_row *tokens)
{
	const struct figure total = form->inference->run->figures[FIGURE_JOULES];
	json_t *object = json_pack(
	    "{s:s, s:s, s:o, s:f, s:f}", "task_type", tokens ? "llm" : "other", "scenario",
	    form_stated(form, STATED_SCENARIO),
	    tokens ? "energy_per_token_joules" : "energy_per_query_joules",
	    spread(tokens ? tokens->joules
			  : form->inference->query->figures[FIGURE_JOULES]),
	    "total_energy_joules", total.value, "sampling_rate_hz", form->machine.rate_hz);
	if (tokens)
		json_object_set_new(object, "output_token_count", json_integer(tokens->n));
	put_baseline(form, object);
	form_add(form, object, "measurement_method", method_of(form));
	form_add(form, object, "comment",
		 arena_format(form->arena,
			      "%s; total_energy_joules is of one run. Joules at the "
			      "sensors, not reduced by the machine at rest. %s",
			      form_way(form->inference),
			      form_comment(form, form->inference)));
	form_add_stated(form, object, "model", STATED_MODEL_NAME);
	return object;
}

json_t *form_mlperf(const struct form *form, struct problem *why)
{
	static const enum stated needed[] = { STATED_SCENARIO };
	if (!form->inference) {
		problem_refuse(why, "measure its answering of queries",
			       "the form is of inference, and none of '%s' was measured",
			       form->variant);
		return NULL;
	}
	const struct unit_row *tokens = tokens_of(form->inference);
	struct figure query = form->inference->query
				  ? form->inference->query->figures[FIGURE_JOULES]
				  : figure_unknown("nobody counted its queries");
	if (form_need(form, needed, 1, why) != 0 ||
	    form_need_figure(form->inference->run->figures[FIGURE_JOULES], "the energy",
			     why) != 0 ||
	    (!tokens && form_need_figure(query, "the energy of a query", why) != 0))
		return NULL;
	return fill(form, tokens);
}
