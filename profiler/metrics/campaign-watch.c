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

enum { FILES_MOST = 4096, CAMPAIGNS_MOST = 100000, UUID = 37 };
/* Lines of trouble that one look says, so that nobody fills a log. The others have their turn in the next
 * look. */
enum { LINES_MOST = 8 };
/* Bytes of SQLite's memory, half of what the service's unit allows: a file that has to be read as a whole, or
 * brought up to this version, is refused where it takes more. */
static const int64_t MEMORY_MOST = 64 << 20;
static const int64_t EVERY_NS = 2 * NS_PER_S;
static const int64_t REST = 20; /* times as long as the last look took */

/* What a file was when it was last looked at. */
struct stamp {
	dev_t device;
	ino_t inode;
	off_t size, log_size; /* of the write-ahead log beside it */
	struct timespec changed, log_changed;
	char *said;    /* the last trouble that was told of it, or NULL */
	uint64_t look; /* in which it was last there */
};

struct seen {
	char uuid[UUID];
	int64_t last; /* trial that was counted */
	int64_t next; /* the last one of the file that is being read, where that is later */
};

struct campaign_watch {
	const char *path;
	void (*say)(const char *line);
	pthread_t thread;
	pthread_mutex_t lock; /* of what stands up to the next blank line */
	pthread_cond_t changed;
	bool is_ending;
	struct query_histograms *histograms;
	sqlite3 *db; /* that is being read, or NULL */

	struct stamp stamps[FILES_MOST]; /* the thread's, as all below */
	size_t n_stamps, n_seen;
	void *seen; /* tree of struct seen */
	struct seen *
	    *ended; /* of the file that is being read: those with trials that are new */
	size_t n_ended, room_ended;
	bool is_short; /* of memory for them, or they are too many */
	uint64_t look; /* its number */
	int n_lines;   /* of trouble, in this look */
	char *said;    /* the last trouble that was told of no file that has a stamp */
};

/* --- one database ---------------------------------------------------------------------- */

static int by_uuid(const void *a, const void *b)
{
	const struct seen *one = a, *other = b;
	return strcmp(one->uuid, other->uuid);
}

static struct seen *find_seen(struct campaign_watch *watch, const char *uuid)
{
	struct seen key = { .last = 0 };
	snprintf(key.uuid, sizeof(key.uuid), "%s", uuid);
	struct seen **found = tfind(&key, &watch->seen, by_uuid);
	return found ? *found : NULL;
}

/* NULL: no memory, or too many. */
static struct seen *seen_of(struct campaign_watch *watch, const char *uuid)
{
	struct seen *found = find_seen(watch, uuid);
	if (found)
		return found;
	struct seen *fresh = watch->n_seen < CAMPAIGNS_MOST ? calloc(1, sizeof(*fresh))
							    : NULL;
	if (!fresh)
		return NULL;
	snprintf(fresh->uuid, sizeof(fresh->uuid), "%s", uuid);
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
	const struct seen *seen = find_seen(watch, value.campaign);
	if (!seen || value.trial <= seen->last || value.trial > seen->next)
		return;
	pthread_mutex_lock(&watch->lock);
	query_histograms_add(watch->histograms, &value);
	pthread_mutex_unlock(&watch->lock);
}

static bool make_room(struct campaign_watch *watch)
{
	if (watch->n_ended < watch->room_ended)
		return true;
	size_t room = watch->room_ended ? 2 * watch->room_ended : 64;
	struct seen **grown = reallocarray(watch->ended, room, sizeof(*grown));
	if (!grown)
		return false;
	watch->ended = grown;
	watch->room_ended = room;
	return true;
}

