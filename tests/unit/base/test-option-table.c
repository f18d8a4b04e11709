/* One table says how a command's options are read, refused, and shown by --help. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

struct inner {
	const char *zone;
	uint64_t seed;
};

struct settings {
	const char *path, *format;
	int64_t trials;
	double seconds, precision;
	bool quiet;
	int letters;
	struct inner inner;
};

static int take_letters(void *letters, const char *text, struct problem *why)
{
	(void)why;
	*(int *)letters += text ? (int)strlen(text) : 100;
	return text && strchr(text, '!') ? -1 : 0;
}

static const struct option_row inner_rows[] = {
	{ OPTION_HEADING("Inside") },
	{ "zone", 0, "CODE", NULL, "grid", OPTION_TEXT(struct inner, zone) },
	{ "seed", 0, "N", "7", "of the order", OPTION_COUNT(struct inner, seed, 0, 100) },
	{ 0 },
};

static const struct option_row rows[] = {
	{ "output", 'o', "FILE", "joulecart.db", "database",
	  OPTION_TEXT(struct settings, path) },
	{ "format", 'f', "FORMAT", "text", "its form", OPTION_TEXT(struct settings, format),
	  .choices = "text|json" },
	{ "trials", 'r', "N", NULL, "so often",
	  OPTION_COUNT(struct settings, trials, 1, 100), .also = "runs" },
	{ "seconds", 0, "S", NULL, "so long", OPTION_REAL(struct settings, seconds, 0, 10),
	  .expected = "seconds are from 0 to 10" },
	{ "precision", 0, "P", NULL, "so tight", OPTION_SHARE(struct settings, precision) },
	{ "quiet", 'q', NULL, NULL, "print nothing", OPTION_FLAG(struct settings, quiet) },
	{ "letters", 0, "[TEXT]", NULL, "counted",
	  OPTION_OWN(struct settings, letters, take_letters), .expected = "no '!'" },
	{ "secret", 0, NULL, NULL, NULL, OPTION_FLAG(struct settings, quiet) },
	{ OPTION_INCLUDE(inner_rows, struct settings, inner) },
	{ 0 },
};

static const struct option_table table = { .command = "test",
					   .usage = "Usage: joulecart test FILE\n",
					   .rows = rows,
					   .notes = "That is all.\n" };
static const struct option_table wrapper = {
	.command = "wrap", .usage = "", .rows = rows, .ends_at_operand = true
};

static const struct option_table alone = {
	.command = "alone", .usage = "", .rows = rows, .takes_no_operand = true
};

/* Parses the words of text, cut at spaces; they stay allocated, as argv does. */
static int parse(const struct option_table *of, const char *text, struct settings *settings,
		 struct problem *why)
{
	static char words[256];
	static char *argv[20];
	int argc = 0;
	snprintf(words, sizeof(words), "%s", text);
	for (char *rest = words, *word; (word = strsep(&rest, " "));)
		argv[argc++] = word;
	argv[argc] = NULL;
	*settings = (struct settings){ 0 };
	return options_parse(of, argc, argv, settings, why);
}

static void values_go_where_their_rows_say(void **state)
{
	(void)state;
	struct settings s;
	struct problem why;
	int first = parse(&table,
			  "test a.db -o x.db --trials=20 --seconds 2.5 --precision 2% -q "
			  "--letters=abc --zone FR --seed 1 -f json",
			  &s, &why);
	assert_int_equal(first, 16); /* a.db has moved to the end */
	assert_string_equal(s.path, "x.db");
	assert_string_equal(s.format, "json");
	assert_int_equal(s.trials, 20);
	assert_true(s.seconds > 2.49 && s.seconds < 2.51);
	assert_true(s.precision > 0.019 && s.precision < 0.021);
	assert_true(s.quiet);
	assert_int_equal(s.letters, 3);
	assert_string_equal(s.inner.zone, "FR");
	assert_int_equal(s.inner.seed, 1);
}

static void what_is_not_given_has_its_fallback(void **state)
{
	(void)state;
	struct settings s;
	struct problem why;
	assert_int_equal(parse(&table, "test", &s, &why), 1);
	assert_string_equal(s.path, "joulecart.db");
	assert_string_equal(s.format, "text");
	assert_int_equal(s.trials, 0);
	assert_int_equal(s.inner.seed, 7);
	assert_false(s.quiet);
}

static void other_names_and_a_missing_text_work(void **state)
{
	(void)state;
	struct settings s;
	struct problem why;
	assert_int_equal(parse(&table, "test --runs 1k --letters", &s, &why), -1);
	assert_int_equal(parse(&table, "test --runs 0.1k --letters", &s, &why), 4);
	assert_int_equal(s.trials, 100);
	assert_int_equal(s.letters, 100);
}

static void options_behind_the_operand_are_its_own_where_the_table_says_so(void **state)
{
	(void)state;
	struct settings s;
	struct problem why;
	assert_int_equal(parse(&wrapper, "wrap -q ls -o x", &s, &why), 2);
	assert_string_equal(s.path, "joulecart.db");
	assert_int_equal(parse(&table, "test -q ls -o x", &s, &why), 4);
	assert_string_equal(s.path, "x");
}

