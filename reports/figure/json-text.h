/* reports/figure/json-text.h - JSON with text of unknown origin in it. All JSON that joulecart prints
 * goes out here; scripts/lint sees to it. */
#ifndef JOULECART_JSON_TEXT_H
#define JOULECART_JSON_TEXT_H
#include <jansson.h>
#include <stdio.h>

/* A JSON string of text, guarded or not, never NULL for lack of UTF-8; null for NULL. */
json_t *json_text(const char *text);

/* Prints the value with a line break after it and releases it. Guarded text becomes what it was;
 * bytes that are not UTF-8 become U+FFFD, and beside such a value of an object, "KEY", stands
 * "KEY_bytes": all its bytes in hexadecimal. Characters that a terminal would obey are written
 * as \uXXXX. flags as json_dumps takes them. 0, or -1: no memory, or the value is NULL. */
int json_print(json_t *value, size_t flags, FILE *out);

/* The same for a value whose strings are not guarded: another program's JSON, and what people see of text
 * (shown_text). They are printed as they are. 0, or -1: the value is NULL. */
int json_print_shown(json_t *value, size_t flags, FILE *out);

/* Prints a text alone, as json_print would within an object. */
void json_print_inline(const char *text, FILE *out);

#endif
