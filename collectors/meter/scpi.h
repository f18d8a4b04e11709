/* collectors/meter/scpi.h - questions to an instrument and its answers, a line each (SCPI-1999, IEEE 488.2).
 *
 * What answers may be anything: each answer has one deadline however slowly it comes, a line has an end, and
 * whatever is not one answer to one question ends the connection, so that no late answer is taken for the next
 * one. The next question then connects anew. Used by one thread at a time; no allocation after scpi_new(). */
#ifndef JOULECART_SCPI_H
#define JOULECART_SCPI_H
#include "collectors/meter/meter-address.h"

#include <stddef.h>

/* The longest answer that is taken, with its NUL. */
enum { SCPI_ANSWER_SIZE = 256 };

struct scpi {
	struct meter_address address;
	int fd;              /* -1: not connected */
	int64_t patience_ns; /* for a question and its answer, with connecting */
};

/* Not connected yet: the first question does that. */
struct scpi scpi_of(const struct meter_address *address, int64_t patience_ns);
void scpi_close(struct scpi *scpi);

/* Sends the commands, which have no answer. 0, or an errno: of the system, ETIMEDOUT. */
int scpi_tell(struct scpi *scpi, const char *commands);

/* Sends the question. 0, and answer is the line without its end; or an errno: of the system, ETIMEDOUT,
 * EMSGSIZE (a question as long as that), ECONNRESET (the other end is gone), EPROTO (more than one line, a line
 * without end, a NUL). */
int scpi_ask(struct scpi *scpi, const char *question, char answer[SCPI_ANSWER_SIZE]);

/* The answer as a number. 0, or an errno: ENODATA where the instrument has none (NAN, INF, and 9.9E+37 and
 * above, which stand for both in SCPI-1999, 7.2.1.4), EPROTO where it is none. */
int scpi_number(const char *answer, double *value);

#endif
