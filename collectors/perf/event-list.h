/* collectors/perf/event-list.h - the names in what --events and --papi-events are given. */
#ifndef JOULECART_EVENT_LIST_H
#define JOULECART_EVENT_LIST_H
#include <stdbool.h>
#include <stddef.h>

/* How long the first name of a comma-separated list is. A comma between the slashes of
 * "cpu/event=0x3c,umask=0x1/" is part of the name. */
size_t event_name_length(const char *list);

/* Is it an event of the whole machine, "instructions@machine"? base is its name without that. */
bool event_of_machine(const char *name, char *base, size_t size);

#endif
