/* schema/packed/trial-pages.c - see trial-pages.h. */
#include <config.h>

#include "schema/packed/trial-pages.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* A page is as much as this, or one seq. Twice as many unpacked readings are 32 MiB. */
enum { PAGE_READINGS = 1 << 19, PAGE_ROWS = 1 << 15 };

#define STRETCH_SQL                                                                   \
	"seq, begin_mono_ns, end_mono_ns, n, n_failed, first_raw, last_raw, min_raw," \
	" max_raw, mean_raw, advance, advance_low, advance_high, wraps"
#define OF_TRIAL \
	" WHERE channel_id IN (SELECT channel_id FROM main.channel WHERE trial_id = ?1)"
#define OF_WINDOW OF_TRIAL " AND seq BETWEEN ?2 AND ?3"

static int prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement)
{
	return sqlite3_prepare_v2(db, sql, -1, statement, NULL);
}

bool trial_pages_fit(struct sqlite3 *db)
{
	static const char *const sqls[] = {
		"SELECT channel_id, chunk_id, seq, format, n, times_of, crc32, data"
		" FROM main.chunk",
		"SELECT channel_id, " STRETCH_SQL " FROM main.stretch",
	};
	bool fits = true;
	for (size_t i = 0; i < sizeof(sqls) / sizeof(sqls[0]); i++) {
		sqlite3_stmt *statement = NULL;
		fits = prepare(db, sqls[i], &statement) == SQLITE_OK && fits;
		sqlite3_finalize(statement);
	}
	return fits;
}

/* --- from the database ------------------------------------------------------------------- */

struct window {
	sqlite3 *db;
	int64_t trial_id, first, last;
};

static int prepare_window(const struct window *window, const char *sql,
			  sqlite3_stmt **statement)
{
	int code = prepare(window->db, sql, statement);
	if (code == SQLITE_OK) {
		sqlite3_bind_int64(*statement, 1, window->trial_id);
		sqlite3_bind_int64(*statement, 2, window->first);
		sqlite3_bind_int64(*statement, 3, window->last);
	}
	return code;
}

static int add_channel(struct reading_page *page, sqlite3_stmt *row)
{
	struct packed_channel *channels = realloc(page->channels, (page->n_channels + 1) *
								      sizeof(*channels));
	if (!channels)
		return SQLITE_NOMEM;
	page->channels = channels;
	struct packed_channel *channel = &channels[page->n_channels++];
	*channel =
	    (struct packed_channel){ .channel_id = sqlite3_column_int64(row, 0),
				     .n_stretches = (size_t)sqlite3_column_int64(row, 1),
				     .n_chunks = (size_t)sqlite3_column_int64(row, 2) };
	return packed_channel_make(channel) == 0 ? SQLITE_OK : SQLITE_NOMEM;
}

static int read_channels(const struct window *window, struct reading_page *page)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR, code;
	code = prepare_window(
	    window,
	    "SELECT channel_id, sum(is_stretch), sum(1 - is_stretch) FROM"
	    " (SELECT channel_id, 1 AS is_stretch FROM main.stretch" OF_WINDOW
	    " UNION ALL SELECT channel_id, 0 FROM main.chunk" OF_WINDOW
	    ") GROUP BY channel_id ORDER BY channel_id",
	    &row);
	while (code == SQLITE_OK && (step = sqlite3_step(row)) == SQLITE_ROW)
		code = add_channel(page, row);
	sqlite3_finalize(row);
	return code != SQLITE_OK ? code : step == SQLITE_DONE ? SQLITE_OK : step;
}

static void take_stretch(struct packed_channel *channel, size_t i, sqlite3_stmt *row)
{
	for (int c = 0; c < STRETCH_NULLS; c++) {
		uint64_t number = (uint64_t)sqlite3_column_int64(row, c + 1);
		double real = sqlite3_column_double(row, c + 1);
		if (sqlite3_column_type(row, c + 1) == SQLITE_NULL)
			channel->stretches[STRETCH_NULLS][i] |= UINT64_C(1) << c;
		else if (c == STRETCH_MEAN)
			memcpy(&channel->stretches[c][i], &real, sizeof(real));
		else
			channel->stretches[c][i] = number;
	}
}

