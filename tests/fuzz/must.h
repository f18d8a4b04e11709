/* tests/fuzz/must.h - what must hold, whatever was read. */
#ifndef JOULECART_FUZZ_MUST_H
#define JOULECART_FUZZ_MUST_H
#include <stdio.h>
#include <stdlib.h>

/* assert() may be compiled away. */
#define MUST(condition)                                                 \
	do {                                                            \
		if (!(condition)) {                                     \
			fprintf(stderr, "must hold: %s\n", #condition); \
			abort();                                        \
		}                                                       \
	} while (0)

#endif
