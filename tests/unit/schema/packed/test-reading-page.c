/* Rollups and readings come out of a page as they went in, to the bit, whatever they are; ordinary ones in few
 * bytes; and bytes that are no page are none. */
#include <config.h>

#include "schema/packed/reading-page.h"
#include "schema/samples/chunk.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

enum { N_SECONDS = 60, RATE = 100, N_CHANNELS = 5 };
enum { COUNTER, AFTER, GAUGE, FAILING, ROLLUPS_ONLY };

static uint64_t noise(uint64_t *seed, uint64_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*seed >> 33) % below;
}

/* A second of a channel at the ticks of the one before it, which is NULL for the first. */
static void read_second(struct sample *samples, const struct sample *before, int kind,
			int64_t second, uint64_t *seed)
{
	static uint64_t energy[N_CHANNELS];
	energy[kind] = second == 0 ? 0 : energy[kind];
	for (int i = 0; i < RATE; i++) {
		int64_t half_ns = 300 + (int64_t)noise(seed, 30);
		int64_t tick_ns = (second * RATE + i) * 10000000 +
				  (int64_t)noise(seed, 9000);
		energy[kind] += 15000 + noise(seed, 400);
		samples[i] = (struct sample){ tick_ns + half_ns, half_ns,
					      energy[kind] * 61035 / 1000, 0 };
		if (before)
			samples[i].mono_ns = before[i].mono_ns + before[i].half_ns +
					     half_ns + 25 + (int64_t)noise(seed, 5);
		if (kind == GAUGE)
			samples[i] = (struct sample){ before[i].mono_ns, before[i].half_ns,
						      40000000 + noise(seed, 64), 0 };
		if (kind == FAILING && i % 7 == 0)
			samples[i] = (struct sample){ samples[i].mono_ns, half_ns, 0, 5 };
	}
}

static void put_chunk(struct packed_channel *channel, size_t k, int kind,
		      const struct sample *samples, const struct sample *of)
{
	static uint8_t data[1 << 16];
	bool uses_times_of = false;
	size_t size = chunk_encode(samples, RATE, of, data, &uses_times_of);
	channel->chunks[PACKED_ID][k] = k * N_CHANNELS + (uint64_t)kind + 1;
	channel->chunks[PACKED_SEQ][k] = k;
	channel->chunks[PACKED_FORMAT][k] = CHUNK_FORMAT;
	channel->chunks[PACKED_N][k] = RATE;
	channel->chunks[PACKED_TIMES_OF][k] = uses_times_of;
	channel->chunks[PACKED_CRC32][k] = chunk_crc32(data, size);
	channel->chunks[PACKED_SIZE][k] = size;
	channel->bytes[k] = malloc(size);
	memcpy(channel->bytes[k], data, size);
}

static void put_stretch(struct packed_channel *channel, size_t i,
			const struct sample *samples)
{
	uint64_t *const *columns = channel->stretches;
	double mean = 0;
	columns[STRETCH_SEQ][i] = i;
	columns[STRETCH_BEGIN][i] = i ? columns[STRETCH_END][i - 1]
				      : (uint64_t)samples[0].mono_ns;
	columns[STRETCH_END][i] = (uint64_t)samples[RATE - 1].mono_ns;
	columns[STRETCH_N][i] = RATE;
	columns[STRETCH_FIRST][i] = columns[STRETCH_MIN][i] = samples[0].raw;
	columns[STRETCH_LAST][i] = columns[STRETCH_MAX][i] = samples[RATE - 1].raw;
	for (int k = 0; k < RATE; k++)
		mean += ((double)samples[k].raw - mean) / (k + 1);
	memcpy(&columns[STRETCH_MEAN][i], &mean, sizeof(mean));
	columns[STRETCH_ADVANCE][i] = columns[STRETCH_LAST][i] -
				      (i ? columns[STRETCH_LAST][i - 1]
					 : columns[STRETCH_FIRST][i]);
	columns[STRETCH_LOW][i] = columns[STRETCH_HIGH][i] = columns[STRETCH_ADVANCE][i];
}

