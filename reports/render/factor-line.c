/* reports/render/factor-line.c - see factor-line.h. */
#include <config.h>

#include "reports/render/factor-line.h"

#include "reports/campaign/carbon.h"
#include "reports/campaign/figure-tables.h"
#include "reports/figure/column-text.h"
#include "schema/database/bundled.h"
#include "schema/database/migrate.h"

#include <stdbool.h>
#include <string.h>

/* Where some of a role's factors were compared and others not, it is said to be so in part. %s: the kept
 * account and v_factor_used's text, which names v_account seven times: SQLite would compile that anew each
 * time. */
static const char form[] =
    "WITH %s, used AS (SELECT DISTINCT role, compared, publisher = 'joulecart' AS is_own"
    "                  FROM (%s) WHERE campaign_id = ?1),"
    " marked AS (SELECT *, max(compared IS NULL) OVER of_role AS in_part,"
    "              max(compared IS NOT NULL) OVER of_role AS is_any,"
    "              row_number() OVER (PARTITION BY role, compared IS NULL, is_own IS 1) AS "
    "i"
    "            FROM used WINDOW of_role AS (PARTITION BY role)"
    "            ORDER BY role, compared)"
    " SELECT group_concat(role || iif(in_part, ' (in part) on ', ' on ') || compared, ', ')"
    "          FILTER (WHERE compared IS NOT NULL),"
    "        group_concat(role, ', ')"
    "          FILTER (WHERE compared IS NULL AND is_own IS NOT 1 AND NOT is_any AND i = "
    "1),"
    "        group_concat(role, ', ') FILTER (WHERE compared IS NULL AND is_own = 1)"
    " FROM marked";

/* The factors one by one, for what the table of this program's own must be asked of. */
static const char each_form[] =
    "WITH %s SELECT DISTINCT role, kind, key, parameter, edition, origin,"
    " iif(age_years > %d, role || ' (' || year || ')', NULL)"
    " FROM (%s) WHERE campaign_id = ?1 ORDER BY role, year";

static const char *part(const char *so_far, const char *what, const char *roles,
			struct arena *arena)
{
	if (!roles)
		return so_far;
	return so_far ? arena_format(arena, "%s; %s: %s", so_far, what, roles)
		      : arena_format(arena, "factors %s: %s", what, roles);
}

/* The names with one more, which is there once. */
static const char *with(const char *names, const char *name, struct arena *arena)
{
	if (!name || (names && strstr(names, name)))
		return names;
	return names ? arena_format(arena, "%s, %s", names, name) : name;
}

/* A bundled factor of another edition than this program has: the file was made by an older one. */
static bool is_superseded(sqlite3_stmt *row, struct arena *arena)
{
	const char *edition = bundled_edition(column_sql(row, 1, arena),
					      column_sql(row, 2, arena),
					      column_sql(row, 3, arena));
	const char *its = column_sql(row, 4, arena);
	return strcmp(column_word(row, 5), "bundled") == 0 && edition && its &&
	       strcmp(edition, its) != 0;
}

static int add_stale(sqlite3 *db, int64_t campaign_id, const char *sql, struct arena *arena,
		     const char **line)
{
	sqlite3_stmt *row = NULL;
	const char *old = NULL, *superseded = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	while (sqlite3_step(row) == SQLITE_ROW) {
		old = with(old, column_text(row, 6, arena), arena);
		if (is_superseded(row, arena))
			superseded = with(superseded, column_text(row, 0, arena), arena);
	}
	_Static_assert(FACTOR_FRESH_YEARS == 3, "the line says 'three'");
	*line = part(*line, "older than three years", old, arena);
	*line = part(*line, "of another edition than this joulecart has", superseded,
		     arena);
	return sqlite3_finalize(row) == SQLITE_OK ? 0 : -1;
}

int factor_line_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		     const char **line, struct problem *why)
{
	static const char *const what[] = { "compared with their publishers' text",
					    "not compared", "joulecart's own assumptions" };
	sqlite3_stmt *row = NULL;
	*line = NULL;
	const char *account = arena_format(arena, FIGURE_TABLES_ACCOUNT,
					   " WHERE campaign_id = ?1");
	const char *used = figure_view_text(db, "v_factor_used", arena);
	const char *sql = used ? arena_format(arena, form, account, used) : "";
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return store_problem(db, "read", "the factors", why);
	sqlite3_bind_int64(row, 1, campaign_id);
	if (sqlite3_step(row) == SQLITE_ROW)
		for (int i = 0; i < 3; i++)
			*line = part(*line, what[i], column_text(row, i, arena), arena);
	if (sqlite3_finalize(row) != SQLITE_OK || !used ||
	    add_stale(db, campaign_id,
		      arena_format(arena, each_form, account, FACTOR_FRESH_YEARS, used),
		      arena, line) != 0)
		return store_problem(db, "read", "the factors", why);
	return 0;
}
