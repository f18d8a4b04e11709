/* collectors/nvidia/nvml-visible.c - see nvml-visible.h. CUDA C++ Programming Guide, "CUDA Environment
 * Variables". */
#include <config.h>

#include "collectors/nvidia/nvml-visible.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* NVML_DEVICE_UUID_V2_BUFFER_SIZE: no UUID is longer. */
enum { NVML_UUID_SIZE = 96 };

static const char mig_prefix[] = "MIG-", board_prefix[] = "GPU-";

static bool begins(const char *text, size_t length, const char *prefix)
{
	return length >= strlen(prefix) && strncmp(text, prefix, strlen(prefix)) == 0;
}

static size_t find_instance(const char *entry, size_t length,
			    const struct nvml_boards *boards)
{
	char uuid[NVML_UUID_SIZE];
	if (!boards->of_instance || length >= sizeof(uuid))
		return boards->n;
	memcpy(uuid, entry, length);
	uuid[length] = '\0';
	return boards->of_instance(boards->context, uuid);
}

/* "GPU-" alone would fit every board. */
static size_t find_uuid(const char *entry, size_t length, const struct nvml_boards *boards)
{
	for (size_t i = 0; length > strlen(board_prefix) && i < boards->n; i++)
		if (strncmp(boards->uuids[i], entry, length) == 0)
			return i;
	return boards->n;
}

/* Index of the board that the entry names, or n. */
static size_t find_board(const char *entry, size_t length, const struct nvml_boards *boards)
{
	if (length > 0 && strspn(entry, "0123456789") >= length) {
		unsigned long index = strtoul(entry, NULL, 10);
		return index < boards->n ? index : boards->n;
	}
	if (!begins(entry, length, mig_prefix))
		return find_uuid(entry, length, boards);
	const char *board = entry + strlen(mig_prefix);
	length -= strlen(mig_prefix);
	if (!begins(board, length, board_prefix))
		return find_instance(entry, length + strlen(mig_prefix), boards);
	const char *slash = memchr(board, '/', length);
	return find_uuid(board, slash ? (size_t)(slash - board) : length, boards);
}

size_t nvml_visible(const char *list, const struct nvml_boards *boards, bool *visible,
		    const char **unknown)
{
	for (size_t i = 0; i < boards->n; i++)
		visible[i] = list == NULL;
	while (list && *list) {
		list += strspn(list, " ");
		size_t length = strcspn(list, ",");
		size_t board = find_board(list, length, boards);
		if (board == boards->n) {
			*unknown = list;
			return length;
		}
		visible[board] = true;
		list += length + (list[length] == ',');
	}
	return 0;
}
