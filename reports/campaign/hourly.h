/* reports/campaign/hourly.h - intensities in time against the energy of a run, by the run's own clock.
 *
 * A value holds from its begin to its end. Where there is none nothing is known: such energy is not
 * covered, and no neighbour covers it. Energy within a rollup (a second) is taken as even. */
#ifndef JOULECART_HOURLY_H
#define JOULECART_HOURLY_H
#include "schema/factors/grid-series.h"

#include <sqlite3.h>
#include <stdbool.h>

struct problem;

/* What a rollup of energy met in a series. Energy in any one unit. */
struct hourly {
	double energy; /* all that was given */
	double covered;
	double estimated; /* covered by values that the publisher estimated */
	double weighted;  /* sum of energy * g_per_kwh over what is covered */
	int64_t gap_begin_ns, gap_end_ns; /* of the first energy not covered; 0: none */
};

/* Adds so much energy, used evenly from begin_ns to end_ns (UTC; end may equal begin). Pure. */
void hourly_add(struct hourly *hourly, const struct grid_series *series, int64_t begin_ns,
		int64_t end_ns, double energy);

/* The effective intensity, over what is covered, in g/kWh. */
double hourly_g_per_kwh(const struct hourly *hourly);

/* A series of the database with what it is called. */
struct hourly_series {
	int64_t series_id;
	struct grid_series series;
	char zone[GRID_ZONE_SIZE], method[16], scope[16], format[40], publisher[64];
	double by_hour[24]; /* mean of the values that begin in that hour of UTC */
	size_t n_by_hour[24];
};

/* The series of that zone and method, of the wanted scope where there is one, else of the
 * other; of several the one imported last. 0; 1: there is none; -1 with *why. */
int hourly_read(sqlite3 *db, const char *zone, const char *method, const char *scope,
		struct hourly_series *series, struct problem *why);
void hourly_free(struct hourly_series *series);

/* Adds the energy of one trial's counted channels, in J, rollup by rollup. -1 with *why. */
int hourly_add_trial(sqlite3 *db, const struct hourly_series *series, int64_t trial_id,
		     struct hourly *hourly, struct problem *why);

/* 0 where all is covered or gaps are allowed and something is covered; else -1 with *why that
 * names the first gap. */
int hourly_check(const struct hourly *hourly, const struct hourly_series *series,
		 bool allow_gaps, struct problem *why);

#endif
