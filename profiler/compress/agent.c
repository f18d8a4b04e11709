/* profiler/compress/agent.c - see agent.h. */
#include <config.h>

#include "profiler/compress/agent.h"

#include "base/problem.h"
#include "profiler/campaign/bundled-models.h"
#include "profiler/campaign/compare-commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A technique, and how 'joulecart models' writes it: see models/variants/stack.h. Early exits are left to
 * --levels: they go with integers alone. */
static const struct agent_technique {
	const char *name, *step;
	const char *levels; /* NULL: searched only where --levels says so */
} known[] = {
	{ "network", "{network}", "network=teacher,student" },
	{ "channels", "+pruned-channel:{channels}", "channels=off,256,192,128,96" },
	{ "rank", "+lowrank-svd:{rank}", "rank=off,64,48,32" },
	{ "exits", "+early-exit-softmax:{exits}", NULL },
	{ "bits", "+int8:{bits}", "bits=off,8" },
};
enum { N_KNOWN = sizeof(known) / sizeof(known[0]) };

static bool is_asked_for(const struct technique_list *list, const char *name)
{
	for (size_t t = 0; t < list->n; t++)
		if (strcmp(list->techniques[t].name, name) == 0)
			return true;
	return false;
}

static int check_names(const struct technique_list *list, struct problem *why)
{
	for (size_t t = 0; t < list->n; t++) {
		const char *name = list->techniques[t].name;
		size_t i = 0;
		while (i < N_KNOWN && strcmp(known[i].name, name) != 0)
			i++;
		if (i < N_KNOWN)
			continue;
		problem_what(why, "cannot compress the bundled agent by '%s'", name);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "name one of these, or give a command",
				      "it has network, channels, rank, exits and bits");
	}
	return 0;
}

static int take_techniques(struct agent *agent, struct technique_list *list,
			   struct problem *why)
{
	bool is_own = list->n == 0;
	size_t used = 0;
	/* What is made soonest is searched first: integers take no training. */
	for (size_t i = N_KNOWN; is_own && i-- > 0;)
		if (known[i].levels && levels_add(list, known[i].levels, why) != 0)
			return -1;
	for (size_t i = 0; i < N_KNOWN; i++) {
		const char *step = is_asked_for(list, known[i].name) ? known[i].step
				   : i == 0                          ? "teacher"
								     : "";
		used += (size_t)snprintf(agent->stack + used, sizeof(agent->stack) - used,
					 "%s", step);
	}
	return 0;
}

/* As one word, which needs no room in the command where it is not there. */
static int take_data(struct agent *agent, const char *data, struct problem *why)
{
	int n = snprintf(agent->data, sizeof(agent->data), "--data=%s", data);
	char *const words[] = { agent->data };
	problem_what(why, "cannot compress the bundled agent on '%s'", data);
	why->kind = PROBLEM_USAGE;
	for (size_t i = 0; i < N_KNOWN; i++)
		if (command_takes(words, 1, known[i].name))
			return problem_refuse(why, "give the file another name",
					      "each trial would read '{%s}' as its level",
					      known[i].name);
	if (n >= 0 && (size_t)n < sizeof(agent->data))
		return 0;
	return problem_refuse(why, "use a shorter path", "the path is too long");
}

int agent_take(struct agent *agent, struct compress_options *options, int64_t samples,
	       const char *data, struct problem *why)
{
	if (check_names(&options->techniques, why) != 0 ||
	    models_path(agent->path, sizeof(agent->path), why) != 0 ||
	    take_techniques(agent, &options->techniques, why) != 0 ||
	    (data && take_data(agent, data, why) != 0))
		return -1;
	snprintf(agent->infer, sizeof(agent->infer), "infer");
	snprintf(agent->make, sizeof(agent->make), "--make");
	snprintf(agent->seconds, sizeof(agent->seconds), "--seconds=1");
	char *const words[] = { agent->path, agent->infer, agent->stack, agent->make,
				agent->seconds };
	memcpy(agent->words, words, sizeof(words));
	options->n_words = sizeof(words) / sizeof(words[0]);
	if (samples > 0) {
		snprintf(agent->samples, sizeof(agent->samples), "--samples=%" PRId64,
			 samples);
		agent->words[options->n_words++] = agent->samples;
	}
	if (data)
		agent->words[options->n_words++] = agent->data;
	options->words = agent->words;
	return options->quality.name[0] ? 0 : quality_read(&options->quality, "top1", why);
}
