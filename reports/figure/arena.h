/* reports/figure/arena.h - memory of one report: everything in it lives and dies together (glibc's
 * obstacks). Two stacks, so that an array can grow while strings are kept. */
#ifndef JOULECART_ARENA_H
#define JOULECART_ARENA_H
#include <obstack.h>
#include <stdarg.h>
#include <stddef.h>

struct arena {
	struct obstack kept;
	struct obstack growing;
};

/* NULL: no memory. Later allocations that fail end the program, as obstacks do. */
struct arena *arena_new(void);
void arena_free(struct arena *arena); /* takes NULL */

/* A copy that lives as long as the arena; NULL stays NULL. */
const char *arena_string(struct arena *arena, const char *text);

/* printf into the arena. The arena owns it; never NULL. */
const char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Zeroed room that lives as long as the arena. Never NULL. */
void *arena_room(struct arena *arena, size_t size);

/* One array at a time: append items of one size, then take it. */
void arena_append(struct arena *arena, const void *item, size_t size);
/* How many bytes were appended so far. */
size_t arena_appended(struct arena *arena);
/* The array, for as long as the arena lives; the next one begins empty.
 * The arena owns it; never NULL. */
void *arena_take(struct arena *arena);

#endif
