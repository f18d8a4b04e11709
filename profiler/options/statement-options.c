/* profiler/options/statement-options.c - see statement-options.h. */
#include <config.h>

#include "profiler/options/statement-options.h"

#include "base/problem.h"
#include "profiler/config/config-file.h"

#include <string.h>

#define STATED(name, argument, which, text)                              \
	{                                                                \
		name, 0, argument, NULL, text,                           \
		    OPTION_TEXT(struct statement_options, values[which]) \
	}

const struct option_row statement_rows[] = {
	{ OPTION_HEADING("What no sensor knows (or in report.ini beside FILE.db)") },
	STATED("organisation", "NAME", STATED_ORGANISATION, "who reports"),
	STATED("model-name", "NAME", STATED_MODEL_NAME, "what the model is called"),
	STATED("model-version", "TEXT", STATED_MODEL_VERSION, "its version"),
	STATED("release-date", "DATE", STATED_RELEASE_DATE,
	       "when it was released, such as 2026-01-31"),
	STATED("download-location", "URL", STATED_DOWNLOAD_LOCATION, "where it is"),
	STATED("task", "NAME", STATED_TASK, "family of its task: textClassification"),
	STATED("dataset", "NAME", STATED_DATASET, "name or address of its data"),
	STATED("dataset-type", "WORD", STATED_DATASET_TYPE, "text, image, tabular..."),
	STATED("training-type", "WORD", STATED_TRAINING_TYPE,
	       "pre-training or fine-tuning"),
	STATED("training-flop", "N", STATED_TRAINING_FLOP,
	       "floating-point operations of the training"),
	STATED("inference-flop", "N", STATED_INFERENCE_FLOP,
	       "floating-point operations of a query"),
	STATED("infrastructure", "WORD", STATED_INFRASTRUCTURE,
	       "publicCloud, privateCloud, onPremise or other"),
	STATED("country", "NAME", STATED_COUNTRY, "where the machine stands"),
	STATED("location", "PLACE", STATED_LOCATION, "the same, closer: Quebec, Canada"),
	STATED("energy-supplier", "NAME", STATED_ENERGY_SUPPLIER,
	       "who provides the energy"),
	STATED("energy-source", "WORD", STATED_ENERGY_SOURCE,
	       "coal, wind... [unknown: a mix of the grid]"),
	STATED("scenario", "WORD", STATED_SCENARIO, "offline, server or singlestream"),
	STATED("calls-per-execution", "N", STATED_CALLS_PER_EXECUTION,
	       "queries that an agent's workflow takes"),
	STATED("parameter-basis", "WORD", STATED_PARAMETER_BASIS,
	       "gross, or effective: without pruned ones"),
	STATED("rationale", "TEXT", STATED_RATIONALE,
	       "why this functional unit was chosen"),
	{ 0 },
};

struct taking {
	struct statement *statement;
	struct arena *arena;
};

static int take_setting(void *into, const char *section, const char *key, const char *value,
			int line, struct problem *why)
{
	struct taking *taking = into;
	enum stated stated;
	(void)line; /* the problem names it already */
	if (*section && strcmp(section, "report") != 0)
		return problem_refuse(why, "leave the heading out",
				      "there is no section [%s] in it", section);
	if (!stated_find(key, &stated))
		return problem_refuse(why, "'man joulecart-report' has the names",
				      "there is no '%s' to state", key);
	return statement_set(taking->statement, stated, value, taking->arena, why);
}

/* As DIR/report.ini for DIR/FILE.db. */
static const char *path_beside(const char *db_path, struct arena *arena)
{
	const char *slash = strrchr(db_path, '/');
	int length = slash ? (int)(slash + 1 - db_path) : 0;
	return arena_format(arena, "%.*sreport.ini", length, db_path);
}

static int read_file(const char *path, struct arena *arena, struct statement *statement,
		     struct problem *why)
{
	struct taking taking = { statement, arena };
	char refusal[128];
	int state = config_file_read(path, take_setting, &taking, refusal, sizeof(refusal),
				     why);
	if (state == CONFIG_FILE_REFUSED)
		statement->refusal = arena_string(arena, refusal);
	return state < 0 ? -1 : 0;
}

int statement_read(const struct statement_options *options, const char *db_path,
		   struct arena *arena, struct statement *statement, struct problem *why)
{
	*statement = (struct statement){ 0 };
	if (read_file(path_beside(db_path, arena), arena, statement, why) != 0)
		return -1;
	for (int i = 0; options && i < N_STATED; i++) {
		if (!options->values[i])
			continue;
		problem_what(why, "invalid --%s", stated_key((enum stated)i));
		if (statement_set(statement, (enum stated)i, options->values[i], arena,
				  why) != 0)
			return -1;
	}
	return 0;
}
