/* reports/job/job-rows.h - the rows of 'joulecart job', in SQL: for people and for programs, who ask for other
 * columns of them. Each statement that another one needs has a name of its own; all of them follow a WITH, in this
 * order, after sacct_load() (sacct.h) has made temp.sacct. */
#ifndef JOULECART_JOB_ROWS_H
#define JOULECART_JOB_ROWS_H

/* Both are asked for several times. */
#define JOB_NODES "node AS MATERIALIZED (SELECT * FROM v_job_node)"
#define JOB_RANKS "rank AS MATERIALIZED (SELECT * FROM v_rank)"

/* trial_id, s: waiting is in regions and phases that MPI's programs mark, 'exchange', or a name that begins
 * with mpi. */
#define JOB_WAITS                                                                         \
	"waits AS (SELECT trial_id, sum(ns) * 1e-9 AS s FROM ("                           \
	"SELECT p.trial_id, p.end_mono_ns - p.begin_mono_ns AS ns FROM phase p"           \
	" WHERE p.ordinal > 0 AND (p.name = 'exchange' OR p.name LIKE 'mpi%') UNION ALL"  \
	" SELECT g.trial_id, t.cpu_ns FROM region g JOIN region_time t USING (region_id)" \
	" WHERE g.name = 'exchange' OR g.name LIKE 'mpi%') GROUP BY trial_id)"

/* One row a job: its nodes together. Its joules are known when each node's are. */
#define JOB_SUMS                                                                      \
	"job AS (SELECT job, count(*) AS n_nodes, max(seconds) AS seconds,"           \
	" sum(tree_s) AS tree_s,"                                                     \
	" iif(count(joules) = count(*), sum(joules), NULL) AS joules,"                \
	" sum(joules_low) AS joules_low,"                                             \
	" iif(count(joules_high) = count(*), sum(joules_high), NULL) AS joules_high," \
	" iif(count(own_j) = count(*), sum(own_j), NULL) AS own_j,"                   \
	" sum(own_low_j) AS own_low_j,"                                               \
	" iif(count(own_high_j) = count(*), sum(own_high_j), NULL) AS own_high_j,"    \
	" iif(count(idle_j) = count(*), sum(idle_j), NULL) AS idle_j,"                \
	" iif(count(others_j) = count(*), sum(others_j), NULL) AS others_j,"          \
	" max(is_estimated) AS is_estimated, sum(n_ranks) AS n_ranks,"                \
	" sum(n_cut) AS n_cut,"                                                       \
	" (max(begin_utc_ns) - min(begin_utc_ns)) * 1e-9 AS skew_s,"                  \
	" min(begin_utc_ns) AS begin_utc_ns, max(account) AS account,"                \
	" max(partition) AS partition FROM node WHERE scope = 'job' GROUP BY job)"

/* One row a job: what its ranks say of it. */
#define JOB_SAID                                                                  \
	"said AS (SELECT job, max(n_ranks) AS n_stated, min(variant) AS command," \
	" sum(queries) AS queries, sum(w.s) AS wait_s FROM rank"                  \
	" LEFT JOIN waits w USING (trial_id) GROUP BY job)"

/* One row a job: of jobs that ran the same command, the one of fewest ranks is what the joules of the others are
 * held against. */
#define JOB_HELD                                                                       \
	"held AS (SELECT job, joules / first_value(joules) OVER (PARTITION BY command" \
	"  ORDER BY n_ranks, begin_utc_ns) AS times, first_value(n_ranks) OVER"        \
	"  (PARTITION BY command ORDER BY n_ranks, begin_utc_ns) AS least FROM job"    \
	"  JOIN said USING (job))"

