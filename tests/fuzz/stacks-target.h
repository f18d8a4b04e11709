/* tests/fuzz/stacks-target.h - what names the functions of a program whose stacks were sampled: the kernel's
 * records, maps of made code, and ELF files. */
#ifndef JOULECART_FUZZ_STACKS_TARGET_H
#define JOULECART_FUZZ_STACKS_TARGET_H
#include <stddef.h>

/* A record as in a ring of perf. */
void take_stack_record(const char *text, size_t size);

/* Either list of symbols: /tmp/perf-PID.map and /proc/kallsyms. */
void take_symbol_map(const char *text, size_t size);
void take_symbol_dump(const char *text, size_t size);

/* An ELF file with its notes, symbols and debug information. */
void take_symbol_file(const char *text, size_t size);

#endif
