/* reports/html/section-sensitivity.c - how far each input by itself moves the grams: a tornado, as a picture
 * and as a table. */
#include <config.h>

#include "reports/figure/gnuplot.h"
#include "reports/html/chart.h"
#include "reports/html/parts.h"
#include "reports/html/words.h"
#include "reports/sensitivity/tornado.h"

#include <math.h>
#include <string.h>

enum { ROW_HEIGHT = 28, AROUND = 90 };

/* "−12 %", of what is stored. */
static const char *change(const struct document *document, double grams)
{
	double percent = tornado_percent(document->tornado, grams);
	return arena_format(document->arena, "%s%s\u00a0%%",
			    percent < 0 ? document->glyphs->minus : "+",
			    format_digits(fabs(percent), 3, document->arena));
}

static const char *heading(const struct document *document)
{
	const struct tornado *tornado = document->tornado;
	if (tornado->n == 0)
		return NULL;
	const struct tornado_row *first = &tornado->rows[0];
	return arena_format(
	    document->arena, _("What moves the carbon of %s most: %s, by %s to %s"),
	    tornado->variant, words_of(document->arena, first->input),
	    change(document, first->least_g), change(document, first->most_g));
}

/* Bars from the least to the most, the largest above, around what is stored. */
static void draw(const struct canvas *canvas, const void *data)
{
	const struct document *document = data;
	const struct tornado *tornado = document->tornado;
	FILE *script = canvas->script;
	canvas_frame(canvas, canvas->is_narrow ? 130 : 170, 45, 10, 55);
	fputs("$bars << EOD\n", script);
	for (size_t i = 0; i < tornado->n; i++)
		fprintf(script, "0 %zu %.9g %.9g %zu.7 %zu.3 \"%s\"\n", tornado->n - i,
			tornado_percent(tornado, tornado->rows[i].least_g),
			tornado_percent(tornado, tornado->rows[i].most_g),
			tornado->n - i - 1, tornado->n - i,
			gnuplot_name(words_of(canvas->arena, tornado->rows[i].input),
				     canvas->arena));
	fprintf(script,
		"EOD\nset yrange [0.3:%zu.7]\nset grid xtics lc rgb '%s' lw 0.5 lt 1\n"
		"set border 1\nset format x '%%+g %%%%'\nset xlabel '%s'\n"
		"set style fill solid 1 noborder\n",
		tornado->n, ink_colour(INK_LINE), _("change of the grams"));
	fprintf(script,
		"plot $bars using 1:2:3:4:5:6:ytic(7) with boxxyerror lc rgb '%s', "
		"'-' using 1:2 with lines lc rgb '%s' lw 1.5\n0 0.3\n0 %zu.7\ne\n",
		ink_colour(INK_FRONT), ink_colour(INK_TEXT), tornado->n);
}

static void table(struct document *document)
{
	const struct table_column columns[] = {
		{ _("Input"), false },
		{ _("Unit"), false },
		{ _("Stored"), true },
		{ _("From"), true },
		{ _("To"), true },
		{ _("Grams at its low end"), true },
		{ _("Grams at its high end"), true },
		{ _("Range"), false },
	};
	const struct tornado *tornado = document->tornado;
	struct arena *arena = document->arena;
	part_table(document, _("Each input by itself, all others as stored."), columns,
		   sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < tornado->n; i++) {
		const struct tornado_row *row = &tornado->rows[i];
		part_row(document, words_of(arena, row->input));
		part_cell(document, *row->unit ? words_of(arena, row->unit) : "1");
		part_number(document, format_digits(row->stored, 4, arena));
		part_number(document, format_digits(row->low, 3, arena));
		part_number(document, format_digits(row->high, 3, arena));
		part_number(document, change(document, row->low_g));
		part_number(document, change(document, row->high_g));
		part_cell(document, row->is_choice ? _("a choice") : _("95\u00a0%"));
		part_row_end(document);
	}
	part_table_end(document);
}

static const char *basis(const struct document *document)
{
	const struct tornado *tornado = document->tornado;
	const char *grams = part_value(document, tornado->stored_g,
				       scale_of(&tornado->stored_g, 1, document->glyphs),
				       "g");
	bool is_session = strcmp(tornado->per, "session") == 0;
	if (tornado->has_embodied)
		return arena_format(
		    document->arena,
		    is_session ? _("Stored: %s CO\u2082e per session, with embodied "
				   "carbon.")
			       : _("Stored: %s CO\u2082e per query, with embodied "
				   "carbon."),
		    grams);
	return arena_format(document->arena,
			    is_session ? _("Stored: %s CO\u2082e per session, without "
					   "embodied carbon.")
				       : _("Stored: %s CO\u2082e per query, without "
					   "embodied carbon."),
			    grams);
}

static void write_section(struct document *document)
{
	const struct tornado *tornado = document->tornado;
	const int height = AROUND + ROW_HEIGHT * (int)tornado->n;
	part_paragraph(document, basis(document));
	chart_write(document,
		    &(struct chart){
			.id = "tornado",
			.title = heading(document),
			.description = _("A bar for each input, from the grams at one end "
					 "of its range to those at the other."),
			.caption = _("How far each input by itself moves the grams, the "
				     "largest above. Zero: as stored."),
			.wide_height = height,
			.narrow_height = height,
			.draw = draw,
			.data = document });
	table(document);
	part_note(document,
		  _("95\u00a0%: the input's interval in the uncertainty budget. A choice "
		    "has no known doubt: half and double of it, 1 to 1.5 of a PUE that "
		    "nobody stated, 3 and 7 queries of a session."));
}

const struct section section_sensitivity = { "sensitivity", N_("Sensitivity"), heading,
					     write_section };
