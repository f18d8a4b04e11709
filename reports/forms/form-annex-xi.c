/* reports/forms/form-annex-xi.c - the energy part of the Model Documentation Form by which providers answer Annex XI,
 * section 1, point 2 (d) and (e), of Regulation (EU) 2024/1689. The form is a document and has no schema: the keys
 * are its lines. It asks for MWh with at least two significant figures, and for the method. */
#include <config.h>

#include "reports/forms/form.h"

#include "base/problem.h"

#include <math.h>

/* As the form writes quantities: "1.0*10^2 MWh". */
static const char *as_written(const struct form *form, double mwh)
{
	int exponent = (int)floor(log10(mwh));
	double digits = mwh / pow(10, exponent);
	if (digits >= 9.995) { /* would round to 10.00 */
		digits = 1;
		exponent++;
	}
	return arena_format(form->arena, "%.2f*10^%d MWh", digits, exponent);
}

static json_t *energy(const struct form *form, const struct form_activity *activity)
{
	const struct figure kwh = activity->run->figures[FIGURE_KWH];
	json_t *object = json_pack(
	    "{s:f, s:s, s:o, s:s}", "amount_mwh", kwh.value * 1e-3, "amount",
	    as_written(form, kwh.value * 1e-3), "interval_95_mwh",
	    kwh.has_interval ? json_pack("[f,f]", kwh.low * 1e-3, kwh.high * 1e-3)
			     : json_null(),
	    "way", provenance_word(activity->run->figures[FIGURE_JOULES].provenance));
	form_add(form, object, "methodology",
		 arena_format(form->arena, PACKAGE_NAME " " PACKAGE_VERSION ": %s",
			      form_comment(form, activity)));
	return object;
}

/* What the form asks beside the energy; "N/A" where nobody stated it, as the form says. */
static json_t *compute(const struct form *form)
{
	const double training = statement_number(form->wish->statement,
						 STATED_TRAINING_FLOP),
		     inference = statement_number(form->wish->statement,
						  STATED_INFERENCE_FLOP);
	const struct figure seconds = form->training->row->seconds;
	return json_pack("{s:o, s:o, s:o}", "training_flop",
			 isfinite(training) ? json_real(training) : json_string("N/A"),
			 "training_seconds",
			 seconds.is_known ? json_real(seconds.value) : json_string("N/A"),
			 "inference_flop_per_query",
			 isfinite(inference) ? json_real(inference) : json_string("N/A"));
}

json_t *form_annex_xi(const struct form *form, struct problem *why)
{
	static const enum stated needed[] = { STATED_ORGANISATION, STATED_MODEL_NAME };
	if (form_need_training(form, why) != 0 || form_need(form, needed, 2, why) != 0)
		return NULL;
	const struct figure kwh = form->training->run->figures[FIGURE_KWH];
	if (form_need_figure(kwh, "the energy of the training", why) != 0)
		return NULL;
	if (kwh.value <= 0) {
		problem_refuse(why, "measure a longer training",
			       "the energy of the training is nothing that two "
			       "significant figures could show");
		return NULL;
	}
	json_t *object = json_pack("{s:s, s:{}, s:o, s:o}", "form",
				   "Regulation (EU) 2024/1689, Annex XI, section 1, "
				   "2 (d) and (e)",
				   "general", "training_energy",
				   energy(form, form->training), "compute", compute(form));
	json_t *general = json_object_get(object, "general");
	form_add_stated(form, general, "legal_name", STATED_ORGANISATION);
	form_add_stated(form, general, "model_name", STATED_MODEL_NAME);
	form_add_stated(form, general, "model_version", STATED_MODEL_VERSION);
	form_add_stated(form, general, "release_date", STATED_RELEASE_DATE);
	if (form->inference && form->inference->run->figures[FIGURE_KWH].is_known &&
	    form->inference->run->figures[FIGURE_KWH].value > 0)
		json_object_set_new(object, "inference_energy_of_a_benchmark",
				    energy(form, form->inference));
	return object;
}
