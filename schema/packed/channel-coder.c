/* schema/packed/channel-coder.c - see channel-coder.h.
 *
 * Each column is told as what it exceeds a prediction by, which nearly always is 0: ids and seqs rise evenly, a
 * rollup begins where the one before ended, and its sums are those of its readings. */
#include <config.h>

#include "schema/packed/channel-coder.h"

#include "schema/packed/reading-coder.h"
#include "schema/samples/bits.h"
#include "schema/samples/chunk.h"

#include <stdlib.h>
#include <string.h>

/* --- numbers ----------------------------------------------------------------------------- */

uint64_t *coder_scratch(struct channel_coder *coder, size_t n)
{
	if (n + 1 > coder->room) {
		free(coder->scratch);
		coder->room = 2 * n + 64;
		coder->scratch = calloc(coder->room, sizeof(*coder->scratch));
	}
	if (!coder->scratch) {
		coder->has_failed = true;
		coder->room = 0;
	}
	return coder->scratch;
}

void coder_stream(struct channel_coder *coder, uint64_t *numbers, size_t n)
{
	if (coder->sink)
		stream_put(coder->sink, numbers, n);
	else
		stream_get(coder->source, numbers, n);
	coder->has_failed = coder->has_failed || (coder->source && coder->source->is_bad);
}

void coder_varint(struct channel_coder *coder, uint64_t *number)
{
	if (coder->sink)
		sink_put_varint(coder->sink, *number);
	else
		*number = source_varint(coder->source);
	coder->has_failed = coder->has_failed || (coder->source && coder->source->is_bad);
}

void channel_coder_end(struct channel_coder *coder)
{
	free(coder->scratch);
}

/* What the value in row i is to be like, by what is known before it. */
typedef uint64_t predictor(const struct packed_channel *channel, const uint64_t *values,
			   size_t i);

static void code_column(struct channel_coder *coder, const struct packed_channel *channel,
			uint64_t *values, size_t n, predictor *predict)
{
	uint64_t *differences = coder_scratch(coder, n);
	if (!differences || coder->has_failed)
		return;
	for (size_t i = 0; coder->sink && i < n; i++)
		differences[i] = values[i] - predict(channel, values, i);
	coder_stream(coder, differences, n);
	for (size_t i = 0; !coder->sink && i < n; i++)
		values[i] = differences[i] + predict(channel, values, i);
}

static uint64_t like_before(const struct packed_channel *channel, const uint64_t *values,
			    size_t i)
{
	(void)channel;
	return i > 0 ? values[i - 1] : 0;
}

static uint64_t one_more(const struct packed_channel *channel, const uint64_t *values,
			 size_t i)
{
	(void)channel;
	return i > 0 ? values[i - 1] + 1 : 0;
}

static uint64_t even_steps(const struct packed_channel *channel, const uint64_t *values,
			   size_t i)
{
	return i > 1 ? 2 * values[i - 1] - values[i - 2] : like_before(channel, values, i);
}

static uint64_t nothing(const struct packed_channel *channel, const uint64_t *values,
			size_t i)
{
	(void)channel, (void)values, (void)i;
	return 0;
}

/* --- chunks ------------------------------------------------------------------------------ */

static bool has_errors(const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (samples[i].err)
			return true;
	return false;
}

static bool has_same_times(const struct sample *samples, const struct sample *of, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (samples[i].mono_ns != of[i].mono_ns ||
		    samples[i].half_ns != of[i].half_ns)
			return false;
	return true;
}

/* *of: the readings of the chunk's times_of, NULL where it has none. false: it has one that is not told here. */
static bool find_times(const struct reading_page *page,
		       const struct packed_channel *channel, size_t k,
		       const struct sample **of)
{
	size_t n = 0;
	*of = NULL;
	if (channel->chunks[PACKED_TIMES_OF][k] == 0)
		return true;
	*of = packed_samples(page, packed_times_of(channel, k),
			     channel->chunks[PACKED_SEQ][k], &n);
	return *of && n == channel->chunks[PACKED_N][k];
}

/* The chunk of the readings, by malloc: NULL, no memory. */
static uint8_t *encode(const struct sample *samples, size_t n, const struct sample *of,
		       size_t *size, bool *uses_times_of)
{
	uint8_t *data = malloc(chunk_bound(n));
	if (data)
		*size = chunk_encode(samples, n, of, data, uses_times_of);
	return data;
}

