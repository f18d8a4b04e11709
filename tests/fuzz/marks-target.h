/* tests/fuzz/marks-target.h - targets of what marking programs and servers say. */
#ifndef JOULECART_FUZZ_MARKS_TARGET_H
#define JOULECART_FUZZ_MARKS_TARGET_H
#include <stddef.h>

/* Packets, each behind a byte with its length (0: that of a message), and what else a program does, from
 * 250 on (marks-target.c): through the door, or its ring, into phases of a database. */
void take_marks(const char *text, size_t size);

/* What four programs do at the door: a byte says who does what (marks-target.c). */
void take_door(const char *text, size_t size);

/* "NAME LABELS" in the first line, a page of metrics below. */
void take_metrics_page(const char *text, size_t size);

#endif