static void mistakes_are_named(void **state)
{
	(void)state;
	static const struct {
		const char *line, *problem;
	} cases[] = {
		{ "test --trails 3", "unknown option '--trails': did you mean '--trials'? "
				     "('joulecart test --help' lists them)" },
		{ "test --xyzzyxyzzy=3", "unknown option '--xyzzyxyzzy=3' "
					 "('joulecart test --help' lists them)" },
		{ "test -Z", "unknown option '-Z' ('joulecart test --help' lists them)" },
		{ "test --quiet=3", "option '--quiet' takes no value "
				    "('joulecart test --help' lists them)" },
		{ "test -o", "option '-o' needs a value "
			     "('joulecart test --help' lists them)" },
		{ "test -r 101",
		  "invalid --trials '101': a whole number from 1 to 100 is expected" },
		{ "test -r 1.5",
		  "invalid --trials '1.5': a whole number from 1 to 100 is expected" },
		{ "test --runs 0",
		  "invalid --trials '0': a whole number from 1 to 100 is expected" },
		{ "test --seconds 11", "invalid --seconds '11': seconds are from 0 to 10" },
		{ "test --precision 100%",
		  "invalid --precision '100%': a share such as 2% is expected" },
		{ "test -f jsn", "invalid --format 'jsn': it is one of text, json "
				 "(did you mean 'json'?)" },
		{ "test --letters=!", "invalid --letters '!': no '!'" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings s;
		struct problem why = { 0 };
		char text[900];
		assert_int_equal(parse(&table, cases[i].line, &s, &why), -1);
		assert_int_equal(why.kind, PROBLEM_USAGE);
		assert_string_equal(problem_text(&why, text, sizeof(text)),
				    cases[i].problem);
	}
}

static void a_word_is_refused_where_only_options_are_taken(void **state)
{
	(void)state;
	static const struct {
		const char *line, *problem;
	} cases[] = {
		{ "alone x.db -q", "alone takes nothing but options, and 'x.db' is none "
				   "('joulecart alone --help' lists them)" },
		{ "alone -q trails",
		  "alone takes nothing but options, and 'trails' is none: did "
		  "you mean '--trials'? "
		  "('joulecart alone --help' lists them)" },
		{ "alone x.db -Z",
		  "unknown option '-Z' ('joulecart alone --help' lists them)" },
	};
	struct settings s;
	struct problem why = { 0 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[900];
		assert_int_equal(parse(&alone, cases[i].line, &s, &why), -1);
		assert_int_equal(why.kind, PROBLEM_USAGE);
		assert_string_equal(problem_text(&why, text, sizeof(text)),
				    cases[i].problem);
	}
	assert_int_equal(parse(&alone, "alone -q", &s, &why), 2);
}

static void help_and_the_list_are_made_of_the_same_rows(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	options_help(&table, out);
	options_list(&table, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "Usage: joulecart test FILE\n\n"
				  "  -o, --output=FILE      database [joulecart.db]\n"
				  "  -f, --format=FORMAT    its form [text]\n"
				  "  -r, --trials=N         so often\n"
				  "      --seconds=S        so long\n"
				  "      --precision=P      so tight\n"
				  "  -q, --quiet            print nothing\n"
				  "      --letters[=TEXT]   counted\n"
				  "Inside:\n"
				  "      --zone=CODE        grid\n"
				  "      --seed=N           of the order [7]\n"
				  "  -h, --help             this text\n"
				  "\nThat is all.\n"
				  "test\toutput\to\tFILE\tjoulecart.db\t-\t-\tdatabase\n"
				  "test\tformat\tf\tFORMAT\ttext\ttext|json\t-\tits form\n"
				  "test\ttrials\tr\tN\t-\t-\truns\tso often\n"
				  "test\tseconds\t-\tS\t-\t-\t-\tso long\n"
				  "test\tprecision\t-\tP\t-\t-\t-\tso tight\n"
				  "test\tquiet\tq\t-\t-\t-\t-\tprint nothing\n"
				  "test\tletters\t-\t[TEXT]\t-\t-\t-\tcounted\n"
				  "test\tsecret\t-\t-\t-\t-\t-\t-\n"
				  "test\tzone\t-\tCODE\t-\t-\t-\tgrid\n"
				  "test\tseed\t-\tN\t7\t-\t-\tof the order\n"
				  "test\thelp\th\t-\t-\t-\t-\tthis text\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_go_where_their_rows_say),
		cmocka_unit_test(what_is_not_given_has_its_fallback),
		cmocka_unit_test(other_names_and_a_missing_text_work),
		cmocka_unit_test(
		    options_behind_the_operand_are_its_own_where_the_table_says_so),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(a_word_is_refused_where_only_options_are_taken),
		cmocka_unit_test(help_and_the_list_are_made_of_the_same_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
