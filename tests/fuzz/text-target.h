/* tests/fuzz/text-target.h - targets of labels (base/text.h) and of limits (gate_parse). */
#ifndef JOULECART_FUZZ_TEXT_TARGET_H
#define JOULECART_FUZZ_TEXT_TARGET_H
#include <stddef.h>

void take_text(const char *text, size_t size);
void take_limit(const char *text, size_t size);

#endif
