/* schema/database/sqlite-memory.c - see sqlite-memory.h: small blocks are cut from slabs and wait in lists by
 * their size when they are freed. malloc would join freed neighbours and part them again; SQLite frees
 * the parts of one statement to ask for the same sizes in the next. */
#include <config.h>

#include "schema/database/sqlite-memory.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A block's size, its head included, is a multiple of STEP; larger ones than SMALL come from malloc. */
enum { HEAD = 8, STEP = 16, SMALL = 4096, SLAB = 1 << 17 };

union block {
	struct {
		unsigned size;      /* with the head */
		unsigned alignment; /* of what comes after: to 8 bytes, as SQLite asks */
	};
	union block *next; /* while it waits */
};
_Static_assert(sizeof(union block) == HEAD, "a head is as long as a pointer");

/* A thread has its own, so that none waits for another; what another's block leaves behind goes to the lists
 * of the thread that frees it. */
struct pool {
	union block *waiting[SMALL / STEP + 1];
	char *slab, *slab_end;
	struct pool *next; /* while no thread has it */
};

/* SQLite's functions of memory are given nothing of ours to keep them in. */
static _Thread_local struct pool *pool;
static struct pool *left; /* by threads that ended */
static pthread_mutex_t leaving = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t ending;

/* At a thread's end: the next one that begins goes on with its blocks. A campaign has a thread for each
 * trial. */
static void leave(void *own)
{
	struct pool *old = own;
	pool = NULL;
	pthread_mutex_lock(&leaving);
	old->next = left;
	left = old;
	pthread_mutex_unlock(&leaving);
}

/* NULL: there is no memory. */
static struct pool *enter(void)
{
	pthread_mutex_lock(&leaving);
	struct pool *found = left;
	if (found)
		left = found->next;
	pthread_mutex_unlock(&leaving);
	if (!found)
		found = calloc(1, sizeof(*found));
	if (found && pthread_setspecific(ending, found) != 0) {
		leave(found);
		return NULL;
	}
	pool = found;
	return found;
}

static union block *block_of(void *memory)
{
	return (union block *)(void *)((char *)memory - HEAD);
}

static unsigned size_with_head(int size)
{
	return ((unsigned)size + HEAD + STEP - 1) / STEP * STEP;
}

/* What is left of the slab before is less than a block. A slab will be filled: its pages are asked for at
 * once, as a fault for each costs more. */
static union block *cut(unsigned size)
{
	if ((size_t)(pool->slab_end - pool->slab) < size) {
		char *slab = mmap(NULL, SLAB, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (slab == MAP_FAILED)
			return NULL;
		pool->slab = slab;
		pool->slab_end = slab + SLAB;
	}
	union block *block = (union block *)(void *)pool->slab;
	pool->slab += size;
	return block;
}

static union block *small_block(unsigned size)
{
	if (!pool && !enter())
		return NULL;
	union block **waiting = &pool->waiting[size / STEP];
	union block *block = *waiting;
	if (!block)
		return cut(size);
	*waiting = block->next;
	return block;
}

static void *take(int size)
{
	unsigned whole = size_with_head(size);
	union block *block = whole <= SMALL ? small_block(whole) : malloc(whole);
	if (!block)
		return NULL;
	block->size = whole;
	return (char *)block + HEAD;
}

static void give_back(void *memory)
{
	union block *block = block_of(memory);
	unsigned size = block->size;
	if (size > SMALL) {
		free(block);
		return;
	}
	if (!pool && !enter())
		return; /* nobody has this block any more */
	block->next = pool->waiting[size / STEP];
	pool->waiting[size / STEP] = block;
}

static int size_of(void *memory)
{
	return memory ? (int)(block_of(memory)->size - HEAD) : 0;
}

static void *resize(void *memory, int size)
{
	union block *block = block_of(memory);
	unsigned whole = size_with_head(size);
	if (whole == block->size)
		return memory;
	if (whole > SMALL && block->size > SMALL) {
		block = realloc(block, whole);
		if (!block)
			return NULL;
		block->size = whole;
		return (char *)block + HEAD;
	}
	void *other = take(size);
	if (!other)
		return NULL;
	int before = size_of(memory);
	memcpy(other, memory, (size_t)(size < before ? size : before));
	give_back(memory);
	return other;
}

static int round_up(int size)
{
	return (int)(size_with_head(size) - HEAD);
}

static int begin(void *unused)
{
	(void)unused;
	return SQLITE_OK;
}

static void end(void *unused)
{
	(void)unused;
}

/* A sanitizer sees the bounds of malloc's blocks alone. */
#ifdef __SANITIZE_ADDRESS__
static const bool is_watched = true;
#else
static const bool is_watched = false;
#endif

static void serve_small_blocks(void)
{
	static const sqlite3_mem_methods methods = { take,     give_back, resize, size_of,
						     round_up, begin,     end,    NULL };
	if (!is_watched && pthread_key_create(&ending, leave) == 0)
		sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

void sqlite_memory_set_up(void)
{
	serve_small_blocks();
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}
