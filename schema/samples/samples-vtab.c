/* schema/samples/samples-vtab.c - the packed readings as a table, in the program and as a loadable
 * extension for any SQLite:
 *
 *   sqlite3 -cmd '.load /usr/local/lib/joulecart/joulecart' joulecart.db \
 *     "select at_s, value from joulecart_samples(1, 'package-0', 0.5, 1.5)"
 *
 * It is a table-valued function: its arguments, all optional, are a trial, a channel (as
 * 'package-0' or 'powercap/package-0'), and a stretch of time, from and to, in seconds since
 * the trial began; NULL means all. Rows come by trial, channel and time:
 *   trial_id, collector, channel, at_s (seconds since the trial began), mono_ns (the middle of
 *   the read, of CLOCK_MONOTONIC), half_width_ns, raw (NULL where the read failed), value
 *   (raw * unit_per_raw: a counter's still wraps), unit_per_raw, unit, errno (NULL: it worked)
 *
 * How it works: an ordinary query lists the chunks that can hold such rows, by the index of
 * channels and the times in their rollups; schema/samples/unpack.c unpacks one at a time; rows
 * outside the stretch of time are passed over. So a read takes the memory of one chunk, and of
 * one channel or one second only their chunks are touched. Bit i of
 * idxNum says that xFilter is given argument i. */
#include <config.h>

#include "schema/samples/samples-vtab.h"

#include "schema/samples/unpack.h"

#include <limits.h>
#include <math.h>
#include <sqlite3ext.h>
#include <stdlib.h>
#include <string.h>

#ifdef SQLITE_CORE
SQLITE_EXTENSION_INIT3
#else
SQLITE_EXTENSION_INIT1
#endif

static const char declaration[] =
    "CREATE TABLE x(trial_id INTEGER, collector TEXT, channel TEXT, at_s REAL,"
    " mono_ns INTEGER, half_width_ns INTEGER, raw INTEGER, value REAL, unit_per_raw REAL,"
    " unit TEXT, errno INTEGER, of_trial HIDDEN, of_channel HIDDEN, from_s HIDDEN,"
    " to_s HIDDEN)";

enum column {
	TRIAL_ID,
	COLLECTOR,
	CHANNEL,
	AT_S,
	MONO_NS,
	HALF_WIDTH_NS,
	RAW,
	VALUE,
	UNIT_PER_RAW,
	UNIT,
	ERRNO,
	OF_TRIAL, /* the arguments, in their order */
	OF_CHANNEL,
	FROM_S,
	TO_S
};
/* The table's hidden columns. */
enum { N_PARAMETERS = 4 };

/* The chunks that may hold rows; parameters are the function's. A rollup's begin is the tick
 * before it, its end its last one. */
static const char chunks_sql[] =
    "SELECT t.trial_id, c.collector, c.name, c.unit, c.unit_per_raw, t.begin_mono_ns,"
    "       k.channel_id, k.seq"
    "  FROM trial t CROSS JOIN channel c CROSS JOIN chunk k"
    "       JOIN stretch s ON s.channel_id = k.channel_id AND s.seq = k.seq"
    " WHERE c.trial_id = t.trial_id AND k.channel_id = c.channel_id"
    "   AND (?1 IS NULL OR t.trial_id = ?1)"
    "   AND (?2 IS NULL OR c.name = ?2 OR c.collector || '/' || c.name = ?2)"
    "   AND s.end_mono_ns - t.begin_mono_ns >= ?3"
    "   AND s.begin_mono_ns - t.begin_mono_ns <= ?4"
    " ORDER BY t.trial_id, c.channel_id, k.seq";

struct table {
	sqlite3_vtab base; /* SQLite's part, first */
	sqlite3 *db;
};

struct cursor {
	sqlite3_vtab_cursor base;
	sqlite3_stmt *chunks;
	struct unpacker *unpacker;
	int64_t from_ns, to_ns; /* since the trial began */
	const struct sample *samples;
	size_t n, at; /* at == n: no row is left */
	int64_t rowid;
};

static int connect_table(sqlite3 *db, void *context, int argc, const char *const *argv,
			 sqlite3_vtab **result, char **error)
{
	(void)context, (void)argc, (void)argv, (void)error;
	int code = sqlite3_declare_vtab(db, declaration);
	if (code != SQLITE_OK)
		return code;
	struct table *table = sqlite3_malloc(sizeof(*table));
	if (!table)
		return SQLITE_NOMEM;
	*table = (struct table){ .db = db };
	*result = &table->base;
	return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *base)
{
	sqlite3_free(base);
	return SQLITE_OK;
}

