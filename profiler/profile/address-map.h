/* profiler/profile/address-map.h - which file each process has mapped where, as the kernel tells it while
 * they run: what an address in a stack means is known when the process has long gone. */
#ifndef JOULECART_ADDRESS_MAP_H
#define JOULECART_ADDRESS_MAP_H
#include "collectors/perf/stack-sampler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct address_maps;

/* A file with code; two builds of one path are two. */
struct module {
	char *path;
	uint8_t build_id[BUILD_ID_MOST];
	size_t build_id_length; /* 0: not known */
	/* Memory that is no file's: code that the process pid made. Offsets are addresses then. */
	bool is_made;
	int32_t pid;
};

enum {
	MODULES_MOST = 1 << 16,
	MODULE_KERNEL = 0, /* module 0: addresses in the kernel */
	MODULE_NOWHERE     /* module 1: where the process has nothing mapped */
};

/* NULL: no memory. */
struct address_maps *address_maps_new(void);
void address_maps_free(struct address_maps *maps); /* takes NULL */

/* Takes a record that is no sample. What finds no room is left out: its addresses lead nowhere. */
void address_maps_take(struct address_maps *maps, const struct stack_record *record);

/* What that address of that process is: the number of a module, and the place in its file. */
struct place_of_code {
	uint32_t module;
	uint64_t offset;
};
struct place_of_code address_maps_find(const struct address_maps *maps, int32_t pid,
				       uint64_t address);

/* What the process has mapped where, by address; forked processes share it until one of them changes. */
struct mapped_piece {
	uint64_t begin, end, offset;
	uint32_t module, padding;
};

/* All its pieces, which the maps own until they take the next record, and how many; serial: 0 if there are none,
 * and another number whenever they are others. */
const struct mapped_piece *address_maps_pieces(const struct address_maps *maps, int32_t pid,
					       size_t *n, uint64_t *serial);

/* What the process is called, as the kernel last said; "" where it said nothing. The maps own it. */
const char *address_maps_name(const struct address_maps *maps, int32_t pid);

/* Where the process maps a file jit-NUMBER.dump, which is how it says that it describes there the code that
 * it makes (Linux, tools/perf/Documentation/jitdump-specification.txt): the last such file. NULL: none. The
 * maps own it, also when the process has ended. */
const char *address_maps_dump(const struct address_maps *maps, int32_t pid);

/* The module of that number, which the maps own; how many there are. */
const struct module *address_maps_module(const struct address_maps *maps, uint32_t module);
size_t address_maps_modules(const struct address_maps *maps);

#endif
