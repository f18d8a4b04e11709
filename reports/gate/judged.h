/* reports/gate/judged.h - what the data say of one limit, and the line that says so. */
#ifndef JOULECART_GATE_JUDGED_H
#define JOULECART_GATE_JUDGED_H
#include "reports/gate/sample.h"
#include "reports/statistics/pairing.h"

/* What differs between two sessions. */
struct session {
	bool is_between; /* the two ran in different campaigns */
	double sd;       /* log ratio; 0: not known */
	double degrees;  /* of freedom of sd; 0: it was stated */
	size_t n_campaigns;
};

/* The value, its 95 % interval, and the sd of one trial or pair, for planning; 0: unknown. */
struct judged {
	double value, low, high;
	double degrees;        /* of freedom of the interval; 0: normal */
	double sd, instrument; /* half-width that more trials do not lessen */
	size_t n;
	bool has_interval;
	bool is_few;       /* fewer trials or pairs than give a verdict */
	bool is_corrected; /* broken by itself, but not by Holm over all limits */
	bool is_explained; /* the interval decides, but the pairs' signs may be chance */
	double p_randomised;
	size_t n_limits; /* of the whole check */
	struct session session;
	int64_t n_campaigns;  /* of the pair, or the variant, up to this one */
	struct robust robust; /* of pairs of which one is far from the others */
	enum gate_verdict by_robust;
};

/* "PASS int8: 15.8 mJ/query (15.7 to 15.9), budget 16.0" */
const char *judged_line(const struct gate *gate, const struct judged_sample *sample,
			const struct judged *judged, enum gate_verdict verdict,
			struct arena *arena);

#endif
