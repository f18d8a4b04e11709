/* tests/unit/database.h - a joulecart database in memory, filled by a script of SQL. */
#ifndef JOULECART_TEST_DATABASE_H
#define JOULECART_TEST_DATABASE_H
#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/database/migrate.h"
#include "tests/unit/cmocka.h"

#include <sqlite3.h>

static inline void database_run(sqlite3 *db, const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s", message);
}

/* Tables, views and factors as shipped, then rows. The caller closes it. */
static inline sqlite3 *database_with(const char *rows)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	struct problem why;
	if (migrate_up(db, "memory", 0, &why) != 0)
		fail_msg("%s: %s", why.what, why.why);
	assert_int_equal(bundled_add_all(db), SQLITE_OK);
	database_run(db, rows);
	return db;
}

#endif
