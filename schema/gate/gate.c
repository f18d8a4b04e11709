/* schema/gate/gate.c - see gate.h. */
#include <config.h>

#include "schema/gate/gate.h"

#include "base/problem.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"

#include <string.h>

static int check_encoding(sqlite3 *db, const char *name, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	bool is_utf8 = sqlite3_prepare_v2(db, "PRAGMA encoding", -1, &row, NULL) ==
			   SQLITE_OK &&
		       sqlite3_step(row) == SQLITE_ROW &&
		       strcmp((const char *)sqlite3_column_text(row, 0), "UTF-8") == 0;
	sqlite3_finalize(row);
	if (is_utf8)
		return 0;
	problem_what(why, "cannot read '%s'", name);
	return problem_refuse(why, "give the .db file that run or bench wrote",
			      "its text is not in UTF-8, and joulecart's is");
}

int gate_pass(sqlite3 *db, const char *name, int64_t bytes, struct gate_report *gate,
	      struct problem *why)
{
	*gate = (struct gate_report){ 0 };
	if (guard_set(db, bytes) != 0) {
		problem_what(why, "cannot read '%s'", name);
		return problem_why(why, "out of memory");
	}
	if (migrate_check(db, name, &gate->version, why) != 0)
		return -1;
	if (gate->version == 0)
		return 0;
	if (check_encoding(db, name, why) != 0)
		return -1;
	if (schema_check(db, gate->version, &gate->schema) == 0)
		return 0;
	return store_problem(db, "read", name, why);
}

int gate_refuse(const struct gate_report *gate, const char *name, bool is_despite,
		struct problem *why)
{
	const struct schema_report *schema = &gate->schema;
	const struct schema_departure *first = schema->departures;
	if (schema->n_departures == 0 || (is_despite && schema->is_ignorable))
		return 0;
	/* What cannot be left aside comes first: it is what stands in the way. */
	for (size_t i = 0; is_despite && first->is_ignorable && i < schema->n_departures &&
			   i < sizeof(schema->departures) / sizeof(*first);
	     i++)
		first = &schema->departures[i];
	problem_what(why, "cannot read '%s'", name);
	if (schema->n_departures == 1)
		problem_why(why, "%s %s", first->object, first->how);
	else
		problem_why(why, "%s %s, and %zu more depart from its schema",
			    first->object, first->how, schema->n_departures - 1);
	if (is_despite || !schema->is_ignorable)
		return problem_todo(why,
				    "joulecart does not make it so: ask whoever created "
				    "the file");
	return problem_todo(why, "joulecart does not make it so; --despite-schema "
				 "reads only what is joulecart's");
}
