/* Databases that cannot be read, and labels that show alike, spoil neither the log nor the page. */
#include <config.h>

#include "base/problem.h"
#include "profiler/metrics/campaign-watch.h"
#include "profiler/metrics/query-histogram.h"
#include "tests/unit/cmocka.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What was said; the watch has no other way to tell. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int n_said, n_of_fifo;

static void say(const char *line)
{
	pthread_mutex_lock(&lock);
	n_said++;
	n_of_fifo += strstr(line, "it is a FIFO") != NULL;
	pthread_mutex_unlock(&lock);
}

static int said(void)
{
	pthread_mutex_lock(&lock);
	int n = n_said;
	pthread_mutex_unlock(&lock);
	return n;
}

static void write_file(const char *folder, const char *name)
{
	char path[96];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("no database", file);
	fclose(file);
}

/* Each of three is told of once, in however many looks. */
static void what_cannot_be_read_is_told_once_for_each_file(void **state)
{
	(void)state;
	char folder[] = "/tmp/campaign-watch-XXXXXX", pipe_path[96];
	struct problem why;
	assert_non_null(mkdtemp(folder));
	write_file(folder, "a.db");
	write_file(folder, "b.db");
	snprintf(pipe_path, sizeof(pipe_path), "%s/c.db", folder);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	struct campaign_watch *watch = campaign_watch_start(folder, say, &why);
	assert_non_null(watch);
	for (int i = 0; i < 600 && said() < 3; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	sleep(5); /* two looks more */
	campaign_watch_stop(watch);
	assert_int_equal(said(), 3);
	assert_int_equal(n_of_fifo, 1);
	unlink(pipe_path);
	for (const char *name = "ab"; *name; name++) {
		snprintf(pipe_path, sizeof(pipe_path), "%s/%c.db", folder, *name);
		unlink(pipe_path);
	}
	rmdir(folder);
}

static size_t lines_with(const char *text, const char *word)
{
	size_t n = 0;
	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

/* Prometheus takes no page that has a series twice. */
static void variants_that_show_alike_are_one_series(void **state)
{
	(void)state;
	char *text = NULL, longer[2][300];
	size_t size;
	struct query_histograms *histograms = query_histograms_new();
	for (int i = 0; i < 2; i++) {
		memset(longer[i], '\x80', sizeof(longer[i]) - 1);
		longer[i][sizeof(longer[i]) - 1] = '\0';
		longer[i][100] = (char)('a' + i);
	}
	const char *const variants[] = { "\x80", "\x81", longer[0], longer[1] };
	for (size_t i = 0; i < 4; i++)
		query_histograms_add(histograms,
				     &(struct query_value){ .variant = variants[i],
							    .provenance = "measured",
							    .campaign = "u",
							    .trial = 1,
							    .joules = 1 });
	FILE *out = open_memstream(&text, &size);
	query_histograms_print(histograms, out, EXPOSITION_OPENMETRICS);
	fclose(out);
	assert_int_equal(lines_with(text, "_count{"), 2);
	assert_int_equal(
	    lines_with(text, "variant=\"\xef\xbf\xbd\",provenance=\"measured\"} 2"),
	    2); /* _count and _sum */
	free(text);
	query_histograms_free(histograms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_read_is_told_once_for_each_file),
		cmocka_unit_test(variants_that_show_alike_are_one_series),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
