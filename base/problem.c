/* base/problem.c - see problem.h. */
#include <config.h>

#include "base/problem.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
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

/* What helps whatever the file was for. */
static const char *remedy_of(int err)
{
	switch (err) {
	case ENOENT:
		return "check the name, and that its folder is there";
	case EACCES:
	case EPERM:
		return "check who may use it with 'ls -ld', or take another";
	case EISDIR:
		return "name a file, not a folder";
	case ENOTDIR:
		return "a part of the path is a file: check it";
	case EROFS:
		return "choose a folder that can be written to";
	case ENOSPC:
	case EDQUOT:
		return "make room on that disk, or choose another";
	case EIO:
		return "the kernel's log, 'dmesg', may say what the device has";
	case EMFILE:
	case ENFILE:
		return "raise the limit of open files, 'ulimit -n'";
	case ENOMEM:
		return "end other programs, or give this one more memory";
	case EPIPE:
		return "the program that read it has ended";
	default:
		return NULL;
	}
}

/* "cannot train: out of memory" in one text, or as the reason alone. */
static bool ends_in_no_memory(const char *text)
{
	static const char end[] = "out of memory";
	size_t length = strlen(text);
	return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

void problem_advise(struct problem *problem)
{
	bool has_no_memory = ends_in_no_memory(problem->why) ||
			     ends_in_no_memory(problem->what);
	const char *remedy = remedy_of(has_no_memory ? ENOMEM : problem->err);
	if (!problem->todo[0] && remedy)
		problem_set_todo(problem, "%s", remedy);
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
