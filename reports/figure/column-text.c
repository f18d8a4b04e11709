/* reports/figure/column-text.c - see column-text.h. */
#include <config.h>

#include "reports/figure/column-text.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *guard(const void *bytes, size_t n, struct arena *arena)
{
	char *text = arena_room(arena, (text_is_plain(bytes, n) ? 1 : TEXT_GROWTH) * n + 1);
	text_guard(bytes, n, text);
	return text;
}

const char *column_text(sqlite3_stmt *row, int column, struct arena *arena)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	return text ? guard(text, (size_t)sqlite3_column_bytes(row, column), arena) : NULL;
}

const char *column_sql(sqlite3_stmt *row, int column, struct arena *arena)
{
	return arena_string(arena, (const char *)sqlite3_column_text(row, column));
}

const char *column_word(sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	size_t n = text ? (size_t)sqlite3_column_bytes(row, column) : 0;
	return text && text_is_plain(text, n) ? (const char *)text : "";
}

void column_copy(sqlite3_stmt *row, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	size_t n = text ? (size_t)sqlite3_column_bytes(row, column) : 0;
	size_t used = 0;
	while (n > 0) {
		char one[4 * TEXT_GROWTH + 1];
		size_t length = text_piece(text, n).length;
		size_t grown = text_guard(text, length, one);
		if (used + grown >= size)
			break;
		memcpy(out + used, one, grown);
		used += grown;
		text += length;
		n -= length;
	}
	out[used] = '\0';
}

const char *guarded_text(const char *text, struct arena *arena)
{
	return text ? guard(text, strlen(text), arena) : NULL;
}

const char *shown_text(const char *text, struct arena *arena)
{
	size_t n = strlen(text);
	if (text_is_plain(text, n))
		return text;
	char *shown = arena_room(arena, TEXT_GROWTH * n + 1);
	text_shown(text, n, shown);
	return shown;
}

int bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	if (!text)
		return sqlite3_bind_null(statement, index);
	char *bytes = malloc(strlen(text) + 1);
	if (!bytes)
		return SQLITE_NOMEM;
	size_t n = text_unguard(text, bytes);
	return sqlite3_bind_text(statement, index, bytes, (int)n, free);
}
