/* schema/gate/gate.h - the one way in for a file that joulecart did not just make: every command, reading
 * or writing, passes here before it looks at a row. See doc/threats.md. */
#ifndef JOULECART_SCHEMA_GATE_H
#define JOULECART_SCHEMA_GATE_H
#include "schema/gate/schema-check.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct problem;

struct gate_report {
	int version;                 /* PRAGMA user_version; 0: an empty file */
	struct schema_report schema; /* of a version above 0 */
};

/* Guards the connection (schema/database/guard.h), then looks: a database of ours, of a version that is
 * known, its text in UTF-8. What departs from the schema of that version is in gate->schema: whoever
 * does not report it refuses it (gate_refuse). bytes: the file's size. name is shown. 0, or -1
 * with *why. */
int gate_pass(sqlite3 *db, const char *name, int64_t bytes, struct gate_report *gate,
	      struct problem *why);

/* 0 where nothing departs, or is_despite and what departs can be left aside. -1 with *why, which
 * names the first departure. */
int gate_refuse(const struct gate_report *gate, const char *name, bool is_despite,
		struct problem *why);

#endif
