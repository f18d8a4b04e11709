/* tests/fuzz/page-target.h - target of the pages of readings that a server sends. */
#ifndef JOULECART_FUZZ_PAGE_TARGET_H
#define JOULECART_FUZZ_PAGE_TARGET_H
#include <stddef.h>

void take_reading_page(const char *text, size_t size);

#endif
