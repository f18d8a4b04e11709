/* profiler/desk/cmd-audit-sample.c - joulecart audit-sample: records for an assurer to recompute, and what was
 * found. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/options/output-file.h"
#include "profiler/options/reading-options.h"
#include "reports/audit/working-paper.h"

#include <stdio.h>

struct options {
	int64_t n, seed;
	const char *finding_id, *output;
	bool may_replace;
	struct reading_options reading;
};

static const struct option_row rows[] = {
	{ "number", 'n', "N", "60", "draw N records",
	  OPTION_COUNT(struct options, n, 1, 100000) },
	{ "seed", 0, "N", "1", "draw by this seed: it and the file's SHA-256 decide",
	  OPTION_COUNT(struct options, seed, 0, OPTION_COUNT_MOST) },
	{ "output", 'o', "FILE", NULL,
	  "write the working paper to FILE, whole or not at all [standard output]",
	  OPTION_TEXT(struct options, output) },
	{ "force", 0, NULL, NULL, "replace FILE",
	  OPTION_FLAG(struct options, may_replace) },
	{ "finding", 0, "ID", NULL, "keep TEXT as a finding in the record ID",
	  OPTION_TEXT(struct options, finding_id) },
	{ OPTION_HEADING("Whose file it is") },
	{ OPTION_INCLUDE(reading_rows, struct options, reading) },
	{ 0 },
};

static const struct option_table table = {
	.command = "audit-sample",
	.usage =
	    "Usage: joulecart audit-sample [OPTION]... FILE.db\n"
	    "       joulecart audit-sample --finding ID TEXT FILE.db\n"
	    "Draw records at random, and print for each what to check and the commands of\n"
	    "sqlite3 and bc that give it again, as a working paper in Markdown.\n"
	    "\n"
	    "  joulecart audit-sample -n 60 --seed 2026 -o paper.md shop.db\n"
	    "  joulecart audit-sample --finding trial-5 'no evidence of the queries' "
	    "shop.db\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
	.notes = "Findings are kept beside the database, in FILE.db.findings; the database "
		 "itself\nis not changed.\n",
};

static int write_paper(const struct options *options, const struct working_paper *paper,
		       struct arena *arena, struct problem *why)
{
	struct output_file output;
	if (output_open_text(&output, options->output, options->may_replace, why) != 0)
		return -1;
	working_paper_write(paper, arena, output.stream);
	return output_commit(&output, why);
}

static int keep_finding(const struct audit_sample *sample, const char *path,
			const struct options *options, const char *text,
			struct problem *why)
{
	const struct audit_record *record = sample_find(sample, options->finding_id);
	if (!record) {
		problem_what(why, "cannot keep the finding");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why,
				      "take an id from the working paper, such as trial-1",
				      "'%s' has no record '%s'", path, options->finding_id);
	}
	const struct sample_finding finding = { .record = record->id,
						.text = text,
						.file_sha256 = sample->file_sha256 };
	if (finding_append(path, &finding, why) != 0)
		return -1;
	printf("evidence: the finding in %s is kept in '%s.findings'\n", record->id, path);
	return 0;
}

/* text: of a finding; NULL: the paper is asked for. */
static int act(const struct options *options, const char *path, const char *text,
	       struct arena *arena, struct problem *why)
{
	struct standing standing;
	struct audit_sample sample;
	struct sample_findings findings;
	sqlite3 *db = reading_open(&options->reading, path, &standing, why);
	if (!db)
		return -1;
	int code = sample_draw(db, path, options->seed, (size_t)options->n, arena, &sample,
			       why);
	sqlite3_close(db);
	if (code != 0)
		return -1;
	if (text)
		return keep_finding(&sample, path, options, text, why);
	if (findings_read(path, arena, &findings, why) != 0)
		return -1;
	const struct working_paper paper = { path, &sample, &findings, &standing };
	return write_paper(options, &paper, arena, why);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { 0 };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (options.finding_id && first + 2 != argc)
		return options_operand_problem(&table, "TEXT and FILE.db", why);
	if (!options.finding_id && first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	struct arena *arena = arena_new();
	problem_what(why, "cannot draw records");
	if (!arena)
		return problem_why(why, "out of memory");
	int code = act(&options, argv[argc - 1], options.finding_id ? argv[first] : NULL,
		       arena, why);
	arena_free(arena);
	return code == 0 ? EXIT_OK : -1;
}

const struct command command_audit_sample = {
	.name = "audit-sample",
	.group = "Trust",
	.summary = "draw records to recompute by hand, keep findings",
	.options = &table,
	.run = run,
};
