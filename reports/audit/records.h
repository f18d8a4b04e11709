/* reports/audit/records.h - the records of a database that an assurer may draw: figures, the joules of trials,
 * factors and settings, each with a name that it keeps as long as the file does not change. */
#ifndef JOULECART_AUDIT_RECORDS_H
#define JOULECART_AUDIT_RECORDS_H
#include "reports/figure/arena.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which the sample takes turns. */
enum record_kind {
	RECORD_FIGURE,  /* of view v_figure */
	RECORD_TRIAL,   /* joules of a whole trial: v_phase, phase 0 */
	RECORD_QUERY,   /* joules per query of a trial: v_query */
	RECORD_FACTOR,  /* used by a campaign: v_factor_used */
	RECORD_SETTING, /* what somebody stated: table setting */
	N_RECORD_KINDS
};

struct audit_record {
	enum record_kind kind;
	const char *id; /* "trial-5": of letters, digits, "-" and "_" alone */
	/* of a figure: a trial of its campaign, variant and job; of a trial or query: it; of a factor:
	 * factor_id; of a setting: campaign_id, 0 for all */
	int64_t number;
	const char *figure; /* as v_figure has it; of a setting its name */
	/* of a figure as v_figure has it; of a query: the span of v_query; else "" */
	const char *per;
	const char *subject; /* what it is of, in words; guarded */
	const char *source;  /* whom or what it is from; guarded, "" where it is reckoned */
	const char *text; /* what the file has where that is no number; guarded, or NULL */
	double value;
	const char *unit; /* guarded */
};

struct record_list {
	const struct audit_record *records;
	size_t n;
};

/* All records of a kind, in the order of their ids' numbers; the arena owns them. 0, or -1:
 * sqlite3_errmsg(). */
int records_read(sqlite3 *db, enum record_kind kind, struct arena *arena,
		 struct record_list *list);

/* The kind in words, of many: "figures". A constant text, never NULL. */
const char *record_kind_words(enum record_kind kind);

/* The SQL that lists the ids of a kind, a line each, as an assurer may run it. A constant text, never NULL. */
const char *record_kind_sql(enum record_kind kind);

#endif
