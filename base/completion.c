/* base/completion.c - see completion.h. */
#include <config.h>

#include "base/completion.h"

#include <string.h>

/* Above the longest table of options, those that it includes counted. */
enum { MOST_ROWS = 128 };

/* A command line, as far as it was read. */
struct line {
	const struct option_table *table;
	struct option_row rows[MOST_ROWS];
	size_t n_rows;
	const struct option_row
	    *open; /* the option whose value the next word is, or NULL */
	size_t n_operands;
	bool has_ended; /* all that follows are operands: after "--" */
	const char *database;
};

void completion_offer(const struct completion *completion, const char *word,
		      const char *help)
{
	if (strncmp(word, completion->begun, strlen(completion->begun)) == 0)
		fprintf(completion->out, "%s%s\t%s\n", completion->prefix, word,
			help ? help : "");
}

void completion_of_names(const char *word, const char *const *names,
			 const char *const *helps, size_t n, FILE *out)
{
	const struct completion completion = { "", word, NULL, out };
	fputs("words\t\n", out);
	for (size_t i = 0; i < n; i++)
		completion_offer(&completion, names[i], helps[i]);
}

static const struct option_row *find_name(const struct line *line, const char *name,
					  size_t length)
{
	for (size_t i = 0; i < line->n_rows; i++) {
		const struct option_row *row = &line->rows[i];
		const char *const spellings[] = { row->name, row->also };
		for (size_t k = 0; k < 2; k++)
			if (spellings[k] && strlen(spellings[k]) == length &&
			    memcmp(spellings[k], name, length) == 0)
				return row;
	}
	return NULL;
}

static const struct option_row *find_letter(const struct line *line, char letter)
{
	for (size_t i = 0; i < line->n_rows; i++)
		if (line->rows[i].letter == letter)
			return &line->rows[i];
	return NULL;
}

/* Its value is a word of its own, where it does not stand in the same one. */
static bool takes_word(const struct option_row *row)
{
	return row && row->argument && row->argument[0] != '[';
}

/* The option whose value the next word is: that of "--zone", of "-o", of "-qo". */
static const struct option_row *opened_by(const struct line *line, const char *word)
{
	if (word[1] == '-') {
		const struct option_row *row = find_name(line, word + 2, strlen(word + 2));
		return takes_word(row) ? row : NULL;
	}
	for (size_t i = 1; word[i]; i++) {
		const struct option_row *row = find_letter(line, word[i]);
		if (takes_word(row))
			return word[i + 1] ? NULL : row;
	}
	return NULL;
}

/* The last of a table's operands goes on for ever. */
static enum option_values operand_kind(const struct line *line)
{
	enum option_values kind = VALUES_UNKNOWN;
	size_t n = sizeof(line->table->operands) / sizeof(line->table->operands[0]);
	for (size_t i = 0; i < n && i <= line->n_operands; i++)
		if (line->table->operands[i] != VALUES_UNKNOWN)
			kind = line->table->operands[i];
	return kind;
}

static void read_word(struct line *line, const char *word)
{
	if (line->open) {
		line->open = NULL;
	} else if (line->has_ended || word[0] != '-' || !word[1]) {
		if (operand_kind(line) == VALUES_DATABASES && !line->database)
			line->database = word;
		line->n_operands++;
		line->has_ended |= line->table->ends_at_operand;
	} else if (strcmp(word, "--") == 0) {
		line->has_ended = true;
	} else {
		line->open = opened_by(line, word);
	}
}

static void leave_to_shell(const char *what, const struct completion *completion)
{
	fprintf(completion->out, "%s\t%s\n", what, completion->prefix);
}

/* The words of "text|json". */
static void offer_choices(const struct completion *completion, const char *choices)
{
	char copy[256];
	char *rest = copy, *word;
	snprintf(copy, sizeof(copy), "%s", choices);
	while ((word = strsep(&rest, "|")))
		completion_offer(completion, word, NULL);
}

