/* reports/job/sacct.h - what Slurm's accounting says of jobs: a file as 'sacct -P' prints it. */
#ifndef JOULECART_SACCT_H
#define JOULECART_SACCT_H
#include <sqlite3.h>

struct problem;

/* Makes the table temp.sacct (job TEXT, said_j REAL) on db, empty where path is NULL. Of a job it has the
 * column ConsumedEnergyRaw (joules, man sacct) of the row whose JobID is the job's; where that has none, of its
 * steps together. The file's first line names the columns, apart by '|'; it is text of unknown origin: what is
 * no number counts as not said. 0, or -1 with *why: it cannot be read, or lacks one of the two columns. */
int sacct_load(sqlite3 *db, const char *path, struct problem *why);

#endif
