/* schema/database/change-log.h - who changed what a person states in a database, when, and from what to what.
 *
 * A change is looked at before its rows are written and after: only what is not as it was is noted. All of it
 * is in the transaction of the change itself. The name and the clock are the machine's, and unproven. */
#ifndef JOULECART_CHANGE_LOG_H
#define JOULECART_CHANGE_LOG_H
#include <sqlite3.h>
#include <stdint.h>

struct noted_change {
	const char *kind;    /* "setting", "factor", "series", "certificates" */
	const char *name;    /* as people know it */
	int64_t campaign_id; /* 0: of all */
	const char *
	    state_sql; /* what stands there, as one text, of ?1 key and ?2 campaign_id; no row: nothing */
	const char *key;
	char *old; /* change_begin() sets it, change_end() frees it */
};

/* Before anything is written, and after; change_end() also where the writing failed, with is_done false, and
 * then nothing is noted. who: NULL is the name of the account that runs this. SQLITE_OK, or the code of what
 * failed: sqlite3_errmsg(db) says why. */
int change_begin(sqlite3 *db, struct noted_change *change);
int change_end(sqlite3 *db, struct noted_change *change, const char *who, int is_done);

/* Notes the settings of the campaigns above that id as new, merged from the file at path. SQLITE_OK, or the
 * code of what failed. */
int change_log_merged(sqlite3 *db, int64_t last_campaign, const char *path);

#endif
