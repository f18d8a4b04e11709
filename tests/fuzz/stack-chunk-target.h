/* tests/fuzz/stack-chunk-target.h - the packed times of sampled stacks, and what these had of a channel. */
#ifndef JOULECART_FUZZ_STACK_CHUNK_TARGET_H
#define JOULECART_FUZZ_STACK_CHUNK_TARGET_H
#include <stddef.h>

/* Two bytes of how many there are, one of the amounts' scale; the rest is packed. */
void take_stack_chunk(const char *text, size_t size);

#endif
