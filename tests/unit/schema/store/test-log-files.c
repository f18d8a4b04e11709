/* What SQLite lays beside a file that is read goes again; and nothing goes from another folder. */
#include <config.h>

#include "schema/store/log-files.h"
#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char top[32], folder[48], moved[48], file[64], index[80];
};

static void put(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_EXCL, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	sqlite3 *db;
	strcpy(place->top, "/tmp/log-files-XXXXXX");
	assert_non_null(mkdtemp(place->top));
	snprintf(place->folder, sizeof(place->folder), "%s/here", place->top);
	snprintf(place->moved, sizeof(place->moved), "%s/moved", place->top);
	snprintf(place->file, sizeof(place->file), "%s/trial.db", place->folder);
	snprintf(place->index, sizeof(place->index), "%s-shm", place->file);
	assert_int_equal(mkdir(place->folder, 0700), 0);
	assert_int_equal(sqlite3_open(place->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = wal; CREATE TABLE t (x)",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[64];
	snprintf(command, sizeof(command), "rm -r %s", place->top);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

static sqlite3 *read_it(const struct place *place)
{
	sqlite3 *db;
	struct log_files *files = log_files_find(place->file);
	assert_non_null(files);
	assert_int_equal(sqlite3_open_v2(place->file, &db, SQLITE_OPEN_READONLY, NULL),
			 SQLITE_OK);
	log_files_remove_after(db, files);
	assert_int_equal(sqlite3_exec(db, "SELECT count(*) FROM t", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(access(place->index, F_OK), 0);
	return db;
}

static int files_open(void)
{
	int n = 0;
	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void what_was_not_there_goes(void **state)
{
	struct place *place = *state;
	int n = files_open();
	sqlite3_close(read_it(place));
	assert_int_not_equal(access(place->index, F_OK), 0);
	assert_int_equal(files_open(), n);
	assert_null(log_files_find("/tmp/log-files-none/trial.db"));
	assert_int_equal(files_open(), n);
}

/* The index there is another's, who may be writing. */
static void another_folder_in_its_place_keeps_its_index(void **state)
{
	struct place *place = *state;
	char file[64], index[80];
	sqlite3 *db = read_it(place);
	snprintf(file, sizeof(file), "%s/trial.db", place->moved);
	snprintf(index, sizeof(index), "%s-shm", file);
	assert_int_equal(rename(place->folder, place->moved), 0);
	assert_int_equal(mkdir(place->folder, 0700), 0);
	assert_int_equal(link(file, place->file), 0);
	put(place->index);
	sqlite3_close(db);
	assert_int_equal(access(place->index, F_OK), 0);
	assert_int_not_equal(access(index, F_OK), 0);
}

#define with_file(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_file(what_was_not_there_goes),
		with_file(another_folder_in_its_place_keeps_its_index),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