static struct reading_page make_page(size_t n_channels)
{
	static struct sample samples[N_CHANNELS][RATE];
	struct reading_page page = { n_channels,
				     calloc(n_channels, sizeof(struct packed_channel)) };
	uint64_t seed = 1;
	for (size_t c = 0; c < n_channels; c++) {
		page.channels[c] = (struct packed_channel){ .channel_id = (int64_t)c + 7,
							    .n_stretches = N_SECONDS,
							    .n_chunks = c == ROLLUPS_ONLY
									    ? 0
									    : N_SECONDS };
		assert_int_equal(packed_channel_make(&page.channels[c]), 0);
	}
	for (size_t k = 0; k < N_SECONDS; k++)
		for (size_t c = 0; c < n_channels; c++) {
			struct packed_channel *channel = &page.channels[c];
			const struct sample *before = c ? samples[c - 1] : NULL;
			read_second(samples[c], before, (int)c, (int64_t)k, &seed);
			put_stretch(channel, k, samples[c]);
			if (channel->n_chunks > 0)
				put_chunk(channel, k, (int)c, samples[c], before);
		}
	return page;
}

/* Who knows the page that the bytes are of gets the same rows from them, or none as well. */
static void check_known(const struct byte_sink *sink, const struct reading_page *known,
			const struct reading_page *unpacked)
{
	struct reading_page other;
	int code = reading_page_unpack_known(&other, sink->data, sink->n, known);
	assert_int_equal(code, unpacked ? 0 : -1);
	if (unpacked)
		assert_true(reading_page_same(&other, unpacked));
	reading_page_free(&other);
}

/* The page unpacked again; size: of what it was packed to. */
static struct reading_page again(struct reading_page *page, size_t *size)
{
	struct byte_sink sink = { 0 };
	struct reading_page unpacked;
	assert_int_equal(reading_page_pack(page, &sink), 0);
	assert_int_equal(reading_page_unpack(&unpacked, sink.data, sink.n), 0);
	check_known(&sink, page, &unpacked);
	*size = sink.n;
	free(sink.data);
	return unpacked;
}

static void check_same(struct reading_page *page)
{
	size_t size;
	struct reading_page unpacked = again(page, &size);
	assert_true(reading_page_same(page, &unpacked));
	reading_page_free(&unpacked);
}

static void rows_come_out_as_they_went_in(void **state)
{
	(void)state;
	struct reading_page page = make_page(N_CHANNELS);
	check_same(&page);
	assert_int_equal(page.channels[COUNTER].chunks[PACKED_HOW][1], HOW_OWN);
	assert_int_equal(page.channels[AFTER].chunks[PACKED_HOW][1], HOW_AFTER);
	assert_int_equal(page.channels[GAUGE].chunks[PACKED_HOW][1], HOW_SAME);
	assert_int_equal(page.channels[FAILING].chunks[PACKED_HOW][1], HOW_BYTES);
	reading_page_free(&page);
}

/* Of the two counters, the noise in a reading has log2(30) + log2(400) bits, the times of one log2(9000) more, and of
 * the other log2(5). */
static void ordinary_readings_take_little_more_than_their_noise(void **state)
{
	(void)state;
	struct reading_page page = make_page(2);
	size_t size, n = (size_t)2 * N_SECONDS * RATE, chunks = 0;
	struct reading_page unpacked = again(&page, &size);
	const double noise_bits = 4.91 + 8.65 + (13.14 + 2.33) / 2;
	for (size_t c = 0; c < 2; c++)
		for (size_t k = 0; k < N_SECONDS; k++)
			chunks += page.channels[c].chunks[PACKED_SIZE][k];
	assert_true((double)size < 1.06 * noise_bits / 8 * (double)n);
	assert_true(size < chunks * 9 / 10);
	reading_page_free(&unpacked);
	reading_page_free(&page);
}

