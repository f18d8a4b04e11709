/* tests/unit/reports/given.h - campaigns to report on, made of few round numbers.
 *
 * Each trial lasts 2 s: a load of 1 s and 1 J, then 1 s of 'steady' (a job 'train': 'train')
 * that serves 1000 queries. One channel in steps of 1 mJ, U(k = 2) = 5 %. */
#ifndef JOULECART_TEST_GIVEN_H
#define JOULECART_TEST_GIVEN_H
#include "tests/unit/database.h"

struct given_trial {
	const char *variant, *job;
	int block;
	int steady_mj; /* in the second second */
};

/* Each statement is one call, since sqlite3_mprintf takes what it is given. */
#define DATABASE_RUN(db, ...)                                   \
	do {                                                    \
		char *given_sql = sqlite3_mprintf(__VA_ARGS__); \
		database_run(db, given_sql);                    \
		sqlite3_free(given_sql);                        \
	} while (0)

static inline sqlite3 *given_campaign(const char *kind)
{
	sqlite3 *db = database_with(
	    "INSERT INTO host (host_id, boot_id, cpu_model, kernel, hypervisor)"
	    "  VALUES (1, 'b', 'Testium 9', '6.1.0', 'kvm');");
	DATABASE_RUN(db,
		     "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line,"
		     " tool_version, rate_hz, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
		     " VALUES (1, 'u-1', 1, %Q, '[\"joulecart\", \"x,y\"]', '0.1.0', 10,"
		     " 1700000000000000000, 0, 0)",
		     kind);
	return db;
}

static inline void given_rollup(sqlite3 *db, int64_t channel_id, int64_t begin_ns, int seq,
				int advance)
{
	DATABASE_RUN(
	    db,
	    "INSERT INTO stretch VALUES (%lld, %d, %lld, %lld, 10, 0, 0, 0, 0, 0, 0,"
	    " %d, %d, %d, 0)",
	    channel_id, seq, begin_ns + seq * 1000000000LL,
	    begin_ns + (seq + 1) * 1000000000LL, advance, advance, advance);
}

static inline void given_phases(sqlite3 *db, int id, int64_t begin_ns, const char *second)
{
	DATABASE_RUN(
	    db,
	    "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns,"
	    " first_stretch, last_stretch, queries) VALUES"
	    " (%d, 0, 'whole', %lld, %lld, 0, 1, NULL),"
	    " (%d, 1, %Q, %lld, %lld, 1, 1, iif(%Q = 'steady', 1000, NULL))",
	    id, begin_ns, begin_ns + 2000000000LL, id, second, begin_ns + 1000000000LL,
	    begin_ns + 2000000000LL, second);
}

/* Trials get ids 1, 2, ... in the order of the calls, and follow each other in time. */
static inline int given_trial(sqlite3 *db, struct given_trial trial)
{
	int is_training = trial.job[0] == 't';
	DATABASE_RUN(
	    db,
	    "INSERT INTO trial (campaign_id, ordinal, block, variant, job, is_warmup,"
	    " command, workload, state, exit_code, begin_utc_ns, begin_mono_ns,"
	    " end_mono_ns, own_cpu_s, ticks, ticks_dropped)"
	    " SELECT 1, count(*) + 1, %d, %Q, %Q, 0, '[]', 'w', 'complete', 0, 0,"
	    " count(*) * 3000000000, count(*) * 3000000000 + 2000000000, 0.01, 20, 0"
	    " FROM trial",
	    trial.block, trial.variant, trial.job);
	int id = (int)sqlite3_last_insert_rowid(db);
	int64_t begin_ns = (id - 1) * 3000000000LL;
	given_phases(db, id, begin_ns, is_training ? "train" : "steady");
	DATABASE_RUN(
	    db,
	    "INSERT INTO channel (trial_id, collector, name, domain, kind, unit,"
	    " provenance, counted, unit_per_raw, update_interval_ns, uncertainty_k2)"
	    " VALUES (%d, 'powercap', 'package-0', 'package', 'counter', 'J',"
	    " 'measured', 1, 0.001, 1000000, 0.05)",
	    id);
	int64_t channel_id = sqlite3_last_insert_rowid(db);
	given_rollup(db, channel_id, begin_ns, 0, 1000);
	given_rollup(db, channel_id, begin_ns, 1, trial.steady_mj);
	return id;
}

