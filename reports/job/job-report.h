/* reports/job/job-report.h - the ranks of each job and the nodes that they ran on, with the joules of the
 * whole, of each node once and of each rank (views v_job_node and v_rank). */
#ifndef JOULECART_JOB_REPORT_H
#define JOULECART_JOB_REPORT_H
#include <sqlite3.h>

#include <stdio.h>

struct problem;

/* All jobs of the database, which has temp.sacct (sacct_load()). format: "text", "markdown", "json" or "csv".
 * 0, or -1 with *why: it cannot be read or printed, or no trial is in it. */
int job_report_print(sqlite3 *db, const char *format, FILE *out, struct problem *why);

#endif