/* The columns of all three, named by the first: level is enum job_level's. */
#define ROWS_OF_JOBS                                                                       \
	"SELECT 0 AS level, job, NULL AS node, NULL AS rank, n_ranks, n_stated, n_nodes,"  \
	" n_cut, seconds, tree_s AS cpu_s, joules, joules_low, joules_high, own_j,"        \
	" own_low_j, own_high_j, idle_j, others_j,"                                        \
	" iif(is_estimated, 'estimated', 'measured') AS provenance, wait_s AS exchange_s," \
	" queries, joules / queries AS joules_per_query,"                                  \
	" iif(n_ranks > least, 1 / times, NULL) AS efficiency, NULL AS state,"             \
	" NULL AS is_reader, account, partition, s.said_j AS sacct_j, skew_s, command,"    \
	" begin_utc_ns FROM job JOIN said USING (job) JOIN held USING (job)"               \
	" LEFT JOIN temp.sacct s USING (job)"

/* A node with all of its jobs is a row only where there were several at once. */
#define ROWS_OF_NODES                                                                  \
	"SELECT iif(n.scope = 'job', 1, 3), n.job, n.hostname, NULL, n.n_ranks, NULL," \
	" NULL, n.n_cut, n.seconds, n.tree_s, n.joules, n.joules_low, n.joules_high,"  \
	" n.own_j, n.own_low_j, n.own_high_j, n.idle_j, n.others_j,"                   \
	" iif(n.is_estimated, 'estimated', 'measured'), NULL, NULL, NULL, NULL, NULL," \
	" NULL, NULL, NULL, NULL, NULL, NULL,"                                         \
	" coalesce(j.begin_utc_ns, 9223372036854775807)"                               \
	" FROM node n LEFT JOIN job j ON j.job = n.job"                                \
	" WHERE n.scope = 'job' OR EXISTS (SELECT 1 FROM node a JOIN node c"           \
	"  ON c.boot_id = a.boot_id AND c.job > a.job AND c.b < a.e AND a.b < c.e"     \
	"  WHERE a.boot_id = n.boot_id)"

#define ROWS_OF_RANKS                                                                      \
	"SELECT 2, r.job, r.hostname, r.rank, NULL, r.n_ranks, NULL,"                      \
	" r.state <> 'complete', r.seconds, r.tree_s,"                                     \
	" coalesce(r.gross_j, r.estimated_j), coalesce(r.gross_low_j, r.estimated_low_j)," \
	" coalesce(r.gross_high_j, r.estimated_high_j), coalesce(r.own_j, r.estimated_j)," \
	" coalesce(r.own_low_j, r.estimated_low_j),"                                       \
	" coalesce(r.own_high_j, r.estimated_high_j), NULL, NULL,"                         \
	" iif(r.gross_j IS NULL, 'estimated', 'measured'), w.s, r.queries, NULL, NULL,"    \
	" CASE WHEN r.state = 'running' THEN 'cut off'"                                    \
	"  WHEN r.state = 'incomplete' THEN r.why_incomplete"                              \
	"  WHEN r.exit_signal IS NOT NULL THEN printf('signal %d', r.exit_signal)"         \
	"  WHEN r.exit_code <> 0 THEN printf('exit status %d', r.exit_code) END,"          \
	" r.read_from_mono_ns IS NOT NULL, NULL, NULL, NULL, NULL, r.variant,"             \
	" j.begin_utc_ns FROM rank r JOIN job j ON j.job = r.job"                          \
	" LEFT JOIN waits w ON w.trial_id = r.trial_id"

#define JOB_ROWS                                                                    \
	"WITH " JOB_NODES ", " JOB_RANKS ", " JOB_WAITS ", " JOB_SUMS ", " JOB_SAID \
	", " JOB_HELD ", rows AS (" ROWS_OF_JOBS " UNION ALL " ROWS_OF_NODES        \
	" UNION ALL " ROWS_OF_RANKS ")"

/* Jobs as they began, each with its nodes and ranks behind it. */
#define JOB_ORDER " FROM rows ORDER BY begin_utc_ns, job, level, node, rank"

#endif
