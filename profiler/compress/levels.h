/* profiler/compress/levels.h - the techniques of a search, each with the levels that its parameter may take. */
#ifndef JOULECART_LEVELS_H
#define JOULECART_LEVELS_H
#include "profiler/search/forecast.h"

struct problem;

struct technique {
	char name[32];
	char values[LEVELS_MOST]
		   [32]; /* as the command gets them; the first is the mildest */
	size_t n;
};

struct technique_list {
	struct technique techniques[TECHNIQUES_MOST];
	size_t n;
};

/* Adds "NAME=MILD:STRONG" (9 levels at even distances), "NAME=MILD:STRONG:N" (N of them) or "NAME=A,B,C". Between
 * whole numbers levels are whole, each once. 0, or -1 with a usage problem. */
int levels_add(struct technique_list *list, const char *text, struct problem *why);

/* "sparsity=0.5 bits=8", into text. */
void levels_name(const struct technique_list *list, const struct search_point *point,
		 char *text, size_t size);

#endif
