/* schema/store/store.c - see store.h. */
#include <config.h>

#include "schema/store/network-disk.h"
#include "schema/store/store.h"

#include "schema/store/campaign-claim.h"

#include "base/problem.h"
#include "schema/database/file-uri.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"
#include "schema/database/statement.h"
#include "schema/database/views.h"
#include "schema/gate/domain.h"
#include "schema/gate/file-check.h"
#include "schema/gate/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* How long another joulecart that writes to the same file is waited for. */
enum { BUSY_MS = 5000, BUSY_STEP_MS = 5 };

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *cached[N_STORE_STATEMENTS];
	int64_t cookie;  /* SQLite's number of the schema that passed the gate */
	bool has_begun;  /* a transaction was begun since the store was opened */
	bool is_relaxed; /* until the end of the transaction nothing waits for the disk */
	bool is_synced; /* until the end of the transaction its commit waits for the disk */
	bool is_new;    /* its first pages may not be on the disk */
	int log_fd;     /* of the log, for reserve() and can_keep(); -1: not open */
	int64_t log_bytes;      /* its size when that was looked at last */
	int64_t reserved_bytes; /* up to there the disk has blocks for the log */
	bool is_full;  /* the disk has no more: what is reserved is for last words alone */
	int log_pages; /* the log goes into the file after so many */
	int claim_fd;  /* of the file, with the campaign's claim; -1: none */
	bool is_settling;
	pthread_t settler;
};

/* Files that were open go on taking writes into memory after the kernel made their file system
 * read-only (an emergency remount), and fsync then says that all is well. */
static bool is_read_only(const struct store *store)
{
	struct statvfs system;
	return store->log_fd >= 0 && fstatvfs(store->log_fd, &system) == 0 &&
	       (system.f_flag & ST_RDONLY);
}

static int failed(struct store *store, struct problem *why)
{
	if (!is_read_only(store))
		return store_problem(store->db, "write", store->path, why);
	problem_what(why, "cannot write '%s'", store->path);
	problem_why(why, "its file system has become read-only");
	return problem_todo(why, "dmesg may say why; name a file elsewhere with -o");
}

/* Of a file system that became read-only, blocks that a file had are still written to the disk, and
 * new ones are not. So the log may go into the file only when the disk has the log, and may be used
 * again only when the disk has the file: else the disk is left with half of each. */
static bool can_keep(const struct store *store)
{
	return store->log_fd < 0 || (fdatasync(store->log_fd) == 0 && !is_read_only(store));
}

/* The database is left as it is on the disk, and its log beside it, from which it is made whole. */
static void leave_as_it_is(struct store *store)
{
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_exec(store->db, "PRAGMA query_only = ON", NULL, NULL, NULL);
}

/* After each commit. As SQLite's own, a checkpoint that fails is tried again after the next. */
static int on_commit(void *data, sqlite3 *db, const char *schema, int n_pages)
{
	struct store *store = data;
	if (n_pages < store->log_pages)
		return SQLITE_OK;
	if (can_keep(store))
		sqlite3_wal_checkpoint_v2(db, schema, SQLITE_CHECKPOINT_PASSIVE, NULL,
					  NULL);
	if (!is_read_only(store))
		return SQLITE_OK;
	leave_as_it_is(store);
	return SQLITE_READONLY;
}

static int step_once(struct store *store, sqlite3_stmt *statement,
		     const struct value *values, int n, struct problem *why)
{
	values_bind(statement, values, n);
	int code = sqlite3_step(statement);
	if (code == SQLITE_DONE)
		return 0;
	return failed(store, why);
}

int store_execute(struct store *store, const char *sql, const struct value *values, int n,
		  struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return failed(store, why);
	int code = step_once(store, statement, values, n, why);
	sqlite3_finalize(statement);
	return code;
}

int store_execute_cached(struct store *store, enum store_statement which, const char *sql,
			 const struct value *values, int n, struct problem *why)
{
	sqlite3_stmt **statement = &store->cached[which];
	if (!*statement && sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
					      statement, NULL) != SQLITE_OK)
		return failed(store, why);
	int code = step_once(store, *statement, values, n, why);
	sqlite3_reset(*statement);
	return code;
}

