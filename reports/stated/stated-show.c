/* reports/stated/stated-show.c - see stated-show.h. */
#include <config.h>

#include "reports/stated/stated-show.h"

#include "base/wrap.h"
#include "reports/figure/json-text.h"
#include "reports/figure/markdown-text.h"

static const char heading[] = "Stated beside the database, in report.ini";

void stated_json(const struct statement *statement, json_t *object)
{
	json_t *stated = statement ? json_object() : json_null();
	for (int i = 0; statement && i < N_STATED; i++)
		json_object_set_new(stated, stated_key((enum stated)i),
				    json_text(statement->values[i]));
	if (statement)
		json_object_set_new(stated, "report_ini_refused",
				    json_text(statement->refusal));
	json_object_set_new(object, "stated", stated);
}

static bool is_empty(const struct statement *statement)
{
	if (!statement || statement->refusal)
		return !statement;
	for (int i = 0; i < N_STATED; i++)
		if (statement->values[i])
			return false;
	return true;
}

/* Those that were stated of who and what, and all that an assurer asks first. */
static bool is_line(const struct statement *statement, enum stated stated)
{
	return stated_is_shown(stated) &&
	       (stated >= STATED_FOR_ASSURANCE || statement->values[stated]);
}

typedef void put_line(const char *words, const char *value, FILE *out);

static int put_all(const struct statement *statement, put_line *put, FILE *out)
{
	struct arena *arena = arena_new();
	if (!arena)
		return -1;
	for (int i = 0; i < N_STATED; i++) {
		const char *value = statement_shown(statement, (enum stated)i, arena);
		if (is_line(statement, (enum stated)i))
			put(stated_words((enum stated)i), value ? value : "not stated",
			    out);
	}
	arena_free(arena);
	return 0;
}

static void put_text(const char *words, const char *value, FILE *out)
{
	wrap_say(out, 2, 4, "%s: %s", words, value);
}

int stated_text(const struct statement *statement, FILE *out)
{
	if (is_empty(statement))
		return 0;
	if (statement->refusal) {
		wrap_say(out, 1, 2, "report.ini beside the database is not used: %s",
			 statement->refusal);
		return 0;
	}
	fputc('\n', out);
	wrap_say(out, 1, 2, "%s:", heading);
	return put_all(statement, put_text, out);
}

static void put_row(const char *words, const char *value, FILE *out)
{
	fputs("| ", out);
	markdown_text(words, out);
	fputs(" | ", out);
	markdown_text(value, out);
	fputs(" |\n", out);
}

int stated_markdown(const struct statement *statement, FILE *out)
{
	if (is_empty(statement))
		return 0;
	if (statement->refusal) {
		fputs("\nreport.ini beside the database is not used: ", out);
		markdown_text(statement->refusal, out);
		fputc('\n', out);
		return 0;
	}
	fprintf(out, "\n| %s | |\n|:---|:---|\n", heading);
	return put_all(statement, put_row, out);
}
