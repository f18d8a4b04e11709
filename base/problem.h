/* base/problem.h - how a failure travels: what failed, why, and what to do about it.
 *
 * A function that can fail takes a 'struct problem *', fills it and returns -1 (or NULL).
 * Nothing below main prints: the caller passes the problem up, stores it, or shows it.
 * Texts follow one form: lower case, no full stop, names in single quotes.
 * Texts longer than their field are cut, never overrun. */
#ifndef JOULECART_PROBLEM_H
#define JOULECART_PROBLEM_H
#include <stdbool.h>
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
	int sqlite_code; /* the primary result code of SQLite behind it, or 0 */
	int exit_status; /* what main exits with instead of the kind's status; 0: the kind's */
	bool is_status_kept; /* main exits with exit_status, even if that is 0 */
	char what[256];      /* "cannot read '/sys/...'" */
	char why[256];       /* "permission denied" */
	char todo[320];      /* "run 'joulecart doctor'"; may be empty */
};

/* Those below as they are called: with the -1 of whoever fails, where the compiler and its
 * analyzers see it, so that they know which variables a caller may not read. */
static inline int problem_failed(void)
{
	return -1;
}
#define problem_what(...)  (problem_set_what(__VA_ARGS__), problem_failed())
#define problem_why(...)   (problem_set_why(__VA_ARGS__), problem_failed())
#define problem_todo(...)  (problem_set_todo(__VA_ARGS__), problem_failed())
#define problem_errno(...) (problem_set_errno(__VA_ARGS__), problem_failed())
/* WHY and WHAT TO DO in one; the remedy is a text, the rest a format and what it shows. */
#define problem_refuse(problem, remedy, ...)      \
	(problem_set_why((problem), __VA_ARGS__), \
	 problem_set_todo((problem), "%s", (remedy)), problem_failed())

/* Starts a problem of kind PROBLEM_FAILED with its WHAT; WHY and TODO become empty.
 * All four are -1, so that 'return problem_why(...)' reads well. */
void problem_set_what(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void problem_set_why(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void problem_set_todo(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets WHY to the system's words for err, in lower case, and keeps err. */
void problem_set_errno(struct problem *problem, int err);

/* Completes a problem that is about to be shown: where nobody knew what to do, what the system's reason for
 * it leaves to do. One that has its WHAT TO DO stays as it is. */
void problem_advise(struct problem *problem);

/* "WHAT: WHY (WHAT TO DO)", as it follows "joulecart: ", on one line and as text_line() shows what
 * was quoted. Returns text. */
const char *problem_text(const struct problem *problem, char *text, size_t size);

#endif
