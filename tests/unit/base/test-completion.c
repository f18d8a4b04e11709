/* What may come next, from a table of options alone. */
#include <config.h>

#include "base/completion.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

struct settings {
	const char *text;
	bool flag;
};

static const struct option_row inner[] = {
	{ "zone", 0, "CODE", NULL, "grid", OPTION_TEXT(struct settings, text),
	  .values = VALUES_ZONES },
	{ 0 },
};
static const struct option_row rows[] = {
	{ "output", 'o', "FILE", NULL, "database", OPTION_TEXT(struct settings, text) },
	{ "folder", 0, "DIR", NULL, "place", OPTION_TEXT(struct settings, text) },
	{ "quiet", 'q', NULL, NULL, "say nothing", OPTION_FLAG(struct settings, flag) },
	{ "format", 'f', "FORMAT", NULL, "its form", OPTION_TEXT(struct settings, text),
	  .choices = "text|json" },
	{ "json", 0, "[FILE]", NULL, "as JSON", OPTION_TEXT(struct settings, text) },
	{ "zones", 0, "LIST", NULL, "grids", OPTION_TEXT(struct settings, text),
	  .also = "grids", .values = VALUES_ZONES },
	{ "campaign", 0, "N", NULL, "only it", OPTION_TEXT(struct settings, text),
	  .values = VALUES_CAMPAIGNS },
	{ "secret", 0, NULL, NULL, NULL, OPTION_FLAG(struct settings, flag) },
	{ OPTION_HEADING("Inside") },
	{ OPTION_INCLUDE_ALL(inner) },
	{ 0 },
};

static void source(const struct completion *completion, enum option_values kind)
{
	if (kind == VALUES_ZONES) {
		completion_offer(completion, "DE", "Germany");
		completion_offer(completion, "DK", "Denmark");
		completion_offer(completion, "FR", NULL);
	} else {
		assert_true(kind == VALUES_CAMPAIGNS || kind == VALUES_LABELS);
		completion_offer(completion,
				 completion->database ? completion->database : "none",
				 kind == VALUES_LABELS ? "label" : "campaign");
	}
}

/* The answer for a line of words with a blank between them. */
static void answers(const struct option_table *table, const char *line,
		    const char *expected)
{
	char copy[200], *words[20], *rest = copy, *text = NULL;
	size_t size;
	int n = 0;
	snprintf(copy, sizeof(copy), "%s", line);
	while (rest)
		words[n++] = strsep(&rest, " ");
	FILE *out = open_memstream(&text, &size);
	options_complete(table, n, words, source, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static const struct option_table table = {
	.command = "test",
	.rows = rows,
	.operands = { VALUES_DATABASES, VALUES_LABELS },
};

static void options_are_offered_by_their_beginning(void **state)
{
	(void)state;
	answers(&table, "--q", "words\t\n--quiet\tsay nothing\n");
	answers(&table, "-q --zo", "words\t\n--zones\tgrids\n--zone\tgrid\n");
	answers(&table, "--s", "words\t\n"); /* one that is not shown */
	answers(&table, "--nothing=", "words\t\n");
	answers(&table, "--he", "words\t\n--help\tthis text\n");
}

static void values_are_of_the_option_before_them(void **state)
{
	(void)state;
	answers(&table, "--zone D", "words\t\nDE\tGermany\nDK\tDenmark\n");
	answers(&table, "--zone=D", "words\t\n--zone=DE\tGermany\n--zone=DK\tDenmark\n");
	answers(&table, "--zones FR,D", "words\t\nFR,DE\tGermany\nFR,DK\tDenmark\n");
	answers(&table, "--grids=FR,F", "words\t\n--grids=FR,FR\t\n");
	answers(&table, "--zone FR,D", "words\t\n"); /* no list */
	answers(&table, "-f j", "words\t\njson\t\n");
	answers(&table, "-qf ", "words\t\ntext\t\njson\t\n");
	answers(&table, "-o x", "files\t\n");
	answers(&table, "--output=x", "files\t--output=\n");
	answers(&table, "--folder ", "folders\t\n");
	answers(&table, "--json=", "files\t--json=\n");
}

static void operands_are_told_from_values(void **state)
{
	(void)state;
	answers(&table, "", "files\t\n");
	answers(&table, "--json ", "files\t\n"); /* its value never is a word of its own */
	answers(&table, "-o out.db my.db ", "words\t\nmy.db\tlabel\n");
	answers(&table, "my.db a b m", "words\t\nmy.db\tlabel\n");
	answers(&table, "-ftext my.db --campaign ", "words\t\nmy.db\tcampaign\n");
	answers(&table, "--campaign ", "words\t\nnone\tcampaign\n");
	answers(&table, "-- my.db --", "words\t\n"); /* "--" begins no label */
	answers(&table, "-- --zone", "files\t\n");
}

static void what_a_command_takes_is_not_joulecarts(void **state)
{
	static const struct option_table run = {
		.command = "run",
		.rows = rows,
		.ends_at_operand = true,
		.operands = { VALUES_COMMANDS },
	};
	(void)state;
	answers(&run, "l", "commands\t\n");
	answers(&run, "ls --q", "files\t\n");
	answers(&run, "-- ls ", "files\t\n");
}

static void forms_come_first(void **state)
{
	static const struct option_table forms = {
		.command = "mark",
		.rows = inner,
		.forms = "begin|end",
		.operands = { VALUES_UNKNOWN, VALUES_DATABASES },
	};
	static const struct option_table bare = { .command = "bare", .rows = inner };
	(void)state;
	answers(&forms, "", "words\t\nbegin\t\nend\t\n");
	answers(&forms, "e", "words\t\nend\t\n");
	answers(&forms, "end ", "files\t\n");
	answers(&bare, "", "words\t\n--zone\tgrid\n--help\tthis text\n");
	answers(&bare, "x", "words\t\n");
}

/* Nobody types this; whoever pastes it is offered nothing. */
static void a_word_beyond_all_measure_has_no_answer(void **state)
{
	char word[3000] = "--zones=";
	char *words[] = { word };
	char *text = NULL;
	size_t size;
	(void)state;
	memset(word + 8, ',', sizeof(word) - 9);
	FILE *out = open_memstream(&text, &size);
	options_complete(&table, 1, words, source, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_offered_by_their_beginning),
		cmocka_unit_test(values_are_of_the_option_before_them),
		cmocka_unit_test(operands_are_told_from_values),
		cmocka_unit_test(what_a_command_takes_is_not_joulecarts),
		cmocka_unit_test(forms_come_first),
		cmocka_unit_test(a_word_beyond_all_measure_has_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
