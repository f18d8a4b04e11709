/* collectors/cpu/procstat-text.c - see procstat-text.h. */
#include <config.h>

#include "collectors/cpu/procstat-text.h"

#include "collectors/sysfs.h"

#include <errno.h>
#include <string.h>

int procstat_find(const char *text, const char *name, uint64_t *value)
{
	size_t length = strlen(name);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) != 0 || line[length] != ' ')
			continue;
		line += length;
		return parse_u64(&line, value);
	}
	return ENOENT;
}