/* SQLite does not wait by itself for the lock that a change of the journal's mode takes. */
static int choose_journal(struct store *store)
{
	bool is_shared = network_disk(store->path) != NULL;
	int code = SQLITE_BUSY;
	for (int i = 0; code == SQLITE_BUSY && i < BUSY_MS / BUSY_STEP_MS; i++) {
		code = sqlite3_exec(store->db,
				    is_shared ? "PRAGMA journal_mode = DELETE"
					      : "PRAGMA journal_mode = WAL",
				    NULL, NULL, NULL);
		if (code == SQLITE_BUSY)
			sqlite3_sleep(BUSY_STEP_MS);
	}
	/* What begin_first() spares the disk is right for a log alone. */
	store->has_begun = is_shared;
	return code;
}

/* Each of some 40 tables and indexes takes a page at least, and most hold a few rows: small pages make
 * the file of one short run small. Chunks of a second at 1 kHz, 2 to 3 kB, go into pages of their own
 * then, which SQLite fills to the end; of a page of 4 kB they would leave a third empty. The log goes
 * into the file after LOG_BYTES, as with SQLite's own sizes. */
static const char new_file_sql[] = "PRAGMA synchronous = OFF; PRAGMA page_size = 1024";
/* Each second's new pages would stay in SQLite's cache until it has its usual 2 MB, and a long run
 * would grow by as much: rows are only ever added at the end, for which a few pages are enough. */
static const char open_sql[] = "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
			       "PRAGMA cache_size = -256";
enum { LOG_BYTES = 4 << 20 };

/* The same gate as for readers, then this version: in the file, unless it is sealed. */
static int bring_up(struct store *store, const struct gate_report *gate,
		    struct problem *why)
{
	bool is_old = gate->version > 0 && gate->version < STORE_VERSION;
	bool is_sealed = gate->version > 0 && migrate_is_sealed(store->db);
	if (is_old && is_sealed) {
		problem_what(why, "cannot write '%s'", store->path);
		problem_why(why, "it is sealed and of schema version %d", gate->version);
		return problem_todo(why, "merge it into another file, and write there");
	}
	if (migrate_up(store->db, store->path, gate->version, why) != 0)
		return -1;
	if (is_old && domain_check(store->db, store->path, DOMAIN_SMALL, why) != 0)
		return -1;
	if (gate->version == STORE_VERSION && !gate->schema.has_own_views) {
		if (views_replace(store->db, is_sealed) != 0)
			return failed(store, why);
		if (is_sealed) /* its own are never read */
			return 0;
	}
	guard_trust_views(store->db);
	return 0;
}

static int read_pragma(struct store *store, const char *sql, int64_t *value)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &row, NULL);
	if (code == SQLITE_OK && (code = sqlite3_step(row)) == SQLITE_ROW)
		*value = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return code == SQLITE_ROW ? 0 : -1;
}

static int read_cookie(struct store *store, int64_t *cookie)
{
	return read_pragma(store, "PRAGMA main.schema_version", cookie);
}

static int bound_log(struct store *store)
{
	int64_t page_bytes = 0;
	if (read_pragma(store, "PRAGMA main.page_size", &page_bytes) != 0 ||
	    page_bytes <= 0)
		return -1;
	store->log_pages = (int)(LOG_BYTES / page_bytes);
	sqlite3_wal_hook(store->db, on_commit, store);
	return 0;
}

static int check_gate(struct store *store, int64_t bytes, struct gate_report *gate,
		      struct problem *why)
{
	if (gate_pass(store->db, store->path, bytes, gate, why) != 0 ||
	    gate_refuse(gate, store->path, false, why) != 0)
		return -1;
	/* An older one is looked at when it has become one of this version. */
	return gate->version == STORE_VERSION
		   ? domain_check(store->db, store->path, DOMAIN_SMALL, why)
		   : 0;
}

static int set_up(struct store *store, int64_t bytes, struct problem *why)
{
	struct gate_report gate;
	sqlite3_busy_timeout(store->db, BUSY_MS);
	if (check_gate(store, bytes, &gate, why) != 0)
		return -1;
	/* Before a first campaign there is nothing to lose: the new file need not reach the
	 * disk before the command starts. */
	store->is_new = gate.version == 0;
	if (store->is_new)
		sqlite3_exec(store->db, new_file_sql, NULL, NULL, NULL);
	if (choose_journal(store) != SQLITE_OK)
		return failed(store, why);
	if (bring_up(store, &gate, why) != 0)
		return -1;
	if (sqlite3_exec(store->db, open_sql, NULL, NULL, NULL) != SQLITE_OK ||
	    bound_log(store) != 0 || read_cookie(store, &store->cookie) != 0)
		return failed(store, why);
	return 0;
}

