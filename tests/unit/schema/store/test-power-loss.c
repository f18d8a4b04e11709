/* The power fails at any write: what is on the disk then opens, is whole, and holds every second
 * whose commit was told to be done. Only a file that has not had its first second may be lost.
 *
 * As SQLite's own tests do: a VFS in front of the real one keeps a list of all writes, syncs,
 * truncations and deletions. For a moment drawn by chance, each file is made again as a disk may
 * have it that keeps what was synced and, of what came after, any sectors of 512 bytes, in any
 * mixture. POWER_CUTS says how many moments [60].
 *
 * A file system that becomes read-only under the run is the same but for one thing: the run goes on,
 * no write and no sync fails, blocks that a file has by then are still written, and no others. */
#include <config.h>

#include "base/problem.h"
#include "schema/store/writer.h"
#include "tests/unit/cmocka.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { SECONDS = 90, MAX_FILES = 4, MAX_OPS = 100000, SECTOR = 512, BLOCK = 4096 };

enum op_kind { OP_WRITE, OP_TRUNCATE, OP_SYNC, OP_DELETE };

struct op {
	enum op_kind kind;
	int file;
	int64_t offset; /* of a write; the size after a truncation */
	size_t size;
	uint8_t *data;
};

/* What the VFS saw. The tests of this file run in one thread, and SQLite's hooks into a VFS leave
 * no other place for it. */
static struct {
	sqlite3_vfs *real;
	char *names[MAX_FILES];
	struct op ops[MAX_OPS];
	size_t n_ops;
	size_t done
	    [SECONDS]; /* of each second: how many operations, when its commit was done */
	size_t read_only_from; /* this operation */
	char folder[64];
} seen;

/* In place of libc's: what the store asks. */
int fstatvfs(int fd, struct statvfs *system)
{
	(void)fd;
	*system = (struct statvfs){ 0 };
	system->f_flag = seen.n_ops >= seen.read_only_from ? ST_RDONLY : 0;
	return 0;
}

struct watched {
	sqlite3_file base; /* SQLite's part, first */
	int file;          /* -1: not watched */
	sqlite3_file *real;
};

static int file_of(const char *path)
{
	for (int i = 0; path && i < MAX_FILES; i++) {
		if (!seen.names[i])
			seen.names[i] = strdup(path);
		if (strcmp(seen.names[i], path) == 0)
			return i;
	}
	return -1;
}

static void note(enum op_kind kind, int file, int64_t offset, const void *data, size_t size)
{
	if (file < 0) /* a temporary one */
		return;
	assert_true(seen.n_ops < MAX_OPS);
	struct op *op = &seen.ops[seen.n_ops++];
	*op = (struct op){ .kind = kind, .file = file, .offset = offset, .size = size };
	if (size > 0)
		op->data = memcpy(malloc(size), data, size);
}

#define REAL(file) (((struct watched *)(file))->real)
#define ID(file)   (((struct watched *)(file))->file)

static int on_close(sqlite3_file *file)
{
	return REAL(file)->pMethods->xClose(REAL(file));
}

static int on_read(sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
	return REAL(file)->pMethods->xRead(REAL(file), data, size, offset);
}

static int on_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
	note(OP_WRITE, ID(file), offset, data, (size_t)size);
	return REAL(file)->pMethods->xWrite(REAL(file), data, size, offset);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	note(OP_TRUNCATE, ID(file), size, NULL, 0);
	return REAL(file)->pMethods->xTruncate(REAL(file), size);
}

static int on_sync(sqlite3_file *file, int flags)
{
	note(OP_SYNC, ID(file), 0, NULL, 0);
	(void)flags; /* the disk of this machine is of no interest */
	return SQLITE_OK;
}

static int on_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return REAL(file)->pMethods->xFileSize(REAL(file), size);
}

static int on_lock(sqlite3_file *file, int lock)
{
	return REAL(file)->pMethods->xLock(REAL(file), lock);
}

static int on_unlock(sqlite3_file *file, int lock)
{
	return REAL(file)->pMethods->xUnlock(REAL(file), lock);
}

static int on_check(sqlite3_file *file, int *result)
{
	return REAL(file)->pMethods->xCheckReservedLock(REAL(file), result);
}

static int on_control(sqlite3_file *file, int op, void *argument)
{
	return REAL(file)->pMethods->xFileControl(REAL(file), op, argument);
}

static int on_sector_size(sqlite3_file *file)
{
	return REAL(file)->pMethods->xSectorSize(REAL(file));
}

