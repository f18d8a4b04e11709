/* tests/fuzz/sealed-file.c - see sealed-file.h. */
#include <config.h>

#include "tests/fuzz/sealed-file.h"

#include "base/problem.h"
#include "schema/samples/samples-vtab.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/tree.h"
#include "tests/sealed-rows.h"

#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

static void make(struct sealed_file *file)
{
	uint8_t seed[SEAL_SEED_SIZE];
	struct problem why;
	sqlite3_int64 size = 0;
	MUST(sodium_init() >= 0 && fuzz_tree_enter(""));
	memset(seed, 7, sizeof(seed));
	file->store = store_open("sealed.db", &why);
	MUST(file->store && store_begin(file->store, &why) == 0);
	MUST(sealed_rows(file->store, seed, file->head, &why) == 0);
	MUST(store_commit(file->store, &why) == 0);
	sqlite3 *db = store_db(file->store);
	MUST(samples_register(db) == SQLITE_OK);
	MUST(seal_check(db, &file->report, &why) == 0 && file->report.holds);
	/* Values that nobody would write, as a file may have them. */
	MUST(sqlite3_exec(db,
			  "PRAGMA ignore_check_constraints = ON;"
			  "PRAGMA foreign_keys = OFF",
			  NULL, NULL, NULL) == SQLITE_OK);
	file->image = sqlite3_serialize(db, "main", &size, 0);
	file->size = (size_t)size;
	MUST(file->image);
	fuzz_tree_leave();
}

const struct sealed_file *sealed_file(void)
{
	static struct sealed_file file;
	if (!file.store)
		make(&file);
	return &file;
}
