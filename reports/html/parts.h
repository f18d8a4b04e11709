/* reports/html/parts.h - the pieces that sections are made of: tables, notes, provenance
 * boxes, figures with their interval. */
#ifndef JOULECART_HTML_PARTS_H
#define JOULECART_HTML_PARTS_H
#include "reports/html/document.h"

/* The page's beginning, up to where more rules can be added to its style: html_close() ends that, and another the
 * head. policy: what it may load (Content-Security-Policy). */
void part_head(struct html *html, const char *language, const char *policy,
	       const char *title);

struct table_column {
	const char *header;
	bool is_number; /* right-aligned */
};

/* <table> with a numbered caption, in a region that scrolls on a narrow screen; then one
 * part_row per row, each with as many cells as columns; then part_table_end. */
void part_table(struct document *document, const char *caption,
		const struct table_column *columns, size_t n);
void part_table_end(struct document *document);

/* Rows: the first cell names the row. */
void part_row(struct document *document, const char *name);
void part_row_end(struct document *document);

/* A cell of words; of a number; of a figure with its interval, or the missing glyph with the
 * reason as a title. */
void part_cell(struct document *document, const char *text);
void part_number(struct document *document, const char *text);
void part_figure(struct document *document, struct figure figure, struct scale scale);
/* The word in a box whose border repeats it. */
void part_provenance_cell(struct document *document, struct figure figure);
void part_provenance(struct document *document, enum figure_provenance provenance);
/* The word alone, in the reader's language. */
const char *part_provenance_word(enum figure_provenance provenance);

/* A paragraph; of small print; one that opens with a sentence in bold. */
void part_paragraph(struct document *document, const char *text);
void part_note(struct document *document, const char *text);
void part_bold_then(struct document *document, const char *tag, const char *bold,
		    const char *text);

/* A list of facts: term and value; a NULL value is shown as "not known". */
void part_fact(struct document *document, const char *term, const char *value);

/* What the file's seal is worth, in a sentence. Of the document's arena, or constant; never NULL. */
const char *part_seal(const struct document *document);

/* Text of a figure: "15.8 mJ" with no-break space, "120..380". */
const char *part_value(const struct document *document, struct figure figure,
		       struct scale scale, const char *unit);
/* 0.123 as "12.3", with the document's minus when negative. */
const char *part_points(const struct document *document, double points);
/* A part of a whole as a whole number that does not claim all or nothing: "87 %", "less than 1 %". */
const char *part_share(const struct document *document, double share);
/* How much less or more, without sign: "62" of a ratio 0.38. */
const char *part_change(const struct document *document, double ratio);

#endif
