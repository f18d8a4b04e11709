/* profiler/sources/json-line.h - a number in a line of output that is a JSON object. */
#ifndef JOULECART_JSON_LINE_H
#define JOULECART_JSON_LINE_H
#include <stdbool.h>
#include <stddef.h>

/* The number that stands there under a dotted name ("stats.requests"), each part of at most 63 bytes. false,
 * and *number as it was: the line is no object, or has no such number. */
bool json_line_number(const char *name, const char *line, size_t size, double *number);

#endif
