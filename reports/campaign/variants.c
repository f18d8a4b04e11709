/* reports/campaign/variants.c - see variants.h. */
#include <config.h>

#include "reports/campaign/variants.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "schema/database/guard.h"

#include <string.h>

#define RAN "job IN ('infer', 'command') AND is_warmup = 0 "

/* The baseline first, as the newest campaign that states one has it. Where none does: 'teacher';
 * else what ran more often in a block than others, as the baseline of commands does; then as they
 * first ran, warm-ups too, which follow the order in which commands were given. */
static const char names_sql[] =
    "SELECT variant FROM (SELECT variant, block, is_warmup, min(trial_id) AS first,"
    "  count(*) FILTER (WHERE NOT is_warmup) AS n, max(c.baseline = variant) AS is_stated"
    " FROM trial JOIN campaign c USING (campaign_id)"
    " WHERE (?1 = 0 OR campaign_id = ?1) AND job IN ('infer', 'command')"
    " GROUP BY variant, campaign_id, block, is_warmup) "
    "GROUP BY variant HAVING max(n) > 0 "
    "ORDER BY max(is_stated) IS NOT 1, variant <> 'teacher', max(n) DESC, min(first)";

static const char newest_sql[] =
    "SELECT max(campaign_id) FROM trial WHERE variant = ?1 AND state = 'complete' AND " RAN
    "AND (?2 = 0 OR campaign_id < ?2)";

static const char same_work_sql[] =
    "SELECT EXISTS (SELECT 1 FROM trial t WHERE t.campaign_id = ?1 AND t.variant = ?2"
    " AND t.state = 'complete' AND " RAN "AND (?1 = ?3 OR EXISTS (SELECT 1 FROM trial o"
    "  WHERE o.campaign_id = ?3 AND o.variant = ?2 AND o.state = 'complete'"
    "  AND o.workload IS t.workload)))";

int variants_of(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		struct name_list *list)
{
	sqlite3_stmt *row = NULL;
	int code;
	if (sqlite3_prepare_v2(db, names_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		const char *name = column_text(row, 0, arena);
		arena_append(arena, &name, sizeof(name));
	}
	sqlite3_finalize(row);
	list->n = arena_appended(arena) / sizeof(const char *);
	list->names = arena_take(arena);
	return code == SQLITE_DONE ? 0 : -1;
}

/* The newest campaign of the variant below the given one (0: of all); 0: none. */
static int64_t newest_below(sqlite3 *db, const char *variant, int64_t below)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, newest_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	bind_text(row, 1, variant);
	sqlite3_bind_int64(row, 2, below);
	int64_t found = sqlite3_step(row) == SQLITE_ROW ? sqlite3_column_int64(row, 0) : -1;
	sqlite3_finalize(row);
	return found;
}

int64_t campaign_with_all(sqlite3 *db, struct name_list variants)
{
	int64_t candidate = 0, agreed = 0;
	/* Each asks for its newest campaign up to the candidate, until all name the same. */
	for (size_t n_agree = 0, i = 0; n_agree < variants.n; i = (i + 1) % variants.n) {
		agreed = newest_below(db, variants.names[i], candidate ? candidate + 1 : 0);
		if (agreed <= 0)
			return agreed;
		n_agree = agreed == candidate ? n_agree + 1 : 1;
		candidate = agreed;
	}
	return candidate;
}

/* Does the campaign hold a complete trial of the variant, of the work that it does in the other? */
static int holds(sqlite3_stmt *row, int64_t campaign_id, const char *variant, int64_t other)
{
	sqlite3_reset(row);
	sqlite3_bind_int64(row, 1, campaign_id);
	bind_text(row, 2, variant);
	sqlite3_bind_int64(row, 3, other);
	return sqlite3_step(row) == SQLITE_ROW ? sqlite3_column_int(row, 0) : -1;
}

int64_t campaigns_of_work(sqlite3 *db, struct name_list variants, int64_t campaign_id)
{
	sqlite3_stmt *ids = NULL, *row = NULL;
	int64_t n = -1;
	int held = 0;
	if (sqlite3_prepare_v2(db,
			       "SELECT campaign_id FROM campaign WHERE campaign_id <= ?1",
			       -1, &ids, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, same_work_sql, -1, &row, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(ids, 1, campaign_id);
		n = 0;
		while (held >= 0 && sqlite3_step(ids) == SQLITE_ROW) {
			int64_t id = sqlite3_column_int64(ids, 0);
			size_t i = 0;
			while (i < variants.n &&
			       (held = holds(row, id, variants.names[i], campaign_id)) > 0)
				i++;
			n += i == variants.n;
		}
	}
	sqlite3_finalize(ids);
	sqlite3_finalize(row);
	return held < 0 ? -1 : n;
}

static int64_t ask_id(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	int code = sqlite3_step(row);
	int64_t id = code == SQLITE_ROW ? sqlite3_column_int64(row, 0) : 0;
	sqlite3_finalize(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? id : -1;
}

int campaign_missing(int64_t campaign_id, struct problem *why)
{
	why->kind = PROBLEM_USAGE;
	problem_why(why, "it has no campaign %lld", (long long)campaign_id);
	return problem_todo(why,
			    "'joulecart report FILE.db' lists those it has, from 1 on");
}

int64_t campaign_newest(sqlite3 *db)
{
	return ask_id(db, "SELECT max(campaign_id) FROM trial WHERE " RAN);
}

int64_t campaign_of_several(sqlite3 *db)
{
	return ask_id(
	    db, "SELECT campaign_id FROM trial WHERE " RAN "GROUP BY campaign_id "
		"ORDER BY count(DISTINCT variant) > 1 DESC, campaign_id DESC LIMIT 1");
}

static const char *joined(struct name_list list, struct arena *arena)
{
	const char *text = list.n ? list.names[0] : "no variant";
	for (size_t i = 1; i < list.n; i++)
		text = arena_format(arena, "%s, %s", text, list.names[i]);
	return text;
}

static int not_there(const char *name, struct name_list held, const char *path,
		     struct arena *arena, struct problem *why)
{
	const char *near = nearest_name(name, held.names, held.n);
	problem_what(why, "no variant '%s' in '%s'", name, path ? path : "the database");
	why->kind = PROBLEM_USAGE;
	problem_why(why, "it holds %s", joined(held, arena));
	return near ? problem_todo(why, "did you mean '%s'?", near)
		    : problem_todo(why, "name one of those");
}

static const char *held_name(const char *name, struct name_list held)
{
	for (size_t i = 0; i < held.n; i++)
		if (strcmp(held.names[i], name) == 0)
			return held.names[i];
	return NULL;
}

int variants_check(sqlite3 *db, struct name_list *variants, const char *path,
		   struct arena *arena, struct problem *why)
{
	struct name_list held;
	if (variants_of(db, 0, arena, &held) != 0) {
		problem_what(why, "cannot read '%s'", path ? path : "the database");
		return guard_why(db, why);
	}
	const char **names = arena_room(arena, (variants->n + 1) * sizeof(*names));
	for (size_t i = 0; i < variants->n; i++) {
		const char *asked = variants->names[i];
		names[i] = held_name(asked, held);
		if (!names[i])
			names[i] = held_name(guarded_text(asked, arena), held);
		if (!names[i])
			return not_there(asked, held, path, arena, why);
	}
	variants->names = names;
	return 0;
}
