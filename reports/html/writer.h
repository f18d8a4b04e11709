/* reports/html/writer.h - HTML, escaped and nested by libxml2's xmlTextWriter.
 *
 * Each call appends; a failure (no memory) is kept and told by html_finish. Text and attribute
 * values are escaped: names out of a database cannot become markup. */
#ifndef JOULECART_HTML_WRITER_H
#define JOULECART_HTML_WRITER_H
#include <stdio.h>

struct html;

/* NULL: no memory. */
struct html *html_new(void);

/* Writes what was made to out and frees it. 0, or -1: memory ran out on the way. */
int html_finish(struct html *html, FILE *out);

/* <TAG NAME="VALUE"...>: pairs of attribute and value, ended by NULL; a pair with a NULL value
 * is left out. */
void html_open(struct html *html, const char *tag, ...) __attribute__((sentinel));
/* The same for an element that HTML never closes, such as <meta>. */
void html_void(struct html *html, const char *tag, ...) __attribute__((sentinel));
/* </TAG> of the innermost open element. */
void html_close(struct html *html);

/* An element that holds text alone; class may be NULL. */
void html_element(struct html *html, const char *tag, const char *class_name,
		  const char *text);

void html_text(struct html *html, const char *text);

/* Text with figures in it. */
void html_format(struct html *html, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Trusted markup, as it is: the style sheet, a chart. */
void html_raw(struct html *html, const char *markup);

/* A line break in the source, for whoever reads that. */
void html_line(struct html *html);

#endif
