/* reports/gate/session.h - what differs between two sessions of one and the same thing. */
#ifndef JOULECART_GATE_SESSION_H
#define JOULECART_GATE_SESSION_H
#include "reports/gate/judged.h"

/* Campaigns that ran at other times, after other boots or on a warmer day differ by more than the
 * trials within them do. stated_sd (a log ratio) where it is above 0; else the standard deviation
 * between the means of the baseline's campaigns of the same work, where its file holds three at
 * least (the newest twenty are taken); else sd is 0: not known. -1 with *why: not readable. */
int session_read(const struct gate_side *side, const struct judged_sample *base,
		 const char *quantity, double stated_sd, struct session *session,
		 struct arena *arena, struct problem *why);

#endif