static int open_file(const char *path, const char *options, sqlite3 **db)
{
	char *uri = file_uri(path, options);
	if (!uri)
		return SQLITE_NOMEM;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI;
	int code = sqlite3_open_v2(uri, db, flags, NULL);
	sqlite3_free(uri);
	return code;
}

static int open_beyond_gate(struct store *store, struct problem *why)
{
	int64_t bytes = 0;
	bool is_there = file_check(store->path, true, &bytes, why) == 0;
	if (!is_there && why->err != ENOENT)
		return -1;
	if (open_file(store->path, "mode=rwc", &store->db) != SQLITE_OK)
		return failed(store, why);
	return set_up(store, bytes, why);
}

static struct store *new_store(const char *path, struct problem *why)
{
	struct store *store = calloc(1, sizeof(*store));
	if (!store || !(store->path = strdup(path))) {
		free(store);
		problem_what(why, "cannot open '%s'", path);
		problem_why(why, "out of memory");
		return NULL;
	}
	store->log_fd = -1;
	store->claim_fd = -1;
	return store;
}

struct store *store_open(const char *path, struct problem *why)
{
	if (!path[0]) {
		problem_what(why, "cannot write ''");
		problem_refuse(why, "name one with -o", "a file needs a name");
		why->kind = PROBLEM_USAGE;
		return NULL;
	}
	struct store *store = new_store(path, why);
	if (!store || open_beyond_gate(store, why) == 0)
		return store;
	store_close(store);
	return NULL;
}

struct store *store_open_memory(struct problem *why)
{
	struct store *store = new_store(":memory:", why);
	if (!store)
		return NULL;
	int code = sqlite3_open(store->path, &store->db) == SQLITE_OK
		       ? set_up(store, 0, why)
		       : failed(store, why);
	if (code == 0)
		return store;
	store_close(store);
	return NULL;
}

int store_claim_campaign(struct store *store, int64_t campaign_id, struct problem *why)
{
	if (store->claim_fd < 0)
		store->claim_fd = open(sqlite3_db_filename(store->db, NULL),
				       O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (store->claim_fd < 0 || !campaign_is_claimed(store->claim_fd, campaign_id))
		return 0;
	problem_what(why, "cannot add to campaign %lld of '%s'", (long long)campaign_id,
		     store->path);
	problem_why(why, "another process still measures for it");
	return problem_todo(why, "let that end, or stop it with Ctrl-C, and try again");
}

void store_close(struct store *store)
{
	if (!store)
		return;
	for (int i = 0; i < N_STORE_STATEMENTS; i++)
		sqlite3_finalize(store->cached[i]);
	if (store->is_settling)
		pthread_join(store->settler, NULL);
	if (store->db && !can_keep(store))
		leave_as_it_is(store);
	sqlite3_close(store->db);
	if (store->claim_fd >= 0) /* not earlier: SQLite's own locks would end */
		close(store->claim_fd);
	if (store->log_fd >= 0)
		close(store->log_fd);
	free(store->path);
	free(store);
}

/* On a connection of its own, which reads no table: it parses no schema. Whatever fails here is
 * done again when the store closes. */
static void *settle(void *data)
{
	const struct store *store = data;
	sqlite3 *db = NULL;
	if (can_keep(store) && open_file(store->path, "mode=rw", &db) == SQLITE_OK &&
	    sqlite3_exec(db, "PRAGMA user_version", NULL, NULL, NULL) == SQLITE_OK)
		sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	sqlite3_close(db);
	return NULL;
}

void store_settle(struct store *store)
{
	if (!store->is_settling)
		store->is_settling = pthread_create(&store->settler, NULL, settle, store) ==
				     0;
}

static void set_relaxed(struct store *store, bool is_relaxed)
{
	const char *sql = is_relaxed ? "PRAGMA synchronous = OFF"
				     : "PRAGMA synchronous = NORMAL";
	store->is_relaxed = is_relaxed;
	sqlite3_exec(store->db, sql, NULL, NULL, NULL);
}

/* Inside a write transaction, when no other can write: holds the log not even a header? */
static bool is_log_empty(struct store *store)
{
	sqlite3_file *log = NULL;
	sqlite3_int64 size = -1;
	if (sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) !=
		SQLITE_OK ||
	    !log || !log->pMethods || log->pMethods->xFileSize(log, &size) != SQLITE_OK)
		return false;
	return size == 0;
}

/* A new file's first pages went out with synchronous = OFF: they reach the disk before the first
 * transaction that claims to have. */