/* Nothing that would let SQLite rely on more than syncs. */
static int on_traits(sqlite3_file *file)
{
	(void)file;
	return 0;
}

static int on_shm_map(sqlite3_file *file, int page, int size, int extend,
		      void volatile **memory)
{
	return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, memory);
}

static int on_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return REAL(file)->pMethods->xShmLock(REAL(file), offset, n, flags);
}

static void on_shm_barrier(sqlite3_file *file)
{
	REAL(file)->pMethods->xShmBarrier(REAL(file));
}

static int on_shm_unmap(sqlite3_file *file, int is_last)
{
	return REAL(file)->pMethods->xShmUnmap(REAL(file), is_last);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_check,
	.xFileControl = on_control,
	.xSectorSize = on_sector_size,
	.xDeviceCharacteristics = on_traits,
	.xShmMap = on_shm_map,
	.xShmLock = on_shm_lock,
	.xShmBarrier = on_shm_barrier,
	.xShmUnmap = on_shm_unmap,
};

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
		   int *out_flags)
{
	(void)vfs;
	struct watched *watched = (struct watched *)file;
	*watched = (struct watched){ .real = (sqlite3_file *)(watched + 1) };
	int code = seen.real->xOpen(seen.real, path, watched->real, flags, out_flags);
	if (code != SQLITE_OK)
		return code;
	watched->file = file_of(path);
	watched->base.pMethods = &methods;
	return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	(void)vfs;
	note(OP_DELETE, file_of(path), sync_folder, NULL, 0);
	return seen.real->xDelete(seen.real, path, sync_folder);
}

/* --- a run ------------------------------------------------------------------------------ */

static const char *in_folder(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", seen.folder, name);
	return path;
}

static void remove_files(void)
{
	static const char *const names[] = { "run.db", "run.db-wal", "run.db-shm",
					     "run.db-journal" };
	char path[128];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_folder(path, sizeof(path), names[i]));
}

static int64_t begin_trial(struct store *store)
{
	struct problem why;
	const struct host_facts host = { .boot_id = "b", .turbo = -1 };
	struct campaign_facts campaign = { .uuid = "u",
					   .kind = "run",
					   .command_line = "[]",
					   .tool_version = "0",
					   .rate_hz = 10 };
	struct trial_facts trial = {
		.ordinal = 1, .block = 1, .variant = "v", .job = "command", .command = "[]"
	};
	const struct channel_facts channel = { .collector = "powercap",
					       .name = "package-0",
					       .kind = "counter",
					       .unit = "J",
					       .provenance = "measured",
					       .unit_per_raw = 1e-6 };
	assert_int_equal(store_begin(store, &why), 0);
	campaign.host_id = store_add_host(store, &host, &why);
	trial.campaign_id = store_add_campaign(store, &campaign, &why);
	int64_t trial_id = store_add_trial(store, &trial, &why);
	int64_t channel_id = store_add_channel(store, trial_id, &channel, &why);
	assert_int_equal(store_commit(store, &why), 0);
	return channel_id;
}

static int store_one(struct store *store, int64_t channel_id, int64_t seq)
{
	struct problem why;
	uint8_t data[3000];
	const struct rollup_row row = { .n = 1000, .advance = 1, .advance_high = 1 };
	const struct rollup_pack pack = { .data = data, .size = sizeof(data) };
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)rand();
	assert_int_equal(store_begin_synced(store, &why), 0);
	assert_int_equal(store_add_rollup(store, channel_id, seq, &row, &pack, 0, &why), 0);
	if (store_commit(store, &why) != 0)
		return -1;
	seen.done[seq] = seen.n_ops;
	return 0;
}

static void store_second(struct store *store, int64_t channel_id, int64_t seq)
{
	struct problem why;
	assert_int_equal(store_one(store, channel_id, seq), 0);
	/* and something at the edge of a phase, whose commit does not wait */
	assert_int_equal(store_add_metric(store, 1, "edge", (double)seq, &why), 0);
}

static void store_seconds(struct store *store, int64_t channel_id)
{
	for (int64_t seq = 0; seq < SECONDS; seq++)
		store_second(store, channel_id, seq);
}

/* Some 6 MB in commits that do not wait for the disk: the log goes into the file again and again. As a
 * recorder, it keeps nothing more after the first that failed, and then has a last word. */
