/* profiler/options/event-warning.h - events that were asked for by name and cannot be counted. */
#ifndef JOULECART_EVENT_WARNING_H
#define JOULECART_EVENT_WARNING_H

struct problem;

/* One line on standard error for each name of the comma-separated list that this machine cannot
 * encode: before the run, since nothing else would tell a typing error from a count of none.
 * NULL: nothing was asked for. */
void event_warning(const char *list);

/* The same for the names of PAPI's components: starts PAPI for it, and ends it again. */
void papi_event_warning(const char *list);

/* For OPTION_OWN of an option --events: keeps the text, which stays the caller's, in the const char * at
 * events, and warns as event_warning() does. Always 0. */
int take_events(void *events, const char *text, struct problem *why);

#endif