static void sync_new_file(struct store *store)
{
	sqlite3_file *file = NULL;
	if (store->is_new &&
	    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) ==
		SQLITE_OK &&
	    file && file->pMethods)
		store->is_new = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) !=
				SQLITE_OK;
}

/* Blocks for the last words of a trial, taken beyond the end of the log while the disk has some. A
 * transaction that failed and was rolled back leaves them to the next; one that succeeded has used
 * of them, and where they cannot be replaced the disk counts as full: else transactions that fit, one
 * after another, would leave nothing. */
static void reserve(struct store *store)
{
	enum { LAST_WORDS_BYTES = 128 << 10 }; /* 8 pages of the largest that files have */
	struct stat status;
	if (store->log_fd < 0) {
		char *log = sqlite3_mprintf("%s-wal", store->path);
		store->log_fd = log ? open(log, O_WRONLY | O_CLOEXEC) : -1;
		sqlite3_free(log);
	}
	if (store->log_fd < 0 || fstat(store->log_fd, &status) != 0)
		return;
	/* Another program may have cut the log off, and its blocks with it. */
	if (status.st_size < store->log_bytes)
		store->reserved_bytes = 0;
	store->log_bytes = status.st_size;
	if (status.st_size + LAST_WORDS_BYTES / 2 <= store->reserved_bytes)
		return;
	/* Not every file system can: then there is no reserve. */
	int code = fallocate(store->log_fd, FALLOC_FL_KEEP_SIZE, status.st_size,
			     LAST_WORDS_BYTES);
	store->is_full = code != 0 && errno == ENOSPC;
	if (code == 0)
		store->reserved_bytes = status.st_size + LAST_WORDS_BYTES;
}

static int refuse_full(struct store *store, struct problem *why)
{
	problem_what(why, "cannot write '%s'", store->path);
	problem_why(why, "%s", sqlite3_errstr(SQLITE_FULL));
	return problem_todo(why, "free some space, or name another file with -o");
}

/* Another program may have changed the schema since the gate: ask again, now alone. */
static int check_same_schema(struct store *store, struct problem *why)
{
	struct gate_report gate = { .version = STORE_VERSION };
	int64_t cookie = 0;
	if (read_cookie(store, &cookie) != 0)
		return failed(store, why);
	if (cookie == store->cookie)
		return 0;
	if (schema_check(store->db, STORE_VERSION, &gate.schema) != 0)
		return failed(store, why);
	store->cookie = cookie;
	return gate_refuse(&gate, store->path, false, why);
}

static int begin_alone(struct store *store, struct problem *why)
{
	if (store->is_full) /* still? */
		reserve(store);
	if (store->is_full)
		return refuse_full(store, why);
	if (store_execute(store, "BEGIN IMMEDIATE", NULL, 0, why) != 0)
		return -1;
	if (check_same_schema(store, why) == 0)
		return 0;
	store_rollback(store);
	return -1;
}

/* The first transaction into an empty log waits twice for the disk, for the log's header and
 * its name in the directory. That order guards a log that is used again; in a new one there is
 * nothing to confuse, and the checkpoint syncs both before it touches the database. */
static int begin_first(struct store *store, struct problem *why)
{
	set_relaxed(store, true);
	int code = begin_alone(store, why);
	if (code == 0 && is_log_empty(store))
		return 0;
	if (code == 0)
		store_rollback(store);
	set_relaxed(store, false);
	return code == 0 ? begin_alone(store, why) : -1;
}

int store_begin(struct store *store, struct problem *why)
{
	if (!store->has_begun) {
		store->has_begun = true;
		return begin_first(store, why);
	}
	return begin_alone(store, why);
}

int store_begin_synced(struct store *store, struct problem *why)
{
	sync_new_file(store);
	sqlite3_exec(store->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
	store->has_begun = store->is_synced = true;
	return begin_alone(store, why);
}

static void end_sync(struct store *store)
{
	if (store->is_relaxed || store->is_synced)
		set_relaxed(store, false);
	store->is_synced = false;
}

int store_commit(struct store *store, struct problem *why)
{
	int code = store_execute(store, "COMMIT", NULL, 0, why);
	if (code != 0)
		return code;
	if (store->is_synced || store->log_fd < 0)
		code = is_read_only(store) ? failed(store, why) : 0;
	reserve(store);
	end_sync(store);
	return code;
}

void store_rollback(struct store *store)
{
	/* SQLite has already rolled back after a full disk: then this fails, rightly. */
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	end_sync(store);
}

sqlite3 *store_db(struct store *store)
{
	return store->db;
}
