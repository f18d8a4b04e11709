/* profiler/profile/elf-symbols.h - functions of ELF files by place: from the symbols, and with inlined
 * functions and source lines where there is debug information (DWARF), in the file, beside it or
 * below /usr/lib/debug. */
#ifndef JOULECART_ELF_SYMBOLS_H
#define JOULECART_ELF_SYMBOLS_H
#include "profiler/profile/symbol-message.h"

#include <stddef.h>
#include <stdint.h>

struct elf_symbols;

struct elf_frame {
	char *name, *file; /* file: NULL where it is not known */
	uint32_t line;     /* where the function is declared */
};

/* A regular file, or minus an errno: whoever ran may have put anything in its place. What it is is looked at
 * before it is opened, since a device may take that for a command. */
int elf_open_regular(const char *path);

/* Opens the file; if a build ID is given, it must have that. NULL with *lack. */
struct elf_symbols *elf_symbols_open(const char *path, const uint8_t *build_id,
				     size_t length, enum symbol_lack *lack);
void elf_symbols_close(struct elf_symbols *symbols); /* takes NULL */

/* The functions at that offset of the file, the innermost first. Returns how many; 0: none is known.
 * The frames' texts are freed with elf_frames_free. */
size_t elf_symbols_find(struct elf_symbols *symbols, uint64_t offset,
			struct elf_frame frames[FRAMES_A_PLACE]);
void elf_frames_free(struct elf_frame *frames, size_t n);

#endif
