/* schema/store/reader.c - see reader.h. */
#include <config.h>

#include "schema/store/reader.h"

#include "base/problem.h"
#include "schema/database/file-uri.h"
#include "schema/database/guard.h"
#include "schema/database/migrate.h"
#include "schema/database/views.h"
#include "schema/gate/damage.h"
#include "schema/gate/domain.h"
#include "schema/gate/file-check.h"
#include "schema/gate/gate.h"
#include "schema/samples/samples-vtab.h"
#include "schema/seal/seal.h"
#include "schema/store/log-files.h"
#include "schema/store/still-file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- opening ---------------------------------------------------------------------------- */

struct as_is {
	sqlite3 *db;
	struct gate_report gate;
	char *path;
	int64_t bytes;
};

void as_is_close(struct as_is *file)
{
	if (!file)
		return;
	sqlite3_close(file->db);
	free(file->path);
	free(file);
}

sqlite3 *as_is_db(const struct as_is *file)
{
	return file->db;
}

const struct gate_report *as_is_gate(const struct as_is *file)
{
	return &file->gate;
}

static int is_empty(const char *path, struct problem *why)
{
	problem_what(why, "cannot read '%s'", path);
	problem_why(why, "the file is empty");
	return problem_todo(why, "give the .db file that run or bench wrote");
}

