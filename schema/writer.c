/* schema/writer.c - see writer.h. */
#include <config.h>

#include "schema/writer.h"

#include "base/problem.h"
#include "schema/file-uri.h"
#include "schema/migrate.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Statements that are used again and again are kept; the index names them. */
enum cached { ADD_STRETCH, ADD_CHUNK, ADD_CHANNEL, N_CACHED };

/* How long another joulecart that writes to the same file is waited for. */
enum { BUSY_MS = 5000, BUSY_STEP_MS = 5, PAGE_BYTES = 16384 };

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *cached[N_CACHED];
	bool has_begun;  /* a transaction was begun since the store was opened */
	bool is_relaxed; /* until the end of the transaction nothing waits for the disk */
	bool is_synced; /* until the end of the transaction its commit waits for the disk */
	bool is_new;    /* its first pages may not be on the disk */
	int log_fd;     /* of the log, for reserve(); -1: not open */
	bool is_settling;
	pthread_t settler;
};

static int failed(struct store *store, struct problem *why)
{
	return store_problem(store->db, "write", store->path, why);
}

/* A parameter of a statement: one of five shapes, NULL where the value says "unknown". */
struct value {
	enum { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_BLOB } type;
	int64_t integer; /* also the size of a blob */
	double real;
	const void *bytes;
};

static struct value integer(int64_t value)
{
	return (struct value){ .type = VALUE_INT, .integer = value };
}

static struct value integer_if(bool known, int64_t value)
{
	return known ? integer(value) : (struct value){ .type = VALUE_NULL };
}

static struct value real(double value)
{
	return (struct value){ .type = VALUE_REAL, .real = value };
}

static struct value real_if(bool known, double value)
{
	return known ? real(value) : (struct value){ .type = VALUE_NULL };
}

static struct value text(const char *value)
{
	return (struct value){ .type = value ? VALUE_TEXT : VALUE_NULL, .bytes = value };
}

static struct value blob(const void *bytes, size_t size)
{
	return (
	    struct value){ .type = VALUE_BLOB, .integer = (int64_t)size, .bytes = bytes };
}

static void bind(sqlite3_stmt *statement, const struct value *values, int n)
{
	for (int i = 0; i < n; i++) {
		const struct value *value = &values[i];
		switch (value->type) {
		case VALUE_NULL:
			sqlite3_bind_null(statement, i + 1);
			break;
		case VALUE_INT:
			sqlite3_bind_int64(statement, i + 1, value->integer);
			break;
		case VALUE_REAL:
			sqlite3_bind_double(statement, i + 1, value->real);
			break;
		case VALUE_TEXT:
			sqlite3_bind_text(statement, i + 1, value->bytes, -1,
					  SQLITE_STATIC);
			break;
		case VALUE_BLOB:
			sqlite3_bind_blob64(statement, i + 1, value->bytes,
					    (sqlite3_uint64)value->integer, SQLITE_STATIC);
			break;
		}
	}
}

static int step_once(struct store *store, sqlite3_stmt *statement,
		     const struct value *values, int n, struct problem *why)
{
	bind(statement, values, n);
	int code = sqlite3_step(statement);
	if (code == SQLITE_DONE)
		return 0;
	return failed(store, why);
}

static int execute(struct store *store, const char *sql, const struct value *values, int n,
		   struct problem *why)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return failed(store, why);
	int code = step_once(store, statement, values, n, why);
	sqlite3_finalize(statement);
	return code;
}

static int execute_cached(struct store *store, enum cached which, const char *sql,
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

#define COUNT(values)                    ((int)(sizeof(values) / sizeof((values)[0])))
#define EXECUTE(store, sql, values, why) execute(store, sql, values, COUNT(values), why)

static int64_t new_row(struct store *store, int code)
{
	return code == 0 ? sqlite3_last_insert_rowid(store->db) : -1;
}

/* SQLite does not wait by itself for the lock that a change of the journal's mode takes. */
static int use_wal(struct store *store)
{
	int code = SQLITE_BUSY;
	for (int i = 0; code == SQLITE_BUSY && i < BUSY_MS / BUSY_STEP_MS; i++) {
		code = sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL,
				    NULL);
		if (code == SQLITE_BUSY)
			sqlite3_sleep(BUSY_STEP_MS);
	}
	return code;
}

/* Chunks of a second at 1 kHz take 2 to 3 kB: of a page of 4 kB they would leave a third empty.
 * The log goes into the file after as many bytes as with SQLite's own sizes. */
static const char new_file_sql[] =
    "PRAGMA synchronous = OFF; PRAGMA page_size = 16384"; /* PAGE_BYTES */
