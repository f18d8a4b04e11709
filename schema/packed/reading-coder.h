/* schema/packed/reading-coder.h - the times and values of a channel's readings, as streams. */
#ifndef JOULECART_READING_CODER_H
#define JOULECART_READING_CODER_H
#include "schema/packed/channel-coder.h"

/* The readings of that chunk: NULL, it is not there or told as bytes. *n: how many. */
const struct sample *packed_samples(const struct reading_page *page, int64_t channel_id,
				    uint64_t seq, size_t *n);

/* channel->samples of the chunks that are not told as bytes, whose columns are there. */
void readings_code(struct channel_coder *coder, struct packed_channel *channel);

#endif