/* Are these bytes what its readings are packed to? Then they are appended to the samples. */
static enum chunk_how look_at(const struct channel_coder *coder,
			      struct packed_channel *channel, size_t k)
{
	uint64_t n = channel->chunks[PACKED_N][k], size = channel->chunks[PACKED_SIZE][k];
	struct sample *samples = channel->samples + channel->first[k];
	const struct sample *of;
	size_t size_again = 0;
	bool uses_times_of = false;
	if (channel->chunks[PACKED_FORMAT][k] != CHUNK_FORMAT || n == 0 ||
	    !find_times(coder->page, channel, k, &of) ||
	    chunk_decode(CHUNK_FORMAT, channel->bytes[k], size, of, samples, n) != 0 ||
	    has_errors(samples, n))
		return HOW_BYTES;
	uint8_t *again = encode(samples, n, of, &size_again, &uses_times_of);
	bool is_same = again && size_again == size && uses_times_of == (of != NULL) &&
		       memcmp(again, channel->bytes[k], size) == 0;
	free(again);
	return !is_same                         ? HOW_BYTES
	       : !of                            ? HOW_OWN
	       : has_same_times(samples, of, n) ? HOW_SAME
						: HOW_AFTER;
}

/* Room for those readings of the chunks that are to be told, or that may be. */
static void make_samples(struct channel_coder *coder, struct packed_channel *channel)
{
	size_t n = 0;
	for (size_t k = 0; k < channel->n_chunks; k++) {
		uint64_t more = channel->chunks[PACKED_N][k];
		bool may_be = coder->sink || channel->chunks[PACKED_HOW][k] != HOW_BYTES;
		if (may_be && (more > CHUNK_MAX_SAMPLES ||
			       coder->n_readings + (n += more) > PAGE_READINGS_MOST)) {
			coder->has_failed = true;
			return;
		}
	}
	coder->n_readings += n;
	free(channel->samples); /* of an earlier time that it was packed */
	channel->samples = calloc(n + 1, sizeof(*channel->samples));
	coder->has_failed = coder->has_failed || !channel->samples;
}

static void unpack_chunks(struct channel_coder *coder, struct packed_channel *channel)
{
	for (size_t k = 0; !coder->has_failed && k < channel->n_chunks; k++) {
		enum chunk_how how = (enum chunk_how)look_at(coder, channel, k);
		channel->chunks[PACKED_HOW][k] = how;
		channel->first[k + 1] = channel->first[k] +
					(how == HOW_BYTES ? 0
							  : channel->chunks[PACKED_N][k]);
	}
}

static void place_chunks(struct channel_coder *coder, struct packed_channel *channel)
{
	for (size_t k = 0; !coder->has_failed && k < channel->n_chunks; k++) {
		uint64_t how = channel->chunks[PACKED_HOW][k];
		coder->has_failed = how > HOW_SAME ||
				    (how != HOW_BYTES && channel->chunks[PACKED_N][k] == 0);
		channel->first[k + 1] = channel->first[k] +
					(how == HOW_BYTES ? 0
							  : channel->chunks[PACKED_N][k]);
	}
}

/* Those that are told as bytes, their sizes before. */
static void code_bytes(struct channel_coder *coder, struct packed_channel *channel)
{
	uint64_t *how = channel->chunks[PACKED_HOW], *sizes = channel->chunks[PACKED_SIZE];
	for (size_t k = 0; !coder->has_failed && k < channel->n_chunks; k++) {
		if (how[k] != HOW_BYTES)
			continue;
		coder_varint(coder, &sizes[k]);
		if (coder->sink) {
			uint8_t *at = sink_more(coder->sink, sizes[k]);
			if (at && sizes[k] > 0)
				memcpy(at, channel->bytes[k], sizes[k]);
			continue;
		}
		const uint8_t *at = source_take(coder->source, sizes[k]);
		channel->bytes[k] = at ? malloc(sizes[k] + 1) : NULL;
		coder->has_failed = !channel->bytes[k];
		if (!coder->has_failed && sizes[k] > 0)
			memcpy(channel->bytes[k], at, sizes[k]);
	}
}

static bool are_same(const struct sample *samples, const struct sample *others, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (samples[i].mono_ns != others[i].mono_ns ||
		    samples[i].half_ns != others[i].half_ns ||
		    samples[i].raw != others[i].raw || samples[i].err != others[i].err)
			return false;
	return true;
}

