/* reports/figure/arena.c - see arena.h. */
#include <config.h>

#include "reports/figure/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* glibc 2.36's macros count in int: a table that a large file fills comes in parts (no text is so long). */
static const size_t most_at_once = (size_t)1 << 30;
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"

#define obstack_chunk_alloc malloc
#define obstack_chunk_free  free

/* What has grown, ended. The only place that calls glibc's obstack_finish, whose aligning adds an
 * offset to a null pointer: UBSan of clang stops at that, and cannot be told about a macro of a
 * system header alone. */
__attribute__((no_sanitize("pointer-overflow"))) static void *finish(struct obstack *stack)
{
	return obstack_finish(stack);
}

struct arena *arena_new(void)
{
	struct arena *arena = malloc(sizeof(*arena));
	if (!arena)
		return NULL;
	obstack_init(&arena->kept);
	obstack_init(&arena->growing);
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	obstack_free(&arena->kept, NULL);
	obstack_free(&arena->growing, NULL);
	free(arena);
}

const char *arena_string(struct arena *arena, const char *text)
{
	if (!text)
		return NULL;
	obstack_grow0(&arena->kept, text, strlen(text));
	return finish(&arena->kept);
}

const char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
{
	obstack_vprintf(&arena->kept, format, arguments);
	obstack_1grow(&arena->kept, '\0');
	return finish(&arena->kept);
}

const char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	const char *text = arena_vformat(arena, format, arguments);
	va_end(arguments);
	return text;
}

void *arena_room(struct arena *arena, size_t size)
{
	for (size_t left = size, part; left > 0; left -= part) {
		part = left < most_at_once ? left : most_at_once;
		obstack_blank(&arena->kept, part);
	}
	return memset(finish(&arena->kept), 0, size);
}

void arena_append(struct arena *arena, const void *item, size_t size)
{
	if (size > 0) /* of nothing there need be no item */
		obstack_grow(&arena->growing, item, size);
}

size_t arena_appended(struct arena *arena)
{
	/* obstack_object_size() is of 32 bits */
	return (char *)obstack_next_free(&arena->growing) -
	       (char *)obstack_base(&arena->growing);
}

void *arena_take(struct arena *arena)
{
	return finish(&arena->growing);
}
