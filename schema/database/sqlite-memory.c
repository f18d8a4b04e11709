/* schema/database/sqlite-memory.c - see sqlite-memory.h. */
#include <config.h>

#include "schema/database/sqlite-memory.h"

#include <sqlite3.h>
#include <stddef.h>

void sqlite_memory_set_up(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}