static void offer_values(const struct completion *completion, enum option_values kind,
			 const char *choices, completion_source *source)
{
	switch (kind) {
	case VALUES_FILES:
	case VALUES_DATABASES:
		leave_to_shell("files", completion);
		return;
	case VALUES_FOLDERS:
		leave_to_shell("folders", completion);
		return;
	case VALUES_COMMANDS:
		leave_to_shell("commands", completion);
		return;
	default:
		fputs("words\t\n", completion->out);
		if (choices)
			offer_choices(completion, choices);
		else if (kind != VALUES_UNKNOWN)
			source(completion, kind);
	}
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);
	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static enum option_values kind_of(const struct option_row *row)
{
	const char *argument = row->argument ? row->argument : "";
	if (row->values != VALUES_UNKNOWN || row->choices)
		return row->values;
	if (strcmp(argument, "FILE") == 0 || strcmp(argument, "[FILE]") == 0 ||
	    ends_with(argument, ".db"))
		return VALUES_FILES;
	return strcmp(argument, "DIR") == 0 ? VALUES_FOLDERS : VALUES_UNKNOWN;
}

/* word: the whole; value: where in it the option's value begins. */
static void complete_value(const struct line *line, const struct option_row *row,
			   const char *word, const char *value, completion_source *source,
			   FILE *out)
{
	char prefix[1024];
	const char *comma = row->argument && strcmp(row->argument, "LIST") == 0
				? strrchr(value, ',')
				: NULL;
	const char *begun = comma ? comma + 1 : value;
	const struct completion completion = { prefix, begun, line->database, out };
	if ((size_t)(begun - word) >= sizeof(prefix))
		return;
	snprintf(prefix, sizeof(prefix), "%.*s", (int)(begun - word), word);
	offer_values(&completion, kind_of(row), row->choices, source);
}

static void complete_option(const struct line *line, const char *word, FILE *out)
{
	const struct completion completion = { "--", word[1] == '-' ? word + 2 : "",
					       line->database, out };
	fputs("words\t\n", out);
	for (size_t i = 0; i < line->n_rows; i++)
		if (line->rows[i].name && line->rows[i].help)
			completion_offer(&completion, line->rows[i].name,
					 line->rows[i].help);
	completion_offer(&completion, "help", "this text");
}

static void complete_operand(const struct line *line, const char *word,
			     completion_source *source, FILE *out)
{
	const struct completion completion = { "", word, line->database, out };
	enum option_values kind = operand_kind(line);
	bool is_form = line->n_operands == 0 && line->table->forms;
	if (kind == VALUES_COMMANDS && line->n_operands > 0)
		kind = VALUES_FILES; /* what the command takes, most likely */
	if (kind == VALUES_UNKNOWN && !is_form && !line->has_ended && !*word)
		complete_option(line, word, out);
	else
		offer_values(&completion, is_form ? VALUES_UNKNOWN : kind,
			     is_form ? line->table->forms : NULL, source);
}

void options_complete(const struct option_table *table, int argc, char **argv,
		      completion_source *source, FILE *out)
{
	struct line line = { .table = table };
	const char *word = argc > 0 ? argv[argc - 1] : "";
	line.n_rows = options_flatten(table->rows, line.rows, MOST_ROWS);
	for (int i = 0; i + 1 < argc; i++)
		read_word(&line, argv[i]);
	const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
	const struct option_row *row =
	    equals ? find_name(&line, word + 2, (size_t)(equals - word - 2)) : NULL;
	if (line.open)
		complete_value(&line, line.open, word, word, source, out);
	else if (!line.has_ended && row && row->argument)
		complete_value(&line, row, word, equals + 1, source, out);
	else if (!line.has_ended && word[0] == '-')
		complete_option(&line, word, out);
	else
		complete_operand(&line, word, source, out);
}
