/* schema/samples/sample.h - one reading of one channel, as it is kept. */
#ifndef JOULECART_SAMPLE_H
#define JOULECART_SAMPLE_H
#include <stdint.h>

/* One reading with its place in time. raw is 0 where err is not. */
struct sample {
	int64_t mono_ns; /* the middle of the read */
	int64_t half_ns; /* half of the time that the read took */
	uint64_t raw;
	int err; /* 0, or the errno of the failed read */
};

#endif
