/* profiler/sources/json-line.c - see json-line.h. */
#include <config.h>

#include "profiler/sources/json-line.h"

#include <jansson.h>
#include <string.h>

/* The member of that dotted name, or NULL. */
static const json_t *member(const json_t *object, const char *name)
{
	char part[64];
	while (object && *name) {
		size_t length = strcspn(name, ".");
		if (length >= sizeof(part))
			return NULL;
		memcpy(part, name, length);
		part[length] = '\0';
		object = json_object_get(object, part);
		name += length + (name[length] == '.');
	}
	return object;
}

bool json_line_number(const char *name, const char *line, size_t size, double *number)
{
	json_t *root = size > 0 && line[0] == '{' ? json_loadb(line, size, 0, NULL) : NULL;
	const json_t *found = root ? member(root, name) : NULL;
	bool is_there = json_is_number(found);
	if (is_there)
		*number = json_number_value(found);
	json_decref(root);
	return is_there;
}
