/* models/variants.c - the table of variants. */
#include <config.h>

#include "models/variant.h"

#include "base/problem.h"

#include <stdio.h>
#include <string.h>

const struct variant *const variants[] = { &variant_teacher, &variant_student,
					   &variant_pruned, &variant_int8, NULL };

const struct variant *variant_find(const char *name, struct problem *why)
{
	char names[128] = "";
	for (size_t i = 0; variants[i]; i++) {
		if (strcmp(variants[i]->name, name) == 0)
			return variants[i];
		size_t used = strlen(names);
		snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
			 variants[i]->name);
	}
	problem_what(why, "unknown variant '%s'", name);
	problem_why(why, "the variants are %s", names);
	problem_todo(why, "see 'joulecart models list'");
	why->kind = PROBLEM_USAGE;
	return NULL;
}
