/* reports/wall/wall-report.h - what a meter at the wall says of the counters of a campaign, as text or JSON. */
#ifndef JOULECART_WALL_REPORT_H
#define JOULECART_WALL_REPORT_H
#include "reports/figure/arena.h"
#include "reports/wall/clock-offset.h"
#include "reports/wall/wall-gain.h"

#include <sqlite3.h>
#include <stdio.h>

struct problem;

/* One meter of one campaign. Texts are guarded, of the arena, NULL where nobody said. */
struct wall_meter {
	int64_t campaign_id;
	const char *name, *model, *certificate, *certified, *laboratory, *file, *sha256;
	double uncertainty_k2; /* 0: not stated */
	bool is_estimate;      /* what was counted was no counter */
	/* An imported one's clock was set right by offset; of one that was read during the run, its delay. */
	struct clock_offset offset;
	bool is_found;    /* the offset: else stated, or not to be found */
	bool is_compared; /* gain holds */
	const char *why_not;
	struct wall_gain gain;
};

struct wall_report {
	const struct wall_meter *meters;
	size_t n;
};

/* All of the database, or of one campaign (0: all), or of one name (NULL: all). The arena owns it. 0, or -1 with
 * *why: there is none. */
int wall_report_read(sqlite3 *db, int64_t campaign_id, const char *name,
		     struct arena *arena, struct wall_report *report, struct problem *why);

/* "the counters saw 71 % (69 to 73) of the wall". The arena owns it; never NULL. */
const char *wall_sentence(const struct wall_meter *meter, struct arena *arena);

/* Who calibrated the meter: "certificate 2026-118 of 2026-03-01, Lab: 0.2 % (k = 2)"; as above. */
const char *wall_certificate(const struct wall_meter *meter, struct arena *arena);

void wall_report_print(const struct wall_report *report, struct arena *arena, FILE *out);
/* 0, or -1 with *why. */
int wall_report_json(const struct wall_report *report, FILE *out, struct problem *why);

#endif
