/* reports/forms/form-boamps.c - BoAmps (Boavizta), model/report_schema.json and the four that it refers to. */
#include <config.h>

#include "reports/forms/form.h"

#include "base/problem.h"

#include <math.h>
#include <string.h>

/* What the form's energy is of: all queries that were counted, by the mean energy of one; where nobody counted, one run. The
 * whole run would not do with them: it also loads the model. */
struct amount {
	struct figure kwh;
	double queries; /* 0: of one run */
};

static struct amount amount_of(const struct form *form)
{
	const struct form_activity *activity = form->chosen;
	double queries = (double)activity->row->queries;
	if (activity == form->inference && activity->query && queries > 0 &&
	    activity->query->figures[FIGURE_KWH].is_known)
		return (struct amount){
			figure_times(activity->query->figures[FIGURE_KWH], queries), queries
		};
	return (struct amount){ activity->run->figures[FIGURE_KWH], 0 };
}

/* BoAmps writes times with a blank and no zone. */
static const char *time_text(const struct form *form, const char *utc)
{
	return utc && strlen(utc) >= 19
		   ? arena_format(form->arena, "%.10s %.8s", utc, utc + 11)
		   : NULL;
}

static json_t *header_of(const struct form *form)
{
	json_t *header = json_pack("{s:s}", "reportDatetime",
				   time_text(form, form_now(form)));
	if (form_uuid(form))
		form_add(form, header, "reportId", form_uuid(form));
	return header;
}

static json_t *algorithm_of(const struct form *form)
{
	double parameters = form_metric(form->chosen, "parameters");
	json_t *algorithm = json_object();
	form_add_stated(form, algorithm, "algorithmName", STATED_MODEL_NAME);
	if (isfinite(parameters))
		json_object_set_new(algorithm, "parametersNumber",
				    json_real(parameters * 1e-9)); /* in billions */
	return algorithm;
}

static json_t *dataset_of(const struct form *form)
{
	json_t *dataset = json_pack("{s:s}", "dataUsage", "input");
	form_add_stated(form, dataset, "dataType", STATED_DATASET_TYPE);
	form_add_stated(form, dataset, "sourceUri", STATED_DATASET);
	return dataset;
}

static json_t *task_of(const struct form *form, struct amount amount)
{
	const char *kind = form_stated(form, STATED_TRAINING_TYPE);
	bool is_tuning = form->chosen == form->training && kind && *kind == 'f';
	json_t *task = json_pack("{s:s, s:[o], s:[o]}", "taskStage",
				 is_tuning ? "finetuning" : form->chosen->name,
				 "algorithms", algorithm_of(form), "dataset",
				 dataset_of(form));
	double accuracy = form_metric(form->chosen, "top1");
	form_add_stated(form, task, "taskFamily", STATED_TASK);
	if (amount.queries > 0)
		json_object_set_new(task, "nbRequest", json_real(amount.queries));
	if (accuracy >= 0 && accuracy <= 1)
		json_object_set_new(task, "measuredAccuracy", json_real(accuracy));
	form_add(form, task, "taskDescription",
		 arena_format(form->arena, "%s%s",
			      amount.queries > 0
				  ? "powerConsumption is the mean energy of a query times "
				    "their number; the run below holds more. "
				  : "",
			      form_comment(form, form->chosen)));
	return task;
}

static json_t *measure_of(const struct form *form, struct amount amount)
{
	struct figure seconds = form->chosen->row->seconds;
	json_t *measure = json_pack(
	    "{s:s, s:s, s:f}", "measurementMethod",
	    arena_format(form->arena, "joulecart (%s)", form_way(form->chosen)), "version",
	    PACKAGE_VERSION, "powerConsumption", amount.kwh.value);
	form_add(form, measure, "cpuTrackingMode", form->machine.cpu_way);
	form_add(form, measure, "gpuTrackingMode", form->machine.gpu_way);
	if (seconds.is_known && amount.queries == 0)
		json_object_set_new(measure, "measurementDuration",
				    json_real(seconds.value));
	form_add(form, measure, "measurementDateTime",
		 time_text(form, form->campaign->begin_utc));
	return measure;
}

/* What was seen of the machine; an empty list where nothing was. */
static json_t *components_of(const struct form *form)
{
	json_t *list = json_array();
	if (form->machine.n_packages > 0) {
		json_t *cpu = json_pack("{s:s, s:I}", "componentType", "cpu", "nbComponent",
					(json_int_t)form->machine.n_packages);
		form_add(form, cpu, "componentName", form->campaign->cpu_model);
		json_array_append_new(list, cpu);
	}
	if (form->machine.n_gpus > 0)
		json_array_append_new(list, json_pack("{s:s, s:I}", "componentType", "gpu",
						      "nbComponent",
						      (json_int_t)form->machine.n_gpus));
	return list;
}

/* Its words are errors of 10, 25 and 50 %; NULL: it is larger, or nobody knows. */
static const char *quality_of(struct figure kwh)
{
	double error = kwh.has_interval && kwh.value > 0
			   ? (kwh.high - kwh.low) / 2 / kwh.value
			   : INFINITY;
	return error <= 0.10   ? "high"
	       : error <= 0.25 ? "medium"
	       : error <= 0.5  ? "low"
			       : NULL;
}

json_t *form_boamps(const struct form *form, struct problem *why)
{
	static const enum stated needed[] = { STATED_TASK, STATED_MODEL_NAME,
					      STATED_DATASET_TYPE, STATED_INFRASTRUCTURE };
	static const enum stated place[] = { STATED_COUNTRY }; /* that holds the location */
	const struct amount amount = amount_of(form);
	if (form_need(form, needed, sizeof(needed) / sizeof(needed[0]), why) != 0 ||
	    (form_stated(form, STATED_LOCATION) && form_need(form, place, 1, why) != 0) ||
	    form_need_figure(amount.kwh, "the energy", why) != 0)
		return NULL;
	if (form->machine.n_packages <= 0 && form->machine.n_gpus <= 0) {
		problem_refuse(why, "measure where the processor can be read",
			       "the form asks for a component of the machine, and the "
			       "database names none");
		return NULL;
	}
	json_t *report = json_pack("{s:o, s:o, s:[o], s:{s:s, s:o}}", "header",
				   header_of(form), "task", task_of(form, amount),
				   "measures", measure_of(form, amount), "infrastructure",
				   "infraType", form_stated(form, STATED_INFRASTRUCTURE),
				   "components", components_of(form));
	if (form->machine.os)
		json_object_set_new(
		    report, "system",
		    json_pack("{s:o}", "os", form_text(form, form->machine.os)));
	if (form_stated(form, STATED_COUNTRY)) {
		json_t *environment = json_object();
		form_add_stated(form, environment, "country", STATED_COUNTRY);
		form_add_stated(form, environment, "location", STATED_LOCATION);
		if (form->campaign->g_per_kwh > 0)
			json_object_set_new(environment, "powerSourceCarbonIntensity",
					    json_real(form->campaign->g_per_kwh));
		json_object_set_new(report, "environment", environment);
	}
	form_add(form, report, "quality", quality_of(amount.kwh));
	return report;
}
