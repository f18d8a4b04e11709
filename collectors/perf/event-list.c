/* collectors/perf/event-list.c - see event-list.h. */
#include <config.h>

#include "collectors/perf/event-list.h"

#include <stdio.h>
#include <string.h>

size_t event_name_length(const char *list)
{
	bool is_inside = false;
	const char *at = list;
	for (; *at && (is_inside || *at != ','); at++)
		is_inside ^= *at == '/';
	return (size_t)(at - list);
}

bool event_of_machine(const char *name, char *base, size_t size)
{
	static const char suffix[] = "@machine";
	size_t length = strlen(name), end = sizeof(suffix) - 1;
	bool is_of_machine = length > end && strcmp(name + length - end, suffix) == 0;
	snprintf(base, size, "%.*s", (int)(is_of_machine ? length - end : length), name);
	return is_of_machine;
}
