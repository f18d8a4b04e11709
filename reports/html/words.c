/* reports/html/words.c - see words.h. */
#include <config.h>

#include "reports/html/words.h"

#include "reports/html/words-list.h"

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* What stands in a text where its pattern has %s. */
struct fillings {
	const char *texts[WORDS_MAX_HOLES];
	size_t lengths[WORDS_MAX_HOLES];
	size_t n;
};

/* How long the pattern is up to its next hole, or its end. */
static size_t literal_length(const char *pattern)
{
	const char *hole = strstr(pattern, "%s");
	return hole ? (size_t)(hole - pattern) : strlen(pattern);
}

/* Where what the hole at the begin of text holds ends: at the literal; NULL: it is not there. */
static const char *end_of_hole(const char *text, const char *literal, size_t length,
			       bool is_last)
{
	size_t left = strlen(text);
	if (left <= length)
		return NULL;
	if (!is_last)
		return memmem(text + 1, left - 1, literal, length);
	text += left - length;
	return strncmp(text, literal, length) == 0 ? text : NULL;
}

/* Each hole holds something, as little as it can, and the last one what is left. */
static bool is_filled(const char *pattern, const char *text, struct fillings *fillings)
{
	size_t length = literal_length(pattern);
	fillings->n = 0;
	if (strncmp(text, pattern, length) != 0)
		return false;
	for (text += length, pattern += length; *pattern; pattern += length) {
		pattern += strlen("%s");
		length = literal_length(pattern);
		const char *end = end_of_hole(text, pattern, length, !pattern[length]);
		if (!end || fillings->n == WORDS_MAX_HOLES)
			return false;
		fillings->texts[fillings->n] = text;
		fillings->lengths[fillings->n++] = (size_t)(end - text);
		text = end + length;
	}
	return !*text;
}

/* The translation of a pattern, with the translation of what was in its holes. */
static const char *filled(const char *pattern, const struct fillings *fillings,
			  struct arena *arena)
{
	const char *text = "";
	for (size_t i = 0; i < fillings->n; i++) {
		int length = (int)literal_length(pattern);
		const char *inside = arena_format(arena, "%.*s", (int)fillings->lengths[i],
						  fillings->texts[i]);
		text = arena_format(arena, "%s%.*s%s", text, length, pattern,
				    words_of(arena, inside));
		pattern += length + (pattern[length] ? 2 : 0);
	}
	return arena_format(arena, "%s%s", text, pattern);
}

const char *words_of(struct arena *arena, const char *text)
{
	struct fillings fillings;
	for (size_t i = 0; text && words_whole[i]; i++)
		if (strcmp(words_whole[i], text) == 0)
			return gettext(words_whole[i]);
	for (size_t i = 0; text && words_parameters[i].parameter; i++)
		if (strcmp(words_parameters[i].parameter, text) == 0)
			return gettext(words_parameters[i].words);
	for (size_t i = 0; text && words_around[i]; i++)
		if (is_filled(words_around[i], text, &fillings))
			return filled(gettext(words_around[i]), &fillings, arena);
	return text;
}
