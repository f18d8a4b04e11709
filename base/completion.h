/* base/completion.h - what may come next on a command line, from its table of options, for a shell
 * that completes words.
 *
 * The answer is lines. The first says who knows the words: "words" when they follow, a line each,
 * the word and behind a tab what it means; "files", "folders" or "commands" when the shell does,
 * and behind a tab what of the word stands before the file's name ("--output="). */
#ifndef JOULECART_COMPLETION_H
#define JOULECART_COMPLETION_H
#include "base/option-table.h"

#include <stdio.h>

/* A word that is to be completed. */
struct completion {
	const char *prefix;   /* of the word, what is kept: "--zone=", "teacher,"; or "" */
	const char *begun;    /* the rest of the word, which offers begin with */
	const char *database; /* the operand that names a database, or NULL */
	FILE *out;
};

/* Offers a word, if it begins as the word does that is completed. help may be NULL. */
void completion_offer(const struct completion *completion, const char *word,
		      const char *help);

/* Offers the values of that kind which only the program knows. */
typedef void completion_source(const struct completion *completion,
			       enum option_values kind);

/* Answers for argv[0..argc), which follow the command: the last is completed, and may be "". */
void options_complete(const struct option_table *table, int argc, char **argv,
		      completion_source *source, FILE *out);

/* Answers with those of names[0..n) that begin as word does; helps beside them, each may be NULL. */
void completion_of_names(const char *word, const char *const *names,
			 const char *const *helps, size_t n, FILE *out);

#endif