static const char open_sql[] = "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
			       "PRAGMA wal_autocheckpoint = 250";

static int set_up(struct store *store, struct problem *why)
{
	int version = 0;
	sqlite3_busy_timeout(store->db, BUSY_MS);
	if (migrate_check(store->db, store->path, &version, why) != 0)
		return -1;
	/* Before a first campaign there is nothing to lose: the new file need not reach the
	 * disk before the command starts. */
	store->is_new = version == 0;
	if (store->is_new)
		sqlite3_exec(store->db, new_file_sql, NULL, NULL, NULL);
	if (use_wal(store) != SQLITE_OK)
		return failed(store, why);
	if (migrate_up(store->db, store->path, version, why) != 0)
		return -1;
	if (sqlite3_exec(store->db, open_sql, NULL, NULL, NULL) != SQLITE_OK)
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

struct store *store_open(const char *path, struct problem *why)
{
	if (!path[0]) {
		problem_what(why, "cannot write ''");
		problem_why(why, "a file needs a name");
		why->kind = PROBLEM_USAGE;
		return NULL;
	}
	struct store *store = calloc(1, sizeof(*store));
	if (!store || !(store->path = strdup(path))) {
		free(store);
		problem_what(why, "cannot open '%s'", path);
		problem_why(why, "out of memory");
		return NULL;
	}
	store->log_fd = -1;
	if (open_file(path, "mode=rwc", &store->db) != SQLITE_OK)
		failed(store, why);
	else if (set_up(store, why) == 0)
		return store;
	store_close(store);
	return NULL;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	for (int i = 0; i < N_CACHED; i++)
		sqlite3_finalize(store->cached[i]);
	if (store->is_settling)
		pthread_join(store->settler, NULL);
	sqlite3_close(store->db);
	if (store->log_fd >= 0)
		close(store->log_fd);
	free(store->path);
	free(store);
}

/* On a connection of its own, which reads no table: it parses no schema. Whatever fails here is
 * done again when the store closes. */
static void *settle(void *path)
{
	sqlite3 *db = NULL;
	if (open_file(path, "mode=rw", &db) == SQLITE_OK &&
	    sqlite3_exec(db, "PRAGMA user_version", NULL, NULL, NULL) == SQLITE_OK)
		sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	sqlite3_close(db);
	return NULL;
}

void store_settle(struct store *store)
{
	if (!store->is_settling)
		store->is_settling = pthread_create(&store->settler, NULL, settle,
						    store->path) == 0;
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

/* Blocks for the last words of a trial, taken beyond the end of the log while the disk has some:
 * when it is full, a transaction that failed and was rolled back leaves them to the next. */
static void reserve(struct store *store)
{
	enum { LAST_WORDS_BYTES = 8 * PAGE_BYTES };
	struct stat status;
	if (store->log_fd < 0) {
		char *log = sqlite3_mprintf("%s-wal", store->path);
		store->log_fd = log ? open(log, O_WRONLY | O_CLOEXEC) : -1;
		sqlite3_free(log);
	}
	if (store->log_fd >= 0 && fstat(store->log_fd, &status) == 0)
		/* Not every file system can: then there is no reserve. */
		(void)!fallocate(store->log_fd, FALLOC_FL_KEEP_SIZE, status.st_size,
				 LAST_WORDS_BYTES);
}

/* The first transaction into an empty log waits twice for the disk, for the log's header and
 * its name in the directory. That order guards a log that is used again; in a new one there is
 * nothing to confuse, and the checkpoint syncs both before it touches the database. */
static int begin_first(struct store *store, struct problem *why)
{
	set_relaxed(store, true);
	int code = execute(store, "BEGIN IMMEDIATE", NULL, 0, why);
	if (code == 0 && is_log_empty(store))
		return 0;
	if (code == 0)
		store_rollback(store);
	set_relaxed(store, false);
	return code == 0 ? execute(store, "BEGIN IMMEDIATE", NULL, 0, why) : -1;
}

int store_begin(struct store *store, struct problem *why)
{
	if (!store->has_begun) {
		store->has_begun = true;
		return begin_first(store, why);
	}
	return execute(store, "BEGIN IMMEDIATE", NULL, 0, why);
}

int store_begin_synced(struct store *store, struct problem *why)
{
	sync_new_file(store);
	sqlite3_exec(store->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
	store->has_begun = store->is_synced = true;
	return execute(store, "BEGIN IMMEDIATE", NULL, 0, why);
}

static void end_sync(struct store *store)
{
	if (store->is_relaxed || store->is_synced)
		set_relaxed(store, false);
	store->is_synced = false;
}

int store_commit(struct store *store, struct problem *why)
{
	int code = execute(store, "COMMIT", NULL, 0, why);
	if (code != 0)
		return code;
	if (store->is_synced || store->log_fd < 0)
		reserve(store);
	end_sync(store);
	return 0;
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

int64_t store_add_host(struct store *store, const struct host_facts *host,
		       struct problem *why)
{
	const struct value values[] = {
		text(host->boot_id),
		text(host->hostname),
		text(host->cpu_vendor),
		text(host->cpu_model),
		integer_if(host->cpu_family >= 0, host->cpu_family),
		integer_if(host->cpu_model_number >= 0, host->cpu_model_number),
		integer_if(host->cpu_stepping >= 0, host->cpu_stepping),
		text(host->microarchitecture),
		text(host->microcode),
		integer_if(host->n_packages >= 0, host->n_packages),
		integer_if(host->n_cores >= 0, host->n_cores),
		integer_if(host->n_threads >= 0, host->n_threads),
		integer_if(host->memory_bytes >= 0, host->memory_bytes),
		text(host->kernel),
		text(host->os),
		text(host->hypervisor),
		text(host->governor),
		integer_if(host->turbo >= 0, host->turbo),
		text(host->clocksource),
	};
	const char *sql =
	    "INSERT INTO host (boot_id, hostname, cpu_vendor, cpu_model, cpu_family,"
	    " cpu_model_number, cpu_stepping, microarchitecture, microcode, n_packages,"
	    " n_cores, n_threads, memory_bytes, kernel, os, hypervisor, governor, turbo,"
	    " clocksource) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	return new_row(store, EXECUTE(store, sql, values, why));
}

int64_t store_add_campaign(struct store *store, const struct campaign_facts *campaign,
			   struct problem *why)
{
	const struct value values[] = {
		integer(campaign->host_id),
		text(campaign->uuid),
		text(campaign->kind),
		text(campaign->command_line),
		text(campaign->tool_version),
		text(campaign->git_revision),
		integer_if(campaign->has_seed, (int64_t)campaign->seed),
		real(campaign->rate_hz),
		text(campaign->zone),
		real_if(campaign->pue > 0, campaign->pue),
		integer(campaign->utc_ns),
		integer(campaign->mono_ns),
		integer(campaign->boot_ns),
	};
	const char *sql =
	    "INSERT INTO campaign (host_id, uuid, kind, command_line, tool_version,"
	    " git_revision, seed, rate_hz, zone, pue, begin_utc_ns, begin_mono_ns,"
	    " begin_boot_ns) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)";
	return new_row(store, EXECUTE(store, sql, values, why));
}

int store_end_campaign(struct store *store, int64_t campaign_id, int64_t utc_ns,
		       int64_t mono_ns, int64_t boot_ns, struct problem *why)
{
	const struct value values[] = { integer(utc_ns), integer(mono_ns), integer(boot_ns),
					integer(campaign_id) };
	return EXECUTE(
	    store,
	    "UPDATE campaign SET end_utc_ns = ?, end_mono_ns = ?, end_boot_ns = ?"
	    " WHERE campaign_id = ?",
	    values, why);
}

int store_forget_empty(struct store *store, int64_t campaign_id, struct problem *why)
{
	const struct value values[] = { integer(campaign_id) };
	int code = EXECUTE(store,
			   "DELETE FROM campaign WHERE campaign_id = ?"
			   " AND campaign_id NOT IN (SELECT campaign_id FROM trial)",
			   values, why);
	if (code != 0 || sqlite3_changes(store->db) == 0)
		return code;
	return execute(store,
		       "DELETE FROM host WHERE host_id NOT IN"
		       " (SELECT host_id FROM campaign)",
		       NULL, 0, why);
}

int64_t store_add_trial(struct store *store, const struct trial_facts *trial,
			struct problem *why)
{
	const struct value values[] = {
		integer(trial->campaign_id),
		integer(trial->ordinal),
		integer(trial->block),
		text(trial->variant),
		text(trial->job),
		integer(trial->is_warmup),
		text(trial->command),
		integer_if(trial->queries > 0, trial->queries),
		integer(trial->utc_ns),
		integer(trial->mono_ns),
	};
	const char *sql =
	    "INSERT INTO trial (campaign_id, ordinal, block, variant, job, is_warmup,"
	    " command, queries, begin_utc_ns, begin_mono_ns)"
	    " VALUES (?,?,?,?,?,?,?,?,?,?)";
	return new_row(store, EXECUTE(store, sql, values, why));
}

int store_end_trial(struct store *store, int64_t trial_id, const struct trial_end *end,
		    struct problem *why)
{
	const struct value values[] = {
		text(end->why_incomplete ? "incomplete" : "complete"),
		text(end->why_incomplete),
		integer_if(end->exit_code >= 0, end->exit_code),
		integer_if(end->exit_signal >= 0, end->exit_signal),
		integer(end->mono_ns),
		real(end->own_cpu_s),
		integer(end->ticks),
		integer(end->ticks_missed),
		integer(end->ticks_dropped),
		integer(end->tick_mean_ns),
		integer(end->tick_max_ns),
		integer(trial_id),
	};
	const char *sql =
	    "UPDATE trial SET state = ?, why_incomplete = ?, exit_code = ?,"
	    " exit_signal = ?, end_mono_ns = ?, own_cpu_s = ?, ticks = ?,"
	    " ticks_missed = ?, ticks_dropped = ?, tick_mean_ns = ?, tick_max_ns = ?"
	    " WHERE trial_id = ?";
	return EXECUTE(store, sql, values, why);
}

int store_add_sampler(struct store *store, const struct sampler_facts *sampler,
		      struct problem *why)
{
	const struct value values[] = {
		integer(sampler->trial_id),
		real(sampler->rate_begin_hz),
		real(sampler->rate_end_hz),
		integer(sampler->late_p50_ns),
		integer(sampler->late_p99_ns),
		integer(sampler->late_max_ns),
		real(sampler->cpu_s),
		integer_if(sampler->pinned_cpu >= 0, sampler->pinned_cpu),
		text(sampler->why_not_pinned),
		text(sampler->why_not_real_time),
	};
	return EXECUTE(store,
		       "INSERT INTO sampler (trial_id, rate_begin_hz, rate_end_hz,"
		       " late_p50_ns, late_p99_ns, late_max_ns, cpu_s, pinned_cpu,"
		       " why_not_pinned, why_not_real_time) VALUES (?,?,?,?,?,?,?,?,?,?)",
		       values, why);
}

int store_set_workload(struct store *store, int64_t trial_id, const char *workload,
		       struct problem *why)
{
	const struct value values[] = { text(workload), integer(trial_id) };
	return EXECUTE(store, "UPDATE trial SET workload = ? WHERE trial_id = ?", values,
		       why);
}

int store_set_parent(struct store *store, int64_t trial_id, const char *workload,
		     struct problem *why)
{
	const struct value values[] = { text(workload), integer(trial_id) };
	return EXECUTE(store, "UPDATE trial SET parent_workload = ? WHERE trial_id = ?",
		       values, why);
}

int64_t store_add_channel(struct store *store, int64_t trial_id,
			  const struct channel_facts *channel, struct problem *why)
{
	const struct value values[] = {
		integer(trial_id),
		text(channel->collector),
		text(channel->name),
		text(channel->domain),
		text(channel->inside),
		text(channel->kind),
		text(channel->unit),
		text(channel->provenance),
		integer(channel->counted),
		real(channel->unit_per_raw),
		integer_if(channel->wrap_range > 0, (int64_t)channel->wrap_range),
		integer_if(channel->update_interval_ns > 0,
			   (int64_t)channel->update_interval_ns),
		real_if(channel->max_power_w > 0, channel->max_power_w),
		real_if(channel->uncertainty_k2 > 0, channel->uncertainty_k2),
		text(channel->uncertainty_basis),
	};
	const char *sql =
	    "INSERT INTO channel (trial_id, collector, name, domain, inside, kind, unit,"
	    " provenance, counted, unit_per_raw, wrap_range, update_interval_ns,"
	    " max_power_w, uncertainty_k2, uncertainty_basis)"
	    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	return new_row(store,
		       execute_cached(store, ADD_CHANNEL, sql, values, COUNT(values), why));
}

int store_set_seen_interval(struct store *store, int64_t channel_id, int64_t ns,
			    struct problem *why)
{
	const struct value values[] = { integer(ns), integer(channel_id) };
	return EXECUTE(store,
		       "UPDATE channel SET seen_interval_ns = ? WHERE channel_id = ?",
		       values, why);
}

int64_t store_add_phase(struct store *store, const struct phase_facts *phase,
			struct problem *why)
{
	const struct value values[] = {
		integer(phase->trial_id),
		integer(phase->ordinal),
		text(phase->name),
		integer_if(phase->pid > 0, phase->pid),
		integer(phase->begin_mono_ns),
		integer(phase->first_stretch),
		integer(phase->begin_lag_ns),
	};
	const char *sql = "INSERT INTO phase (trial_id, ordinal, name, pid, begin_mono_ns,"
			  " first_stretch, begin_lag_ns) VALUES (?,?,?,?,?,?,?)";
	return new_row(store, EXECUTE(store, sql, values, why));
}

int store_end_phase(struct store *store, int64_t phase_id, const struct phase_end *end,
		    struct problem *why)
{
	const struct value values[] = {
		integer(end->mono_ns),
		integer(end->lag_ns),
		integer(end->last_stretch),
		integer_if(end->queries > 0, (int64_t)end->queries),
		integer(phase_id),
	};
	return EXECUTE(store,
		       "UPDATE phase SET end_mono_ns = ?, end_lag_ns = ?, last_stretch = ?,"
		       " queries = ? WHERE phase_id = ?",
		       values, why);
}

static int add_chunk(struct store *store, int64_t channel_id, int64_t seq, int64_t n,
		     const struct stretch_pack *pack, int64_t times_of, struct problem *why)
{
	const struct value values[] = { integer(channel_id),
					integer(seq),
					integer(CHUNK_FORMAT),
					integer(n),
					integer_if(pack->uses_times_of, times_of),
					integer(chunk_crc32(pack->data, pack->size)),
					blob(pack->data, pack->size) };
	const char *sql =
	    "INSERT INTO chunk (channel_id, seq, format, n, times_of, crc32, data)"
	    " VALUES (?,?,?,?,?,?,?)";
	return execute_cached(store, ADD_CHUNK, sql, values, COUNT(values), why);
}

int store_add_stretch(struct store *store, int64_t channel_id, int64_t seq,
		      const struct stretch_row *row, const struct stretch_pack *pack,
		      int64_t times_of, struct problem *why)
{
	const struct value values[] = {
		integer(channel_id),
		integer(seq),
		integer(row->begin_mono_ns),
		integer(row->end_mono_ns),
		integer(row->n),
		integer(row->n_failed),
		integer_if(row->has_raw, (int64_t)row->first_raw),
		integer_if(row->has_raw, (int64_t)row->last_raw),
		integer_if(row->has_raw, (int64_t)row->min_raw),
		integer_if(row->has_raw, (int64_t)row->max_raw),
		real_if(row->has_raw, row->mean_raw),
		integer(row->advance),
		integer(row->advance_low),
		integer(row->advance_high),
		integer(row->wraps),
	};
	const char *sql =
	    "INSERT INTO stretch (channel_id, seq, begin_mono_ns, end_mono_ns, n,"
	    " n_failed, first_raw, last_raw, min_raw, max_raw, mean_raw, advance,"
	    " advance_low, advance_high, wraps) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	if (execute_cached(store, ADD_STRETCH, sql, values, COUNT(values), why) != 0)
		return -1;
	if (pack->size == 0)
		return 0;
	return add_chunk(store, channel_id, seq, row->n + row->n_failed, pack, times_of,
			 why);
}

int store_add_gap(struct store *store, const struct gap_facts *gap, struct problem *why)
{
	const struct value values[] = {
		integer(gap->trial_id),
		integer_if(gap->channel_id > 0, gap->channel_id),
		text(gap->collector),
		text(gap->name),
		text(gap->kind),
		integer_if(gap->begin_mono_ns > 0, gap->begin_mono_ns),
		integer_if(gap->end_mono_ns > 0, gap->end_mono_ns),
		text(gap->why),
		text(gap->todo),
	};
	const char *sql =
	    "INSERT INTO gap (trial_id, channel_id, collector, name, kind, begin_mono_ns,"
	    " end_mono_ns, why, todo) VALUES (?,?,?,?,?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_neighbour(struct store *store, int64_t trial_id, int64_t pid,
			struct problem *why)
{
	const struct value values[] = { integer(trial_id), integer(pid) };
	return EXECUTE(store, "INSERT INTO neighbour (trial_id, pid) VALUES (?,?)", values,
		       why);
}

int store_add_count(struct store *store, int64_t phase_id, const char *source,
		    const char *event, int64_t value, const char *reason,
		    struct problem *why)
{
	const struct value values[] = { integer(phase_id), text(source), text(event),
					integer_if(!reason, value), text(reason) };
	const char *sql =
	    "INSERT OR REPLACE INTO region_count (phase_id, source, event, value, why)"
	    " VALUES (?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_metric(struct store *store, int64_t trial_id, const char *name, double value,
		     struct problem *why)
{
	const struct value values[] = { integer(trial_id), text(name), real(value) };
	const char *sql =
	    "INSERT OR REPLACE INTO metric (trial_id, name, value) VALUES (?,?,?)";
	return EXECUTE(store, sql, values, why);
}
