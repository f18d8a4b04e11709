/* reports/verify/verification.h - what the second path found: how much it compared, and the first
 * figure that does not agree. Each part of the path adds to it. */
#ifndef JOULECART_VERIFICATION_H
#define JOULECART_VERIFICATION_H
#include <stdint.h>

struct problem;

struct verification {
	int64_t n_trials, n_channels, n_readings;
	int64_t n_figures; /* that were compared: rollups, v_energy, v_phase, ... */
	int64_t n_trimmed; /* rollups whose readings are gone: their sums were taken */
	char place[400];   /* the first that does not agree; empty: all do */
};

#endif
