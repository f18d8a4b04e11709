/* reports/figure/csv-text.h - text of unknown origin as a field of CSV (RFC 4180, quoted by libcsv). */
#ifndef JOULECART_CSV_TEXT_H
#define JOULECART_CSV_TEXT_H
#include <stdio.h>

/* Prints the field: what people see of the text (base/text.h), and an apostrophe before what a
 * spreadsheet would take for a formula, so that it stays text. NULL and "" print nothing. */
void csv_text(const char *text, FILE *out);

#endif