/* Bytes that are no memory of ours stay NULL. */
static int take_chunk(struct packed_channel *channel, size_t i, sqlite3_stmt *row)
{
	int64_t times_of = sqlite3_column_int64(row, 5);
	bool has_times_of = sqlite3_column_type(row, 5) != SQLITE_NULL;
	const void *data = sqlite3_column_blob(row, 7);
	size_t size = (size_t)sqlite3_column_bytes(row, 7);
	channel->chunks[PACKED_ID][i] = (uint64_t)sqlite3_column_int64(row, 1);
	channel->chunks[PACKED_SEQ][i] = (uint64_t)sqlite3_column_int64(row, 2);
	channel->chunks[PACKED_FORMAT][i] = (uint64_t)sqlite3_column_int64(row, 3);
	channel->chunks[PACKED_N][i] = (uint64_t)sqlite3_column_int64(row, 4);
	channel->chunks[PACKED_TIMES_OF][i] =
	    has_times_of ? (uint64_t)channel->channel_id - (uint64_t)times_of : 0;
	channel->chunks[PACKED_CRC32][i] = (uint64_t)sqlite3_column_int64(row, 6);
	channel->chunks[PACKED_SIZE][i] = size;
	channel->bytes[i] = malloc(size + 1);
	if (!channel->bytes[i])
		return SQLITE_NOMEM;
	if (size > 0)
		memcpy(channel->bytes[i], data, size);
	return has_times_of && times_of >= channel->channel_id ? SQLITE_CORRUPT : SQLITE_OK;
}

