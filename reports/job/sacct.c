/* reports/job/sacct.c - see sacct.h. */
#include <config.h>

#include "reports/job/sacct.h"

#include "base/number.h"
#include "base/plain-file.h"
#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "schema/database/guard.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char make_sql[] =
    "DROP TABLE IF EXISTS temp.sacct_row; DROP TABLE IF EXISTS temp.sacct;"
    "CREATE TEMP TABLE sacct_row (id TEXT, joules REAL);"
    "CREATE TEMP TABLE sacct (job TEXT PRIMARY KEY, said_j REAL)";
/* 12.0, 12.batch and 12.extern are steps of job 12. */
static const char sum_sql[] =
    "INSERT INTO temp.sacct SELECT job, coalesce(max(iif(id = job, joules, NULL)),"
    " sum(iif(id <> job, joules, NULL))) FROM (SELECT *,"
    " iif(instr(id, '.') > 0, substr(id, 1, instr(id, '.') - 1), id) AS job"
    " FROM temp.sacct_row) GROUP BY job";

/* Where the two columns stand; -1: nowhere yet. */
struct columns {
	int job, joules;
};

static bool find_columns(char *line, struct columns *columns)
{
	char *field;
	*columns = (struct columns){ -1, -1 };
	for (int i = 0; (field = strsep(&line, "|")); i++)
		if (strcmp(field, "JobID") == 0)
			columns->job = i;
		else if (strcmp(field, "ConsumedEnergyRaw") == 0)
			columns->joules = i;
	return columns->job >= 0 && columns->joules >= 0;
}

static int take_line(sqlite3_stmt *insert, char *line, const struct columns *columns)
{
	const char *job = NULL, *joules = NULL;
	char *field;
	double value;
	for (int i = 0; (field = strsep(&line, "|")); i++) {
		if (i == columns->job)
			job = field;
		if (i == columns->joules)
			joules = field;
	}
	/* 0: Slurm gathered no energy, or none yet */
	if (!job || !joules || !number_read(joules, &value) || value <= 0)
		return SQLITE_OK;
	bind_text(insert, 1, job);
	sqlite3_bind_double(insert, 2, value);
	int code = sqlite3_step(insert);
	sqlite3_reset(insert);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int take_lines(sqlite3 *db, FILE *file, struct problem *why)
{
	sqlite3_stmt *insert = NULL;
	struct columns columns;
	char *line = NULL;
	size_t size = 0;
	int code = SQLITE_OK;
	bool has_head = false;
	if (sqlite3_prepare_v2(db, "INSERT INTO temp.sacct_row VALUES (?1, ?2)", -1,
			       &insert, NULL) != SQLITE_OK)
		return guard_why(db, why);
	while (code == SQLITE_OK && getline(&line, &size, file) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (has_head)
			code = take_line(insert, line, &columns);
		else if (find_columns(line, &columns))
			has_head = true;
		else
			break;
	}
	free(line);
	sqlite3_finalize(insert);
	if (code != SQLITE_OK)
		return guard_why(db, why);
	if (!has_head)
		return problem_refuse(why,
				      "make it with 'sacct -P -o JobID,ConsumedEnergyRaw'",
				      "its first line names no JobID and "
				      "ConsumedEnergyRaw, apart by '|'");
	return 0;
}

int sacct_load(sqlite3 *db, const char *path, struct problem *why)
{
	int code = 0;
	if (sqlite3_exec(db, make_sql, NULL, NULL, NULL) != SQLITE_OK)
		return guard_why(db, why);
	if (!path)
		return 0;
	problem_what(why, "cannot read '%s'", path);
	FILE *file = plain_file_open(path);
	if (!file)
		return problem_errno(why, errno);
	code = take_lines(db, file, why);
	fclose(file);
	if (code == 0 && sqlite3_exec(db, sum_sql, NULL, NULL, NULL) != SQLITE_OK)
		code = guard_why(db, why);
	return code;
}
