/* schema/samples/unpack.c - see unpack.h. */
#include <config.h>

#include "schema/samples/unpack.h"

#include <sqlite3ext.h>
#include <stdlib.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

/* How many chunks one may lean on, each on the next: a row's times_of is a smaller channel_id,
 * in the order in which channels are read. More than any machine has zones is damage. */
enum { MAX_DEPTH = 1024 };

/* One chunk of that chain. */
struct link {
	int64_t channel_id, seq; /* of what samples holds; seq -1: nothing */
	struct sample *samples;
	size_t n, capacity;
	uint8_t *data; /* a copy: the statement goes on to the next link */
	size_t size, data_capacity;
};

/* What the readings of one chain may take together: a second of a machine's channels is a few
 * megabytes, whatever a file says of itself. In bytes, and bytes for each byte of the file. */
enum { ROOM_LEAST = 64 << 20, ROOM_A_BYTE = 16 };

struct unpacker {
	sqlite3 *db;
	int64_t room; /* bytes that are left; -1: not known yet */
	sqlite3_stmt *find;
	struct link links[MAX_DEPTH];
};

struct unpacker *unpacker_new(sqlite3 *db)
{
	struct unpacker *unpacker = calloc(1, sizeof(*unpacker));
	if (!unpacker)
		return NULL;
	unpacker->db = db;
	unpacker->room = -1;
	for (size_t i = 0; i < MAX_DEPTH; i++)
		unpacker->links[i].seq = -1;
	return unpacker;
}

void unpacker_free(struct unpacker *unpacker)
{
	if (!unpacker)
		return;
	sqlite3_finalize(unpacker->find);
	for (size_t i = 0; i < MAX_DEPTH; i++) {
		free(unpacker->links[i].samples);
		free(unpacker->links[i].data);
	}
	free(unpacker);
}

/* Grown, never shrunk: chunks of one trial are all about as large. */
static int reserve(void **memory, size_t *capacity, size_t needed, size_t item)
{
	if (needed <= *capacity)
		return SQLITE_OK;
	void *larger = realloc(*memory, needed * item);
	if (!larger)
		return SQLITE_NOMEM;
	*memory = larger;
	*capacity = needed;
	return SQLITE_OK;
}

/* What the row of a chunk says. */
struct chunk_row {
	int format;
	bool has_times_of;
	int64_t times_of;
};

static int64_t room_of(sqlite3 *db)
{
	static const char sql[] = "SELECT page_count * page_size"
				  " FROM pragma_page_count(), pragma_page_size()";
	sqlite3_stmt *row = NULL;
	int64_t bytes = 0;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW)
		bytes = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return bytes < INT64_MAX / (2 * ROOM_A_BYTE) ? ROOM_LEAST + ROOM_A_BYTE * bytes
						     : INT64_MAX / 2;
}

/* false: more readings than a file of this size should have at one time. */
static bool take_room(struct unpacker *unpacker, const struct link *link)
{
	if (unpacker->room < 0)
		unpacker->room = room_of(unpacker->db);
	if (link->n <= link->capacity)
		return true;
	int64_t more = (int64_t)((link->n - link->capacity) * sizeof(*link->samples));
	if (more > unpacker->room)
		return false;
	unpacker->room -= more;
	return true;
}

static int take_row(struct unpacker *unpacker, struct link *link, struct chunk_row *row)
{
	sqlite3_stmt *find = unpacker->find;
	int64_t n = sqlite3_column_int64(find, 1);
	const void *data = sqlite3_column_blob(find, 4);
	link->size = (size_t)sqlite3_column_bytes(find, 4);
	row->format = sqlite3_column_int(find, 0);
	row->has_times_of = sqlite3_column_type(find, 2) != SQLITE_NULL;
	row->times_of = sqlite3_column_int64(find, 2);
	if (!data || n < 1 || n > CHUNK_MAX_SAMPLES ||
	    chunk_crc32(data, link->size) != (uint32_t)sqlite3_column_int64(find, 3))
		return SQLITE_CORRUPT;
	link->n = (size_t)n;
	if (!take_room(unpacker, link))
		return SQLITE_CORRUPT;
	if (reserve((void **)&link->samples, &link->capacity, link->n,
		    sizeof(*link->samples)) != SQLITE_OK ||
	    reserve((void **)&link->data, &link->data_capacity, link->size, 1) != SQLITE_OK)
		return SQLITE_NOMEM;
	memcpy(link->data, data, link->size);
	return SQLITE_OK;
}

static int prepare(struct unpacker *unpacker)
{
	/* Databases before version 4 have no times_of: each chunk has its own. */
	static const char *const sqls[] = {
		"SELECT format, n, times_of, crc32, data FROM chunk"
		" WHERE channel_id = ?1 AND seq = ?2",
		"SELECT format, n, NULL, crc32, data FROM chunk"
		" WHERE channel_id = ?1 AND seq = ?2",
	};
	int code = SQLITE_ERROR;
	for (size_t i = 0; i < 2 && code == SQLITE_ERROR; i++)
		code = sqlite3_prepare_v3(unpacker->db, sqls[i], -1,
					  SQLITE_PREPARE_PERSISTENT, &unpacker->find, NULL);
	return code;
}

static int find_row(struct unpacker *unpacker, struct link *link, int64_t channel_id,
		    int64_t seq, struct chunk_row *row)
{
	int code = unpacker->find ? SQLITE_OK : prepare(unpacker);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(unpacker->find, 1, channel_id);
	sqlite3_bind_int64(unpacker->find, 2, seq);
	code = sqlite3_step(unpacker->find);
	if (code == SQLITE_ROW)
		code = take_row(unpacker, link, row);
	else if (code == SQLITE_DONE)
		code = SQLITE_CORRUPT;
	sqlite3_reset(unpacker->find);
	return code;
}

static int load(struct unpacker *unpacker, size_t depth, int64_t channel_id, int64_t seq)
{
	struct chunk_row row = { 0 };
	if (depth >= MAX_DEPTH)
		return SQLITE_CORRUPT;
	struct link *link = &unpacker->links[depth], *other = link + 1;
	if (link->channel_id == channel_id && link->seq == seq)
		return SQLITE_OK;
	link->seq = -1;
	int code = find_row(unpacker, link, channel_id, seq, &row);
	if (code == SQLITE_OK && row.has_times_of)
		code = load(unpacker, depth + 1, row.times_of, seq);
	if (code != SQLITE_OK)
		return code;
	if ((row.has_times_of && other->n != link->n) ||
	    chunk_decode(row.format, link->data, link->size,
			 row.has_times_of ? other->samples : NULL, link->samples,
			 link->n) != 0)
		return SQLITE_CORRUPT;
	link->channel_id = channel_id;
	link->seq = seq;
	return SQLITE_OK;
}

int unpack_chunk(struct unpacker *unpacker, int64_t channel_id, int64_t seq,
		 const struct sample **samples, size_t *n)
{
	int code = load(unpacker, 0, channel_id, seq);
	*samples = unpacker->links[0].samples;
	*n = code == SQLITE_OK ? unpacker->links[0].n : 0;
	return code;
}
