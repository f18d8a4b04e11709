/* profiler/cli/cmd-doctor.c - joulecart doctor: what this machine can do, and what would help. */
#include <config.h>

#include "base/number.h"
#include "base/option-table.h"
#include "base/problem.h"
#include "collectors/registry.h"
#include "profiler/cli/command.h"
#include "profiler/doctor/fixes.h"
#include "profiler/doctor/machine-checks.h"
#include "profiler/launch/privileges.h"
#include "profiler/launch/program-path.h"
#include "profiler/sample/sensors.h"
#include "reports/figure/json-text.h"
#include "reports/figure/wrap.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Columns before the text of a line. */
enum { TEXT_COLUMN = 18 };

struct options {
	bool json, fix, apply, force;
	double observer_s; /* 0: not asked for */
	const char *record;
};

static int take_observer(void *seconds, const char *text, struct problem *why)
{
	double wanted = 20;
	if (text && (!number_read(text, &wanted) || wanted < 4 || wanted > 3600))
		return options_invalid("observer", text,
				       "seconds from 4 to 3600 are expected", why);
	*(double *)seconds = wanted;
	return 0;
}

static const struct option_row rows[] = {
	{ "fix", 0, NULL, NULL,
	  "show the smallest changes that let you measure more (as root on a terminal: "
	  "asks whether to make them)",
	  OPTION_FLAG(struct options, fix) },
	{ "apply", 0, NULL, NULL, "make these changes, as root",
	  OPTION_FLAG(struct options, apply) },
	{ "json", 0, NULL, NULL, "print the same as JSON",
	  OPTION_FLAG(struct options, json) },
	{ "record", 0, "FILE", NULL,
	  "write what joulecart reads of this machine to FILE, without private data, to "
	  "send to its developers",
	  OPTION_TEXT(struct options, record) },
	{ "observer", 0, "[SECONDS]", NULL,
	  "find out by how much joulecart slows a command down here [20 s], and keep the "
	  "figure for later runs",
	  OPTION_OWN(struct options, observer_s, take_observer) },
	{ "force", 0, NULL, NULL, "replace FILE", OPTION_FLAG(struct options, force) },
	{ 0 },
};

