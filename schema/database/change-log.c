/* schema/database/change-log.c - see change-log.h. */
#include <config.h>

#include "schema/database/change-log.h"

#include "base/clock.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The account, or its number where the system has no name for it. */
static const char *account_name(char *name, size_t size)
{
	const struct passwd *user = getpwuid(getuid());
	if (user && *user->pw_name)
		snprintf(name, size, "%s", user->pw_name);
	else
		snprintf(name, size, "user %lld", (long long)getuid());
	return name;
}

/* *state: sqlite3_free(); NULL: nothing stands there. */
static int read_state(sqlite3 *db, const struct noted_change *change, char **state)
{
	sqlite3_stmt *row = NULL;
	*state = NULL;
	int code = sqlite3_prepare_v2(db, change->state_sql, -1, &row, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_text(row, 1, change->key, -1, SQLITE_STATIC);
	if (sqlite3_bind_parameter_count(row) > 1)
		sqlite3_bind_int64(row, 2, change->campaign_id);
	if (sqlite3_step(row) == SQLITE_ROW && sqlite3_column_type(row, 0) != SQLITE_NULL)
		*state = sqlite3_mprintf("%s", sqlite3_column_text(row, 0));
	return sqlite3_finalize(row);
}

static int add(sqlite3 *db, const struct noted_change *change, const char *who,
	       const char *new)
{
	static const char sql[] =
	    "INSERT INTO main.change_log (made_utc_ns, who, tool_version, kind, name,"
	    " campaign_id, old, new) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
	char name[256];
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(row, 1, clock_ns(CLOCK_REALTIME));
	sqlite3_bind_text(row, 2, who ? who : account_name(name, sizeof(name)), -1,
			  SQLITE_STATIC);
	sqlite3_bind_text(row, 3, PACKAGE_VERSION, -1, SQLITE_STATIC);
	sqlite3_bind_text(row, 4, change->kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(row, 5, change->name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 6, change->campaign_id);
	sqlite3_bind_text(row, 7, change->old, -1, SQLITE_STATIC);
	sqlite3_bind_text(row, 8, new, -1, SQLITE_STATIC);
	sqlite3_step(row);
	return sqlite3_finalize(row);
}

int change_begin(sqlite3 *db, struct noted_change *change)
{
	return read_state(db, change, &change->old);
}

static int is_other(const char *old, const char *new)
{
	return old && new ? strcmp(old, new) != 0 : old != new;
}

int change_end(sqlite3 *db, struct noted_change *change, const char *who, int is_done)
{
	char *new = NULL;
	int code = is_done ? read_state(db, change, &new) : SQLITE_OK;
	if (code == SQLITE_OK && is_done && is_other(change->old, new))
		code = add(db, change, who, new);
	sqlite3_free(new);
	sqlite3_free(change->old);
	change->old = NULL;
	return code;
}

int change_log_merged(sqlite3 *db, int64_t last_campaign, const char *path)
{
	char name[256];
	char *sql = sqlite3_mprintf(
	    "INSERT INTO main.change_log (made_utc_ns, who, tool_version, kind, name,"
	    " campaign_id, old, new) SELECT %lld, %Q, %Q, 'setting', name, campaign_id, "
	    "NULL,"
	    " coalesce(text, printf('%%.15g', value)) || ', says ' || source ||"
	    " ', merged from ' || %Q FROM main.setting WHERE campaign_id > %lld",
	    (long long)clock_ns(CLOCK_REALTIME), account_name(name, sizeof(name)),
	    PACKAGE_VERSION, path, (long long)last_campaign);
	int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code;
}
