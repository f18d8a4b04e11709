/* base/option-table.c - see option-table.h. Each row becomes one or two of getopt_long's. */
#include <config.h>

#include "base/option-table.h"

#include "base/nearest.h"
#include "base/problem.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

enum {
	MOST_ROWS = 80, /* above the longest table */
	CODE = 256      /* getopt_long's value of the first row; below are the letters */
};

/* A table in the form that getopt_long takes. */
struct parser {
	struct option_row rows[MOST_ROWS];
	size_t n;
	struct option longs[2 * MOST_ROWS + 2];
	const char *names[2 * MOST_ROWS + 1]; /* of longs */
	size_t n_longs;
	char letters[2 * MOST_ROWS + 5];
};

size_t options_flatten(const struct option_row *rows, struct option_row *flat, size_t n)
{
	size_t count = 0;
	for (; rows->kind != OPTION_KIND_END; rows++) {
		size_t before = count < n ? count : n;
		if (rows->kind != OPTION_KIND_INCLUDE) {
			if (count < n)
				flat[count] = *rows;
			count++;
			continue;
		}
		count += options_flatten(rows->rows, flat + before, n - before);
		for (size_t i = before; i < count && i < n; i++)
			flat[i].where += rows->where;
	}
	return count;
}

static void add_long(struct parser *parser, const char *name, const char *argument,
		     int code)
{
	int takes = !argument            ? no_argument
		    : argument[0] == '[' ? optional_argument
					 : required_argument;
	parser->names[parser->n_longs] = name;
	parser->longs[parser->n_longs++] = (struct option){ name, takes, NULL, code };
}

static void parser_make(struct parser *parser, const struct option_table *table)
{
	size_t n = 0;
	memset(parser, 0, sizeof(*parser));
	parser->n = options_flatten(table->rows, parser->rows, MOST_ROWS);
	assert(parser->n <= MOST_ROWS);
	if (table->ends_at_operand)
		parser->letters[n++] = '+';
	parser->letters[n++] = ':';
	parser->letters[n++] = 'h';
	for (size_t i = 0; i < parser->n; i++) {
		const struct option_row *row = &parser->rows[i];
		if (row->name)
			add_long(parser, row->name, row->argument, CODE + (int)i);
		if (row->also)
			add_long(parser, row->also, row->argument, CODE + (int)i);
		if (row->letter)
			parser->letters[n++] = row->letter;
		if (row->letter && row->argument)
			parser->letters[n++] = ':';
	}
	add_long(parser, "help", NULL, 'h');
}

static struct option_row *row_of_code(struct parser *parser, int code)
{
	for (size_t i = 0; code < CODE && i < parser->n; i++)
		if (parser->rows[i].letter == code)
			return &parser->rows[i];
	return &parser->rows[code - CODE];
}

/* What getopt_long could not make sense of: word, of which it returned '?' or ':'. */
static int refuse(const struct parser *parser, const struct option_table *table, int code,
		  const char *word, struct problem *why)
{
	const char *name = word + 2 * (strncmp(word, "--", 2) == 0);
	char asked[64];
	snprintf(asked, sizeof(asked), "%.*s", (int)strcspn(name, "="), name);
	const char *near = nearest_name(asked, parser->names, parser->n_longs);
	if (code == ':')
		problem_what(why, "option '%s' needs a value", word);
	else if (name == word) /* one letter of several, perhaps */
		problem_what(why, "unknown option '-%c'", optopt);
	else if (near && strcmp(near, asked) == 0)
		problem_what(why, "option '--%s' takes no value", asked);
	else
		problem_what(why, "unknown option '%s'", word);
	if (code != ':' && name != word && near && strcmp(near, asked) != 0)
		problem_why(why, "did you mean '--%s'?", near);
	why->kind = PROBLEM_USAGE;
	return problem_todo(why, "'joulecart %s --help' lists them", table->command);
}

int options_operand_problem(const struct option_table *table, const char *expected,
			    struct problem *why)
{
	problem_what(why, "%s needs %s", table->command, expected);
	why->kind = PROBLEM_USAGE;
	return problem_todo(why, "'joulecart %s --help' shows how", table->command);
}

/* What is no option, where nothing else can be meant: the name of one without its dashes, perhaps. */
static int refuse_operand(const struct parser *parser, const struct option_table *table,
			  const char *word, struct problem *why)
{
	const char *near = nearest_name(word, parser->names, parser->n_longs);
	problem_what(why, "%s takes nothing but options, and '%s' is none", table->command,
		     word);
	if (near)
		problem_why(why, "did you mean '--%s'?", near);
	why->kind = PROBLEM_USAGE;
	return problem_todo(why, "'joulecart %s --help' lists them", table->command);
}

static int set_fallbacks(const struct parser *parser, void *settings, struct problem *why)
{
	for (size_t i = 0; i < parser->n; i++)
		if (parser->rows[i].fallback &&
		    option_set(&parser->rows[i], parser->rows[i].fallback, settings, why) !=
			0)
			return -1;
	return 0;
}

int options_parse(const struct option_table *table, int argc, char **argv, void *settings,
		  struct problem *why)
{
	struct parser parser;
	bool is_help = false;
	int code;
	parser_make(&parser, table);
	int failed = set_fallbacks(&parser, settings, why);
	opterr = 0;
	optind = 0; /* anew: a process may parse more than one command line */
	while ((code = getopt_long(argc, argv, parser.letters, parser.longs, NULL)) != -1) {
		is_help |= code == 'h';
		if (failed || code == 'h') /* --help is heard after a mistake as well */
			continue;
		failed = code == '?' || code == ':'
			     ? refuse(&parser, table, code, argv[optind - 1], why)
			     : option_set(row_of_code(&parser, code), optarg, settings,
					  why);
	}
	if (!failed && !is_help && table->takes_no_operand && optind < argc)
		failed = refuse_operand(&parser, table, argv[optind], why);
	if (is_help)
		options_help(table, stdout);
	/* Without even a name, getopt_long does not begin. */
	return is_help ? 0 : failed ? -1 : argc < 1 ? 1 : optind;
}
