/* models/train/bandit.h - a policy that learns from each answer which of a few things to show: LinUCB with one
 * linear model for each arm (L. Li et al., A Contextual-Bandit Approach to Personalized News Article
 * Recommendation, WWW 2010, algorithm 1), which forgets (Y. Russac et al., Weighted Linear Bandits for
 * Non-Stationary Environments, NeurIPS 2019: past answers count less by a factor).
 *
 * Of each arm: A = ridge + sum of x x', b = sum of reward x, both discounted; theta = inverse(A) b. The inverse
 * is kept by Sherman and Morrison's formula. */
#ifndef JOULECART_MODELS_BANDIT_H
#define JOULECART_MODELS_BANDIT_H
#include <stddef.h>

struct bandit;

struct bandit_settings {
	size_t arms, width; /* numbers of a context */
	double ridge;       /* above 0 */
	double optimism;    /* standard deviations above the mean; 0: the best mean */
	/* Weight of an answer relative to the next one's; 1: none is forgotten. */
	double memory;
};

/* NULL when memory is short. */
struct bandit *bandit_new(const struct bandit_settings *settings);
void bandit_free(struct bandit *bandit); /* takes NULL */

/* The arm whose upper bound is highest; the first of equals. x: [width]. */
size_t bandit_choose(const struct bandit *bandit, const double *x);
/* What showing the arm in that context was worth, 0 to 1. */
void bandit_learn(struct bandit *bandit, size_t arm, const double *x, double reward);
/* Forgets all. */
void bandit_reset(struct bandit *bandit);

#endif
