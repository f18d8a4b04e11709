/* reports/stated/stated.c - see stated.h. */
#include <config.h>

#include "reports/stated/stated.h"

#include "base/number.h"
#include "base/problem.h"
#include "reports/figure/column-text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* NULL: it may be that text. Else what is expected. */
typedef const char *check_text(const char *text);

static check_text is_number, is_date, is_year, is_address, is_digest;

static const struct {
	const char *key, *words, *help;
	const char *choices; /* "a|b"; NULL: any text that check takes */
	check_text *check;   /* NULL: any */
} keys[N_STATED] = {
	[STATED_ORGANISATION] = { "organisation", "Organisation", "who reports" },
	[STATED_MODEL_NAME] = { "model-name", "Model", "what the model is called" },
	[STATED_MODEL_VERSION] = { "model-version", "Version of the model", "its version" },
	[STATED_RELEASE_DATE] = { "release-date", "Release of the model",
				  "when the model was released: 2026-01-31", NULL,
				  is_date },
	[STATED_DOWNLOAD_LOCATION] = { "download-location", "Where the model is",
				       "address of the model: https://...", NULL,
				       is_address },
	[STATED_TASK] = { "task", "Task of the model",
			  "family of its task: textClassification" },
	[STATED_DATASET] = { "dataset", "Data set", "name or address of its data" },
	[STATED_DATASET_TYPE] = { "dataset-type", "Kind of data",
				  "what its data are: text, image, tabular...",
				  "tabular|audio|boolean|image|video|object|text|token|"
				  "word|other" },
	[STATED_TRAINING_TYPE] = { "training-type", "Kind of training",
				   "pre-training or fine-tuning",
				   "pre-training|fine-tuning" },
	[STATED_TRAINING_FLOP] = { "training-flop", "Training compute, FLOP",
				   "floating-point operations of the training", NULL,
				   is_number },
	[STATED_INFERENCE_FLOP] = { "inference-flop", "Inference compute, FLOP a query",
				    "floating-point operations of a query", NULL,
				    is_number },
	[STATED_INFRASTRUCTURE] = { "infrastructure", "Infrastructure",
				    "whose machine it is: onPremise, publicCloud...",
				    "publicCloud|privateCloud|onPremise|other" },
	[STATED_COUNTRY] = { "country", "Country", "where the machine stands" },
	[STATED_LOCATION] = { "location", "Place", "the same, closer: Quebec, Canada" },
	[STATED_ENERGY_SUPPLIER] = { "energy-supplier", "Supplier of energy",
				     "who provides the energy" },
	[STATED_ENERGY_SOURCE] = { "energy-source", "Source of energy",
				   "what it is made from [unknown: a mix of the grid]",
				   "coal|oil|natural-gas|nuclear|wind|solar|geothermal|"
				   "hydropower|biofuel|unknown|other" },
	[STATED_SCENARIO] = { "scenario", "Scenario",
			      "the scenario of MLPerf, offline, server or singlestream",
			      "offline|server|singlestream" },
	[STATED_CALLS_PER_EXECUTION] = { "calls-per-execution",
					 "Queries of a workflow's execution",
					 "queries that an agent's workflow takes", NULL,
					 is_number },
	[STATED_PARAMETER_BASIS] = { "parameter-basis", "Parameters counted",
				     "gross, or effective: without pruned ones",
				     "gross|effective" },
	[STATED_RATIONALE] = { "rationale", "Rationale of the functional unit",
			       "why this functional unit was chosen" },
	[STATED_ORGANISATIONAL_BOUNDARY] = { "organisational-boundary",
					     "Organisational boundary", "" },
	[STATED_CONSOLIDATION_APPROACH] = { "consolidation-approach",
					    "Consolidation approach", "",
					    "equity share|financial control|"
					    "operational control" },
	[STATED_GHG_CATEGORY] = { "ghg-category",
				  "GHG Protocol category of the embodied carbon", "" },
	[STATED_BASE_YEAR] = { "base-year", "Base year", "", NULL, is_year },
	[STATED_MATERIALITY] = { "materiality", "Materiality threshold", "" },
	[STATED_ASSURANCE_LEVEL] = { "assurance-level", "Level of assurance", "",
				     "none|limited|reasonable" },
	[STATED_EVIDENCE_SHARE] = { "evidence-share", "Evidence of the share", "" },
	[STATED_EVIDENCE_SHARE_SHA256] = { "evidence-share-sha256", "its file (SHA-256)",
					   "", NULL, is_digest },
	[STATED_EVIDENCE_LIFE] = { "evidence-life", "Evidence of the life", "" },
	[STATED_EVIDENCE_LIFE_SHA256] = { "evidence-life-sha256", "its file (SHA-256)", "",
					  NULL, is_digest },
	[STATED_EVIDENCE_PUE] = { "evidence-pue", "Evidence of the PUE", "" },
	[STATED_EVIDENCE_PUE_SHA256] = { "evidence-pue-sha256", "its file (SHA-256)", "",
					 NULL, is_digest },
	[STATED_CALIBRATED_BY] = { "calibrated-by", "Who calibrated the estimate", "" },
	[STATED_CALIBRATED_AGAINST] = { "calibrated-against",
					"What it was calibrated against", "" },
};