/* One read transaction from here on: what the gate saw is what is read, whoever writes. */
static int pass(struct as_is *file, struct problem *why)
{
	if (sqlite3_exec(file->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return store_problem(file->db, "read", file->path, why);
	if (gate_pass(file->db, file->path, file->bytes, &file->gate, why) != 0)
		return -1;
	return file->gate.version == 0 ? is_empty(file->path, why) : 0;
}

/* Of a connection that was just opened; it is closed where it does not pass. */
static int pass_or_close(struct as_is *file, struct problem *why)
{
	if (pass(file, why) == 0)
		return 0;
	sqlite3_close(file->db);
	file->db = NULL;
	return -1;
}

/* For who may not write and a file without a log. */
static int open_still(struct as_is *file, struct problem *why)
{
	file->db = still_file_open(file->path, why);
	return file->db ? pass_or_close(file, why) : -1;
}

static int open_beside_log(struct as_is *file, struct log_files *found, struct problem *why)
{
	char *uri = file_uri(file->path, "mode=ro");
	int code = sqlite3_open_v2(uri, &file->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
				   NULL);
	sqlite3_free(uri);
	if (code == SQLITE_OK) {
		log_files_remove_after(file->db, found);
		return pass_or_close(file, why);
	}
	log_files_free(found);
	store_problem(file->db, "read", file->path, why);
	sqlite3_close(file->db);
	file->db = NULL;
	return -1;
}

static int open_either_way(struct as_is *file, struct problem *why)
{
	const char *path = file->path;
	if (file_check(path, false, &file->bytes, why) != 0)
		return -1;
	struct log_files *found = log_files_find(path);
	if (log_files_are_not_needed(found)) {
		log_files_free(found);
		return open_still(file, why);
	}
	if (log_files_are_none(found) && (file->db = still_file_try(path))) {
		log_files_free(found);
		return pass_or_close(file, why);
	}
	int code = open_beside_log(file, found, why);
	if (code == 0 ||
	    (why->sqlite_code != SQLITE_CANTOPEN && why->sqlite_code != SQLITE_READONLY))
		return code;
	/* A WAL database that we may not write to, or in a folder that we may not: SQLite would
	 * want to create its index beside it. Without a log nothing can change, and none is
	 * needed. */
	if (!file_has_log(path))
		return open_still(file, why);
	problem_what(why, "cannot read '%s'", path);
	problem_why(why,
		    "its newest part is in '%s-wal', which cannot be read without writing "
		    "next to it",
		    path);
	return problem_todo(why, "copy both files into a folder you may write to");
}

struct as_is *as_is_open(const char *path, struct problem *why)
{
	struct as_is *file = calloc(1, sizeof(*file));
	if (!file || !(file->path = strdup(path))) {
		free(file);
		problem_what(why, "cannot read '%s'", path);
		problem_why(why, "out of memory");
		return NULL;
	}
	if (open_either_way(file, why) == 0)
		return file;
	as_is_close(file);
	return NULL;
}

/* --- its figures ------------------------------------------------------------------------ */

/* A file of an older version, as this version has it: a copy in memory, brought up. What is on
 * disk stays as it is. NULL with *why. */
static sqlite3 *brought_up(const struct as_is *file, struct problem *why)
{
	sqlite3 *copy = NULL;
	sqlite3_backup *backup = NULL;
	if (sqlite3_open(":memory:", &copy) == SQLITE_OK &&
	    guard_set(copy, file->bytes) == 0)
		backup = sqlite3_backup_init(copy, "main", file->db, "main");
	int code = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
	sqlite3_backup_finish(backup);
	if (code != SQLITE_DONE)
		store_problem(copy, "read", file->path, why);
	else if (migrate_up(copy, file->path, file->gate.version, why) == 0) {
		guard_trust_views(copy);
		return copy;
	}
	sqlite3_close(copy);
	return NULL;
}

/* A seal is of the file, not of the copy. */
static int keep_seal(const struct as_is *file, sqlite3 *copy, struct problem *why)
{
	struct seal_report report;
	if (copy == file->db)
		return 0;
	if (seal_check(file->db, &report, why) != 0)
		return -1;
	return seal_keep(copy, &report) == 0 ? 0
					     : store_problem(copy, "read", file->path, why);
}

/* What --despite-schema left aside, for whoever writes a report from this connection. */
static int note_departures(sqlite3 *db, const struct schema_report *schema)
{
	const size_t n_kept = sizeof(schema->departures) / sizeof(schema->departures[0]);
	sqlite3_stmt *row = NULL;
	if (schema->n_departures == 0)
		return 0;
	int code = sqlite3_exec(db, "CREATE TEMP TABLE departure (object TEXT, how TEXT)",
				NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, "INSERT INTO temp.departure VALUES (?, ?)",
					  -1, &row, NULL);
	for (size_t i = 0; code == SQLITE_OK && i < schema->n_departures && i < n_kept;
	     i++) {
		const struct schema_departure *departure = &schema->departures[i];
		sqlite3_bind_text(row, 1, departure->object, -1, SQLITE_STATIC);
		sqlite3_bind_text(row, 2, departure->how, -1, SQLITE_STATIC);
		code = sqlite3_step(row) == SQLITE_DONE ? sqlite3_reset(row) : SQLITE_ERROR;
	}
	sqlite3_finalize(row);
	return code == SQLITE_OK ? 0 : -1;
}

/* Before the copy, if any, is made: what is copied is sound. */
static int check_pages(struct as_is *file, struct problem *why)
{
	char damage[200] = "";
	if (store_damage(file->db, damage, sizeof(damage)) == 0)
		return 0;
	problem_what(why, "cannot read '%s'", file->path);
	return problem_refuse(
	    why, "take an older copy; 'sqlite3 FILE .recover' saves what is left", "%s",
	    damage);
}

int as_is_figures(struct as_is *file, bool is_despite, sqlite3 **figures,
		  struct problem *why)
{
	const struct gate_report *gate = &file->gate;
	*figures = NULL;
	if (gate_refuse(gate, file->path, is_despite, why) != 0)
		return -1;
	/* An index that is not joulecart's must not be what rows are read by. */
	if (gate->schema.n_departures > 0 && check_pages(file, why) != 0)
		return -1;
	sqlite3 *db = gate->version == STORE_VERSION ? file->db : brought_up(file, why);
	if (!db)
		return -1;
	bool is_own = db == file->db;
	if (is_own && gate->schema.has_own_views)
		guard_trust_views(db);
	else if (is_own && views_replace(db, true) != 0)
		return store_problem(db, "read", file->path, why);
	if (note_departures(db, &gate->schema) == 0 && keep_seal(file, db, why) == 0 &&
	    domain_check(db, file->path, DOMAIN_ALL, why) == 0) {
		*figures = db;
		return 0;
	}
	if (!is_own)
		sqlite3_close(db);
	return -1;
}

static sqlite3 *open_read(const char *path, bool is_despite, struct problem *why)
{
	sqlite3 *figures = NULL;
	struct as_is *file = as_is_open(path, why);
	if (file && as_is_figures(file, is_despite, &figures, why) == 0 &&
	    figures == file->db)
		file->db = NULL; /* it goes to the caller */
	as_is_close(file);
	return figures;
}

sqlite3 *store_open_read(const char *path, struct problem *why)
{
	return open_read(path, false, why);
}

sqlite3 *store_open_despite(const char *path, struct problem *why)
{
	return open_read(path, true, why);
}

int store_departures(sqlite3 *db, char *text, size_t size)
{
	static const char more[] = ", and more";
	sqlite3_stmt *row = NULL;
	size_t used = 0;
	bool is_cut = false;
	text[0] = '\0';
	if (sqlite3_prepare_v2(db, "SELECT object, how FROM temp.departure", -1, &row,
			       NULL) != SQLITE_OK)
		return 0;
	int n = 0;
	for (; sqlite3_step(row) == SQLITE_ROW; n++) {
		char one[300];
		size_t length = (size_t)snprintf(one, sizeof(one), "%s%.200s %.90s",
						 n ? ", " : "",
						 (const char *)sqlite3_column_text(row, 0),
						 (const char *)sqlite3_column_text(row, 1));
		if (used + length + sizeof(more) <= size)
			used += (size_t)snprintf(text + used, size - used, "%s", one);
		else if (!is_cut) {
			snprintf(text + used, size - used, "%s", more);
			is_cut = true;
		}
	}
	sqlite3_finalize(row);
	return n;
}
