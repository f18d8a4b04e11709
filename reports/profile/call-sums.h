/* reports/profile/call-sums.h - what the functions of a call tree have themselves, and with all that they call. */
#ifndef JOULECART_CALL_SUMS_H
#define JOULECART_CALL_SUMS_H
#include "reports/profile/function-table.h"

#include <stddef.h>
#include <stdint.h>

enum { CALL_NO_FUNCTION = -1 };

/* A function called from its parent's. below and the numbers are call_sums_add()'s. */
struct call_node {
	int64_t ordinal, parent;    /* parent 0: a root */
	long function;              /* its number, or CALL_NO_FUNCTION */
	struct function_part part;  /* of the samples that ended in it */
	struct function_part below; /* the same, with all that it called */
	size_t caller, callee,
	    next;      /* numbers of nodes from 1 on, next: of the same caller; 0: none */
	int is_within; /* another node of the same function */
};

/* Adds the nodes, by rising ordinals, to their functions: self, and total once for each stack. A parent that
 * does not come before its child is none (the file may be anybody's). open has a zero for each
 * function, and has them again afterwards. The time grows as the nodes, however deep they are. */
void call_sums_add(struct call_node *nodes, size_t n, struct function *functions,
		   size_t *open);

#endif