static const char *is_number(const char *text)
{
	double value;
	return number_read(text, &value) && value > 0 ? NULL : "a number above 0";
}

static const char *is_date(const char *text)
{
	struct tm date = { 0 };
	const char *end = strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &date) : NULL;
	return end && !*end ? NULL : "a date such as 2026-01-31";
}

static const char *is_year(const char *text)
{
	return strlen(text) == 4 && strspn(text, "0123456789") == 4 ? NULL
								    : "a year such as 2025";
}

/* As a reference to follow: a scheme, and nothing that no address has. */
static const char *is_address(const char *text)
{
	size_t scheme = strspn(text, "abcdefghijklmnopqrstuvwxyz+.-0123456789");
	const char *p = text;
	while (*p > ' ' && *p < 0x7f && !strchr("\"<>\\^`{|}", *p))
		p++;
	return scheme > 0 && islower((unsigned char)*text) && text[scheme] == ':' &&
		       text[scheme + 1] && !*p
		   ? NULL
		   : "an address such as https://example.org/model";
}

static const char *is_digest(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64
		   ? NULL
		   : "64 hexadecimal digits, as sha256sum prints them";
}

const char *stated_key(enum stated stated)
{
	return keys[stated].key;
}

const char *stated_words(enum stated stated)
{
	return keys[stated].words;
}

const char *stated_help(enum stated stated)
{
	return keys[stated].help;
}

bool stated_find(const char *key, enum stated *stated)
{
	for (int i = 0; i < N_STATED; i++)
		if (strcmp(keys[i].key, key) == 0) {
			*stated = (enum stated)i;
			return true;
		}
	return false;
}

static bool is_choice(const char *choices, const char *text)
{
	size_t length = strcspn(text, "|"); /* two words are none of them */
	if (text[length])
		return false;
	for (const char *at = choices; at; at = strchr(at, '|')) {
		at += *at == '|';
		if (strncmp(at, text, length) == 0 && (at[length] == '|' || !at[length]))
			return true;
	}
	return false;
}

int statement_set(struct statement *statement, enum stated stated, const char *value,
		  struct arena *arena, struct problem *why)
{
	const char *expected = NULL;
	why->kind = PROBLEM_USAGE;
	if (!*value)
		return problem_refuse(why, "leave it out, or say what it is",
				      "'%s' is empty", keys[stated].key);
	if (keys[stated].choices && !is_choice(keys[stated].choices, value))
		return problem_refuse(why, "take one of those words",
				      "'%s' is no %s: it is one of %s", value,
				      keys[stated].key, keys[stated].choices);
	if (keys[stated].check)
		expected = keys[stated].check(value);
	if (expected)
		return problem_refuse(why, "mend it, or leave it out",
				      "'%s' is no %s: expected %s", value, keys[stated].key,
				      expected);
	statement->values[stated] = guarded_text(arena_string(arena, value), arena);
	return 0;
}

/* A hash follows the note that it belongs to. */
static bool is_hash(enum stated stated)
{
	return keys[stated].check == is_digest;
}

bool stated_is_shown(enum stated stated)
{
	return !is_hash(stated);
}

const char *statement_shown(const struct statement *statement, enum stated stated,
			    struct arena *arena)
{
	const char *text = statement->values[stated];
	const char *hash = stated + 1 < N_STATED && is_hash(stated + 1)
			       ? statement->values[stated + 1]
			       : NULL;
	if (!hash)
		return text;
	return arena_format(arena, "%s%sSHA-256 %s", text ? text : "", text ? "; " : "",
			    hash);
}

double statement_number(const struct statement *statement, enum stated stated)
{
	double value = NAN;
	if (statement->values[stated])
		number_read(statement->values[stated], &value);
	return value;
}