static void store_many_edges(struct store *store, int64_t channel_id)
{
	enum { EDGES_PER_SECOND = 25 };
	struct problem why;
	char name[3000];
	memset(name, 'n', sizeof(name));
	int code = 0;
	for (int64_t i = 0; code == 0 && i < (int64_t)SECONDS * EDGES_PER_SECOND; i++) {
		if (i % EDGES_PER_SECOND == 0 && seen.n_ops < seen.read_only_from)
			code = store_one(store, channel_id, i / EDGES_PER_SECOND);
		snprintf(name, sizeof(name), "edge %lld", (long long)i);
		name[strlen(name)] = 'n';
		name[sizeof(name) - 1] = '\0';
		if (code == 0)
			code = store_add_metric(store, 1, name, 1, &why);
	}
	store_add_metric(store, 1, "last word", 1, &why);
}

static void forget_run(void)
{
	for (size_t i = 0; i < seen.n_ops; i++)
		free(seen.ops[i].data);
	for (int i = 0; i < MAX_FILES; i++) {
		free(seen.names[i]);
		seen.names[i] = NULL;
	}
	seen.n_ops = 0;
}

/* Watches one run, whose file system becomes read-only at that operation. */
static void watch(void (*run)(struct store *store, int64_t channel_id),
		  size_t read_only_from)
{
	struct problem why;
	char path[128];
	forget_run();
	memset(seen.done, 0xff, sizeof(seen.done));
	seen.read_only_from = read_only_from;
	seen.real = sqlite3_vfs_find(NULL);
	sqlite3_vfs watching = *seen.real;
	watching.zName = "watching";
	watching.szOsFile = (int)sizeof(struct watched) + seen.real->szOsFile;
	watching.xOpen = on_open;
	watching.xDelete = on_delete;
	srand(1);
	sqlite3_vfs_register(&watching, 1);
	struct store *store = store_open(in_folder(path, sizeof(path), "run.db"), &why);
	run(store, begin_trial(store));
	store_close(store);
	sqlite3_vfs_unregister(&watching);
	sqlite3_vfs_register(seen.real, 1);
	remove_files();
}

static int make_folder(void **state)
{
	(void)state;
	strcpy(seen.folder, "/tmp/test-power-loss.XXXXXX");
	return mkdtemp(seen.folder) ? 0 : -1;
}

static int forget(void **state)
{
	(void)state;
	forget_run();
	return rmdir(seen.folder);
}

/* --- a disk ----------------------------------------------------------------------------- */

struct image {
	uint8_t *data;
	size_t size, capacity;
};

static void resize(struct image *image, size_t size)
{
	if (size > image->capacity) {
		image->capacity = size * 2;
		image->data = realloc(image->data, image->capacity);
	}
	if (size > image->size)
		memset(image->data + image->size, 0, size - image->size);
	image->size = size;
}

static void keep_bytes(struct image *image, const struct op *op, size_t from, size_t to)
{
	size_t at = (size_t)op->offset + from, end = (size_t)op->offset + to;
	if (end > image->size)
		resize(image, end);
	memcpy(image->data + at, op->data + from, to - from);
}

/* percent: of the sectors, or of the other operations, that reached the disk. */
static void keep(struct image *image, const struct op *op, int percent)
{
	bool is_kept = rand() % 100 < percent;
	if (op->kind == OP_WRITE)
		for (size_t from = 0; from < op->size; from += SECTOR) {
			size_t to = from + SECTOR < op->size ? from + SECTOR : op->size;
			if (rand() % 100 < percent)
				keep_bytes(image, op, from, to);
		}
	else if (op->kind == OP_TRUNCATE && is_kept)
		resize(image, (size_t)op->offset);
	else if (op->kind == OP_DELETE && (is_kept || op->offset))
		image->size = 0;
}

/* After how many operations before n all was synced that concerns the file; of a file that is
 * deleted, its folder: the first sync of a log that was made in it does that, too. */
static size_t safe_until(int file, size_t n)
{
	size_t n_safe = 0;
	const char *name = seen.names[file];
	bool is_journal = strstr(name, "-journal") != NULL;
	for (size_t i = 0; i < n; i++) {
		bool is_log = strstr(seen.names[seen.ops[i].file], "-wal") != NULL;
		bool is_about = seen.ops[i].file == file || (is_journal && is_log);
		if (seen.ops[i].kind == OP_SYNC && is_about)
			n_safe = i;
	}
	return n_safe;
}

/* What is written after the file system became read-only: into blocks that the file had. */
static void keep_in_place(struct image *image, const struct op *op, size_t allocated,
			  int percent)
{
	for (size_t from = 0; op->kind == OP_WRITE && from < op->size; from += SECTOR) {
		size_t to = from + SECTOR < op->size ? from + SECTOR : op->size;
		if ((size_t)op->offset + to <= allocated && rand() % 100 < percent)
			keep_bytes(image, op, from, to);
	}
}

