/* tests/fuzz/opener-target.h - what the privileged part reads: its socket, and a BMC's answer. */
#ifndef JOULECART_FUZZ_OPENER_TARGET_H
#define JOULECART_FUZZ_OPENER_TARGET_H
#include <stddef.h>

/* Messages, each behind a byte that says how long it is (bits 2 to 7, 0: as long as a request) and
 * how many descriptors come along (bits 0 and 1). */
void take_opener(const char *text, size_t size);

void take_ipmi_power(const char *text, size_t size);

#endif
