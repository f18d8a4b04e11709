/* reports/html/parts.c - see parts.h. */
#include <config.h>

#include "reports/html/parts.h"

#include "reports/html/report-css.h"
#include "reports/html/words.h"

#include <math.h>
#include <string.h>

#define NBSP "\u00a0"

void part_head(struct html *html, const char *language, const char *policy,
	       const char *title)
{
	html_raw(html, "<!DOCTYPE html>\n");
	html_open(html, "html", "lang", language, NULL);
	html_open(html, "head", NULL);
	html_void(html, "meta", "charset", "utf-8", NULL);
	html_void(html, "meta", "http-equiv", "Content-Security-Policy", "content", policy,
		  NULL);
	html_void(html, "meta", "name", "viewport", "content",
		  "width=device-width, initial-scale=1", NULL);
	html_element(html, "title", NULL, title);
	html_open(html, "style", NULL);
	html_raw(html, report_css);
}

void part_table(struct document *document, const char *caption,
		const struct table_column *columns, size_t n)
{
	struct html *html = document->html;
	const char *id = arena_format(document->arena, "table-%d", ++document->n_tables);
	html_open(html, "div", "class", "scroll", "role", "region", "tabindex", "0",
		  "aria-labelledby", id, NULL);
	html_open(html, "table", NULL);
	html_open(html, "caption", "id", id, NULL);
	html_format(html, _("Table %d."), document->n_tables);
	html_format(html, " %s", caption);
	html_close(html);
	html_open(html, "thead", NULL);
	html_open(html, "tr", NULL);
	for (size_t i = 0; i < n; i++) {
		html_open(html, "th", "scope", "col", "class",
			  columns[i].is_number ? "number" : NULL, NULL);
		html_text(html, columns[i].header);
		html_close(html);
	}
	html_close(html);
	html_close(html);
	html_open(html, "tbody", NULL);
	html_line(html);
}

void part_table_end(struct document *document)
{
	for (int i = 0; i < 3; i++)
		html_close(document->html); /* tbody, table, div */
	html_line(document->html);
}

void part_row(struct document *document, const char *name)
{
	html_open(document->html, "tr", NULL);
	html_open(document->html, "th", "scope", "row", NULL);
	html_text(document->html, name);
	html_close(document->html);
}

void part_row_end(struct document *document)
{
	html_close(document->html);
	html_line(document->html);
}

void part_cell(struct document *document, const char *text)
{
	html_element(document->html, "td", NULL, text ? text : document->glyphs->missing);
}

void part_number(struct document *document, const char *text)
{
	html_element(document->html, "td", "number",
		     text ? text : document->glyphs->missing);
}

static const char *interval_text(const struct document *document, struct figure figure,
				 struct scale scale)
{
	return arena_format(document->arena, _("%.*f to %.*f"), scale.decimals,
			    figure.low / scale.factor, scale.decimals,
			    figure.high / scale.factor);
}

void part_figure(struct document *document, struct figure figure, struct scale scale)
{
	struct html *html = document->html;
	if (!figure.is_known) {
		html_open(html, "td", "class", "number", "title",
			  figure.reason ? words_of(document->arena, figure.reason)
					: _("not known"),
			  NULL);
		html_text(html, document->glyphs->missing);
		html_close(html);
		return;
	}
	html_open(html, "td", "class", "number", NULL);
	html_text(html, format_value(figure, scale, document->glyphs, document->arena));
	if (figure.has_interval) {
		html_text(html, " ");
		html_element(html, "span", "interval",
			     interval_text(document, figure, scale));
	}
	html_close(html);
}

static const char *const provenance_names[] = { N_("measured"), N_("modelled"),
						N_("ESTIMATED"), N_("assumed") };

const char *part_provenance_word(enum figure_provenance provenance)
{
	return _(provenance_names[provenance]);
}

void part_provenance(struct document *document, enum figure_provenance provenance)
{
	html_open(document->html, "span", "class",
		  arena_format(document->arena, "how %s", provenance_word(provenance)),
		  NULL);
	html_text(document->html, part_provenance_word(provenance));
	html_close(document->html);
}

void part_provenance_cell(struct document *document, struct figure figure)
{
	html_open(document->html, "td", NULL);
	if (figure.is_known)
		part_provenance(document, figure.provenance);
	else
		html_text(document->html, document->glyphs->missing);
	html_close(document->html);
}

void part_paragraph(struct document *document, const char *text)
{
	html_element(document->html, "p", NULL, text);
	html_line(document->html);
}

void part_note(struct document *document, const char *text)
{
	html_element(document->html, "p", "note", text);
	html_line(document->html);
}

void part_bold_then(struct document *document, const char *tag, const char *bold,
		    const char *text)
{
	html_open(document->html, tag, NULL);
	html_element(document->html, "strong", NULL, bold);
	html_format(document->html, " %s", text);
	html_close(document->html);
	html_line(document->html);
}

void part_fact(struct document *document, const char *term, const char *value)
{
	html_open(document->html, "div", NULL);
	html_element(document->html, "dt", NULL, term);
	html_element(document->html, "dd", NULL, value ? value : _("not known"));
	html_close(document->html);
	html_line(document->html);
}

const char *part_value(const struct document *document, struct figure figure,
		       struct scale scale, const char *unit)
{
	return arena_format(document->arena, "%s" NBSP "%s%s",
			    format_value(figure, scale, document->glyphs, document->arena),
			    scale.prefix, unit);
}

const char *part_points(const struct document *document, double points)
{
	points = round(points * 10) / 10; /* no minus before 0.0 */
	return arena_format(document->arena, "%s%.1f",
			    points < 0   ? document->glyphs->minus
			    : points > 0 ? "+"
					 : "",
			    fabs(points));
}

const char *part_change(const struct document *document, double ratio)
{
	double percent = fabs(ratio - 1) * 100;
	return format_percent(percent, percent < 10 ? 1 : 0, document->arena);
}

const char *part_share(const struct document *document, double share)
{
	bool is_part = share > 0 && share < 1 - 1e-12;
	if (is_part && share > 0.99)
		return _("more than 99\u00a0%");
	if (is_part && share < 0.01)
		return _("less than 1\u00a0%");
	return arena_format(document->arena, "%.0f\u00a0%%", share * 100);
}

static const char *seal_that_holds(const struct document *document)
{
	const struct seal_words *words = &document->seal->standing.seal;
	if (!*words->fingerprint)
		return arena_format(document->arena,
				    _("Sealed without a signature: at %s, of this content; "
				      "whoever can write the file can seal it again."),
				    words->claimed_utc);
	if (!*words->name)
		return arena_format(document->arena,
				    _("Signed by an unknown key, %s: at %s, of this "
				      "content; the time is the signer's claim."),
				    words->fingerprint, words->claimed_utc);
	return arena_format(document->arena,
			    _("Signed by %s (key %s): at %s, of this content; the time is "
			      "the signer's claim."),
			    words->name, words->fingerprint, words->claimed_utc);
}

const char *part_seal(const struct document *document)
{
	const struct seal_words *words = &document->seal->standing.seal;
	if (strcmp(words->state, "none") == 0)
		return _("Not sealed: nothing shows that these are the readings that were "
			 "taken.");
	if (strcmp(words->state, "broken") == 0)
		return arena_format(document->arena,
				    _("The seal is broken: what it sealed has changed, and "
				      "nobody vouches for these figures (%s)."),
				    words->place);
	const char *held = seal_that_holds(document);
	return strcmp(words->state, "trimmed") == 0
		   ? arena_format(document->arena, "%s %s", held,
				  _("Readings were trimmed after the seal."))
		   : held;
}
