/* tests/fuzz/otlp-target.h - targets of what comes by HTTP: a receiver's answers, and requests for the metrics. */
#ifndef JOULECART_FUZZ_OTLP_TARGET_H
#define JOULECART_FUZZ_OTLP_TARGET_H
#include <stddef.h>

/* HTTP's status in the first line, the body behind it. */
void take_otlp_answer(const char *text, size_t size);

/* The bytes of a connection to the server of the metrics. */
void take_http(const char *text, size_t size);

#endif
