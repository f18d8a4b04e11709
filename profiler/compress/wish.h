/* profiler/compress/wish.h - what a search is to keep within, and how good answers must be. */
#ifndef JOULECART_WISH_H
#define JOULECART_WISH_H
#include <stdbool.h>

struct problem;

struct budget {
	enum { BUDGET_NONE, BUDGET_PER_QUERY, BUDGET_PER_RUN, BUDGET_METRIC } of;
	double most;      /* J, or the metric's unit */
	char metric[64];  /* that trials state */
	const char *unit; /* "J", "s", "B"; "": not known */
	const char *text; /* as it was written */
};

/* "2 mJ/query", "5 J/run", "3 ms p99" (metric latency_p99_s), "4 MB" (metric file_bytes), or "NAME <= X" of any
 * metric. -1 with a usage problem. */
int budget_read(struct budget *budget, const char *text, struct problem *why);

struct quality_wish {
	char name[64];
	bool has_limit, is_lower_better;
	double limit;
};

/* "top1 >= 86 %", "loss <= 0.3", or "top1" alone: the higher the better. -1 with a usage problem. */
int quality_read(struct quality_wish *wish, const char *text, struct problem *why);

#endif
