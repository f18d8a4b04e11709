/* schema/packed/reading-page.c - see reading-page.h: the page's head, its memory, and comparison. */
#include <config.h>

#include "schema/packed/reading-page.h"

#include "schema/packed/channel-coder.h"
#include "schema/samples/bits.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_VERSION = 1 };

/* --- memory ------------------------------------------------------------------------------ */

int packed_channel_make(struct packed_channel *channel)
{
	size_t n_stretches = channel->n_stretches + 1, n_chunks = channel->n_chunks + 1;
	bool is_made = true;
	for (size_t c = 0; c < STRETCH_COLUMNS; c++) {
		channel->stretches[c] = calloc(n_stretches, sizeof(uint64_t));
		is_made = is_made && channel->stretches[c];
	}
	for (size_t c = 0; c < PACKED_COLUMNS; c++) {
		channel->chunks[c] = calloc(n_chunks, sizeof(uint64_t));
		is_made = is_made && channel->chunks[c];
	}
	channel->bytes = calloc(n_chunks, sizeof(*channel->bytes));
	channel->first = calloc(n_chunks, sizeof(*channel->first));
	channel->summaries = calloc(n_chunks, sizeof(*channel->summaries));
	channel->chunk_of = calloc(n_stretches, sizeof(*channel->chunk_of));
	return is_made && channel->bytes && channel->first && channel->summaries &&
		       channel->chunk_of
		   ? 0
		   : -1;
}

static void free_channel(struct packed_channel *channel)
{
	for (size_t c = 0; c < STRETCH_COLUMNS; c++)
		free(channel->stretches[c]);
	for (size_t c = 0; c < PACKED_COLUMNS; c++)
		free(channel->chunks[c]);
	for (size_t i = 0; channel->bytes && i < channel->n_chunks; i++)
		free(channel->bytes[i]);
	free(channel->bytes);
	free(channel->samples);
	free(channel->first);
	free(channel->summaries);
	free(channel->chunk_of);
}

void reading_page_free(struct reading_page *page)
{
	for (size_t i = 0; i < page->n_channels; i++)
		free_channel(&page->channels[i]);
	free(page->channels);
	*page = (struct reading_page){ 0 };
}

/* --- packing ----------------------------------------------------------------------------- */

static bool is_small(const struct reading_page *page)
{
	size_t n_rows = 0;
	for (size_t i = 0; i < page->n_channels && n_rows <= PAGE_ROWS_MOST; i++)
		n_rows += 1 + page->channels[i].n_stretches + page->channels[i].n_chunks;
	return n_rows <= PAGE_ROWS_MOST;
}

int reading_page_pack(struct reading_page *page, struct byte_sink *sink)
{
	struct channel_coder coder = { .page = page, .sink = sink };
	int64_t before = 0;
	if (!is_small(page))
		return -1;
	sink_put_varint(sink, PAGE_VERSION);
	sink_put_varint(sink, page->n_channels);
	for (size_t i = 0; i < page->n_channels; i++) {
		const struct packed_channel *channel = &page->channels[i];
		sink_put_varint(sink,
				zigzag((uint64_t)channel->channel_id - (uint64_t)before));
		sink_put_varint(sink, channel->n_stretches);
		sink_put_varint(sink, channel->n_chunks);
		before = channel->channel_id;
	}
	for (size_t i = 0; i < page->n_channels && !coder.has_failed; i++)
		channel_code(&coder, &page->channels[i]);
	channel_coder_end(&coder);
	return coder.has_failed || sink->has_failed ? -1 : 0;
}

/* --- unpacking --------------------------------------------------------------------------- */

static int get_heads(struct byte_source *source, struct reading_page *page)
{
	uint64_t version = source_varint(source), n_channels = source_varint(source);
	uint64_t before = 0, n_rows = 0;
	if (source->is_bad || version != PAGE_VERSION || n_channels > PAGE_ROWS_MOST)
		return -1;
	page->channels = calloc(n_channels + 1, sizeof(*page->channels));
	for (size_t i = 0; page->channels && i < n_channels; i++) {
		struct packed_channel *channel = &page->channels[i];
		before += unzigzag(source_varint(source));
		channel->channel_id = (int64_t)before;
		uint64_t n_stretches = source_varint(source),
			 n_chunks = source_varint(source);
		if (source->is_bad || n_stretches > PAGE_ROWS_MOST ||
		    n_chunks > PAGE_ROWS_MOST ||
		    (n_rows += 1 + n_stretches + n_chunks) > PAGE_ROWS_MOST)
			return -1;
		channel->n_stretches = n_stretches;
		channel->n_chunks = n_chunks;
		page->n_channels++;
		if (packed_channel_make(channel) != 0)
			return -1;
	}
	return page->channels ? 0 : -1;
}

int reading_page_unpack(struct reading_page *page, const uint8_t *data, size_t n)
{
	return reading_page_unpack_known(page, data, n, NULL);
}

int reading_page_unpack_known(struct reading_page *page, const uint8_t *data, size_t n,
			      const struct reading_page *known)
{
	struct byte_source source = { data, n, false };
	struct channel_coder coder = { .page = page, .source = &source, .known = known };
	*page = (struct reading_page){ 0 };
	if (get_heads(&source, page) != 0)
		return -1;
	for (size_t i = 0; i < page->n_channels && !coder.has_failed; i++)
		channel_code(&coder, &page->channels[i]);
	channel_coder_end(&coder);
	return coder.has_failed || source.is_bad || source.n > 0 ? -1 : 0;
}

/* --- comparison -------------------------------------------------------------------------- */

static bool same_channel(const struct packed_channel *one,
			 const struct packed_channel *other)
{
	if (one->channel_id != other->channel_id ||
	    one->n_stretches != other->n_stretches || one->n_chunks != other->n_chunks)
		return false;
	for (size_t c = 0; c < STRETCH_COLUMNS; c++)
		if (memcmp(one->stretches[c], other->stretches[c],
			   one->n_stretches * sizeof(uint64_t)) != 0)
			return false;
	for (size_t c = 0; c < PACKED_COLUMNS; c++)
		if (memcmp(one->chunks[c], other->chunks[c],
			   one->n_chunks * sizeof(uint64_t)) != 0)
			return false;
	for (size_t i = 0; i < one->n_chunks; i++)
		if (memcmp(one->bytes[i], other->bytes[i], one->chunks[PACKED_SIZE][i]) !=
		    0)
			return false;
	return true;
}

bool reading_page_same(const struct reading_page *one, const struct reading_page *other)
{
	if (one->n_channels != other->n_channels)
		return false;
	for (size_t i = 0; i < one->n_channels; i++)
		if (!same_channel(&one->channels[i], &other->channels[i]))
			return false;
	return true;
}
