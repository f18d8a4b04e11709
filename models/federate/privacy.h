/* models/federate/privacy.h - what rounds of noisy sums tell at most about one who took part: (epsilon,
 * delta).
 *
 * With somebody's part in it and without, no outcome is more than e^epsilon times as likely, except for a
 * probability of delta. In each round everybody takes part by a chance of their own, adds at most 1 (by its
 * length) to a sum, and Gaussian noise is added to each number of that.
 *
 * One round has the Renyi divergence of the sampled Gaussian mechanism (Mironov, Talwar, Zhang 2019, "Renyi
 * Differential Privacy of the Sampled Gaussian Mechanism", section 3), that of many rounds is the sum
 * (Mironov 2017, proposition 1), and epsilon follows by Canonne, Kamath, Steinke 2020 ("The Discrete Gaussian
 * for Differential Privacy", proposition 12), at the order for which it is least. */
#ifndef JOULECART_MODELS_PRIVACY_H
#define JOULECART_MODELS_PRIVACY_H
#include <stddef.h>

struct private_rounds {
	double share;  /* chance to take part in a round, above 0; 1: all do */
	size_t rounds; /* at least 1 */
	double delta;  /* above 0, below 1 */
};

/* The Renyi divergence of one round, of an order above 1, in nats. noise: deviation of the Gaussian for a sum
 * to which each adds at most 1, above 0. */
double privacy_divergence(double share, double noise, double order);

/* Of all rounds. INFINITY without noise. */
double privacy_epsilon(const struct private_rounds *rounds, double noise);

/* The least noise, rounded up to four decimals, with which epsilon is at most that, which is above 0. INFINITY
 * where even noise of a million does not do. */
double privacy_noise(const struct private_rounds *rounds, double epsilon);

#endif