static void odd_rows_come_out_too(void **state)
{
	(void)state;
	struct reading_page page = make_page(N_CHANNELS);
	struct packed_channel *channel = &page.channels[COUNTER];
	channel->stretches[STRETCH_NULLS][3] = 1 << STRETCH_FIRST | 1 << STRETCH_MEAN;
	channel->stretches[STRETCH_FIRST][3] = channel->stretches[STRETCH_MEAN][3] = 0;
	channel->stretches[STRETCH_ADVANCE][4] = UINT64_C(1) << 63;
	channel->stretches[STRETCH_WRAPS][4] = 1;
	channel->stretches[STRETCH_END][5] = 0;
	channel->chunks[PACKED_FORMAT][6] = 1;
	channel->chunks[PACKED_CRC32][7]++;
	channel->bytes[8][3] ^= 1; /* of a chunk that the next one's times are of */
	channel->chunks[PACKED_N][9] = 99;
	page.channels[AFTER].chunks[PACKED_TIMES_OF][10] = 6;
	page.channels[AFTER].chunks[PACKED_ID][11] = UINT64_MAX;
	page.channels[AFTER].chunks[PACKED_TIMES_OF][12] = UINT64_C(1) << 63;
	check_same(&page);
	/* and values that no predictor knows of */
	uint64_t seed = 2;
	for (size_t c = 0; c < STRETCH_COLUMNS; c++)
		for (size_t i = 0; c != STRETCH_NULLS && i < N_SECONDS; i++)
			channel->stretches[c][i] = noise(&seed, 1U << 31) << 33 |
						   noise(&seed, 1U << 31);
	for (size_t i = 0; i < N_SECONDS; i++)
		channel->stretches[STRETCH_SEQ][i] = i;
	check_same(&page);
	reading_page_free(&page);
}

/* A page of a fleet is unpacked to what chunk_encode() makes of its readings: where this sum changes, the format
 * needs another number, and chunk_encode() must go on to make this one. */
static void chunks_are_packed_to_the_same_bytes_for_ever(void **state)
{
	(void)state;
	struct reading_page page = make_page(N_CHANNELS);
	uint32_t sum = 0;
	for (size_t c = 0; c < page.n_channels; c++)
		for (size_t k = 0; k < page.channels[c].n_chunks; k++)
			sum = sum * 31 + (uint32_t)page.channels[c].chunks[PACKED_CRC32][k];
	assert_int_equal(CHUNK_FORMAT, 2);
	assert_int_equal(sum, UINT32_C(0x109b92a1));
	reading_page_free(&page);
}

static void bytes_that_are_no_page_are_none(void **state)
{
	(void)state;
	struct reading_page page = make_page(N_CHANNELS), other;
	struct byte_sink sink = { 0 };
	uint64_t seed = 3;
	assert_int_equal(reading_page_pack(&page, &sink), 0);
	for (size_t n = 0; n < sink.n; n += n < 300 ? 1 : 997) {
		assert_int_equal(reading_page_unpack(&other, sink.data, n), -1);
		reading_page_free(&other);
	}
	for (int i = 0; i < 500; i++) {
		size_t at = noise(&seed, i < 250 ? 60 : sink.n);
		uint8_t was = sink.data[at];
		sink.data[at] = (uint8_t)noise(&seed, 256);
		bool is_page = reading_page_unpack(&other, sink.data, sink.n) == 0;
		if (is_page)
			assert_true(other.n_channels <= PAGE_ROWS_MOST);
		check_known(&sink, &page, is_page ? &other : NULL);
		reading_page_free(&other);
		sink.data[at] = was;
	}
	free(sink.data);
	reading_page_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_out_as_they_went_in),
		cmocka_unit_test(ordinary_readings_take_little_more_than_their_noise),
		cmocka_unit_test(odd_rows_come_out_too),
		cmocka_unit_test(chunks_are_packed_to_the_same_bytes_for_ever),
		cmocka_unit_test(bytes_that_are_no_page_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
