/* profiler/cli/record-main.c - joulecart-record: the program behind 'joulecart doctor --record'.
 *
 * It is a program of its own, so that measuring does not load libarchive. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/options.h"
#include "profiler/cli/output-file.h"
#include "profiler/doctor/machine-record.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int parse(int argc, char **argv, bool *may_replace, struct problem *why)
{
	static const struct option options[] = { { "force", no_argument, NULL, 'f' },
						 { 0 } };
	int code;
	while ((code = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (code != 'f')
			return option_problem(argv, code, why);
		*may_replace = true;
	}
	if (optind + 1 != argc)
		return operand_problem("joulecart-record", "one FILE.tar.gz", why);
	return 0;
}

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
	    " command line: %u such word%s blotted out.\n"
	    " Look for yourself:  tar -tzf %s; tar -xzOf %s\n",
	    recorded->n_blotted, recorded->n_blotted == 1 ? " was" : "s were", path, path);
	if (recorded->n_failed > 0)
		printf(" %u could not be read: the archive's file 'about' says why.\n",
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

int main(int argc, char **argv)
{
	struct problem why = { 0 };
	bool may_replace = false;
	char text[1024];
	opterr = 0;
	if (parse(argc, argv, &may_replace, &why) == 0 &&
	    record(argv[optind], may_replace, &why) == 0)
		return 0;
	if (strcmp(why.why, "file exists") == 0)
		problem_todo(&why, "add --force, or name another file");
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return (int)why.kind;
}
