/* base/option-help.c - a table of options as --help prints it, and as other programs read it
 * (option-table.h). */
#include <config.h>

#include "base/option-table.h"
#include "base/wrap.h"

#include <stdlib.h>
#include <string.h>

/* Where the texts begin; more rows than the longest table has. */
enum { HELP_COLUMN = 25, MOST_ROWS = 128 };

/* "  -o, --output=FILE"; returns its length. */
static int print_spelling(const struct option_row *row, FILE *out)
{
	const char *argument = row->argument ? row->argument : "";
	bool is_optional = argument[0] == '[';
	int n = row->letter ? fprintf(out, "  -%c, ", row->letter) : fprintf(out, "      ");
	n += fprintf(out, "--%s", row->name);
	if (is_optional)
		n += fprintf(out, "[=%s", argument + 1);
	else if (argument[0])
		n += fprintf(out, "=%s", argument);
	return n;
}

static void print_row(const struct option_row *row, FILE *out)
{
	char text[512];
	int n = print_spelling(row, out);
	snprintf(text, sizeof(text), row->fallback ? "%s [%s]" : "%s", row->help,
		 row->fallback);
	if (n + 1 > HELP_COLUMN) {
		fputc('\n', out);
		n = 0;
	}
	fprintf(out, "%*s", HELP_COLUMN - n, "");
	wrap_print(text, HELP_COLUMN, HELP_COLUMN, out);
}

void options_help(const struct option_table *table, FILE *out)
{
	struct option_row rows[MOST_ROWS];
	size_t n = options_flatten(table->rows, rows, MOST_ROWS);
	wrap_page(table->usage, out);
	fputc('\n', out);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].kind == OPTION_KIND_HEADING)
			fprintf(out, "%s:\n", rows[i].help);
		else if (rows[i].help)
			print_row(&rows[i], out);
	}
	print_row(
	    &(struct option_row){ .name = "help", .letter = 'h', .help = "this text" },
	    out);
	if (table->notes) {
		fputc('\n', out);
		wrap_page(table->notes, out);
	}
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

void options_list(const struct option_table *table, FILE *out)
{
	struct option_row rows[MOST_ROWS];
	size_t n = options_flatten(table->rows, rows, MOST_ROWS);
	for (size_t i = 0; i < n; i++) {
		const struct option_row *row = &rows[i];
		const char letter[] = { row->letter, '\0' };
		if (row->kind != OPTION_KIND_HEADING)
			fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", table->command,
				row->name, or_dash(letter), or_dash(row->argument),
				or_dash(row->fallback), or_dash(row->choices),
				or_dash(row->also), or_dash(row->help));
	}
	fprintf(out, "%s\thelp\th\t-\t-\t-\t-\tthis text\n", table->command);
}
