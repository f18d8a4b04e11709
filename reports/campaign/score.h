/* reports/campaign/score.h - how good the answers are: the quality metrics that trials state. */
#ifndef JOULECART_SCORE_H
#define JOULECART_SCORE_H
#include "reports/campaign/trials.h"
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>

/* One metric over a variant's trials, all shares of 1. The test queries are a sample of what the
 * variant would be asked: that is its uncertainty. Of how many queries it is, says in this order:
 * the answers that the trials kept (table answers); the metric NAME_queries; for metrics of all
 * queries test_queries. Where nothing does, the spread between trials stands in. */
struct score {
	size_t n; /* trials that state it */
	double mean;
	double sd;        /* between trials */
	double n_queries; /* 0: not stated */
	/* of each query, the mean over the trials, in their order; NULL: not kept */
	const double *answers;
	size_t n_answers;
	bool is_graded;       /* an answer may be partly right, as NDCG has it */
	const char *workload; /* NULL: not stated */
};

/* The first of the known qualities (top1, ndcg10, top5, accuracy, ...) that the trials state,
 * NULL when they state none. Those are all shares of 1, the higher the better. */
const char *score_name(sqlite3 *db, struct trial_list trials);

/* Is it one of the known qualities, or the top-1 of a part of the queries? */
bool score_is_share(const char *name);

/* The part's name in "top1_KIND_NAME", the top-1 of a part of the queries: "dry" in "top1_skin_dry". Points into the
 * metric; NULL: it is no such metric. */
const char *score_part(const char *metric);
/* The bytes that stand before KIND. */
enum { SCORE_PART_PREFIX = 5 };

/* Returns 0, or -1: sqlite3_errmsg() says why. */
int score_read(sqlite3 *db, struct trial_list trials, const char *name, struct arena *arena,
	       struct score *score);

/* With its 95 % interval: Wilson's of a share (J. Am. Stat. Assoc. 22, 1927), the normal one of
 * partly correct answers, or t between trials. */
struct figure score_figure(const struct score *score);

/* The change b - a. Where both kept their answers to the same queries (one workload), the queries
 * pair them: those that both get right or wrong say nothing (A. Agresti, Y. Min, Stat. Med. 24,
 * 2005: the Wald interval of the paired difference with two observations added, of which none is
 * certainty). Else as two samples. */
struct figure score_change(const struct score *a, const struct score *b);

/* By how many queries score_change() pairs them; 0: as two samples. */
size_t score_pairs(const struct score *a, const struct score *b);

#endif
