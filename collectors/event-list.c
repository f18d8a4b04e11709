/* collectors/event-list.c - see event-list.h. */
#include <config.h>

#include "collectors/event-list.h"

#include <stdbool.h>

size_t event_name_length(const char *list)
{
	bool is_inside = false;
	const char *at = list;
	for (; *at && (is_inside || *at != ','); at++)
		is_inside ^= *at == '/';
	return (size_t)(at - list);
}
