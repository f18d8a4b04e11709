/* profiler/sources/quality-source.c - see quality-source.h. */
#include <config.h>

#include "profiler/sources/quality-source.h"

#include "base/number.h"
#include "base/problem.h"
#include "profiler/sources/json-line.h"

#include <math.h>
#include <string.h>

int quality_source_parse(struct quality_source *source, const char *text,
			 struct problem *why)
{
	const char prefix[] = "json:";
	size_t length = strlen(prefix);
	*source = (struct quality_source){ 0 };
	if (strncmp(text, prefix, length) == 0) {
		const char *dot = strrchr(text + length, '.');
		source->key = text + length;
		source->name = dot ? dot + 1 : source->key;
	}
	if (source->name && source->name[0])
		return 0;
	problem_what(why, "invalid --quality-from '%s'", text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "json:KEY is expected");
}

void quality_source_feed(struct quality_source *source, const char *line, size_t size)
{
	double number;
	if (source->key && json_line_number(source->key, line, size, &number) &&
	    number_is_quantity(number)) {
		source->is_found = true;
		source->found = number;
	}
}
