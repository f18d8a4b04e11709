/* profiler/metrics/meter-claim.h - a file of counts is one service's, and holds nothing else.
 *
 * Two that kept theirs in one file would each put back what the other had counted: its next start would go
 * on from there, with counters that had fallen. The lock is on FILE.lock, which stays there: FILE itself is
 * replaced each second. */
#ifndef JOULECART_METER_CLAIM_H
#define JOULECART_METER_CLAIM_H

struct problem;

/* 0 with *fd, to be closed by the caller at the end, or -1 in it where no lock can be made in that folder:
 * then no counts can be kept there either, which is told when they are written. -1 with *why: another
 * service has it; what is there was not written by meter_state_write() and would be lost; or what bears the
 * lock's name is another user's, or no file. */
int meter_claim(const char *path, int *fd, struct problem *why);

#endif
