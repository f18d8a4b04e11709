/* reports/sensitivity/tornado-show.c - see tornado-show.h. */
#include <config.h>

#include "reports/sensitivity/tornado-show.h"

#include "base/screen-table.h"
#include "base/wrap.h"
#include "reports/figure/figure-json.h"
#include "reports/figure/format.h"
#include "reports/figure/json-text.h"

static const char *change_text(const struct tornado *tornado, double grams,
			       const struct glyphs *glyphs, struct arena *arena)
{
	double percent = tornado_percent(tornado, grams);
	return arena_format(arena, "%s%s %%", percent < 0 ? glyphs->minus : "+",
			    format_digits(percent < 0 ? -percent : percent, 3, arena));
}

static void add_line(const struct tornado *tornado, const struct tornado_row *row,
		     struct screen_table *table, const struct glyphs *glyphs,
		     struct arena *arena)
{
	table_cell(table, arena_format(arena, "%s%s%s", row->input, *row->unit ? ", " : "",
				       row->unit));
	table_cell(table, format_digits(row->stored, 4, arena));
	table_cell(table, arena_format(arena, "%s..%s", format_digits(row->low, 3, arena),
				       format_digits(row->high, 3, arena)));
	table_cell(table, change_text(tornado, row->low_g, glyphs, arena));
	table_cell(table, change_text(tornado, row->high_g, glyphs, arena));
	table_cell(table, row->is_choice ? "a choice" : "95 %");
}

/* What the grams hold, and what they do not. */
static void print_basis(const struct tornado *tornado, const struct glyphs *glyphs,
			struct arena *arena, FILE *out)
{
	struct scale scale = scale_of(&tornado->stored_g, 1, glyphs);
	wrap_say(out, 1, 2,
		 "%s, stored: %s %sg CO2e per %s, %s embodied carbon, %s training",
		 tornado->variant, format_value(tornado->stored_g, scale, glyphs, arena),
		 scale.prefix, tornado->per, tornado->has_embodied ? "with" : "without",
		 tornado->has_training ? "with" : "without");
	fputs(" each input by itself, all others as stored; a choice has no known doubt:\n"
	      "  half and double, a PUE not stated 1 to 1.5\n",
	      out);
}

int tornado_text(const struct tornado *tornado, struct arena *arena, FILE *out)
{
	const struct glyphs *glyphs = glyphs_of_locale();
	if (tornado->reason || tornado->n == 0) {
		wrap_say(out, 1, 2, "no sensitivities: %s",
			 tornado->reason ? tornado->reason : "no input has a range");
		return 0;
	}
	struct screen_table *table = table_new(1, 2);
	table_column(table, "what moves the grams", TABLE_WORDS);
	table_column(table, "stored", TABLE_RIGHT);
	table_column(table, "from..to", TABLE_RIGHT);
	table_column(table, "g at low", TABLE_RIGHT);
	table_column(table, "at high", TABLE_RIGHT);
	table_column(table, "range", 0);
	for (size_t i = 0; i < tornado->n; i++)
		add_line(tornado, &tornado->rows[i], table, glyphs, arena);
	fputc('\n', out);
	int code = table_print(table, out);
	table_free(table);
	print_basis(tornado, glyphs, arena, out);
	return code;
}

json_t *tornado_json(const struct tornado *tornado)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < tornado->n; i++) {
		const struct tornado_row *row = &tornado->rows[i];
		json_array_append_new(
		    rows,
		    json_pack("{s:s, s:s, s:f, s:f, s:f, s:b, s:f, s:f}", "input",
			      row->input, "unit", row->unit, "stored", row->stored, "low",
			      row->low, "high", row->high, "is_choice", row->is_choice,
			      "gco2e_at_low", row->low_g, "gco2e_at_high", row->high_g));
	}
	return json_pack("{s:o, s:s, s:b, s:b, s:o, s:o, s:o}", "variant",
			 json_text_or_null(tornado->variant), "per", tornado->per,
			 "has_embodied", tornado->has_embodied, "has_training",
			 tornado->has_training, "gco2e", json_figure(tornado->stored_g),
			 "reason", json_text_or_null(tornado->reason), "inputs", rows);
}