/* Rows come by channel and seq, as many as were counted. */
static int read_rows(const struct window *window, struct reading_page *page, bool is_chunk)
{
	sqlite3_stmt *row = NULL;
	size_t k = 0, i = 0;
	int step = SQLITE_ERROR, code;
	code = prepare_window(
	    window,
	    is_chunk ? "SELECT channel_id, chunk_id, seq, format, n, times_of, crc32, data"
		       " FROM main.chunk" OF_WINDOW " ORDER BY channel_id, seq"
		     : "SELECT channel_id, " STRETCH_SQL " FROM main.stretch" OF_WINDOW
		       " ORDER BY channel_id, seq",
	    &row);
	while (code == SQLITE_OK && (step = sqlite3_step(row)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(row, 0);
		while (k < page->n_channels && page->channels[k].channel_id != id)
			k++, i = 0;
		struct packed_channel *channel = &page->channels[k];
		if (k == page->n_channels ||
		    i == (is_chunk ? channel->n_chunks : channel->n_stretches))
			code = SQLITE_CORRUPT;
		else if (is_chunk)
			code = take_chunk(channel, i++, row);
		else
			take_stretch(channel, i++, row);
	}
	sqlite3_finalize(row);
	return code != SQLITE_OK ? code : step == SQLITE_DONE ? SQLITE_OK : step;
}

static int take_window(const struct window *window, int64_t n_readings, page_taker *take,
		       void *context)
{
	struct reading_page page = { 0 };
	int code = read_channels(window, &page);
	if (code == SQLITE_OK)
		code = read_rows(window, &page, false);
	if (code == SQLITE_OK)
		code = read_rows(window, &page, true);
	if (code == SQLITE_OK && page.n_channels > 0)
		code = take(context, &page, n_readings);
	reading_page_free(&page);
	return code;
}

int trial_pages(struct sqlite3 *db, int64_t trial_id, page_taker *take, void *context)
{
	static const char sql[] =
	    "SELECT seq, sum(n), sum(is_row) FROM"
	    " (SELECT seq, 0 AS n, 1 AS is_row FROM main.stretch" OF_TRIAL
	    " UNION ALL SELECT seq, n, 1 FROM main.chunk" OF_TRIAL
	    ") GROUP BY seq ORDER BY seq";
	struct window window = { db, trial_id, 0, 0 };
	int64_t n_readings = 0, n_rows = 0;
	sqlite3_stmt *row = NULL;
	int step = SQLITE_ERROR, code = prepare(db, sql, &row);
	sqlite3_bind_int64(row, 1, trial_id);
	while (code == SQLITE_OK && (step = sqlite3_step(row)) == SQLITE_ROW) {
		int64_t more = sqlite3_column_int64(row, 1),
			more_rows = sqlite3_column_int64(row, 2);
		if (n_rows > 0 &&
		    (more > PAGE_READINGS - n_readings || more_rows > PAGE_ROWS - n_rows)) {
			code = take_window(&window, n_readings, take, context);
			n_readings = n_rows = 0;
		}
		window.last = sqlite3_column_int64(row, 0);
		window.first = n_rows == 0 ? window.last : window.first;
		n_readings += more;
		n_rows += more_rows;
	}
	sqlite3_finalize(row);
	if (code == SQLITE_OK && step != SQLITE_DONE)
		code = step;
	if (code == SQLITE_OK && n_rows > 0)
		code = take_window(&window, n_readings, take, context);
	return code;
}

/* --- into the database ------------------------------------------------------------------- */

static int insert(sqlite3_stmt *statement)
{
	int step = sqlite3_step(statement), code = sqlite3_reset(statement);
	return step == SQLITE_DONE ? SQLITE_OK : code != SQLITE_OK ? code : SQLITE_ERROR;
}

static int insert_stretch(sqlite3_stmt *statement, const struct packed_channel *channel,
			  size_t i)
{
	sqlite3_bind_int64(statement, 1, channel->channel_id);
	for (int c = 0; c < STRETCH_NULLS; c++) {
		uint64_t number = channel->stretches[c][i];
		double real;
		memcpy(&real, &number, sizeof(real));
		if (channel->stretches[STRETCH_NULLS][i] >> c & 1)
			sqlite3_bind_null(statement, c + 2);
		else if (c == STRETCH_MEAN)
			sqlite3_bind_double(statement, c + 2, real);
		else
			sqlite3_bind_int64(statement, c + 2, (int64_t)number);
	}
	return insert(statement);
}

static int insert_chunk(sqlite3_stmt *statement, const struct packed_channel *channel,
			size_t i)
{
	static const enum packed_chunk_column columns[] = { PACKED_ID, PACKED_SEQ,
							    PACKED_FORMAT, PACKED_N,
							    PACKED_CRC32 };
	for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
		sqlite3_bind_int64(statement, (int)c + 1,
				   (int64_t)channel->chunks[columns[c]][i]);
	sqlite3_bind_int64(statement, 6, channel->channel_id);
	if (channel->chunks[PACKED_TIMES_OF][i] == 0)
		sqlite3_bind_null(statement, 7);
	else
		sqlite3_bind_int64(statement, 7, packed_times_of(channel, i));
	sqlite3_bind_blob64(statement, 8, channel->bytes[i],
			    channel->chunks[PACKED_SIZE][i], SQLITE_STATIC);
	return insert(statement);
}

int trial_page_insert(struct sqlite3 *db, const struct reading_page *page)
{
	sqlite3_stmt *stretch = NULL, *chunk = NULL;
	int code = prepare(db,
			   "INSERT INTO main.stretch (channel_id, " STRETCH_SQL
			   ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			   &stretch);
	if (code == SQLITE_OK)
		code = prepare(db,
			       "INSERT INTO main.chunk (chunk_id, seq, format, n, crc32,"
			       " channel_id, times_of, data) VALUES (?, ?, ?, ?, ?, ?, ?,"
			       " ?)",
			       &chunk);
	for (size_t k = 0; code == SQLITE_OK && k < page->n_channels; k++) {
		const struct packed_channel *channel = &page->channels[k];
		for (size_t i = 0; code == SQLITE_OK && i < channel->n_stretches; i++)
			code = insert_stretch(stretch, channel, i);
		for (size_t i = 0; code == SQLITE_OK && i < channel->n_chunks; i++)
			code = insert_chunk(chunk, channel, i);
	}
	sqlite3_finalize(stretch);
	sqlite3_finalize(chunk);
	return code;
}
