/* base/option-value.c - how the text of an option becomes a value (option-table.h). */
#include <config.h>

#include "base/nearest.h"
#include "base/number.h"
#include "base/option-table.h"
#include "base/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of one option. */
enum { CHOICES_MOST = 64 };

int options_invalid(const char *name, const char *text, const char *expected,
		    struct problem *why)
{
	problem_what(why, "invalid --%s '%s'", name, text);
	why->kind = PROBLEM_USAGE;
	return problem_why(why, "%s", expected);
}

static int out_of_range(const struct option_row *row, const char *text, struct problem *why)
{
	const char *what = row->kind == OPTION_KIND_COUNT ? "a whole number" : "a number";
	if (row->expected)
		return options_invalid(row->name, text, row->expected, why);
	options_invalid(row->name, text, "", why);
	if (row->most >= OPTION_COUNT_MOST)
		return problem_why(why, "%s of at least %.15g is expected", what,
				   row->least);
	return problem_why(why, "%s from %.15g to %.15g is expected", what, row->least,
			   row->most);
}

static int set_number(const struct option_row *row, const char *text, void *member,
		      struct problem *why)
{
	double value;
	if (!number_read(text, &value) || value < row->least || value > row->most ||
	    (row->kind == OPTION_KIND_COUNT && value != floor(value)))
		return out_of_range(row, text, why);
	if (row->kind == OPTION_KIND_COUNT)
		*(int64_t *)member = (int64_t)value;
	else
		*(double *)member = value;
	return 0;
}

/* Cuts "text|json" into words; text is written to. Returns how many, at most n. */
static size_t split_choices(char *text, const char **words, size_t n)
{
	size_t count = 0;
	char *word;
	while (count < n && (word = strsep(&text, "|")))
		words[count++] = word;
	return count;
}

/* why: it is none of them. */
static int say_choices(const struct option_row *row, const char *text,
		       const char *const *words, size_t n, struct problem *why)
{
	char list[sizeof(why->why) - 32] = "";
	for (size_t i = 0, length = 0; i < n && length < sizeof(list); i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s %s",
					   i ? "," : "", words[i]);
	const char *near = nearest_name(text, words, n);
	options_invalid(row->name, text, "", why);
	problem_why(why, "it is one of%s", list);
	return near ? problem_todo(why, "did you mean '%s'?", near) : -1;
}

static int set_text(const struct option_row *row, const char *text, void *member,
		    struct problem *why)
{
	*(const char **)member = text;
	if (!row->choices)
		return 0;
	char *choices = strdup(row->choices);
	const char *words[CHOICES_MOST];
	if (!choices)
		return options_invalid(row->name, text, "out of memory", why);
	size_t n = split_choices(choices, words, CHOICES_MOST);
	bool is_one = false;
	for (size_t i = 0; i < n; i++)
		is_one |= strcmp(words[i], text) == 0;
	int code = is_one ? 0 : say_choices(row, text, words, n, why);
	free(choices);
	return code;
}

static int set_share(const struct option_row *row, const char *text, double *member,
		     struct problem *why)
{
	if (share_read(text, member) && *member > 0 && *member < 1)
		return 0;
	return options_invalid(row->name, text, "a share such as 2% is expected", why);
}

static int set_own(const struct option_row *row, const char *text, void *member,
		   struct problem *why)
{
	why->what[0] = '\0';
	if (row->take(member, text, why) == 0)
		return 0;
	return why->what[0] ? -1 : options_invalid(row->name, text, row->expected, why);
}

int option_set(const struct option_row *row, const char *text, void *settings,
	       struct problem *why)
{
	void *member = (char *)settings + row->where;
	switch (row->kind) {
	case OPTION_KIND_FLAG:
		*(bool *)member = true;
		return 0;
	case OPTION_KIND_TEXT:
		return set_text(row, text, member, why);
	case OPTION_KIND_COUNT:
	case OPTION_KIND_REAL:
		return set_number(row, text, member, why);
	case OPTION_KIND_SHARE:
		return set_share(row, text, member, why);
	case OPTION_KIND_OWN:
		return set_own(row, text, member, why);
	default: /* what getopt_long does not return */
		return 0;
	}
}