/* The file as the disk has it when the power fails, or the file system becomes read-only, after n
 * operations. */
static struct image file_after(int file, size_t n, int percent)
{
	struct image image = { 0 };
	size_t n_safe = safe_until(file, n);
	for (size_t i = 0; i < n; i++)
		if (seen.ops[i].file == file)
			keep(&image, &seen.ops[i], i < n_safe ? 100 : percent);
	size_t allocated = (image.size + BLOCK - 1) / BLOCK * BLOCK;
	for (size_t i = n; i < seen.n_ops && n == seen.read_only_from; i++)
		if (seen.ops[i].file == file)
			keep_in_place(&image, &seen.ops[i], allocated, percent);
	return image;
}

static void put_on_disk(size_t n, int percent)
{
	for (int file = 0; file < MAX_FILES && seen.names[file]; file++) {
		struct image image = file_after(file, n, percent);
		unlink(seen.names[file]);
		if (image.size > 0) {
			FILE *out = fopen(seen.names[file], "w");
			assert_int_equal(fwrite(image.data, 1, image.size, out),
					 image.size);
			fclose(out);
		}
		free(image.data);
	}
}

static int64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static void expect_whole(size_t n)
{
	char path[128];
	sqlite3 *db = NULL;
	int64_t n_done = 0;
	while (n_done < SECONDS && seen.done[n_done] <= n)
		n_done++;
	assert_int_equal(sqlite3_open(in_folder(path, sizeof(path), "run.db"), &db),
			 SQLITE_OK);
	/* A new file has nothing to lose before its first second, and is not waited for. */
	if (n_done == 0 && sqlite3_exec(db, "SELECT 1 FROM sqlite_schema", NULL, NULL,
					NULL) != SQLITE_OK) {
		sqlite3_close(db);
		return;
	}
	assert_int_equal(
	    ask(db, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	bool has_tables =
	    ask(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'chunk'") == 1;
	assert_true(has_tables || n_done == 0);
	if (has_tables) {
		int64_t n_kept = ask(db, "SELECT count(*) FROM chunk JOIN stretch"
					 " USING (channel_id, seq)");
		assert_true(n_kept >= n_done);
		assert_int_equal(ask(db, "SELECT coalesce(max(seq) + 1, 0) FROM stretch"),
				 n_kept);
	}
	sqlite3_close(db);
}

static const int percents[] = { 0, 50, 90, 100 };

static void wherever_the_power_fails_the_seconds_before_are_whole(void **state)
{
	(void)state;
	const char *cuts = getenv("POWER_CUTS");
	int n_cuts = cuts ? atoi(cuts) : 60;
	watch(store_seconds, SIZE_MAX);
	srand(2);
	for (int i = 0; i < n_cuts; i++) {
		size_t n = (size_t)rand() % (seen.n_ops + 1);
		put_on_disk(n, percents[i % 4]);
		expect_whole(n);
		remove_files();
	}
}

static void wherever_the_disk_becomes_read_only_what_was_before_is_whole(void **state)
{
	(void)state;
	enum { TIMES = 24 };
	watch(store_many_edges, SIZE_MAX);
	size_t n_ops = seen.n_ops;
	for (size_t i = 0; i < TIMES; i++) {
		size_t n = n_ops * (2 * i + 1) / (2 * TIMES);
		watch(store_many_edges, n);
		put_on_disk(n, percents[i % 4]);
		expect_whole(n);
		remove_files();
	}
}

/* The test itself: a commit that did not wait for the disk is lost in it. */
static void what_was_not_synced_may_be_gone(void **state)
{
	(void)state;
	bool has_sync = false;
	watch(store_seconds, SIZE_MAX);
	for (size_t i = 0; i < seen.done[0]; i++)
		has_sync = has_sync || seen.ops[i].kind == OP_SYNC;
	assert_true(has_sync);
	struct image none = file_after(0, seen.done[0], 100);
	struct image few = file_after(0, 3, 0);
	assert_true(few.size < none.size);
	free(none.data);
	free(few.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wherever_the_power_fails_the_seconds_before_are_whole),
		cmocka_unit_test(
		    wherever_the_disk_becomes_read_only_what_was_before_is_whole),
		cmocka_unit_test(what_was_not_synced_may_be_gone),
	};
	return cmocka_run_group_tests(tests, make_folder, forget);
}
