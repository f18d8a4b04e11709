/* reports/audit/working-paper.c - see working-paper.h. */
#include <config.h>

#include "reports/audit/working-paper.h"

#include "reports/audit/recipe.h"
#include "reports/campaign/standing.h"
#include "reports/figure/markdown-text.h"
#include "reports/figure/shell-word.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

/* Between fences that are longer than any row of backticks in the code, which may hold the database's name (CommonMark,
 * "Fenced code blocks"). */
static void put_code(const char *language, const char *code, FILE *out)
{
	int longest = 2, row = 0;
	for (const char *at = code; *at; at++) {
		row = *at == '`' ? row + 1 : 0;
		longest = row > longest ? row : longest;
	}
	fputc('\n', out);
	for (int i = 0; i <= longest; i++)
		fputc('`', out);
	fprintf(out, "%s\n%s\n", language, code);
	for (int i = 0; i <= longest; i++)
		fputc('`', out);
	fputc('\n', out);
}

static const char *day_of(int64_t utc_ns, struct arena *arena)
{
	char text[32];
	time_t seconds = (time_t)(utc_ns / 1000000000);
	struct tm parts;
	if (utc_ns < 0 || !gmtime_r(&seconds, &parts) ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &parts) == 0)
		return "at an unknown time";
	return arena_string(arena, text);
}

static void put_drawing(const struct working_paper *paper, struct arena *arena, FILE *out)
{
	const struct audit_sample *sample = paper->sample;
	fputs("## How the records were drawn\n\nDatabase: ", out);
	markdown_text(paper->path, out);
	fprintf(out,
		"  \nSHA-256 of the file: %s  \nSeed: %" PRId64 "  \nRecords drawn: %zu\n\n"
		"The ticket of a record is SHA-256 over `SEED:FILE:ID`. Of each kind the "
		"records stand in the order of their\ntickets, and the kinds take turns in "
		"the order below, each with its next, until enough are drawn. To "
		"do\nit again: list the ids of a kind by its SQL, and sort them by their "
		"tickets.\n",
		sample->file_sha256, sample->seed, sample->n);
	put_code(
	    "sh",
	    arena_format(arena,
			 "db=%s\nsha256sum \"$db\"\n"
			 "ticket() { printf '%%s' \"%" PRId64 ":%s:$1\" | sha256sum; }",
			 shell_path(arena, paper->path), sample->seed, sample->file_sha256),
	    out);
	for (int kind = 0; kind < N_RECORD_KINDS; kind++) {
		fprintf(out, "\n%zu %s:\n", sample->n_of_kind[kind],
			record_kind_words((enum record_kind)kind));
		put_code("sql", record_kind_sql((enum record_kind)kind), out);
	}
	standing_markdown(paper->standing, out);
}

static void put_findings(const struct working_paper *paper, const char *id,
			 struct arena *arena, FILE *out)
{
	const struct sample_finding *const *first;
	size_t n = findings_of(paper->findings, id, &first);
	for (size_t i = 0; i < n; i++) {
		const struct sample_finding *finding = first[i];
		fprintf(out, "\n**Finding**, %s%s: ", day_of(finding->made_utc_ns, arena),
			strcmp(finding->file_sha256, paper->sample->file_sha256) == 0
			    ? ""
			    : ", in the file as it was before it changed");
		markdown_text(finding->text, out);
		fputc('\n', out);
	}
}

static void put_value(const struct audit_record *record, FILE *out)
{
	fputs("\nIn the file: ", out);
	if (record->text)
		markdown_text(record->text, out);
	else
		fprintf(out, "%.9g ", record->value);
	if (!record->text)
		markdown_text(record->unit, out);
	if (*record->source) {
		fputs("  \nFrom: ", out);
		markdown_text(record->source, out);
	}
	fputc('\n', out);
}

static void put_record(const struct working_paper *paper, size_t number,
		       struct arena *arena, FILE *out)
{
	const struct audit_record *record = paper->sample->drawn[number];
	const struct audit_recipe recipe = recipe_of(record, arena);
	fprintf(out, "\n### %zu. `%s`: ", number + 1, record->id);
	markdown_text(record->subject, out);
	fputc('\n', out);
	put_value(record, out);
	fputc('\n', out);
	for (size_t i = 0; i < RECIPE_CHECKS && recipe.checks[i]; i++)
		fprintf(out, "- [ ] %s\n", recipe.checks[i]);
	if (recipe.arithmetic)
		fprintf(out, "- [ ] Reckoned as %s: it agrees to nine digits.\n",
			recipe.arithmetic);
	put_code("sh", recipe.command, out);
	put_findings(paper, record->id, arena, out);
}

/* Findings of records outside of this sample: those that an assurer chose, or drew before. */
static void put_others(const struct working_paper *paper, struct arena *arena, FILE *out)
{
	bool is_first = true;
	const struct sample_findings *list = paper->findings;
	const struct sample_finding *const *first;
	bool *is_drawn = arena_room(arena, list->n + 1);
	for (size_t i = 0; i < paper->sample->n; i++)
		for (size_t n = findings_of(list, paper->sample->drawn[i]->id, &first);
		     n > 0;)
			is_drawn[first[--n] - list->findings] = true;
	for (size_t i = 0; i < list->n; i++) {
		if (is_drawn[i])
			continue;
		if (is_first)
			fputs("\nOf records that are not in this sample:\n\n", out);
		is_first = false;
		fprintf(out, "- %s, ", day_of(list->findings[i].made_utc_ns, arena));
		markdown_text(list->findings[i].record, out);
		fputs(": ", out);
		markdown_text(list->findings[i].text, out);
		fputc('\n', out);
	}
}

static void put_conclusion(const struct working_paper *paper, struct arena *arena,
			   FILE *out)
{
	size_t n = 0;
	const struct sample_finding *const *first;
	for (size_t i = 0; i < paper->sample->n; i++)
		n += findings_of(paper->findings, paper->sample->drawn[i]->id, &first) > 0;
	fprintf(out,
		"\n## Findings\n\n%zu of the %zu records drawn %s a finding. That there "
		"is none does not say that a record was checked:\nthe boxes above do.\n",
		n, paper->sample->n, n == 1 ? "has" : "have");
	put_others(paper, arena, out);
	if (paper->findings->damage) {
		fputs("\nNot read: ", out);
		markdown_text(paper->findings->damage, out);
		fputc('\n', out);
	}
	fputs("\n| | name | date | signature |\n| --- | --- | --- | --- |\n"
	      "| drawn and recomputed by | | | |\n| reviewed by | | | |\n",
	      out);
}

void working_paper_write(const struct working_paper *paper, struct arena *arena, FILE *out)
{
	fputs("# Working paper: records drawn and recomputed\n\n", out);
	put_drawing(paper, arena, out);
	fputs(
	    "\n## Records\n\nEach command gives the value again with sqlite3 and bc alone. "
	    "Views (`v_...`) are SQL in the file: `.schema v_query` shows\none. "
	    "doc/by-hand.md goes from the tables to each figure without them.\n",
	    out);
	for (size_t i = 0; i < paper->sample->n; i++)
		put_record(paper, i, arena, out);
	put_conclusion(paper, arena, out);
}