static void take_campaign(struct campaign_watch *watch, sqlite3_stmt *row)
{
	struct seen *seen = make_room(watch) ? seen_of(watch, column_word(row, 0)) : NULL;
	int64_t last = sqlite3_column_int64(row, 1);
	watch->is_short |= !seen;
	if (!seen || last <= seen->last)
		return;
	seen->next = last;
	watch->ended[watch->n_ended++] = seen;
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

/* Once, until something else is to be told of the same file. */
static void say_once(struct campaign_watch *watch, char **said, const struct problem *why)
{
	char text[1024], line[1280];
	problem_text(why, text, sizeof(text));
	if ((*said && strcmp(*said, text) == 0) || watch->n_lines == LINES_MOST)
		return;
	free(*said);
	*said = strdup(text);
	watch->n_lines++;
	snprintf(line, sizeof(line),
		 "joulecart: warning: campaigns are missing in the metrics: %s", text);
	watch->say(line);
}

/* Which campaigns have ended is read first. Where that cannot be read, nothing counts; where not all trials
 * can, those that were read count, and never again. */
static bool take_all(struct campaign_watch *watch, sqlite3 *db)
{
	watch->n_ended = 0;
	bool is_whole = each_row(watch, db, ended_sql, take_campaign);
	if (is_whole && watch->n_ended > 0) {
		is_whole = each_row(watch, db, trials_sql, take_trial);
		for (size_t i = 0; i < watch->n_ended; i++)
			watch->ended[i]->last = watch->ended[i]->next;
	}
	return is_whole;
}

static bool is_ending(struct campaign_watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	bool is = watch->is_ending;
	pthread_mutex_unlock(&watch->lock);
	return is;
}

/* Who ends the watch may interrupt what is read. */
static void set_db(struct campaign_watch *watch, sqlite3 *db)
{
	pthread_mutex_lock(&watch->lock);
	watch->db = db;
	pthread_mutex_unlock(&watch->lock);
}

/* False: it could not be opened, and may be later. */
static bool look_into(struct campaign_watch *watch, const char *path, char **said)
{
	struct problem why = { 0 };
	sqlite3 *db = store_open_read(path, &why);
	if (!db) {
		say_once(watch, said, &why);
		return false;
	}
	set_db(watch, db);
	watch->is_short = false;
	bool is_whole = is_ending(watch) || take_all(watch, db);
	problem_what(&why, "cannot read '%s'", path);
	if (!is_whole && !is_ending(watch)) {
		problem_refuse(&why, "'joulecart verify' may tell more of it", "%s",
			       sqlite3_errmsg(db));
		say_once(watch, said, &why);
	} else if (watch->is_short) {
		problem_refuse(&why, "watch fewer of them", "more than %d campaigns",
			       CAMPAIGNS_MOST);
		say_once(watch, said, &why);
	}
	set_db(watch, NULL);
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
	if (stat(path, &status) != 0)
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

/* One for a file that was not seen before: in the place of one that is gone, where there is no other. */
static struct stamp *free_stamp(struct campaign_watch *watch)
{
	if (watch->n_stamps < FILES_MOST)
		return &watch->stamps[watch->n_stamps++];
	for (size_t i = 0; i < FILES_MOST; i++)
		if (watch->stamps[i].look + 1 < watch->look) {
			free(watch->stamps[i].said);
			return &watch->stamps[i];
		}
	return NULL;
}

/* The file as it was; NULL: it was not seen, and there is no room for more. */
static struct stamp *before(struct campaign_watch *watch, const struct stamp *now)
{
	struct stamp *found = NULL;
	for (size_t i = 0; i < watch->n_stamps && !found; i++)
		if (watch->stamps[i].device == now->device &&
		    watch->stamps[i].inode == now->inode)
			found = &watch->stamps[i];
	if (!found && (found = free_stamp(watch)))
		*found = (struct stamp){ .device = now->device,
					 .inode = now->inode,
					 .size = -1 };
	if (found)
		found->look = watch->look;
	return found;
}

static void cannot_read(struct campaign_watch *watch, const char *path, int err)
{
	struct problem why = { 0 };
	problem_what(&why, "cannot read '%s'", path);
	problem_errno(&why, err);
	say_once(watch, &watch->said, &why);
}

/* One without room is looked into each time, and so is one that could not be opened: what it is, if no file, is
 * told by who opens it. */
static void look_at(struct campaign_watch *watch, const char *path)
{
	struct stamp now;
	if (!stamp_of(path, &now)) {
		if (errno != ENOENT) /* else it went meanwhile */
			cannot_read(watch, path, errno);
		return;
	}
	struct stamp *last = before(watch, &now);
	if (last && is_same(last, &now))
		return;
	bool is_read = look_into(watch, path, last ? &last->said : &watch->said);
	if (last && is_read) {
		now.said = last->said;
		now.look = last->look;
		*last = now;
	}
}

static int is_database(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && dot != entry->d_name && strcmp(dot, ".db") == 0;
}

static void look_at_all(struct campaign_watch *watch)
{
	struct dirent **entries;
	int n = scandir(watch->path, &entries, is_database, alphasort);
	watch->look++;
	watch->n_lines = 0;
	if (n < 0 && errno == ENOTDIR)
		look_at(watch, watch->path);
	else if (n < 0)
		cannot_read(watch, watch->path, errno);
	for (int i = 0; i < n; i++) {
		char path[4096];
		if (!is_ending(watch) && snprintf(path, sizeof(path), "%s/%s", watch->path,
						  entries[i]->d_name) < (int)sizeof(path))
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
	for (size_t i = 0; i < watch->n_stamps; i++)
		free(watch->stamps[i].said);
	free(watch->said);
	free(watch->ended);
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
	sqlite3_hard_heap_limit64(MEMORY_MOST); /* nothing else here has a database */
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
	if (watch->db)
		sqlite3_interrupt(watch->db);
	pthread_cond_signal(&watch->changed);
	pthread_mutex_unlock(&watch->lock);
	pthread_join(watch->thread, NULL);
	release(watch);
}
