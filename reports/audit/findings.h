/* reports/audit/findings.h - what an assurer found in records: FILE.db.findings beside the database, which may
 * be sealed and is never written to. A line of JSON for each, only ever appended. */
#ifndef JOULECART_AUDIT_FINDINGS_H
#define JOULECART_AUDIT_FINDINGS_H
#include "reports/figure/arena.h"
#include "schema/seal/digest.h"

#include <stddef.h>
#include <stdint.h>

struct problem;

/* Bytes of a finding's text. */
enum { FINDING_MOST = 4000 };

struct sample_finding {
	const char *record;      /* its id; guarded */
	const char *text;        /* guarded */
	const char *file_sha256; /* of the database as it was when it was found; guarded */
	int64_t made_utc_ns;     /* by the clock of who wrote it */
};

struct sample_findings {
	const struct sample_finding *findings; /* in the order of the file */
	size_t n;
	const struct sample_finding *
	    *by_record; /* the same by record, and then in that order */
	/* Which line is no finding; NULL: the file is sound, or there is none. */
	const char *damage;
};

/* Reads those of the database at that path; all lives in the arena. 0, or -1 with *why: the file is there and
 * cannot be read. */
int findings_read(const char *db_path, struct arena *arena, struct sample_findings *list,
		  struct problem *why);

/* Returns how many are of the record of that id; *first is the first of them, in by_record. */
size_t findings_of(const struct sample_findings *list, const char *id,
		   const struct sample_finding *const **first);

/* Appends one, at the time of the clock. 0, or -1 with *why: the text is empty, too long or cannot be shown, or
 * the file cannot be written. */
int finding_append(const char *db_path, const struct sample_finding *finding,
		   struct problem *why);

#endif
