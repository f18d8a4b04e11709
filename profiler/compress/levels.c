/* profiler/compress/levels.c - see levels.h. */
#include <config.h>

#include "profiler/compress/levels.h"

#include "base/number.h"
#include "base/problem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int invalid(const char *text, const char *expected, struct problem *why)
{
	problem_what(why, "invalid --levels '%s'", text);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "%s", expected);
	return problem_todo(why, "--levels 'sparsity=0.1:0.9', from mild to strong");
}

/* Its first length bytes, as a number. */
static bool part_number(const char *text, size_t length, double *number)
{
	char part[32];
	if (length == 0 || length >= sizeof(part))
		return false;
	memcpy(part, text, length);
	part[length] = '\0';
	return number_read(part, number);
}

static bool is_whole(double a, double b)
{
	return a == floor(a) && b == floor(b) && fabs(a) < 1e9 && fabs(b) < 1e9;
}

/* Levels at even distances; of whole numbers those that are left when equal ones are dropped. */
static void fill_range(struct technique *technique, double mild, double strong, size_t n)
{
	bool whole = is_whole(mild, strong) && fabs(strong - mild) > 1;
	technique->n = 0;
	for (size_t i = 0; i < n; i++) {
		double value = mild + (strong - mild) * (double)i / (double)(n - 1);
		char *text = technique->values[technique->n];
		/* whole ones have up to nine digits, and "1e+06" is no number to many a command */
		snprintf(text, sizeof(technique->values[0]), whole ? "%.0f" : "%.6g",
			 whole ? round(value) : value);
		if (technique->n == 0 ||
		    strcmp(text, technique->values[technique->n - 1]) != 0)
			technique->n++;
	}
}

static int read_range(struct technique *technique, const char *text, const char *values,
		      struct problem *why)
{
	enum { DEFAULT_LEVELS = 9 };
	double mild, strong, n = DEFAULT_LEVELS;
	size_t first = strcspn(values, ":");
	const char *rest = values + first + 1;
	size_t second = strcspn(rest, ":");
	if (!part_number(values, first, &mild) || !part_number(rest, second, &strong) ||
	    mild == strong || (rest[second] == ':' && !number_read(rest + second + 1, &n)))
		return invalid(text, "NAME=MILD:STRONG needs two different numbers", why);
	if (n < 2 || n > LEVELS_MOST || n != floor(n))
		return invalid(text, "a technique has from 2 to 65 levels", why);
	fill_range(technique, mild, strong, (size_t)n);
	return technique->n >= 2
		   ? 0
		   : invalid(text, "its levels are equal in six digits: it has one", why);
}

static int read_list(struct technique *technique, const char *text, const char *values,
		     struct problem *why)
{
	for (const char *value = values;; value++) {
		size_t length = strcspn(value, ",");
		if (technique->n == LEVELS_MOST)
			return invalid(text, "a technique has from 2 to 65 levels", why);
		if (length == 0 || length >= sizeof(technique->values[0]))
			return invalid(text, "a level is empty, or longer than 31 bytes",
				       why);
		memcpy(technique->values[technique->n], value, length);
		technique->values[technique->n++][length] = '\0';
		value += length;
		if (*value == '\0')
			break;
	}
	return technique->n >= 2
		   ? 0
		   : invalid(text, "a technique has from 2 to 65 levels", why);
}

int levels_add(struct technique_list *list, const char *text, struct problem *why)
{
	size_t length = strcspn(text, "=");
	if (list->n == TECHNIQUES_MOST)
		return invalid(text, "there are 8 techniques already", why);
	struct technique *technique = &list->techniques[list->n];
	*technique = (struct technique){ 0 };
	if (text[length] != '=' || length == 0 || length >= sizeof(technique->name) ||
	    strcspn(text, " \t{}") < length)
		return invalid(text, "NAME=LEVELS is expected", why);
	memcpy(technique->name, text, length);
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->techniques[i].name, technique->name) == 0)
			return invalid(text, "that technique was named before", why);
	const char *values = text + length + 1;
	int code = strchr(values, ':') ? read_range(technique, text, values, why)
				       : read_list(technique, text, values, why);
	list->n += code == 0;
	return code;
}

void levels_name(const struct technique_list *list, const struct search_point *point,
		 char *text, size_t size)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t t = 0; t < list->n && used < size; t++) {
		const struct technique *technique = &list->techniques[t];
		int n = snprintf(text + used, size - used, "%s%s=%s", t ? " " : "",
				 technique->name, technique->values[point->level[t]]);
		used += n > 0 ? (size_t)n : 0;
	}
}
