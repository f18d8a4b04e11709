/* base/problem.h - how a failure travels: what failed, why, and what to do about it.
 *
 * A function that can fail takes a 'struct problem *', fills it and returns -1 (or NULL).
 * Nothing below main prints: the caller passes the problem up, stores it, or shows it.
 * Texts follow one form: lower case, no full stop, names in single quotes.
 * Texts longer than their field are cut, never overrun. */
#ifndef JOULECART_PROBLEM_H
#define JOULECART_PROBLEM_H
#include <stddef.h>

/* What kind of failure it is; main turns this into the exit status. */
enum problem_kind {
	PROBLEM_FAILED = 1,       /* could not do it */
	PROBLEM_USAGE = 2,        /* the user asked for something that does not exist */
	PROBLEM_NOT_MEASURED = 3, /* a required measurement or a gate failed */
	PROBLEM_CANNOT_TELL = 4,  /* the data do not decide */
};

struct problem {
	enum problem_kind kind;
	int err;         /* the errno behind it, or 0 */
	int exit_status; /* what main exits with instead of the kind's status; 0: the kind's */
	char what[256]; /* "cannot read '/sys/...'" */
	char why[256];  /* "permission denied" */
	char todo[320]; /* "run 'joulecart doctor'"; may be empty */
};

/* Starts a problem of kind PROBLEM_FAILED with its WHAT; WHY and TODO become empty.
 * All four functions return -1, so that 'return problem_why(...)' reads well. */
int problem_what(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int problem_why(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int problem_todo(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets WHY to the system's words for err, in lower case, and keeps err. */
int problem_errno(struct problem *problem, int err);

/* "WHAT: WHY (WHAT TO DO)", as it follows "joulecart: ". Returns text. */
const char *problem_text(const struct problem *problem, char *text, size_t size);

#endif
