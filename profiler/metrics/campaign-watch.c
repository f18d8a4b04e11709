/* profiler/metrics/campaign-watch.c - see campaign-watch.h. */
#include <config.h>

#include "profiler/metrics/campaign-watch.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/metrics/query-histogram.h"
#include "reports/figure/column-text.h"
#include "schema/store/reader.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <search.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MOST = 4096, CAMPAIGNS_MOST = 1000000, UUID = 37 };
static const int64_t EVERY_NS = 2 * NS_PER_S;
static const int64_t REST = 20; /* times as long as the last look took */

/* What a file was when it was last looked at. */
struct stamp {
	dev_t device;
	ino_t inode;
	off_t size, log_size; /* of the write-ahead log beside it */
	struct timespec changed, log_changed;
};

struct seen {
	char uuid[UUID];
	int64_t last; /* trial that was counted */
};

struct campaign_watch {
	const char *path;
	void (*say)(const char *line);
	pthread_t thread;
	pthread_mutex_t lock; /* of what stands up to the next blank line */
	pthread_cond_t changed;
	bool is_ending;
	struct query_histograms *histograms;

	struct stamp stamps[FILES_MOST]; /* the thread's, as all below */
	size_t n_stamps, n_seen;
	void *seen;      /* tree of struct seen */
	char said[1024]; /* the last trouble that was told */
};

/* --- one database ---------------------------------------------------------------------- */

static int by_uuid(const void *a, const void *b)
{
	const struct seen *one = a, *other = b;
	return strcmp(one->uuid, other->uuid);
}

/* NULL: no memory, or too many. */
static struct seen *seen_of(struct campaign_watch *watch, const char *uuid)
{
	struct seen key = { .last = 0 };
	snprintf(key.uuid, sizeof(key.uuid), "%s", uuid);
	struct seen **found = tfind(&key, &watch->seen, by_uuid);
	if (found)
		return *found;
	struct seen *fresh = watch->n_seen < CAMPAIGNS_MOST ? malloc(sizeof(*fresh)) : NULL;
	if (!fresh)
		return NULL;
	*fresh = key;
	if (!tsearch(fresh, &watch->seen, by_uuid)) {
		free(fresh);
		return NULL;
	}
	watch->n_seen++;
	return fresh;
}

static void take_trial(struct campaign_watch *watch, sqlite3_stmt *row)
{
	char variant[QUERY_VARIANT_SIZE];
	column_copy(row, 2, variant, sizeof(variant));
	const struct query_value value = { .campaign = column_word(row, 0),
					   .trial = sqlite3_column_int64(row, 1),
					   .variant = variant,
					   .provenance = column_word(row, 3),
					   .joules = sqlite3_column_double(row, 4) };
	const struct seen *seen = seen_of(watch, value.campaign);
	if (!seen || value.trial <= seen->last)
		return;
	pthread_mutex_lock(&watch->lock);
	query_histograms_add(watch->histograms, &value);
	pthread_mutex_unlock(&watch->lock);
}

/* The campaign's trials up to that one are counted now. */
static void take_campaign(struct campaign_watch *watch, sqlite3_stmt *row)
{
	struct seen *seen = seen_of(watch, column_word(row, 0));
	int64_t last = sqlite3_column_int64(row, 1);
	if (seen && last > seen->last)
		seen->last = last;
}

static void note_new(struct campaign_watch *watch, sqlite3_stmt *row, bool *has_new)
{
	const struct seen *seen = seen_of(watch, column_word(row, 0));
	*has_new |= seen && sqlite3_column_int64(row, 1) > seen->last;
}

static const char ended_sql[] =
    "SELECT c.uuid, max(t.ordinal) FROM campaign c JOIN trial t USING (campaign_id)"
    " WHERE c.end_utc_ns IS NOT NULL GROUP BY c.campaign_id";

