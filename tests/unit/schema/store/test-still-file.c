/* A file that is read without a lock is what it was at one moment, whoever writes it. */
#include <config.h>

#include "base/problem.h"
#include "schema/store/still-file.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 12 };

static char path[64];

static void execute(const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int set_up(void **state)
{
	(void)state;
	char folder[] = "/tmp/test-still-file-XXXXXX";
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/x.db", folder);
	execute("PRAGMA journal_mode = WAL; CREATE TABLE t (n, more);"
		"WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i LIMIT 4000)"
		" INSERT INTO t SELECT 0, zeroblob(900) FROM i");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char beside[80];
	unlink(path);
	snprintf(beside, sizeof(beside), "%s-wal", path);
	unlink(beside);
	snprintf(beside, sizeof(beside), "%s-shm", path);
	unlink(beside);
	*strrchr(path, '/') = '\0';
	return rmdir(path);
}

/* Each byte that comes has it change all rows, in one transaction, and move them into the file. */
static void write_when_told(int told_fd)
{
	char byte;
	while (read(told_fd, &byte, 1) == 1)
		execute("UPDATE t SET n = n + 1");
	_exit(0);
}

/* The number in all rows, which is one; -1: it was refused. */
static int number_in(const char *file)
{
	struct problem why = { 0 };
	sqlite3_stmt *row = NULL;
	sqlite3 *db = still_file_open(file, &why);
	if (!db) {
		assert_true(why.why[0] && why.todo[0]);
		return -1;
	}
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT min(n), max(n), count(*) FROM t",
					    -1, &row, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	int number = sqlite3_column_int(row, 0);
	assert_int_equal(sqlite3_column_int(row, 1), number);
	assert_int_equal(sqlite3_column_int(row, 2), 4000);
	sqlite3_finalize(row);
	sqlite3_close(db);
	return number;
}

static void no_reading_is_of_two_moments(void **state)
{
	(void)state;
	int ends[2], last = 0;
	assert_int_equal(pipe(ends), 0);
	pid_t writer = fork();
	if (writer == 0) {
		close(ends[1]);
		write_when_told(ends[0]);
	}
	close(ends[0]);
	for (int i = 0; i < ROUNDS; i++) {
		assert_int_equal(write(ends[1], "x", 1), 1);
		int number = number_in(path);
		/* Refused: it was still written after all tries. */
		assert_true(number == -1 || (number >= last && number <= i + 1));
		last = number < 0 ? last : number;
	}
	close(ends[1]);
	assert_int_equal(waitpid(writer, NULL, 0), writer);
	assert_int_equal(number_in(path), ROUNDS);
}

/* Its newest part is there. */
static void a_log_is_not_left_out(void **state)
{
	(void)state;
	sqlite3 *db = NULL;
	int before = number_in(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE t SET n = n + 1", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(number_in(path), -1);
	sqlite3_close(db);
	assert_int_equal(number_in(path), before + 1);
}

/* Not while its newest part is in a log, nor a moment after it was written. */
static void a_small_file_of_nobody_is_read_at_once(void **state)
{
	(void)state;
	char beside[80];
	sqlite3 *db = NULL, *read = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE t SET n = n + 1", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_null(still_file_try(path));
	sqlite3_close(db);
	while (!(read = still_file_try(path)))
		;
	snprintf(beside, sizeof(beside), "%s-shm", path);
	assert_int_equal(sqlite3_exec(read, "SELECT * FROM t", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_not_equal(access(beside, F_OK), 0);
	sqlite3_close(read);
}

static void what_is_no_file_is_refused_at_once(void **state)
{
	(void)state;
	char fifo[80];
	snprintf(fifo, sizeof(fifo), "%s-fifo", path);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	struct problem why = { 0 };
	assert_null(still_file_open(fifo, &why));
	assert_int_equal(unlink(fifo), 0);
	assert_null(still_file_open(fifo, &why));
}

/* Of one page and a hole. */
static void what_memory_cannot_hold_is_refused_with_a_remedy(void **state)
{
	(void)state;
	char large[80];
	struct problem why = { 0 };
	snprintf(large, sizeof(large), "%s-large", path);
	int fd = open(large, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)3 << 30), 0);
	assert_int_equal(close(fd), 0);
	assert_null(still_file_open(large, &why));
	assert_int_equal(unlink(large), 0);
	assert_non_null(strstr(why.why, "2 GiB"));
	assert_non_null(strstr(why.todo, "copy it"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_reading_is_of_two_moments),
		cmocka_unit_test(a_log_is_not_left_out),
		cmocka_unit_test(a_small_file_of_nobody_is_read_at_once),
		cmocka_unit_test(what_is_no_file_is_refused_at_once),
		cmocka_unit_test(what_memory_cannot_hold_is_refused_with_a_remedy),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
