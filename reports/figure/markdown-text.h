/* reports/figure/markdown-text.h - text of unknown origin in GitHub's Markdown. */
#ifndef JOULECART_MARKDOWN_TEXT_H
#define JOULECART_MARKDOWN_TEXT_H
#include <stdio.h>

/* Prints what people see of the text (base/text.h) within a line or a table's cell, with a
 * backslash before what Markdown or HTML would take for markup. */
void markdown_text(const char *text, FILE *out);

/* Prints a line of a table: n cells as above. */
void markdown_cells(const char *const *cells, size_t n, FILE *out);

#endif