/* Which argument a column stands for, or -1. A plain WHERE trial_id = N is one too. */
static int argument_of(int column)
{
	if (column == TRIAL_ID)
		return 0;
	return column >= OF_TRIAL ? column - OF_TRIAL : -1;
}

static int best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
	(void)base;
	int constraint_of[N_PARAMETERS] = { -1, -1, -1, -1 };
	for (int i = 0; i < info->nConstraint; i++) {
		const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
		int argument = argument_of(constraint->iColumn);
		if (argument < 0 || constraint->op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		if (constraint->usable)
			constraint_of[argument] = i;
		else if (constraint->iColumn >= OF_TRIAL)
			return SQLITE_CONSTRAINT; /* an argument has to be known before */
	}
	int n_given = 0;
	for (int i = 0; i < N_PARAMETERS; i++) {
		if (constraint_of[i] < 0)
			continue;
		struct sqlite3_index_constraint_usage *usage =
		    &info->aConstraintUsage[constraint_of[i]];
		usage->argvIndex = ++n_given;
		usage->omit = info->aConstraint[constraint_of[i]].iColumn >= OF_TRIAL;
		info->idxNum |= 1 << i;
	}
	info->estimatedCost = 1e9 / pow(10, n_given);
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **result)
{
	struct table *table = (struct table *)base;
	struct cursor *cursor = sqlite3_malloc(sizeof(*cursor));
	if (!cursor)
		return SQLITE_NOMEM;
	*cursor = (struct cursor){ .unpacker = unpacker_new(table->db) };
	if (!cursor->unpacker) {
		sqlite3_free(cursor);
		return SQLITE_NOMEM;
	}
	*result = &cursor->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
	struct cursor *cursor = (struct cursor *)base;
	sqlite3_finalize(cursor->chunks);
	unpacker_free(cursor->unpacker);
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int fail_with(struct cursor *cursor, int code)
{
	sqlite3_vtab *table = cursor->base.pVtab;
	sqlite3_free(table->zErrMsg);
	table->zErrMsg = code == SQLITE_CORRUPT
			     ? sqlite3_mprintf(
				   "chunk %lld of %s/%s in trial %lld is damaged",
				   sqlite3_column_int64(cursor->chunks, 7),
				   sqlite3_column_text(cursor->chunks, 1),
				   sqlite3_column_text(cursor->chunks, 2),
				   sqlite3_column_int64(cursor->chunks, 0))
			     : sqlite3_mprintf("%s", sqlite3_errstr(code));
	return code;
}

static bool is_asked_for(const struct cursor *cursor)
{
	int64_t since_ns = cursor->samples[cursor->at].mono_ns -
			   sqlite3_column_int64(cursor->chunks, 5);
	return cursor->from_ns <= since_ns && since_ns <= cursor->to_ns;
}

static int next_chunk(struct cursor *cursor)
{
	int code = sqlite3_step(cursor->chunks);
	cursor->at = cursor->n = 0;
	if (code != SQLITE_ROW)
		return code;
	code = unpack_chunk(cursor->unpacker, sqlite3_column_int64(cursor->chunks, 6),
			    sqlite3_column_int64(cursor->chunks, 7), &cursor->samples,
			    &cursor->n);
	return code == SQLITE_OK ? SQLITE_ROW : fail_with(cursor, code);
}

/* To the first row from here that is asked for. */
static int settle(struct cursor *cursor)
{
	int code = SQLITE_ROW;
	for (;;) {
		while (cursor->at < cursor->n && !is_asked_for(cursor))
			cursor->at++;
		if (cursor->at < cursor->n || code != SQLITE_ROW)
			break;
		code = next_chunk(cursor);
	}
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* The nanoseconds of a time in seconds, or what stands for no limit. */
static int64_t limit_ns(sqlite3_value *value, int64_t none)
{
	if (!value || sqlite3_value_type(value) == SQLITE_NULL)
		return none;
	double ns = sqlite3_value_double(value) * 1e9;
	if (fabs(ns) >= 9e18)
		return ns < 0 ? INT64_MIN : INT64_MAX;
	return llround(ns);
}

static int filter(sqlite3_vtab_cursor *base, int given, const char *name, int argc,
		  sqlite3_value **argv)
{
	(void)name, (void)argc;
	struct cursor *cursor = (struct cursor *)base;
	struct table *table = (struct table *)base->pVtab;
	sqlite3_value *arguments[N_PARAMETERS] = { NULL };
	int n = 0;
	for (int i = 0; i < N_PARAMETERS; i++)
		if (given & 1 << i)
			arguments[i] = argv[n++];
	sqlite3_finalize(cursor->chunks);
	cursor->chunks = NULL;
	int code = sqlite3_prepare_v2(table->db, chunks_sql, -1, &cursor->chunks, NULL);
	if (code != SQLITE_OK) {
		sqlite3_free(base->pVtab->zErrMsg);
		base->pVtab->zErrMsg = sqlite3_mprintf("not a joulecart database: %s",
						       sqlite3_errmsg(table->db));
		return code;
	}
	for (int i = 0; i < 2; i++)
		if (arguments[i])
			sqlite3_bind_value(cursor->chunks, i + 1, arguments[i]);
	cursor->from_ns = limit_ns(arguments[2], INT64_MIN);
	cursor->to_ns = limit_ns(arguments[3], INT64_MAX);
	sqlite3_bind_int64(cursor->chunks, 3, cursor->from_ns);
	sqlite3_bind_int64(cursor->chunks, 4, cursor->to_ns);
	cursor->at = cursor->n = 0;
	cursor->rowid = 0;
	return settle(cursor);
}

static int next_row(sqlite3_vtab_cursor *base)
{
	struct cursor *cursor = (struct cursor *)base;
	cursor->at++;
	cursor->rowid++;
	return settle(cursor);
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
	const struct cursor *cursor = (const struct cursor *)base;
	return cursor->at == cursor->n;
}

/* Of the channel: as its row says it. */
static void give_text(sqlite3_context *context, sqlite3_stmt *chunks, int i)
{
	sqlite3_result_value(context, sqlite3_column_value(chunks, i));
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int which)
{
	const struct cursor *cursor = (const struct cursor *)base;
	const struct sample *sample = &cursor->samples[cursor->at];
	sqlite3_stmt *chunks = cursor->chunks;
	switch ((enum column)which) {
	case TRIAL_ID:
		sqlite3_result_int64(context, sqlite3_column_int64(chunks, 0));
		break;
	case COLLECTOR:
		give_text(context, chunks, 1);
		break;
	case CHANNEL:
		give_text(context, chunks, 2);
		break;
	case AT_S:
		sqlite3_result_double(
		    context,
		    (double)(sample->mono_ns - sqlite3_column_int64(chunks, 5)) * 1e-9);
		break;
	case MONO_NS:
		sqlite3_result_int64(context, sample->mono_ns);
		break;
	case HALF_WIDTH_NS:
		sqlite3_result_int64(context, sample->half_ns);
		break;
	case RAW:
		if (!sample->err)
			sqlite3_result_int64(context, (int64_t)sample->raw);
		break;
	case VALUE:
		if (!sample->err)
			sqlite3_result_double(context,
					      (double)sample->raw *
						  sqlite3_column_double(chunks, 4));
		break;
	case UNIT_PER_RAW:
		sqlite3_result_double(context, sqlite3_column_double(chunks, 4));
		break;
	case UNIT:
		give_text(context, chunks, 3);
		break;
	case ERRNO:
		if (sample->err)
			sqlite3_result_int(context, sample->err);
		break;
	default: /* the arguments: SQLite knows them */
		break;
	}
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *result)
{
	*result = ((const struct cursor *)base)->rowid;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.xConnect = connect_table, /* and no xCreate: it is there without CREATE TABLE */
	.xBestIndex = best_index,
	.xDisconnect = disconnect_table,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next_row,
	.xEof = is_at_end,
	.xColumn = column,
	.xRowid = rowid,
};

int samples_register(sqlite3 *db)
{
	return sqlite3_create_module(db, "joulecart_samples", &module, NULL);
}

#ifndef SQLITE_CORE
/* SQLite finds it by the file's name, joulecart.so. */
__attribute__((visibility("default"))) int
sqlite3_joulecart_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);
int sqlite3_joulecart_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
	(void)error;
	SQLITE_EXTENSION_INIT2(api);
	return samples_register(db);
}
#endif
