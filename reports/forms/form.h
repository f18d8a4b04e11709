/* reports/forms/form.h - what every form is filled from, read once, and what they have in common. */
#ifndef JOULECART_FORM_H
#define JOULECART_FORM_H
#include "reports/campaign/summary.h"
#include "reports/forms/forms.h"

#include <jansson.h>

/* What one variant did: its training, or its answering of queries. Energies and grams are of one run, the mean of
 * those that count, as the report has them. */
struct form_activity {
	const char *name; /* "training", "inference" */
	const struct model_row *row;
	const struct figure_group *run;   /* never NULL */
	const struct figure_group *query; /* NULL: nobody counted queries */
};

/* The machine, and what read it. */
struct form_machine {
	const char *os;                /* or NULL */
	int64_t n_packages;            /* 0: not known */
	int64_t n_gpus;                /* that were read */
	double rate_hz;                /* readings a second */
	const char *cpu_way, *gpu_way; /* collectors of what counts: "powercap"; or NULL */
};

struct form {
	const struct form_wish *wish;
	const struct model_campaign *campaign;
	const struct form_activity *training, *inference; /* NULL: there was none */
	const struct form_activity
	    *chosen; /* the one that the user named; else inference, else training */
	const char *variant; /* as shown */
	struct form_machine machine;
	struct arena *arena;
};

/* One form: a JSON value, or NULL with *why. */
typedef json_t *form_fill(const struct form *form, struct problem *why);
form_fill form_cyclonedx, form_spdx, form_boamps, form_hf_card, form_mlperf, form_annex_xi,
    form_sci;

/* What was stated, as people see it; NULL: nothing. */
const char *form_stated(const struct form *form, enum stated stated);
/* 0 where all of them are stated, else -1 with a usage problem that names those that are missing. */
int form_need(const struct form *form, const enum stated *needed, size_t n,
	      struct problem *why);
/* 0 where the figure is known, else -1 with its reason. name: "the embodied carbon". */
int form_need_figure(struct figure figure, const char *name, struct problem *why);
/* -1: the form is of a training, and no training of the variant was measured. */
int form_need_training(const struct form *form, struct problem *why);

/* A JSON string of what people see of the text; of NULL null. */
json_t *form_text(const struct form *form, const char *text);
/* Adds a text to an object, unless it is NULL. */
void form_add(const struct form *form, json_t *object, const char *key, const char *text);
/* Adds what was stated under that key of the form, unless nothing was. */
void form_add_stated(const struct form *form, json_t *object, const char *key,
		     enum stated stated);

/* "ESTIMATED: kWh of one run, mean of 8 runs (95 %: 8.3e-07 to 2.5e-06); ..." */
const char *form_comment(const struct form *form, const struct form_activity *activity);
/* The energy's word for people, by what read the joules: "measured", "ESTIMATED". */
const char *form_way(const struct form_activity *activity);
/* The mean of what the program said of itself ("parameters"); NAN: it did not. */
double form_metric(const struct form_activity *activity, const char *name);
/* "2026-11-30T05:00:00Z": now, or as SOURCE_DATE_EPOCH has it. */
const char *form_now(const struct form *form);
/* The campaign's UUID where it has the form of one, else NULL. */
const char *form_uuid(const struct form *form);

#endif