static const char trials_sql[] =
    "SELECT c.uuid, t.ordinal, q.variant, q.provenance, q.joules_per_query"
    " FROM v_query q JOIN trial t ON t.trial_id = q.trial_id"
    " JOIN campaign c ON c.campaign_id = t.campaign_id"
    " WHERE q.usable AND c.end_utc_ns IS NOT NULL";

/* False: a row could not be read. */
static bool each_row(struct campaign_watch *watch, sqlite3 *db, const char *sql,
		     void (*take)(struct campaign_watch *watch, sqlite3_stmt *row))
{
	sqlite3_stmt *row = NULL;
	int step = sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	if (step == SQLITE_OK)
		while ((step = sqlite3_step(row)) == SQLITE_ROW)
			take(watch, row);
	sqlite3_finalize(row);
	return step == SQLITE_DONE;
}

static bool has_new(struct campaign_watch *watch, sqlite3 *db)
{
	sqlite3_stmt *row = NULL;
	bool is_any = false;
	if (sqlite3_prepare_v2(db, ended_sql, -1, &row, NULL) == SQLITE_OK)
		while (sqlite3_step(row) == SQLITE_ROW && !is_any)
			note_new(watch, row, &is_any);
	sqlite3_finalize(row);
	return is_any;
}

static void say_once(struct campaign_watch *watch, const struct problem *why)
{
	char text[1024], line[1280];
	problem_text(why, text, sizeof(text));
	if (strcmp(watch->said, text) == 0)
		return;
	snprintf(watch->said, sizeof(watch->said), "%s", text);
	snprintf(line, sizeof(line),
		 "joulecart: warning: campaigns are missing in the metrics: %s", text);
	watch->say(line);
}

/* What could be read counts, and is not read twice. */
static bool take_all(struct campaign_watch *watch, sqlite3 *db)
{
	bool is_whole = each_row(watch, db, trials_sql, take_trial);
	return each_row(watch, db, ended_sql, take_campaign) && is_whole;
}

/* False: it could not be opened, and may be later. */
static bool look_into(struct campaign_watch *watch, const char *path)
{
	struct problem why = { 0 };
	sqlite3 *db = store_open_read(path, &why);
	if (!db) {
		say_once(watch, &why);
		return false;
	}
	if (has_new(watch, db) && !take_all(watch, db)) {
		problem_what(&why, "cannot read '%s'", path);
		problem_refuse(&why, "'joulecart verify' may tell more of it", "%s",
			       sqlite3_errmsg(db));
		say_once(watch, &why);
	}
	sqlite3_close(db);
	return true;
}

/* --- the folder ------------------------------------------------------------------------ */

static bool is_same(const struct stamp *a, const struct stamp *b)
{
	return a->size == b->size && a->log_size == b->log_size &&
	       a->changed.tv_sec == b->changed.tv_sec &&
	       a->changed.tv_nsec == b->changed.tv_nsec &&
	       a->log_changed.tv_sec == b->log_changed.tv_sec &&
	       a->log_changed.tv_nsec == b->log_changed.tv_nsec;
}

static bool stamp_of(const char *path, struct stamp *stamp)
{
	struct stat status;
	char log[4096];
	*stamp = (struct stamp){ 0 };
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	stamp->device = status.st_dev;
	stamp->inode = status.st_ino;
	stamp->size = status.st_size;
	stamp->changed = status.st_mtim;
	if (snprintf(log, sizeof(log), "%s-wal", path) < (int)sizeof(log) &&
	    stat(log, &status) == 0) {
		stamp->log_size = status.st_size;
		stamp->log_changed = status.st_mtim;
	}
	return true;
}

/* The file as it was; NULL: it was not seen, and there is no room for more. */
static struct stamp *before(struct campaign_watch *watch, const struct stamp *now)
{
	for (size_t i = 0; i < watch->n_stamps; i++)
		if (watch->stamps[i].device == now->device &&
		    watch->stamps[i].inode == now->inode)
			return &watch->stamps[i];
	if (watch->n_stamps == FILES_MOST)
		return NULL;
	struct stamp *fresh = &watch->stamps[watch->n_stamps++];
	*fresh = (struct stamp){ .device = now->device, .inode = now->inode, .size = -1 };
	return fresh;
}

