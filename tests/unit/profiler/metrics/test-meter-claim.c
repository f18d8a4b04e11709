/* A file of counts is one service's, and nothing else is destroyed by it. */
#include <config.h>

#include "base/problem.h"
#include "profiler/metrics/meter-claim.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char folder[32], path[48], lock[64];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	strcpy(place->folder, "/tmp/claim-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->path, sizeof(place->path), "%s/counts", place->folder);
	snprintf(place->lock, sizeof(place->lock), "%s.lock", place->path);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	unlink(place->path);
	unlink(place->lock);
	rmdir(place->folder);
	free(place);
	return 0;
}

static void put(const char *path, const char *bytes, size_t size)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static void is_refused(const char *path, const char *reason)
{
	struct problem why;
	int fd = 0;
	assert_int_equal(meter_claim(path, &fd, &why), -1);
	assert_int_equal(fd, -1);
	assert_string_equal(why.why, reason);
	assert_true(why.todo[0] != '\0');
}

static void only_one_has_it(void **state)
{
	struct place *place = *state;
	struct problem why;
	int first, second;
	assert_int_equal(meter_claim(place->path, &first, &why), 0);
	assert_true(first >= 0);
	is_refused(place->path, "another 'joulecart serve' keeps its counts there");
	close(first);
	assert_int_equal(meter_claim(place->path, &second, &why), 0);
	assert_true(second >= 0);
	close(second);
}

static void what_else_is_there_stays(void **state)
{
	struct place *place = *state;
	static const char *const texts[] = { "notes\n", "{}", "[]",
					     "{\"schema\":\"joulecart-report-1\"}", " " };
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		put(place->path, texts[i], strlen(texts[i]));
		is_refused(place->path, "it holds something else, which would be lost");
	}
	is_refused(place->folder, "it is no regular file");
	unlink(place->path);
	assert_int_equal(mkfifo(place->path, 0600), 0);
	is_refused(place->path, "it is no regular file"); /* without waiting for a writer */
}

static void what_is_left_of_a_meter_s_may_be_replaced(void **state)
{
	struct place *place = *state;
	static const char whole[] = "{\"schema\":\"joulecart-meter-9\",\"boot\":\"\"}";
	static const char zeros[100];
	struct problem why;
	int fd;
	for (size_t size = 0; size < sizeof(whole); size++) {
		put(place->path, whole, size);
		assert_int_equal(meter_claim(place->path, &fd, &why), 0);
		close(fd);
	}
	put(place->path, zeros, sizeof(zeros));
	assert_int_equal(meter_claim(place->path, &fd, &why), 0);
	close(fd);
}

/* Writing there will fail, and that is told then. */
static void where_no_lock_can_be_there_is_none(void **state)
{
	struct place *place = *state;
	struct problem why;
	int fd = 0;
	char path[96];
	snprintf(path, sizeof(path), "%s/none/counts", place->folder);
	assert_int_equal(meter_claim(path, &fd, &why), 0);
	assert_int_equal(fd, -1);
}

static void is_refused_for_its_lock(const struct place *place, const char *what)
{
	struct problem why;
	int fd = 0;
	assert_int_equal(meter_claim(place->path, &fd, &why), -1);
	assert_int_equal(fd, -1);
	assert_non_null(strstr(why.why, what));
	assert_true(why.todo[0] != '\0');
}

/* Others may write into the folder, and were there first. */
static void a_lock_that_another_laid_there_is_refused(void **state)
{
	struct place *place = *state;
	assert_int_equal(symlink("/tmp/claim-nowhere", place->lock), 0);
	is_refused_for_its_lock(place, "counts.lock' is no file that you may open");
	assert_true(access("/tmp/claim-nowhere", F_OK) != 0);
	unlink(place->lock);
	assert_int_equal(mkfifo(place->lock, 0600), 0);
	is_refused_for_its_lock(place, "is no regular file");
	unlink(place->lock);
	assert_int_equal(mkdir(place->lock, 0700), 0);
	is_refused_for_its_lock(place, "is no ");
	rmdir(place->lock);
	if (geteuid() != 0)
		return;
	put(place->lock, "", 0);
	assert_int_equal(chown(place->lock, 65534, 65534), 0);
	is_refused_for_its_lock(place, "belongs to another user");
}

#define with_folder(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_folder(only_one_has_it),
		with_folder(what_else_is_there_stays),
		with_folder(what_is_left_of_a_meter_s_may_be_replaced),
		with_folder(where_no_lock_can_be_there_is_none),
		with_folder(a_lock_that_another_laid_there_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
