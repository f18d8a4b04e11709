/* profiler/live/pass.c - see pass.h. */
#include <config.h>

#include "profiler/live/pass.h"

#include "base/clock.h"

#include <stdlib.h>

int pass_begin(struct pass *pass, const struct sensors *sensors)
{
	size_t n = sensors->n_channels ? sensors->n_channels : 1;
	*pass = (struct pass){ .sensors = sensors,
			       .readings = calloc(n, sizeof(*pass->readings)),
			       .spans = calloc(n, sizeof(*pass->spans)) };
	if (pass->readings && pass->spans)
		return 0;
	pass_end(pass);
	return -1;
}

void pass_read(struct pass *pass, bool is_frame)
{
	for (size_t i = 0; i < pass->sensors->n_readers; i++) {
		const struct reader *reader = &pass->sensors->readers[i];
		if (!is_frame && pass_is_at_frames(reader->sensor))
			continue;
		struct span span = { .begin_ns = boottime_ns() };
		reader_read(reader, pass->readings + reader->first);
		span.end_ns = boottime_ns();
		for (size_t k = 0; k < reader->n; k++)
			pass->spans[reader->first + k] = span;
	}
}

void pass_end(struct pass *pass)
{
	free(pass->readings);
	free(pass->spans);
	*pass = (struct pass){ 0 };
}
