/* tests/unit/reports/wall/simulated-wall.h - a machine whose load changes by chance, and a meter at its wall: base_w +
 * gain * what the counters see, by a clock that is behind by a known offset. */
#ifndef JOULECART_TESTS_SIMULATED_WALL_H
#define JOULECART_TESTS_SIMULATED_WALL_H
#include "reports/wall/wall-series.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#define SECOND INT64_C(1000000000)

struct simulated {
	uint64_t seed;
	double seconds, interval_s;
	double offset_s; /* to be added to the meter's times */
	double drift;    /* seconds a second: its clock is fast by that */
	double gain, base_w, noise_w;
	double (*load)(double t, gsl_rng *generator); /* NULL: by chance */
};

struct simulation {
	struct wall_series series;
	struct energy_point *points;
	struct meter_interval *intervals;
};

enum { POINTS_PER_S = 50 };

/* The joules up to t. */
static inline double joules_up_to(const struct simulation *simulation, double t)
{
	double at = t * POINTS_PER_S;
	size_t i = (size_t)at;
	const struct energy_point *points = simulation->points;
	if (i + 1 >= simulation->series.n_points)
		return points[simulation->series.n_points - 1].joules;
	return points[i].joules +
	       (at - (double)i) * (points[i + 1].joules - points[i].joules);
}

/* Loads come and go for a second or two each. */
static inline double by_chance(double t, double *until, double *watts, gsl_rng *generator)
{
	if (t >= *until) {
		*until = t + gsl_ran_flat(generator, 0.4, 3);
		*watts = gsl_ran_flat(generator, 20, 120);
	}
	return *watts;
}

static inline struct simulation simulate(const struct simulated *what)
{
	gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(generator, what->seed);
	size_t n = (size_t)(what->seconds * POINTS_PER_S) + 1;
	size_t n_intervals = (size_t)(what->seconds / what->interval_s);
	struct simulation simulation = { .points = calloc(n, sizeof(struct energy_point)),
					 .intervals = calloc(
					     n_intervals, sizeof(struct meter_interval)) };
	const int64_t begin_ns = INT64_C(1796000000) * SECOND;
	double joules = 0, until = 0, watts = 0;
	for (size_t i = 0; i < n; i++) {
		double t = (double)i / POINTS_PER_S;
		simulation.points[i] = (struct energy_point){ begin_ns + (int64_t)(t * 1e9),
							      joules, i == 0,
							      SECOND / POINTS_PER_S };
		joules += (what->load ? what->load(t, generator)
				      : by_chance(t, &until, &watts, generator)) /
			  POINTS_PER_S;
	}
	simulation.series = (struct wall_series){ simulation.points, n,
						  simulation.intervals, n_intervals };
	for (size_t i = 0; i < n_intervals; i++) {
		double from = (double)i * what->interval_s, to = from + what->interval_s;
		double mean = (joules_up_to(&simulation, to) -
			       joules_up_to(&simulation, from)) /
			      what->interval_s;
		simulation.intervals[i] = (struct meter_interval){
			begin_ns +
			    (int64_t)((from * (1 + what->drift) - what->offset_s) * 1e9),
			begin_ns +
			    (int64_t)((to * (1 + what->drift) - what->offset_s) * 1e9),
			what->base_w + what->gain * mean +
			    gsl_ran_gaussian(generator, what->noise_w)
		};
	}
	gsl_rng_free(generator);
	return simulation;
}

static inline void simulation_free(struct simulation *simulation)
{
	free(simulation->points);
	free(simulation->intervals);
}

#endif
