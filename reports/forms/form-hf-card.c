/* reports/forms/form-hf-card.c - the metadata of a model card at Hugging Face: co2_eq_emissions, in grams, of the
 * training. Names as huggingface.co/docs/hub/model-cards-co2 has them. */
#include <config.h>

#include "reports/forms/form.h"

#include "base/problem.h"

json_t *form_hf_card(const struct form *form, struct problem *why)
{
	if (form_need_training(form, why) != 0 ||
	    form_need_figure(form->training->run->figures[FIGURE_O_G],
			     "the carbon of the training", why) != 0)
		return NULL;
	const struct model_campaign *campaign = form->campaign;
	const char *place = form_stated(form, STATED_LOCATION);
	json_t *emissions = json_pack("{s:f}", "emissions",
				      form->training->run->figures[FIGURE_O_G].value);
	form_add(form, emissions, "source",
		 arena_format(form->arena, PACKAGE_NAME " " PACKAGE_VERSION ", %s. %s",
			      form_way(form->training),
			      form_comment(form, form->training)));
	form_add_stated(form, emissions, "training_type", STATED_TRAINING_TYPE);
	if (!place)
		place = form_stated(form, STATED_COUNTRY);
	if (!place && !campaign->zone_assumed)
		place = campaign->zone_name ? campaign->zone_name : campaign->zone;
	form_add(form, emissions, "geographical_location", place);
	form_add(form, emissions, "hardware_used", campaign->cpu_model);
	json_t *card = json_object();
	form_add_stated(form, card, "model_name", STATED_MODEL_NAME);
	if (form_stated(form, STATED_DATASET))
		json_object_set_new(
		    card, "datasets",
		    json_pack("[o]", form_text(form, form_stated(form, STATED_DATASET))));
	json_object_set_new(card, "co2_eq_emissions", emissions);
	return card;
}
