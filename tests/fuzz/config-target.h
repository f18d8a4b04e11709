/* tests/fuzz/config-target.h - a file of settings. */
#ifndef JOULECART_CONFIG_TARGET_H
#define JOULECART_CONFIG_TARGET_H
#include <stddef.h>

void take_config(const char *text, size_t size);

#endif
