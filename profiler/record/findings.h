/* profiler/record/findings.h - what the readings of a channel showed, in the words of table gap. */
#ifndef JOULECART_RECORD_FINDINGS_H
#define JOULECART_RECORD_FINDINGS_H
#include "schema/samples/rollup.h"

struct channel;

/* "read-error", ...: a constant text, never NULL for a kind that exists. */
const char *finding_name(enum finding_kind kind);

/* One sentence for people: a constant text, or the system's for an errno. */
const char *finding_why(const struct finding *finding, const struct channel *channel);

/* Adds one; a list that is full joins it to its last of the same kind, or leaves it out. */
void finding_list_add(struct finding_list *list, const struct finding *finding);

#endif
