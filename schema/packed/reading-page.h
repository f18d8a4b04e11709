/* schema/packed/reading-page.h - the rollups (stretch) and readings (chunk) of some channels of a trial over some
 * time, and the page that tells them in fewer bytes, to the last bit of each row.
 *
 * A chunk stands for itself, so that a crash loses no more than its second; a page is made afterwards, of
 * hundreds of them. It keeps no chunk but what its readings are, where packing them again gives the same bytes
 * (else the bytes), and of a rollup only what its readings do not say. What chunk_encode() makes of readings
 * must therefore never change for a format that is there: a better one is another format (chunk.h).
 *
 * A page: varint 1 (the version), varint n_channels; for each varint zigzag(channel_id - the one before), varint
 * n_stretches, varint n_chunks; then each channel's columns, in the order of code_channel(), as streams
 * (number-stream.h) of differences from what each is predicted by. */
#ifndef JOULECART_READING_PAGE_H
#define JOULECART_READING_PAGE_H
#include "schema/packed/number-stream.h"
#include "schema/samples/sample.h"

/* What is more is no page. Who makes pages stays below. */
enum { PAGE_ROWS_MOST = 1 << 17, PAGE_READINGS_MOST = 1 << 21 };

/* Columns of schema/tables.sql; a REAL by its bits. */
enum stretch_column {
	STRETCH_SEQ,
	STRETCH_BEGIN,
	STRETCH_END,
	STRETCH_N,
	STRETCH_N_FAILED,
	STRETCH_FIRST,
	STRETCH_LAST,
	STRETCH_MIN,
	STRETCH_MAX,
	STRETCH_MEAN,
	STRETCH_ADVANCE,
	STRETCH_LOW,
	STRETCH_HIGH,
	STRETCH_WRAPS,
	STRETCH_NULLS, /* bit c: column c is NULL, and 0 here */
	STRETCH_COLUMNS
};

enum packed_chunk_column {
	PACKED_ID,
	PACKED_SEQ,
	PACKED_FORMAT,
	PACKED_N,
	PACKED_TIMES_OF, /* channel_id - times_of; 0: NULL */
	PACKED_CRC32,
	PACKED_HOW, /* enum chunk_how */
	PACKED_SIZE,
	PACKED_COLUMNS
};

/* How a page tells a chunk's readings. */
enum chunk_how {
	HOW_BYTES, /* as they are in the chunk */
	HOW_OWN,   /* with times of their own */
	HOW_AFTER, /* with times after times_of's */
	HOW_SAME   /* with the times of times_of */
};

struct chunk_summary {
	int64_t begin_ns, end_ns;
	uint64_t first, last, least, most, mean; /* the mean's bits */
};

/* Rows by seq. */
struct packed_channel {
	int64_t channel_id;
	size_t n_stretches, n_chunks;
	uint64_t *stretches[STRETCH_COLUMNS];
	uint64_t *chunks[PACKED_COLUMNS];
	uint8_t **bytes; /* of each chunk, PACKED_SIZE of them */

	/* Made while packing and unpacking: */
	struct sample *samples; /* of chunks that are not told as bytes */
	size_t *first;          /* of each chunk in samples; [n_chunks]: their number */
	struct chunk_summary *summaries;
	size_t *chunk_of; /* of each stretch; n_chunks: it has none, or one as bytes */
};

/* The channel whose times the chunk has, where its column is not 0: of any bytes some number. */
static inline int64_t packed_times_of(const struct packed_channel *channel, size_t k)
{
	return (int64_t)((uint64_t)channel->channel_id -
			 channel->chunks[PACKED_TIMES_OF][k]);
}

/* By channel_id. */
struct reading_page {
	size_t n_channels;
	struct packed_channel *channels;
};

/* Room for the channel's rows, by its n_stretches and n_chunks, all zeros. 0, or -1: no memory. */
int packed_channel_make(struct packed_channel *channel);
void reading_page_free(struct reading_page *page);

/* Appends the page. 0, or -1: no memory, or it is too large. */
int reading_page_pack(struct reading_page *page, struct byte_sink *sink);

/* Fills a page, to be freed in any case, from bytes of unknown origin. 0, or -1: they are none, or no memory. */
int reading_page_unpack(struct reading_page *page, const uint8_t *data, size_t n);

/* The same, 0 or -1 as well, of what a page was packed to: chunks of the same readings as there are copied from
 * that page, since packing them again gives those bytes. */
int reading_page_unpack_known(struct reading_page *page, const uint8_t *data, size_t n,
			      const struct reading_page *known);

/* Have both the same rows? */
bool reading_page_same(const struct reading_page *one, const struct reading_page *other);

#endif
