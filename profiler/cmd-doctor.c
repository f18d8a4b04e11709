/* profiler/cmd-doctor.c - joulecart doctor: what this machine can do, and what would help. */
#include <config.h>

#include "base/problem.h"
#include "collectors/registry.h"
#include "profiler/command.h"
#include "profiler/options.h"
#include "profiler/sensors.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: joulecart doctor [OPTION]...\n"
    "Say of each source of counters whether it works here, why not, and the command\n"
    "that would make it work. Changes nothing.\n"
    "\n"
    "      --json             the same as JSON\n"
    "  -h, --help             this text\n";

enum { OPT_JSON = 256 };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* What one collector said. */
struct diagnosis {
	const struct collector *collector;
	bool works;
	char found[256];
	struct problem why;
};

static void diagnose(const struct collector *collector, struct diagnosis *diagnosis)
{
	*diagnosis = (struct diagnosis){ .collector = collector };
	diagnosis->works = collector->probe(diagnosis->found, sizeof(diagnosis->found),
					    &diagnosis->why) == 0;
}

/* How joules would be had if a run began now. */
static const char *energy_provenance(double *uncertainty_k2)
{
	struct sensors sensors;
	struct problem why;
	const struct scope scope = { .root_pid = getpid() };
	const char *provenance = NULL;
	*uncertainty_k2 = 0;
	if (sensors_open(&sensors, &scope, &why) != 0)
		return NULL;
	for (size_t i = 0; i < sensors.n; i++)
		for (size_t j = 0; j < sensors.items[i].list.n; j++) {
			const struct channel *channel = &sensors.items[i].list.channels[j];
			if (!channel->counted)
				continue;
			provenance = provenance_name(channel->provenance);
			*uncertainty_k2 = channel->uncertainty_k2;
		}
	sensors_close(&sensors);
	return provenance;
}

static const char *word(const struct diagnosis *diagnosis)
{
	return diagnosis->works ? "ok" : diagnosis->why.todo[0] ? "fix" : "none";
}

static void print_text(const struct diagnosis *diagnosis)
{
	printf(" %-5s %-10s %s\n", word(diagnosis), diagnosis->collector->name,
	       diagnosis->works ? diagnosis->found : diagnosis->why.why);
	if (!diagnosis->works && diagnosis->why.todo[0])
		printf("                  %s\n", diagnosis->why.todo);
}

static void print_summary_text(void)
{
	double uncertainty_k2;
	const char *provenance = energy_provenance(&uncertainty_k2);
	if (!provenance)
		puts("Nothing here can tell joules.\n");
	else if (strcmp(provenance, "estimated") == 0)
		printf("Energy would be ESTIMATED (±%.0f %%).\n\n", 100 * uncertainty_k2);
	else
		printf("Energy would be %s (±%.0f %%).\n\n", provenance,
		       100 * uncertainty_k2);
}

static json_t *json_of(const struct diagnosis *diagnosis)
{
	json_t *object = json_pack("{s:s, s:s, s:b, s:s}", "name",
				   diagnosis->collector->name, "source",
				   diagnosis->collector->source, "works", diagnosis->works,
				   "status", word(diagnosis));
	if (diagnosis->works)
		json_object_set_new(object, "found", json_string(diagnosis->found));
	else
		json_object_set_new(object, "why", json_string(diagnosis->why.why));
	if (!diagnosis->works && diagnosis->why.todo[0])
		json_object_set_new(object, "fix", json_string(diagnosis->why.todo));
	return object;
}

static void print_json(json_t *list)
{
	double uncertainty_k2;
	const char *provenance = energy_provenance(&uncertainty_k2);
	json_t *energy = provenance ? json_pack("{s:s, s:f}", "provenance", provenance,
						"uncertainty_k2", uncertainty_k2)
				    : json_null();
	json_t *root = json_pack("{s:s, s:i, s:o, s:o}", "schema", "joulecart-doctor",
				 "version", 1, "energy", energy, "collectors", list);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

static int run(int argc, char **argv, struct problem *why)
{
	bool json = false;
	int code;
	while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (code != OPT_JSON)
			return option_problem(argv, code, why);
		json = true;
	}
	if (optind != argc)
		return operand_problem("doctor", "options only", why);
	json_t *list = json ? json_array() : NULL;
	if (!json)
		print_summary_text();
	for (size_t i = 0; collectors[i]; i++) {
		struct diagnosis diagnosis;
		diagnose(collectors[i], &diagnosis);
		if (json)
			json_array_append_new(list, json_of(&diagnosis));
		else
			print_text(&diagnosis);
	}
	if (json)
		print_json(list);
	return EXIT_OK;
}

const struct command command_doctor = {
	.name = "doctor",
	.group = "Trust",
	.summary = "what this machine can do, and what would help",
	.run = run,
};
