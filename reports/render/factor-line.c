/* reports/render/factor-line.c - see factor-line.h. */
#include <config.h>

#include "reports/render/factor-line.h"

#include "reports/campaign/figure-tables.h"
#include "reports/figure/column-text.h"
#include "schema/database/migrate.h"

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

static const char *part(const char *so_far, const char *what, const char *roles,
			struct arena *arena)
{
	if (!roles)
		return so_far;
	return so_far ? arena_format(arena, "%s; %s: %s", so_far, what, roles)
		      : arena_format(arena, "factors %s: %s", what, roles);
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
	return sqlite3_finalize(row) == SQLITE_OK && used
		   ? 0
		   : store_problem(db, "read", "the factors", why);
}
