/* models/cli/options.c - see options.h. */
#include <config.h>

#include "models/cli/options.h"

#include "base/problem.h"
#include "models/kernels/onednn.h"
#include "models/variants/variant.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static int usage_problem(struct problem *why)
{
	why->kind = PROBLEM_USAGE;
	return -1;
}

struct recipe recipe_default(void)
{
	return (struct recipe){ .seed = 1, .level = (double)NAN };
}

int option_count(const char *name, const char *text, uint64_t least, uint64_t most,
		 uint64_t *value, struct problem *why)
{
	char *end = NULL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0 &&
	    *value >= least && *value <= most)
		return 0;
	problem_what(why, "invalid --%s '%s'", name, text);
	problem_why(why, "expected a whole number from %" PRIu64 " to %" PRIu64, least,
		    most);
	return usage_problem(why);
}

static int take_level(const char *text, double *level, struct problem *why)
{
	char *end = NULL;
	*level = strtod(text, &end);
	if (end != text && *end == '\0' && isfinite(*level))
		return 0;
	problem_what(why, "invalid --level '%s'", text);
	problem_why(why, "expected a number");
	return usage_problem(why);
}

int recipe_option(struct recipe *recipe, int key, const char *value, struct problem *why)
{
	uint64_t count = 0;
	int failed = 0;
	switch (key) {
	case OPTION_SEED:
		failed = option_count("seed", value, 0, UINT32_MAX, &recipe->seed, why);
		break;
	case OPTION_QUICK:
		recipe->quick = true;
		break;
	case OPTION_SAMPLES:
		failed = option_count("samples", value, TRAIN_BATCH, 10000000, &count, why);
		recipe->samples = count;
		break;
	case OPTION_EPOCHS:
		failed = option_count("epochs", value, 1, 1000, &count, why);
		recipe->epochs = count;
		break;
	case OPTION_LEVEL:
		failed = take_level(value, &recipe->level, why);
		break;
	case OPTION_DATA:
		failed = source_file(&recipe->source, value, why);
		break;
	case OPTION_DATA_DIR:
		recipe->data_dir = value;
		break;
	default:
		return 0;
	}
	return failed ? -1 : 1;
}

int option_level(const struct variant *variant, const struct recipe *recipe,
		 struct problem *why)
{
	const struct level *level = &variant->level;
	if (isnan(recipe->level) ||
	    (level->name && recipe->level >= level->least && recipe->level <= level->most))
		return 0;
	problem_what(why, "invalid --level %g for '%s'", recipe->level, variant->name);
	if (level->name)
		problem_why(why, "expected %s, from %g to %g", level->name, level->least,
			    level->most);
	else
		problem_why(why, "this variant has no level");
	return usage_problem(why);
}

int option_threads(uint64_t threads, struct problem *why)
{
	if (compute_set_threads((int)threads))
		return 0;
	problem_what(why, "cannot limit oneDNN to %" PRIu64 " threads", threads);
	return problem_why(why, "it does not run on OpenMP here");
}

int option_refused(int key, char **argv, const char *command, struct problem *why)
{
	if (key == ':')
		problem_what(why, "option '%s' needs a value", argv[optind - 1]);
	else
		problem_what(why, "unknown option '%s'", argv[optind - 1]);
	problem_todo(why, "see 'joulecart models %s --help'", command);
	return usage_problem(why);
}

const struct variant *option_variant(int argc, char **argv, const char *command,
				     struct problem *why)
{
	if (optind + 1 == argc)
		return variant_find(argv[optind], why);
	if (optind == argc)
		problem_what(why, "no variant given");
	else
		problem_what(why, "one variant at a time, not also '%s'", argv[optind + 1]);
	problem_todo(why, "see 'joulecart models %s --help'", command);
	usage_problem(why);
	return NULL;
}

int option_none_left(int argc, char **argv, const char *command, struct problem *why)
{
	if (optind == argc)
		return 0;
	problem_what(why, "unexpected argument '%s'", argv[optind]);
	problem_todo(why, "see 'joulecart models %s --help'", command);
	return usage_problem(why);
}
