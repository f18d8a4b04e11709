/* profiler/programs/record-main.c - joulecart-record: the program behind 'joulecart doctor --record'.
 *
 * It is a program of its own, so that measuring does not load libarchive. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/doctor/machine-record.h"
#include "profiler/options/output-file.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct options {
	bool may_replace;
};

static const struct option_row rows[] = {
	{ "force", 0, NULL, NULL, "replace FILE.tar.gz",
	  OPTION_FLAG(struct options, may_replace) },
	{ 0 },
};

static const struct option_table table = {
	.command = "doctor --record",
	.usage = "Usage: joulecart-record [OPTION]... FILE.tar.gz\n",
	.rows = rows,
};

static void tell(const char *path, const struct machine_recorded *recorded)
{
	struct stat file;
	if (stat(path, &file) != 0)
		return;
	printf("%s: %u files, %lld KB\n\n", path, recorded->n_files,
	       (long long)(file.st_size + 999) / 1000);
	for (size_t i = 0; i < RECORD_GROUPS; i++) {
		if (recorded->groups[i].n_files == 0)
			continue;
		printf(" %5u  %s", recorded->groups[i].n_files, recorded->groups[i].title);
		if (recorded->groups[i].n_forbidden > 0)
			printf(" (%u without content: you may not read them)",
			       recorded->groups[i].n_forbidden);
		putchar('\n');
	}
	printf(
	    "\n No serial number, UUID, hardware address, host or user name, process or\n"
	    " command line: %u such word%s redacted.\n"
	    " Look for yourself:  tar -tzf %s; tar -xzOf %s\n",
	    recorded->n_blotted, recorded->n_blotted == 1 ? " was" : "s were", path, path);
	if (recorded->n_failed > 0)
		printf(" %u could not be read: the archive's file 'about' names the "
		       "reasons.\n",
		       recorded->n_failed);
}

static int record(const char *path, bool may_replace, struct problem *why)
{
	struct output_file output;
	struct machine_recorded recorded;
	if (output_open(&output, path, may_replace, why) != 0)
		return -1;
	if (machine_record(output.stream, path, &recorded, why) != 0) {
		output_abandon(&output);
		return -1;
	}
	if (output_commit(&output, why) != 0)
		return -1;
	tell(path, &recorded);
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { 0 };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.tar.gz", why);
	return record(argv[first], options.may_replace, why);
}

int main(int argc, char **argv)
{
	struct problem why = { 0 };
	char text[1024];
	setlocale(LC_CTYPE, "");
	text_guard_output();
	if (run(argc, argv, &why) == 0)
		return 0;
	if (strcmp(why.why, "file exists") == 0)
		problem_todo(&why, "add --force, or name another file");
	problem_advise(&why);
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return (int)why.kind;
}
