/* collectors/absence-list.h - what a source lacks while the rest of it works, as a collector notes it
 * while it opens: each part with its reason.
 *
 * A list that is all zeros is empty. It owns copies of all texts, so that a collector may build them
 * where it stands. Memory that runs out is remembered in err, which absence_list_give()
 * reports at the end of open(): an absence is never lost silently. */
#ifndef JOULECART_ABSENCE_LIST_H
#define JOULECART_ABSENCE_LIST_H
#include "collectors/collector.h"

#include <stddef.h>

struct problem;

struct absence_list {
	struct absence *items;
	size_t n;
	int err; /* 0, or ENOMEM: the list lacks some */
};

/* todo: what would help, or NULL or "" where nothing is known. The rest is a printf format of the
 * reason. */
void absence_list_add(struct absence_list *list, const char *name, const char *todo,
		      const char *why, ...) __attribute__((format(printf, 4, 5)));

/* Gives the list to what open() found, which then refers to it. 0, or -1 with *why: memory ran out. */
int absence_list_give(const struct absence_list *list, struct channel_list *found,
		      struct problem *why);

/* Why nothing works: the first of them stands for all, or 'empty' where there is none. Is -1. */
int absence_list_problem(const struct absence_list *list, const char *empty,
			 struct problem *why);

void absence_list_free(struct absence_list *list);

#endif
