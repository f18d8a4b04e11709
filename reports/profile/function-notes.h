/* reports/profile/function-notes.h - what a reader of the joules of functions must know beside them. */
#ifndef JOULECART_FUNCTION_NOTES_H
#define JOULECART_FUNCTION_NOTES_H
#include "reports/profile/function-table.h"

/* Whose they are, and how they were sampled: two sentences. Ends with NULL, as below; the arena owns them. */
const char *const *function_heads(const struct function_group *group, struct arena *arena);

/* What the figures mean, and what is wrong with them; rest: what the n_rest functions have that are not
 * listed. */
const char *const *function_notes(const struct function_group *group,
				  struct function_part rest, size_t n_rest,
				  struct arena *arena);

#endif
