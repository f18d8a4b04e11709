/* tests/fuzz/pool.c - see pool.h: freed blocks wait in lists by their size, new ones are cut from
 * one large mapping. */
#include <config.h>

#include "tests/fuzz/pool.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Sizes from 32 bytes to 128 MiB, four between a power of two and the next. */
enum { FIRST_POWER = 5, N_POWERS = 23, STEPS = 4, HEAD = 16 };
#define ROOM ((size_t)1 << 30)

union block {
	struct {
		unsigned list; /* which list it goes to */
		int size;
	};
	union block *next; /* while it waits */
	char head[HEAD];
};

static union block *waiting[N_POWERS * STEPS];
static char *room, *end;

static unsigned list_of(size_t size, size_t *rounded)
{
	unsigned power = 0;
	while ((size_t)2 << (FIRST_POWER + power) <= size)
		power++;
	size_t base = (size_t)1 << (FIRST_POWER + power), step = base / STEPS;
	unsigned i = size <= base ? 0 : (unsigned)((size - base + step - 1) / step);
	*rounded = base + i * step;
	return power * STEPS + i;
}

static void *pool_malloc(int size)
{
	size_t rounded;
	unsigned list = list_of((size_t)size, &rounded);
	if (list >= N_POWERS * STEPS)
		return NULL;
	union block *block = waiting[list];
	if (block) {
		waiting[list] = block->next;
	} else {
		if ((size_t)(end - room) < rounded + HEAD)
			return NULL;
		block = (union block *)(void *)room;
		room += rounded + HEAD;
	}
	block->list = list;
	block->size = (int)rounded;
	return (char *)block + HEAD;
}

static union block *block_of(void *memory)
{
	return (union block *)(void *)((char *)memory - HEAD);
}

static void pool_free(void *memory)
{
	union block *block = block_of(memory);
	unsigned list = block->list;
	block->next = waiting[list];
	waiting[list] = block;
}

static int pool_size(void *memory)
{
	return memory ? block_of(memory)->size : 0;
}

static void *pool_realloc(void *memory, int size)
{
	if (size <= pool_size(memory))
		return memory;
	void *larger = pool_malloc(size);
	if (!larger)
		return NULL;
	memcpy(larger, memory, (size_t)pool_size(memory));
	pool_free(memory);
	return larger;
}

static int pool_round(int size)
{
	size_t rounded;
	list_of((size_t)size, &rounded);
	return (int)rounded;
}

static int pool_begin(void *unused)
{
	(void)unused;
	if (room)
		return SQLITE_OK;
	room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		return SQLITE_NOMEM;
	end = room + ROOM;
	return SQLITE_OK;
}

static void pool_end(void *unused)
{
	(void)unused;
}

void pool_serve_sqlite(bool is_on)
{
	static const sqlite3_mem_methods pool = { pool_malloc, pool_free,  pool_realloc,
						  pool_size,   pool_round, pool_begin,
						  pool_end,    NULL };
	static sqlite3_mem_methods before;
	sqlite3_shutdown();
	if (!before.xMalloc)
		sqlite3_config(SQLITE_CONFIG_GETMALLOC, &before);
	sqlite3_config(SQLITE_CONFIG_MALLOC, is_on ? &pool : &before);
	sqlite3_initialize();
}
