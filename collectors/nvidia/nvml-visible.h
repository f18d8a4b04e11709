/* collectors/nvidia/nvml-visible.h - which boards a list such as CUDA_VISIBLE_DEVICES names. Pure. */
#ifndef JOULECART_NVML_VISIBLE_H
#define JOULECART_NVML_VISIBLE_H
#include <stdbool.h>
#include <stddef.h>

/* The boards to choose from. */
struct nvml_boards {
	const char *const *uuids;
	size_t n;
	/* Index of the board that the MIG instance with a UUID of its own is a part of, or n. The
	 * driver alone knows; NULL: it cannot be asked. */
	size_t (*of_instance)(const void *context, const char *uuid);
	const void *context;
};

/* Sets visible[i] for each board of the list, whose entries are indices, beginnings of UUIDs
 * ("GPU-8932f937"), or MIG instances, which stand for their board: "MIG-GPU-.../1/0", and from
 * driver 470 on "MIG-" and a UUID of the instance.
 * As CUDA does, entries behind the first that fits none are left out. list NULL: all boards.
 * Returns the length of the entry that fits none and points *unknown to it, or 0. */
size_t nvml_visible(const char *list, const struct nvml_boards *boards, bool *visible,
		    const char **unknown);

#endif
