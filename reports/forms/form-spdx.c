/* reports/forms/form-spdx.c - SPDX 3.0.1, AI profile: an ai_AIPackage with its ai_EnergyConsumption.
 *
 * Names as the schema of SPDX 3.0.1 has them; what the profile requires beyond the schema (suppliedBy, downloadLocation,
 * packageVersion, primaryPurpose, releaseTime) as its model text says. A quantity is an xsd:decimal, which
 * has no exponent. */
#include <config.h>

#include "reports/forms/form.h"

#include "base/problem.h"

#include <math.h>
#include <string.h>

/* All 17 digits of the double, written out. */
static const char *decimal(const struct form *form, double value)
{
	int decimals = value > 0 ? 17 - (int)ceil(log10(value)) : 0;
	return arena_format(form->arena, "%.*f", decimals > 0 ? decimals : 0, value);
}

static json_t *quantity(const struct form *form, struct figure kwh)
{
	return json_pack("[{s:s, s:s, s:s}]", "type", "ai_EnergyConsumptionDescription",
			 "ai_energyQuantity", decimal(form, kwh.value), "ai_energyUnit",
			 "kilowattHour");
}

static json_t *consumption_of(const struct form *form)
{
	const char *kind = form_stated(form, STATED_TRAINING_TYPE);
	bool is_tuning = kind && *kind == 'f';
	json_t *object = json_pack("{s:s}", "type", "ai_EnergyConsumption");
	if (form->training)
		json_object_set_new(
		    object,
		    is_tuning ? "ai_finetuningEnergyConsumption"
			      : "ai_trainingEnergyConsumption",
		    quantity(form, form->training->run->figures[FIGURE_KWH]));
	if (form->inference)
		json_object_set_new(
		    object, "ai_inferenceEnergyConsumption",
		    quantity(form, form->inference->run->figures[FIGURE_KWH]));
	return object;
}

/* What the program said of itself, and what only a comment has room for. */
static json_t *metrics_of(const struct form *form)
{
	json_t *list = json_array();
	const struct model_row *row = form->chosen->row;
	for (size_t i = 0; i < row->n_qualities; i++)
		json_array_append_new(
		    list,
		    json_pack("{s:s, s:o, s:s}", "type", "DictionaryEntry", "key",
			      form_text(form, row->qualities[i].name), "value",
			      arena_format(form->arena, "%.17g", row->qualities[i].mean)));
	return list;
}

static const char *comment_of(const struct form *form)
{
	const char *text = "";
	const struct form_activity *const all[] = { form->training, form->inference };
	for (size_t i = 0; i < 2; i++)
		if (all[i])
			text = arena_format(form->arena, "%s%s%s: %s", text,
					    *text ? " " : "", all[i]->name,
					    form_comment(form, all[i]));
	return text;
}

static const char *id_of(const struct form *form, const char *name)
{
	return arena_format(form->arena, "urn:uuid:%s#%s", form_uuid(form), name);
}

static json_t *package_of(const struct form *form)
{
	json_t *package = json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "type", "ai_AIPackage", "spdxId",
	    id_of(form, "model"), "creationInfo", "_:creation", "suppliedBy",
	    id_of(form, "organisation"), "software_primaryPurpose", "model", "releaseTime",
	    arena_format(form->arena, "%sT00:00:00Z",
			 form_stated(form, STATED_RELEASE_DATE)),
	    "ai_energyConsumption", consumption_of(form));
	form_add_stated(form, package, "name", STATED_MODEL_NAME);
	form_add_stated(form, package, "software_packageVersion", STATED_MODEL_VERSION);
	form_add_stated(form, package, "software_downloadLocation",
			STATED_DOWNLOAD_LOCATION);
	form_add(form, package, "comment", comment_of(form));
	if (form_stated(form, STATED_TASK))
		json_object_set_new(
		    package, "ai_domain",
		    json_pack("[o]", form_text(form, form_stated(form, STATED_TASK))));
	json_object_set_new(package, "ai_metric", metrics_of(form));
	return package;
}

static json_t *graph_of(const struct form *form)
{
	const char *organisation = id_of(form, "organisation"),
		   *model = id_of(form, "model"), *tool = id_of(form, "tool");
	json_t *creation = json_pack("{s:s, s:s, s:s, s:s, s:[s], s:[s]}", "type",
				     "CreationInfo", "@id", "_:creation", "specVersion",
				     "3.0.1", "created", form_now(form), "createdBy",
				     organisation, "createdUsing", tool);
	json_t *agent = json_pack("{s:s, s:s, s:s, s:o}", "type", "Organization", "spdxId",
				  organisation, "creationInfo", "_:creation", "name",
				  form_text(form, form_stated(form, STATED_ORGANISATION)));
	json_t *made_with = json_pack("{s:s, s:s, s:s, s:s}", "type", "Tool", "spdxId",
				      tool, "creationInfo", "_:creation", "name",
				      PACKAGE_NAME " " PACKAGE_VERSION);
	json_t *document = json_pack(
	    "{s:s, s:s, s:s, s:s, s:[s,s,s], s:[s], s:[s,s,s]}", "type", "SpdxDocument",
	    "spdxId", id_of(form, "document"), "creationInfo", "_:creation", "name",
	    "energy of a model", "profileConformance", "core", "software", "ai",
	    "rootElement", model, "element", organisation, tool, model);
	return json_pack("[o,o,o,o,o]", creation, agent, made_with, package_of(form),
			 document);
}

json_t *form_spdx(const struct form *form, struct problem *why)
{
	static const enum stated needed[] = { STATED_ORGANISATION, STATED_MODEL_NAME,
					      STATED_MODEL_VERSION, STATED_RELEASE_DATE,
					      STATED_DOWNLOAD_LOCATION };
	const struct form_activity *const all[] = { form->training, form->inference };
	if (form_need(form, needed, sizeof(needed) / sizeof(needed[0]), why) != 0)
		return NULL;
	if (!form_uuid(form)) {
		problem_refuse(why, "ask whoever created the file",
			       "the campaign's UUID, which names the elements, is none");
		return NULL;
	}
	for (size_t i = 0; i < 2; i++)
		if (all[i] && form_need_figure(all[i]->run->figures[FIGURE_KWH],
					       "the energy", why) != 0)
			return NULL;
	return json_pack("{s:s, s:o}", "@context",
			 "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph",
			 graph_of(form));
}