/* The known page's chunk of these readings after those (of): NULL, it has none. */
static uint8_t *copy_known(const struct channel_coder *coder,
			   const struct packed_channel *channel, size_t k,
			   const struct sample *of, size_t *size)
{
	size_t i = (size_t)(channel - coder->page->channels),
	       n = channel->chunks[PACKED_N][k];
	const struct packed_channel *known = &coder->known->channels[i];
	const struct sample *known_of;
	if (i >= coder->known->n_channels || k >= known->n_chunks ||
	    known->chunks[PACKED_HOW][k] == HOW_BYTES || known->chunks[PACKED_N][k] != n ||
	    !are_same(channel->samples + channel->first[k],
		      known->samples + known->first[k], n) ||
	    !find_times(coder->known, known, k, &known_of) ||
	    (of != NULL) != (known_of != NULL) || (of && !are_same(of, known_of, n)))
		return NULL;
	uint8_t *bytes = malloc(known->chunks[PACKED_SIZE][k] + 1);
	*size = known->chunks[PACKED_SIZE][k];
	return bytes ? memcpy(bytes, known->bytes[k], *size) : NULL;
}

static void pack_chunks(struct channel_coder *coder, struct packed_channel *channel)
{
	for (size_t k = 0; !coder->has_failed && k < channel->n_chunks; k++) {
		const struct sample *of;
		bool uses_times_of;
		size_t size = 0;
		if (channel->chunks[PACKED_HOW][k] == HOW_BYTES)
			continue;
		if (!find_times(coder->page, channel, k, &of)) {
			coder->has_failed = true;
			return;
		}
		channel->bytes[k] = coder->known ? copy_known(coder, channel, k, of, &size)
						 : NULL;
		if (channel->bytes[k]) {
			channel->chunks[PACKED_SIZE][k] = size;
			continue;
		}
		channel->bytes[k] = encode(channel->samples + channel->first[k],
					   channel->chunks[PACKED_N][k], of, &size,
					   &uses_times_of);
		channel->chunks[PACKED_SIZE][k] = size;
		coder->has_failed = !channel->bytes[k];
	}
}

static uint64_t crc32_of(const struct packed_channel *channel, const uint64_t *values,
			 size_t k)
{
	(void)values;
	return chunk_crc32(channel->bytes[k], channel->chunks[PACKED_SIZE][k]);
}

static void code_chunks(struct channel_coder *coder, struct packed_channel *channel)
{
	static const struct {
		enum packed_chunk_column column;
		predictor *predict;
	} columns[] = {
		{ PACKED_ID, even_steps },        { PACKED_SEQ, one_more },
		{ PACKED_FORMAT, like_before },   { PACKED_N, like_before },
		{ PACKED_TIMES_OF, like_before }, { PACKED_HOW, like_before },
	};
	size_t n = channel->n_chunks;
	if (coder->sink) {
		make_samples(coder, channel);
		unpack_chunks(coder, channel);
	}
	for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
		code_column(coder, channel, channel->chunks[columns[c].column], n,
			    columns[c].predict);
	if (!coder->sink && !coder->has_failed) {
		make_samples(coder, channel);
		place_chunks(coder, channel);
	}
	if (!coder->has_failed)
		readings_code(coder, channel);
	code_bytes(coder, channel);
	if (!coder->sink)
		pack_chunks(coder, channel);
	code_column(coder, channel, channel->chunks[PACKED_CRC32], n, crc32_of);
}

/* --- rollups ----------------------------------------------------------------------------- */

/* As the recorder sums them up (schema/samples/rollup.c). */
static void summarize(struct packed_channel *channel, size_t k)
{
	struct chunk_summary *summary = &channel->summaries[k];
	const struct sample *samples = channel->samples + channel->first[k];
	size_t n = channel->first[k + 1] - channel->first[k];
	double mean = 0;
	if (n == 0)
		return;
	*summary = (struct chunk_summary){ .begin_ns = samples[0].mono_ns,
					   .end_ns = samples[n - 1].mono_ns,
					   .first = samples[0].raw,
					   .last = samples[n - 1].raw,
					   .least = samples[0].raw,
					   .most = samples[0].raw };
	for (size_t i = 0; i < n; i++) {
		uint64_t raw = samples[i].raw;
		summary->least = raw < summary->least ? raw : summary->least;
		summary->most = raw > summary->most ? raw : summary->most;
		mean += ((double)raw - mean) / (double)(i + 1);
	}
	memcpy(&summary->mean, &mean, sizeof(mean));
}

