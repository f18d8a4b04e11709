/* profiler/metrics/campaign-watch.h - campaigns that end, in a database or a folder of them, as a histogram of
 * joules per query.
 *
 * A thread of its own looks every few seconds, and never more than a twentieth of the time: it opens what
 * changed, behind the gate that every file passes, and takes the usable trials of campaigns that have ended. A
 * trial is counted once, in however many files it is. What was there before it began is counted too, so that a
 * service that is started again says the same. */
#ifndef JOULECART_CAMPAIGN_WATCH_H
#define JOULECART_CAMPAIGN_WATCH_H
#include "profiler/metrics/exposition.h"

struct problem;
struct campaign_watch;

/* say: told once per change that a file cannot be read, from the watch's thread. path is a database or a folder
 * with files *.db, and outlives the watch. NULL with *why. */
struct campaign_watch *campaign_watch_start(const char *path, void (*say)(const char *line),
					    struct problem *why);

void campaign_watch_print(struct campaign_watch *watch, FILE *out,
			  enum exposition_form form);

/* Takes NULL. */
void campaign_watch_stop(struct campaign_watch *watch);

#endif