/* Makes every energy channel an estimate, of which the tree had half the CPU seconds. */
static inline void given_only_estimates(sqlite3 *db)
{
	database_run(
	    db, "UPDATE channel SET collector = 'estimate', name = 'machine',"
		" provenance = 'estimated', uncertainty_k2 = 0.5;"
		"INSERT INTO channel (trial_id, collector, name, kind, unit, provenance,"
		" counted, unit_per_raw, update_interval_ns)"
		" SELECT trial_id, 'cputime', value, 'counter', 's', 'measured', 0, 0.001,"
		" 10000000 FROM trial, json_each('[\"tree\", \"busy\"]');"
		"INSERT INTO stretch SELECT c.channel_id, s.seq, s.begin_mono_ns,"
		" s.end_mono_ns, 10, 0, 0, 0, 0, 0, 0, a, a, a, 0"
		" FROM (SELECT channel_id, trial_id, iif(name = 'tree', 500, 1000) AS a"
		"       FROM channel WHERE collector = 'cputime') c"
		" JOIN channel e ON e.trial_id = c.trial_id AND e.collector = 'estimate'"
		" JOIN stretch s ON s.channel_id = e.channel_id");
}

/* A bench of two variants in three blocks, and the student's training. Joules per query:
 * teacher 39, 40, 41 mJ; student 20, 20, 20.5 mJ. */
static inline sqlite3 *given_bench(void)
{
	sqlite3 *db = given_campaign("bench");
	const struct given_trial trials[] = {
		{ "student", "train", 1, 99000 }, { "student", "infer", 1, 20000 },
		{ "teacher", "infer", 1, 39000 }, { "teacher", "infer", 2, 40000 },
		{ "student", "infer", 2, 20000 }, { "teacher", "infer", 3, 41000 },
		{ "student", "infer", 3, 20500 },
	};
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++)
		given_trial(db, trials[i]);
	database_run(db,
		     "INSERT INTO metric SELECT trial_id, 'top1',"
		     " iif(variant = 'teacher', 0.9, 0.875) FROM trial WHERE job = 'infer';"
		     "INSERT INTO metric SELECT trial_id, 'test_queries', 16000"
		     " FROM trial WHERE job = 'infer'");
	return db;
}

/* Three blocks more of given_bench(), with the same joules: a verdict needs more than three. */
static inline void given_again(sqlite3 *db)
{
	const int joules[][2] = { { 39000, 20000 }, { 40000, 20000 }, { 41000, 20500 } };
	for (int i = 0; i < 3; i++) {
		given_trial(
		    db, (struct given_trial){ "teacher", "infer", 4 + i, joules[i][0] });
		given_trial(
		    db, (struct given_trial){ "student", "infer", 4 + i, joules[i][1] });
	}
	database_run(db,
		     "INSERT INTO metric SELECT t.trial_id, m.name, m.value FROM trial t"
		     " JOIN trial o ON o.variant = t.variant AND o.job = t.job"
		     " JOIN metric m ON m.trial_id = o.trial_id"
		     " WHERE t.block > 3 AND o.block = 1");
}

/* Blocks of a teacher, which runs twice in each, and a student that needs `ratio` times as much, with
 * some spread. */
static inline sqlite3 *given_blocks(int n_blocks, double ratio)
{
	sqlite3 *db = given_campaign("bench");
	for (int block = 1; block <= n_blocks; block++) {
		int mj = 40000 + block * 7919 % 401; /* a prime: no order */
		given_trial(db, (struct given_trial){ "teacher", "infer", block, mj });
		given_trial(db, (struct given_trial){ "student", "infer", block,
						      (int)(ratio * (40000 + block % 3)) });
		given_trial(db, (struct given_trial){ "teacher", "infer", block, mj + 90 });
	}
	return db;
}

#endif
