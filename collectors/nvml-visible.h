/* collectors/nvml-visible.h - which boards a list such as CUDA_VISIBLE_DEVICES names. Pure. */
#ifndef JOULECART_NVML_VISIBLE_H
#define JOULECART_NVML_VISIBLE_H
#include <stdbool.h>
#include <stddef.h>

/* Sets visible[i] for each board of the list, whose entries are indices, beginnings of UUIDs
 * ("GPU-8932f937"), or MIG instances of the form "MIG-GPU-.../1/0", which stand for their board
 * (newer ones, "MIG-" and a UUID of their own, name none here).
 * As CUDA does, entries behind the first that fits none are left out. list NULL: all boards.
 * Returns the length of the entry that fits none and points *unknown to it, or 0. */
size_t nvml_visible(const char *list, const char *const *uuids, size_t n, bool *visible,
		    const char **unknown);

#endif
