/* reports/campaign/score.h - how good the answers are: the quality metrics that trials state. */
#ifndef JOULECART_SCORE_H
#define JOULECART_SCORE_H
#include "reports/campaign/trials.h"
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"

#include <sqlite3.h>

/* One metric over a variant's trials. A share of right answers from n test queries is itself a
 * sample of what the variant would do on others: its standard error is sqrt(p (1 - p) / n),
 * with n from the metric 'test_queries'; without that it is the spread between trials. */
struct score {
	size_t n; /* trials that state it */
	double mean;
	double error;   /* standard error; < 0: not known */
	double degrees; /* of freedom of error; 0: normal */
};

/* The first of the known qualities (top1, ndcg10, top5, accuracy, ...) that the trials state,
 * NULL when they state none. Those are all shares of 1, the higher the better. */
const char *score_name(sqlite3 *db, struct trial_list trials);

/* Returns 0, or -1: sqlite3_errmsg() says why. */
int score_read(sqlite3 *db, struct trial_list trials, const char *name,
	       struct score *score);

/* As a figure with its 95 % interval, and the change b - a as one. */
struct figure score_figure(struct score score);
struct figure score_change(struct score a, struct score b);

#endif