static void match_chunks(struct packed_channel *channel)
{
	const uint64_t *seqs = channel->chunks[PACKED_SEQ];
	size_t k = 0;
	for (size_t i = 0; i < channel->n_stretches; i++) {
		uint64_t seq = channel->stretches[STRETCH_SEQ][i];
		while (k < channel->n_chunks && (int64_t)seqs[k] < (int64_t)seq)
			k++;
		bool is_told = k < channel->n_chunks && seqs[k] == seq &&
			       channel->chunks[PACKED_HOW][k] != HOW_BYTES;
		channel->chunk_of[i] = is_told ? k : channel->n_chunks;
	}
}

static const struct chunk_summary *summary_of(const struct packed_channel *channel,
					      size_t i)
{
	size_t k = channel->chunk_of[i];
	return k < channel->n_chunks ? &channel->summaries[k] : NULL;
}

static uint64_t where_it_ended(const struct packed_channel *channel, const uint64_t *values,
			       size_t i)
{
	const struct chunk_summary *summary = summary_of(channel, i);
	(void)values;
	return i > 0     ? channel->stretches[STRETCH_END][i - 1]
	       : summary ? (uint64_t)summary->begin_ns
			 : 0;
}

static uint64_t its_last_time(const struct packed_channel *channel, const uint64_t *values,
			      size_t i)
{
	const struct chunk_summary *summary = summary_of(channel, i);
	return summary ? (uint64_t)summary->end_ns : even_steps(channel, values, i);
}

static uint64_t its_number(const struct packed_channel *channel, const uint64_t *values,
			   size_t i)
{
	size_t k = channel->chunk_of[i];
	return k < channel->n_chunks ? channel->chunks[PACKED_N][k]
				     : like_before(channel, values, i);
}

#define PREDICT_BY(name, member)                                                           \
	static uint64_t name(const struct packed_channel *channel, const uint64_t *values, \
			     size_t i)                                                     \
	{                                                                                  \
		const struct chunk_summary *summary = summary_of(channel, i);              \
		return summary ? summary->member : like_before(channel, values, i);        \
	}
PREDICT_BY(its_first, first)
PREDICT_BY(its_last, last)
PREDICT_BY(its_least, least)
PREDICT_BY(its_most, most)
PREDICT_BY(its_mean, mean)

/* Of a counter that does not wrap. */
static uint64_t since_before(const struct packed_channel *channel, const uint64_t *values,
			     size_t i)
{
	const uint64_t *last = channel->stretches[STRETCH_LAST];
	(void)values;
	return last[i] - (i > 0 ? last[i - 1] : channel->stretches[STRETCH_FIRST][i]);
}

static uint64_t its_advance(const struct packed_channel *channel, const uint64_t *values,
			    size_t i)
{
	(void)values;
	return channel->stretches[STRETCH_ADVANCE][i];
}

static void code_stretches(struct channel_coder *coder, struct packed_channel *channel)
{
	static const struct {
		enum stretch_column column;
		predictor *predict;
	} columns[] = {
		/* a rollup's begin is predicted by the end of the one before */
		{ STRETCH_NULLS, like_before },    { STRETCH_END, its_last_time },
		{ STRETCH_BEGIN, where_it_ended }, { STRETCH_N, its_number },
		{ STRETCH_N_FAILED, nothing },     { STRETCH_FIRST, its_first },
		{ STRETCH_LAST, its_last },        { STRETCH_MIN, its_least },
		{ STRETCH_MAX, its_most },         { STRETCH_MEAN, its_mean },
		{ STRETCH_ADVANCE, since_before }, { STRETCH_LOW, its_advance },
		{ STRETCH_HIGH, its_advance },     { STRETCH_WRAPS, nothing },
	};
	size_t n = channel->n_stretches;
	code_column(coder, channel, channel->stretches[STRETCH_SEQ], n, one_more);
	if (coder->has_failed)
		return;
	match_chunks(channel);
	for (size_t k = 0; k < channel->n_chunks; k++)
		summarize(channel, k);
	for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
		code_column(coder, channel, channel->stretches[columns[c].column], n,
			    columns[c].predict);
}

void channel_code(struct channel_coder *coder, struct packed_channel *channel)
{
	code_chunks(coder, channel);
	code_stretches(coder, channel);
}
