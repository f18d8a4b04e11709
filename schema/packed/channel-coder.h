/* schema/packed/channel-coder.h - one channel of a page, packed or unpacked: the same steps in the same order, so that
 * neither can do what the other does not. */
#ifndef JOULECART_CHANNEL_CODER_H
#define JOULECART_CHANNEL_CODER_H
#include "schema/packed/reading-page.h"

/* One of sink and source is given; that says which way it goes. */
struct channel_coder {
	struct reading_page *page;
	struct byte_sink *sink;
	struct byte_source *source;
	const struct reading_page *known; /* reading_page_unpack_known() */
	uint64_t *scratch;
	size_t room;       /* of scratch */
	size_t n_readings; /* unpacked up to now */
	bool has_failed;
};

/* The channels before it in the page went before. */
void channel_code(struct channel_coder *coder, struct packed_channel *channel);

/* Room for n numbers, until the next call: NULL, has_failed. */
uint64_t *coder_scratch(struct channel_coder *coder, size_t n);
/* n numbers to the sink or from the source. */
void coder_stream(struct channel_coder *coder, uint64_t *numbers, size_t n);
/* One number. */
void coder_varint(struct channel_coder *coder, uint64_t *number);

void channel_coder_end(struct channel_coder *coder);

#endif
