/* base/problem.c - see problem.h. */
#include <config.h>

#include "base/problem.h"

#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FORMAT_INTO(field, format)                                  \
	do {                                                        \
		va_list arguments;                                  \
		va_start(arguments, format);                        \
		vsnprintf(field, sizeof(field), format, arguments); \
		va_end(arguments);                                  \
	} while (0)

void problem_set_what(struct problem *problem, const char *format, ...)
{
	*problem = (struct problem){ .kind = PROBLEM_FAILED };
	FORMAT_INTO(problem->what, format);
}

void problem_set_why(struct problem *problem, const char *format, ...)
{
	FORMAT_INTO(problem->why, format);
}

void problem_set_todo(struct problem *problem, const char *format, ...)
{
	FORMAT_INTO(problem->todo, format);
}

void problem_set_errno(struct problem *problem, int err)
{
	problem->err = err;
	problem_set_why(problem, "%s",
			strerrordesc_np(err) ? strerrordesc_np(err) : "unknown error");
	problem->why[0] = (char)tolower((unsigned char)problem->why[0]);
}

const char *problem_text(const struct problem *problem, char *text, size_t size)
{
	char
	    whole[sizeof(problem->what) + sizeof(problem->why) + sizeof(problem->todo) + 8];
	snprintf(whole, sizeof(whole), "%s%s%s%s%s%s", problem->what,
		 problem->why[0] ? ": " : "", problem->why, problem->todo[0] ? " (" : "",
		 problem->todo, problem->todo[0] ? ")" : "");
	return text_line(whole, text, size);
}
