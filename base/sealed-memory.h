/* base/sealed-memory.h - memory that a marking process shares with the profiler: a memfd that keeps its
 * length. */
#ifndef JOULECART_SEALED_MEMORY_H
#define JOULECART_SEALED_MEMORY_H
#include <stdbool.h>
#include <stddef.h>

/* So much of it, zeroed and mapped; *fd is its file, to be handed over and closed. NULL: it could not be
 * had, and *fd is -1. Raises no signal where files may not grow so long. */
void *sealed_memory_make(const char *name, size_t size, int *fd);

/* Is that file such memory, of that size? Of other files a mapping could lose its end, and who reads it
 * would end with SIGBUS. */
bool sealed_memory_is_sound(int fd, size_t size);

/* Lays memory of this process's own, all zeros, in the place of such memory: whoever is just writing there
 * writes on, and nobody else sees it. It stays mapped, and takes no room where nothing is written. Takes NULL.
 * Where there is no memory for that, the shared memory stays. */
void sealed_memory_leave(void *memory, size_t size);

#endif
