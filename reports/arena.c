/* reports/arena.c - see arena.h. */
#include <config.h>

#include "reports/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* glibc 2.36's macros count in int; nothing here comes near 2 GiB. */
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"

#define obstack_chunk_alloc malloc
#define obstack_chunk_free  free

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
	return text ? obstack_copy0(&arena->kept, text, strlen(text)) : NULL;
}

const char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	obstack_vprintf(&arena->kept, format, arguments);
	va_end(arguments);
	obstack_1grow(&arena->kept, '\0');
	return obstack_finish(&arena->kept);
}

void *arena_room(struct arena *arena, size_t size)
{
	return memset(obstack_alloc(&arena->kept, size), 0, size);
}

void arena_append(struct arena *arena, const void *item, size_t size)
{
	obstack_grow(&arena->growing, item, size);
}

size_t arena_appended(struct arena *arena)
{
	return obstack_object_size(&arena->growing);
}

void *arena_take(struct arena *arena)
{
	return obstack_finish(&arena->growing);
}
