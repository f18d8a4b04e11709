/* models/train/bandit.c - see bandit.h. */
#include <config.h>

#include "models/train/bandit.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct bandit {
	struct bandit_settings settings;
	double *inverse; /* [arms][width][width] */
	double *b;       /* [arms][width] */
	double *theta;   /* [arms][width] */
	double *product; /* [width]: inverse x context */
};

struct bandit *bandit_new(const struct bandit_settings *settings)
{
	size_t arms = settings->arms, width = settings->width;
	struct bandit *bandit = calloc(1, sizeof(*bandit));
	if (!bandit)
		return NULL;
	*bandit = (struct bandit){
		.settings = *settings,
		.inverse = calloc(arms * width * width, sizeof(double)),
		.b = calloc(arms * width, sizeof(double)),
		.theta = calloc(arms * width, sizeof(double)),
		.product = calloc(width, sizeof(double)),
	};
	if (bandit->inverse && bandit->b && bandit->theta && bandit->product) {
		bandit_reset(bandit);
		return bandit;
	}
	bandit_free(bandit);
	return NULL;
}

void bandit_free(struct bandit *bandit)
{
	if (!bandit)
		return;
	free(bandit->inverse);
	free(bandit->b);
	free(bandit->theta);
	free(bandit->product);
	free(bandit);
}

void bandit_reset(struct bandit *bandit)
{
	size_t arms = bandit->settings.arms, width = bandit->settings.width;
	memset(bandit->inverse, 0, arms * width * width * sizeof(double));
	memset(bandit->b, 0, arms * width * sizeof(double));
	memset(bandit->theta, 0, arms * width * sizeof(double));
	for (size_t i = 0; i < arms * width; i++)
		bandit->inverse[i * width + i % width] = 1.0 / bandit->settings.ridge;
}

/* product = inverse of the arm's A x context; returns context x product. */
static double spread(const struct bandit *bandit, size_t arm, const double *x)
{
	int width = (int)bandit->settings.width;
	const double *inverse = bandit->inverse +
				arm * bandit->settings.width * bandit->settings.width;
	cblas_dsymv(CblasRowMajor, CblasUpper, width, 1.0, inverse, width, x, 1, 0.0,
		    bandit->product, 1);
	return cblas_ddot(width, x, 1, bandit->product, 1);
}

size_t bandit_choose(const struct bandit *bandit, const double *x)
{
	size_t best = 0, width = bandit->settings.width;
	double most = -INFINITY;
	for (size_t arm = 0; arm < bandit->settings.arms; arm++) {
		double bound = cblas_ddot((int)width, x, 1, bandit->theta + arm * width, 1);
		if (bandit->settings.optimism > 0)
			bound += bandit->settings.optimism * sqrt(spread(bandit, arm, x));
		if (bound > most) {
			most = bound;
			best = arm;
		}
	}
	return best;
}

/* Answers of before count less. Never less than none: what is as uncertain as at the beginning stays so. */
static void forget(struct bandit *bandit, double *inverse, double *b)
{
	size_t width = bandit->settings.width;
	double memory = bandit->settings.memory, trace = 0;
	for (size_t i = 0; i < width; i++)
		trace += inverse[i * width + i];
	if (memory >= 1 || trace / memory > (double)width / bandit->settings.ridge)
		return;
	cblas_dscal((int)(width * width), 1.0 / memory, inverse, 1);
	cblas_dscal((int)width, memory, b, 1);
}

void bandit_learn(struct bandit *bandit, size_t arm, const double *x, double reward)
{
	int width = (int)bandit->settings.width;
	size_t square = bandit->settings.width * bandit->settings.width;
	double *inverse = bandit->inverse + arm * square;
	double *b = bandit->b + arm * bandit->settings.width;
	forget(bandit, inverse, b);
	double denominator = 1.0 + spread(bandit, arm, x);
	cblas_dsyr(CblasRowMajor, CblasUpper, width, -1.0 / denominator, bandit->product, 1,
		   inverse, width);
	cblas_daxpy(width, reward, x, 1, b, 1);
	cblas_dsymv(CblasRowMajor, CblasUpper, width, 1.0, inverse, width, b, 1, 0.0,
		    bandit->theta + arm * bandit->settings.width, 1);
}