static const struct option_table table = {
	.command = "doctor",
	.usage = "Usage: joulecart doctor [OPTION]...\n"
		 "Show whether each counter source works here and, if not, why and how to "
		 "enable\n"
		 "it. Nothing is changed without --apply.\n"
		 "\n"
		 "  joulecart doctor\n"
		 "  sudo joulecart doctor --fix\n",
	.rows = rows,
	.takes_no_operand = true,
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

/* How joules would be had if a run began now: of boards, and of all else. */
struct prospect {
	const char *provenance; /* NULL: not at all */
	double uncertainty_k2;
	bool has_memory, is_machine;
};

static void note_channel(struct prospect *prospect, const struct channel *channel)
{
	const char *domain = channel->domain ? channel->domain : "";
	prospect->provenance = provenance_name(channel->provenance);
	prospect->uncertainty_k2 = channel->uncertainty_k2;
	prospect->has_memory |= strcmp(domain, "dram") == 0;
	prospect->is_machine |= strcmp(domain, "machine") == 0 ||
				strcmp(domain, "psys") == 0;
}

static void look_ahead(struct prospect *rest, struct prospect *boards)
{
	struct sensors sensors;
	struct problem why;
	const struct scope scope = { .root_pid = getpid() };
	*rest = *boards = (struct prospect){ 0 };
	if (sensors_open(&sensors, &scope, &why) != 0)
		return;
	for (size_t i = 0; i < sensors.n; i++)
		for (size_t j = 0; j < sensors.items[i].list.n; j++) {
			const struct channel *channel = &sensors.items[i].list.channels[j];
			bool is_board = channel->domain &&
					strcmp(channel->domain, "gpu") == 0;
			if (channel->counted)
				note_channel(is_board ? boards : rest, channel);
		}
	sensors_close(&sensors);
}

static const char *word(const struct diagnosis *diagnosis)
{
	return diagnosis->works ? "ok" : diagnosis->why.todo[0] ? "fix" : "none";
}

static void print_line(const char *status, const char *name, const char *text)
{
	printf(" %-5s %-10s ", status, name);
	wrap_print(text, TEXT_COLUMN, TEXT_COLUMN, stdout);
}

static void print_todo(const char *text)
{
	printf("%*s", TEXT_COLUMN, "");
	wrap_print(text, TEXT_COLUMN, TEXT_COLUMN, stdout);
}

static bool has_fix(const struct fixes *fixes, const char *collector)
{
	for (size_t i = 0; i < fixes->n; i++)
		if (strcmp(fixes->items[i].collector, collector) == 0)
			return true;
	return false;
}

static void print_diagnosis(const struct diagnosis *diagnosis, const struct fixes *fixes)
{
	const char *name = diagnosis->collector->name;
	print_line(word(diagnosis), name,
		   diagnosis->works ? diagnosis->found : diagnosis->why.why);
	if (has_fix(fixes, name))
		print_todo("sudo joulecart doctor --fix   shows what would help");
	else if (!diagnosis->works && diagnosis->why.todo[0])
		print_todo(diagnosis->why.todo);
}

/* "Energy of CPU and memory would be measured (±5 %)" */
static int prospect_text(const struct prospect *prospect, const char *what, char *text,
			 size_t size)
{
	bool is_estimate = prospect->provenance &&
			   strcmp(prospect->provenance, "estimated") == 0;
	if (!prospect->provenance)
		return snprintf(text, size, "No energy source works here");
	return snprintf(text, size, "%s would be %s (±%.0f %%)", what,
			is_estimate ? "ESTIMATED" : prospect->provenance,
			100 * prospect->uncertainty_k2);
}

static void print_summary(void)
{
	struct prospect rest, boards;
	char text[256];
	look_ahead(&rest, &boards);
	int length = prospect_text(&rest,
				   rest.is_machine   ? "Energy of this machine"
				   : rest.has_memory ? "Energy of CPU and memory"
						     : "Energy of the CPU",
				   text, sizeof(text));
	if (boards.provenance) {
		length += snprintf(text + length, sizeof(text) - (size_t)length, "; ");
		length += prospect_text(&boards, "that of the GPU", text + length,
					sizeof(text) - (size_t)length);
	}
	snprintf(text + length, sizeof(text) - (size_t)length, ".");
	putchar(' ');
	wrap_print(text, 1, 1, stdout);
	putchar('\n');
}

static void print_checks(void)
{
	struct machine_check checks[2];
	const bool is_told[] = { check_governor(&checks[0]), check_load(&checks[1]) };
	putchar('\n');
	for (size_t i = 0; i < 2; i++) {
		if (!is_told[i])
			continue;
		print_line(checks[i].is_warning ? "warn" : "ok", checks[i].name,
			   checks[i].found);
		if (checks[i].todo)
			print_todo(checks[i].todo);
	}
}

static void print_text(void)
{
	struct fixes fixes;
	fixes_find(&fixes);
	print_summary();
	for (size_t i = 0; collectors[i]; i++) {
		struct diagnosis diagnosis;
		if (!collectors[i]->probe)
			continue;
		diagnose(collectors[i], &diagnosis);
		print_diagnosis(&diagnosis, &fixes);
	}
	print_checks();
	if (has_fix(&fixes, "powercap") || has_fix(&fixes, "power-pmu"))
		puts(
		    "\n One fix is enough to measure the CPU: sudo joulecart doctor --fix");
}

static json_t *json_of(const struct diagnosis *diagnosis)
{
	json_t *object = json_pack("{s:s, s:s, s:b, s:s}", "name",
				   diagnosis->collector->name, "source",
				   diagnosis->collector->source, "works", diagnosis->works,
				   "status", word(diagnosis));
	if (diagnosis->works)
		json_object_set_new(object, "found", json_text(diagnosis->found));
	else
		json_object_set_new(object, "why", json_text(diagnosis->why.why));
	if (!diagnosis->works && diagnosis->why.todo[0])
		json_object_set_new(object, "fix", json_text(diagnosis->why.todo));
	return object;
}

static json_t *json_collectors(void)
{
	json_t *list = json_array();
	for (size_t i = 0; collectors[i]; i++) {
		struct diagnosis diagnosis;
		if (!collectors[i]->probe)
			continue;
		diagnose(collectors[i], &diagnosis);
		json_array_append_new(list, json_of(&diagnosis));
	}
	return list;
}

static json_t *json_checks(void)
{
	struct machine_check checks[2];
	const bool is_told[] = { check_governor(&checks[0]), check_load(&checks[1]) };
	json_t *list = json_array();
	for (size_t i = 0; i < 2; i++) {
		if (!is_told[i])
			continue;
		json_t *object = json_pack("{s:s, s:s, s:s}", "name", checks[i].name,
					   "status", checks[i].is_warning ? "warn" : "ok",
					   "found", checks[i].found);
		if (checks[i].todo)
			json_object_set_new(object, "fix", json_text(checks[i].todo));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_fixes(void)
{
	struct fixes fixes;
	json_t *list = json_array();
	fixes_find(&fixes);
	for (size_t i = 0; i < fixes.n; i++) {
		const struct fix *fix = &fixes.items[i];
		json_t *steps = json_array();
		for (size_t j = 0; j < fix->n_steps; j++) {
			const struct fix_step *step = &fix->steps[j];
			json_array_append_new(
			    steps, step->path ? json_pack("{s:s, s:s}", "write", step->path,
							  "content", step->content)
					      : json_pack("{s:s}", "run", step->command));
		}
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "collector",
						      fix->collector, "why", fix->why,
						      "steps", steps));
	}
	return list;
}

static json_t *json_prospect(const struct prospect *prospect)
{
	return prospect->provenance
		   ? json_pack("{s:s, s:f}", "provenance", prospect->provenance,
			       "uncertainty_k2", prospect->uncertainty_k2)
		   : json_null();
}

static void print_json(void)
{
	struct prospect rest, boards;
	look_ahead(&rest, &boards);
	json_t *root = json_pack(
	    "{s:s, s:i, s:o, s:o, s:o, s:o, s:o}", "schema", "joulecart-doctor", "version",
	    1, "energy", json_prospect(&rest), "gpu", json_prospect(&boards), "collectors",
	    json_collectors(), "checks", json_checks(), "fixes", json_fixes());
	json_print(root, JSON_INDENT(2), stdout);
}

static bool is_agreed(void)
{
	char answer[16] = "";
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return false;
	fputs(" apply? [y/N] ", stdout);
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

static void *look_for_fixes(void)
{
	struct fixes *fixes = malloc(sizeof(*fixes));
	if (fixes)
		fixes_find(fixes);
	return fixes;
}

static int apply_fixes(void *fixes, struct problem *why)
{
	if (!fixes)
		return problem_errno(why, ENOMEM);
	int code = fixes_apply(fixes, stdout, why);
	free(fixes);
	return code;
}

/* By root, for the user: that root finds them again, for nothing that the user holds decides what
 * root does. */
static const struct privileges_task task = { look_for_fixes, apply_fixes };

static int apply(struct fixes *fixes, struct problem *why)
{
	fflush(stdout);
	int code = privileges_have_task() ? privileges_do_task(why)
					  : fixes_apply(fixes, stdout, why);
	return code == 0 ? EXIT_OK : -1;
}

static int fix(const struct options *options, struct problem *why)
{
	struct fixes fixes;
	const bool by_root = privileges_have_task() || geteuid() == 0;
	fixes_find(&fixes);
	if (fixes.n == 0) {
		puts("Nothing to fix: no change here would let you measure more.");
		return EXIT_OK;
	}
	if (options->apply && !by_root) {
		problem_what(why, "cannot apply the fixes");
		problem_why(why, "only root may");
		return problem_todo(why, "sudo joulecart doctor --apply");
	}
	if (options->apply)
		return apply(&fixes, why);
	fixes_print(&fixes, stdout);
	if (by_root)
		return is_agreed() ? apply(&fixes, why) : EXIT_OK;
	puts(" As root, or: sudo joulecart doctor --apply");
	return EXIT_OK;
}

/* A program of its own, so that measuring does not load what writes archives. */
static int become_recorder(const struct options *options, struct problem *why)
{
	const char *argv[] = { "joulecart-record", "--", options->record, NULL, NULL };
	if (options->force) {
		argv[1] = "--force";
		argv[2] = "--";
		argv[3] = options->record;
	}
	/* execv changes none of them */
	return program_become("joulecart-record", (char *const *)(uintptr_t)argv, why);
}

/* It runs this very program, so that what is calibrated is what measures. */
static int become_observer(double observer_s, struct problem *why)
{
	char self[4096], seconds[32];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[length > 0 ? length : 0] = '\0';
	snprintf(seconds, sizeof(seconds), "%g", observer_s);
	const char *argv[] = { "joulecart-observer", "--joulecart", self,
			       "--seconds",          seconds,       NULL };
	/* execv changes none of them */
	return program_become("joulecart-observer", (char *const *)(uintptr_t)argv, why);
}

/* 1: help was printed. */
static int parse(int argc, char **argv, struct options *options, struct problem *why)
{
	int first = options_parse(&table, argc, argv, options, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	options->fix |= options->apply;
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { 0 };
	int code = parse(argc, argv, &options, why);
	if (code != 0)
		return code > 0 ? EXIT_OK : -1;
	if (options.fix)
		return fix(&options, why);
	if (options.record)
		return become_recorder(&options, why);
	if (options.observer_s > 0)
		return become_observer(options.observer_s, why);
	if (options.json)
		print_json();
	else
		print_text();
	return EXIT_OK;
}

/* --fix and --apply, also cut short: --force is taken for one of them and does no harm. */
static enum rights rights(int argc, char *const *argv)
{
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "--f", 3) == 0 || strncmp(argv[i], "--a", 3) == 0)
			return RIGHTS_TASK;
	return RIGHTS_ADVICE;
}

const struct command command_doctor = {
	.name = "doctor",
	.group = "Trust",
	.summary = "what this machine can do, and what would help",
	.options = &table,
	.run = run,
	.rights = rights,
	.task = &task,
};
