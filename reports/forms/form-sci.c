/* reports/forms/form-sci.c - SCI for AI (Green Software Foundation), after ISO/IEC 21031: what a consumer's
 * unit and what a provider's unit come to. It has no schema: the keys are the specification's terms (sections 6
 * to 8).
 *
 * SCI = (E * I + M) / R, so M has to be known. The consumer's boundary is the serving, in grams per inference,
 * and per execution of an agent's workflow where whole ones were served, or it is said how many queries one
 * takes. The provider's is the training, per billion parameters: all of them, or those that pruning left
 * (effective). */
#include <config.h>

#include "reports/forms/form.h"

#include "base/problem.h"
#include "reports/figure/figure-json.h"

#include <math.h>
#include <string.h>

static json_t *score(const struct form *form, struct figure figure, const char *unit,
		     const struct form_activity *activity)
{
	json_t *object = json_pack("{s:s, s:o, s:s}", "functional_unit", unit, "gCO2e",
				   json_figure(figure), "energy_is", form_way(activity));
	form_add(form, object, "comment", form_comment(form, activity));
	return object;
}

/* Queries of a workflow's execution: as stated, else as whole ones were served; NAN: not known. */
static double calls_of(const struct form *form)
{
	double stated = statement_number(form->wish->statement, STATED_CALLS_PER_EXECUTION);
	const struct unit_row *served = unit_row_of(&form->inference->row->units,
						    UNIT_SESSIONS);
	return !isfinite(stated) && served && served->queries > 0 ? served->queries
								  : stated;
}

static json_t *consumer(const struct form *form, struct problem *why)
{
	const struct figure_group *query = form->inference->query;
	struct figure sci = query ? query->figures[FIGURE_SCI_G]
				  : figure_unknown("nobody counted its queries");
	double calls = calls_of(form);
	if (form_need_figure(sci, "the SCI of a query", why) != 0)
		return NULL;
	json_t *scores = json_pack("[o]", score(form, sci, "inference", form->inference));
	if (isfinite(calls))
		json_array_append_new(
		    scores,
		    score(form, figure_times(sci, calls),
			  arena_format(form->arena,
				       "execution of an agent's workflow (%.17g queries)",
				       calls),
			  form->inference));
	return json_pack("{s:s, s:o}", "boundary",
			 "Runtime operations: the serving process and its share of the "
			 "machine. Not in it: gateways, storage, network, clients.",
			 "scores", scores);
}

/* Of the training alone. */
static json_t *provider(const struct form *form, struct problem *why)
{
	const char *stated = form_stated(form, STATED_PARAMETER_BASIS);
	bool is_effective = stated && strcmp(stated, "effective") == 0;
	double parameters = form_metric(form->training,
					is_effective ? "nonzeros" : "parameters");
	struct figure sci = form->training->run->figures[FIGURE_SCI_G];
	if (form_need_figure(sci, "the SCI of the training", why) != 0)
		return NULL;
	if (!(parameters > 0)) {
		problem_refuse(why,
			       is_effective ? "give --parameter-basis gross"
					    : "the program states the metric 'parameters'",
			       "the program did not say how many %sparameters it has",
			       is_effective ? "nonzero " : "");
		return NULL;
	}
	return json_pack(
	    "{s:s, s:s, s:f, s:[o]}", "boundary",
	    "Model training: this training, all its epochs. Not in it: data engineering, "
	    "search and failed runs, models it is made from, integration, end of life.",
	    "parameter_basis", is_effective ? "effective" : "gross", "parameters",
	    parameters, "scores",
	    score(form, figure_times(sci, 1e9 / parameters), "billion parameters",
		  form->training));
}

json_t *form_sci(const struct form *form, struct problem *why)
{
	static const enum stated needed[] = { STATED_RATIONALE };
	json_t *of_consumer = NULL, *of_provider = NULL;
	if (form_need(form, needed, 1, why) != 0)
		return NULL;
	if (form->inference && !(of_consumer = consumer(form, why)))
		return NULL;
	if (form->training && !(of_provider = provider(form, why))) {
		json_decref(of_consumer);
		return NULL;
	}
	json_t *object = json_pack("{s:s, s:o, s:o, s:o}", "specification",
				   "SCI for AI, Green Software Foundation; ISO/IEC 21031",
				   "rationale",
				   form_text(form, form_stated(form, STATED_RATIONALE)),
				   "consumer", of_consumer ? of_consumer : json_null(),
				   "provider", of_provider ? of_provider : json_null());
	form_add_stated(form, object, "model", STATED_MODEL_NAME);
	form_add_stated(form, object, "organisation", STATED_ORGANISATION);
	return object;
}