/* One without room is looked into each time, and so is one that could not be opened. */
static void look_at(struct campaign_watch *watch, const char *path)
{
	struct stamp now;
	if (!stamp_of(path, &now))
		return;
	struct stamp *last = before(watch, &now);
	if (last && is_same(last, &now))
		return;
	bool is_read = look_into(watch, path);
	if (last && is_read)
		*last = now;
}

static int is_database(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && dot != entry->d_name && strcmp(dot, ".db") == 0;
}

static void look_at_all(struct campaign_watch *watch)
{
	struct dirent **entries;
	struct problem why = { 0 };
	int n = scandir(watch->path, &entries, is_database, alphasort);
	if (n < 0 && errno == ENOTDIR) {
		look_at(watch, watch->path);
	} else if (n < 0) {
		problem_what(&why, "cannot read '%s'", watch->path);
		problem_errno(&why, errno);
		say_once(watch, &why);
	}
	for (int i = 0; i < n; i++) {
		char path[4096];
		if (snprintf(path, sizeof(path), "%s/%s", watch->path, entries[i]->d_name) <
		    (int)sizeof(path))
			look_at(watch, path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* --- the thread ------------------------------------------------------------------------ */

/* True: it is the end. */
static bool wait_for(struct campaign_watch *watch, int64_t ns)
{
	int64_t until_ns = monotonic_ns() + ns;
	const struct timespec until = { until_ns / NS_PER_S, until_ns % NS_PER_S };
	int err = 0;
	pthread_mutex_lock(&watch->lock);
	while (!watch->is_ending && err == 0)
		err = pthread_cond_timedwait(&watch->changed, &watch->lock, &until);
	bool is_over = watch->is_ending;
	pthread_mutex_unlock(&watch->lock);
	return is_over;
}

static void *work(void *state)
{
	struct campaign_watch *watch = state;
	int64_t rest_ns;
	do {
		int64_t begin_ns = monotonic_ns();
		look_at_all(watch);
		rest_ns = (monotonic_ns() - begin_ns) * REST;
	} while (!wait_for(watch, rest_ns > EVERY_NS ? rest_ns : EVERY_NS));
	return NULL;
}

static void release(struct campaign_watch *watch)
{
	tdestroy(watch->seen, free);
	query_histograms_free(watch->histograms);
	pthread_cond_destroy(&watch->changed);
	pthread_mutex_destroy(&watch->lock);
	free(watch);
}

struct campaign_watch *campaign_watch_start(const char *path, void (*say)(const char *line),
					    struct problem *why)
{
	struct campaign_watch *watch = calloc(1, sizeof(*watch));
	pthread_condattr_t attributes;
	problem_what(why, "cannot watch the campaigns in '%s'", path);
	if (!watch) {
		problem_errno(why, ENOMEM);
		return NULL;
	}
	watch->path = path;
	watch->say = say;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&watch->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&watch->lock, NULL);
	watch->histograms = query_histograms_new();
	int err = watch->histograms ? pthread_create(&watch->thread, NULL, work, watch)
				    : ENOMEM;
	if (!err)
		return watch;
	problem_errno(why, err);
	release(watch);
	return NULL;
}

void campaign_watch_print(struct campaign_watch *watch, FILE *out,
			  enum exposition_form form)
{
	pthread_mutex_lock(&watch->lock);
	query_histograms_print(watch->histograms, out, form);
	pthread_mutex_unlock(&watch->lock);
}

void campaign_watch_stop(struct campaign_watch *watch)
{
	if (!watch)
		return;
	pthread_mutex_lock(&watch->lock);
	watch->is_ending = true;
	pthread_cond_signal(&watch->changed);
	pthread_mutex_unlock(&watch->lock);
	pthread_join(watch->thread, NULL);
	release(watch);
}
