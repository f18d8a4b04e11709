/* collectors/nvml-visible.c - see nvml-visible.h. CUDA C++ Programming Guide, "CUDA Environment
 * Variables". */
#include <config.h>

#include "collectors/nvml-visible.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char mig_prefix[] = "MIG-";

/* Index of the board that the entry names, or n. */
static size_t find_board(const char *entry, size_t length, const char *const *uuids,
			 size_t n)
{
	if (length > 0 && strspn(entry, "0123456789") >= length) {
		unsigned long index = strtoul(entry, NULL, 10);
		return index < n ? index : n;
	}
	if (strncmp(entry, mig_prefix, sizeof(mig_prefix) - 1) == 0) {
		entry += sizeof(mig_prefix) - 1;
		length -= sizeof(mig_prefix) - 1;
		const char *slash = memchr(entry, '/', length);
		length = slash ? (size_t)(slash - entry) : length;
	}
	/* "GPU-" alone would fit every board. */
	for (size_t i = 0; length > 4 && i < n; i++)
		if (strncmp(uuids[i], entry, length) == 0)
			return i;
	return n;
}

size_t nvml_visible(const char *list, const char *const *uuids, size_t n, bool *visible,
		    const char **unknown)
{
	for (size_t i = 0; i < n; i++)
		visible[i] = list == NULL;
	while (list && *list) {
		list += strspn(list, " ");
		size_t length = strcspn(list, ",");
		size_t board = find_board(list, length, uuids, n);
		if (board == n) {
			*unknown = list;
			return length;
		}
		visible[board] = true;
		list += length + (list[length] == ',');
	}
	return 0;
}
