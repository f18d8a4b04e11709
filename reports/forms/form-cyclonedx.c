/* reports/forms/form-cyclonedx.c - CycloneDX 1.7: a model card's energyConsumptions.
 *
 * Field names and words as schema/bom-1.7.schema.json of CycloneDX has them. Its units are fixed: kWh and tonnes.
 * What a query takes stands in properties, which are texts. */
#include <config.h>

#include "reports/forms/form.h"

#include "base/problem.h"

/* Rows that have no place of their own. */
static void put_property(const struct form *form, json_t *list, const char *name,
			 const char *value)
{
	if (value)
		json_array_append_new(list, json_pack("{s:s, s:o}", "name", name, "value",
						      form_text(form, value)));
}

static void put_number(const struct form *form, json_t *list, const char *name,
		       struct figure figure)
{
	if (figure.is_known)
		put_property(form, list, name,
			     arena_format(form->arena, "%.17g", figure.value));
	if (!figure.is_known || !figure.has_interval)
		return;
	put_property(form, list, arena_format(form->arena, "%s:ci95-low", name),
		     arena_format(form->arena, "%.17g", figure.low));
	put_property(form, list, arena_format(form->arena, "%s:ci95-high", name),
		     arena_format(form->arena, "%.17g", figure.high));
}

static json_t *properties_of(const struct form *form, const struct form_activity *activity)
{
	json_t *list = json_array();
	const struct figure *run = activity->run->figures;
	put_property(form, list, "joulecart:provenance",
		     provenance_word(run[FIGURE_JOULES].provenance));
	put_property(form, list, "joulecart:provenance-of-kwh",
		     provenance_word(run[FIGURE_KWH].provenance));
	put_property(form, list, "joulecart:comment", form_comment(form, activity));
	put_property(form, list, "joulecart:variant", form->variant);
	put_property(form, list, "joulecart:runs",
		     arena_format(form->arena, "%lld", (long long)activity->run->n));
	put_number(form, list, "joulecart:kwh-per-run", run[FIGURE_KWH]);
	put_number(form, list, "joulecart:gco2e-per-run", run[FIGURE_O_G]);
	if (!activity->query)
		return list;
	put_number(form, list, "joulecart:joules-per-query",
		   activity->query->figures[FIGURE_JOULES]);
	put_number(form, list, "joulecart:kwh-per-query",
		   activity->query->figures[FIGURE_KWH]);
	return list;
}

static json_t *measure(double value, const char *unit)
{
	return json_pack("{s:f, s:s}", "value", value, "unit", unit);
}

static json_t *consumption_of(const struct form *form, const struct form_activity *activity)
{
	const struct figure kwh = activity->run->figures[FIGURE_KWH],
			    grams = activity->run->figures[FIGURE_O_G];
	const char *source = form_stated(form, STATED_ENERGY_SOURCE);
	const char *training = form_stated(form, STATED_TRAINING_TYPE);
	const char *name = activity->name;
	if (activity == form->training && training && *training == 'f')
		name = "fine-tuning";
	json_t *object = json_pack(
	    "{s:s, s:[{s:s, s:{s:o}, s:s, s:o}], s:o}", "activity", name, "energyProviders",
	    "description", form_way(activity), "organization", "name",
	    form_text(form, form_stated(form, STATED_ENERGY_SUPPLIER)), "energySource",
	    source ? source : "unknown", "energyProvided", measure(kwh.value, "kWh"),
	    "activityEnergyCost", measure(kwh.value, "kWh"));
	if (grams.is_known)
		json_object_set_new(object, "co2CostEquivalent",
				    measure(grams.value * 1e-6, "tCO2eq"));
	json_object_set_new(object, "properties", properties_of(form, activity));
	return object;
}

static json_t *component_of(const struct form *form, json_t *consumptions)
{
	json_t *component = json_pack(
	    "{s:s, s:s, s:o, s:{s:{s:{s:o}}}}", "type", "machine-learning-model", "bom-ref",
	    "model", "name", form_text(form, form_stated(form, STATED_MODEL_NAME)),
	    "modelCard", "considerations", "environmentalConsiderations",
	    "energyConsumptions", consumptions);
	form_add_stated(form, component, "version", STATED_MODEL_VERSION);
	return component;
}

json_t *form_cyclonedx(const struct form *form, struct problem *why)
{
	static const enum stated needed[] = { STATED_MODEL_NAME, STATED_ENERGY_SUPPLIER };
	const struct form_activity *const all[] = { form->training, form->inference };
	json_t *consumptions;
	if (form_need(form, needed, 2, why) != 0)
		return NULL;
	for (size_t i = 0; i < 2; i++)
		if (all[i] && form_need_figure(all[i]->run->figures[FIGURE_KWH],
					       "the energy", why) != 0)
			return NULL;
	consumptions = json_array();
	for (size_t i = 0; i < 2; i++)
		if (all[i])
			json_array_append_new(consumptions, consumption_of(form, all[i]));
	json_t *metadata = json_pack("{s:s, s:{s:[{s:s, s:s, s:s}]}}", "timestamp",
				     form_now(form), "tools", "components", "type",
				     "application", "name", PACKAGE_NAME, "version",
				     PACKAGE_VERSION);
	if (form_stated(form, STATED_ORGANISATION))
		json_object_set_new(
		    metadata, "manufacturer",
		    json_pack("{s:o}", "name",
			      form_text(form, form_stated(form, STATED_ORGANISATION))));
	json_t *bom = json_pack("{s:s, s:s, s:s, s:i, s:o, s:[o]}", "$schema",
				"http://cyclonedx.org/schema/bom-1.7.schema.json",
				"bomFormat", "CycloneDX", "specVersion", "1.7", "version",
				1, "metadata", metadata, "components",
				component_of(form, consumptions));
	if (form_uuid(form))
		json_object_set_new(bom, "serialNumber",
				    json_sprintf("urn:uuid:%s", form_uuid(form)));
	return bom;
}
