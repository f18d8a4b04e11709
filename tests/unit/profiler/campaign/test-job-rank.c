/* Which rank of which job the launchers' variables say. */
#include <config.h>

#include "base/problem.h"
#include "profiler/campaign/job-rank.h"
#include "tests/unit/cmocka.h"

#include <string.h>
#include <unistd.h>

static struct rank_facts read_of(struct job_rank *rank, const char *const *environment)
{
	job_rank_read(rank, environment, NULL);
	assert_true(rank->is_known);
	return rank->facts;
}

static void a_rank_of_open_mpi_is_known(void **state)
{
	struct job_rank rank;
	const char *environment[] = { "HOME=/root",
				      "OMPI_COMM_WORLD_RANK=5",
				      "OMPI_COMM_WORLD_SIZE=8",
				      "OMPI_COMM_WORLD_LOCAL_RANK=1",
				      "PMIX_NAMESPACE=1453064193",
				      NULL };
	struct rank_facts facts = read_of(&rank, environment);
	(void)state;
	assert_string_equal(facts.launcher, "openmpi");
	assert_string_equal(facts.job, "1453064193");
	assert_int_equal(facts.rank, 5);
	assert_int_equal(facts.n_ranks, 8);
	assert_int_equal(facts.local_rank, 1);
	assert_int_equal(facts.node, -1);
	assert_null(facts.step);
}

static void a_step_of_slurm_is_known_with_who_pays(void **state)
{
	struct job_rank rank;
	const char *environment[] = {
		"SLURM_JOB_ID=77",        "SLURM_STEP_ID=3",          "SLURM_PROCID=2",
		"SLURM_STEP_NUM_TASKS=4", "SLURM_LOCALID=0",          "SLURM_NODEID=1",
		"SLURM_JOB_ACCOUNT=phys", "SLURM_JOB_PARTITION=long", NULL
	};
	struct rank_facts facts = read_of(&rank, environment);
	(void)state;
	assert_string_equal(facts.launcher, "slurm");
	assert_string_equal(facts.job, "77");
	assert_string_equal(facts.step, "3");
	assert_string_equal(facts.account, "phys");
	assert_string_equal(facts.partition, "long");
	assert_int_equal(facts.rank, 2);
	assert_int_equal(facts.n_ranks, 4);
	assert_int_equal(facts.node, 1);
}

static void in_a_batch_script_the_rank_is_mpiruns_and_the_job_slurms(void **state)
{
	struct job_rank rank;
	const char *environment[] = {
		"SLURM_JOB_ID=77",        "SLURM_PROCID=0",
		"SLURM_NTASKS=4",         "OMPI_COMM_WORLD_RANK=3",
		"OMPI_COMM_WORLD_SIZE=4", "OMPI_COMM_WORLD_LOCAL_RANK=3",
		"PMIX_NAMESPACE=9",       NULL
	};
	struct rank_facts facts = read_of(&rank, environment);
	(void)state;
	assert_string_equal(facts.launcher, "openmpi");
	assert_string_equal(facts.job, "77");
	assert_string_equal(facts.step, "9");
	assert_int_equal(facts.rank, 3);
}

/* The script itself is none of the ranks that it starts. */
static void a_batch_script_is_no_rank(void **state)
{
	struct job_rank rank;
	const char *environment[] = { "SLURM_JOB_ID=77", "SLURM_PROCID=0", "SLURM_NTASKS=4",
				      "SLURM_LOCALID=0", NULL };
	struct rank_facts facts = read_of(&rank, environment);
	(void)state;
	assert_string_equal(facts.job, "77");
	assert_int_equal(facts.rank, -1);
	assert_int_equal(facts.n_ranks, -1);
}

static void other_launchers_are_known(void **state)
{
	struct job_rank rank;
	const char *hydra[] = { "PMI_RANK=1", "PMI_SIZE=2", "MPI_LOCALRANKID=0", NULL };
	const char *pmi[] = { "PMI_RANK=1", "PMI_SIZE=2", "PMI_LOCAL_RANK=1", NULL };
	const char *mvapich[] = { "MV2_COMM_WORLD_RANK=1", "MV2_COMM_WORLD_SIZE=2",
				  "MV2_COMM_WORLD_LOCAL_RANK=1", NULL };
	const char *pals[] = {
		"PALS_RANKID=1", "PMI_SIZE=2",          "PMI_RANK=1", "PALS_NODEID=1",
		"PALS_APID=x",   "PALS_LOCAL_RANKID=0", NULL
	};
	(void)state;
	assert_string_equal(read_of(&rank, hydra).launcher, "mpich");
	assert_int_equal(rank.facts.local_rank, 0);
	assert_string_equal(read_of(&rank, pmi).launcher, "mpich");
	assert_int_equal(rank.facts.local_rank, 1);
	assert_string_equal(read_of(&rank, mvapich).launcher, "mvapich");
	assert_string_equal(read_of(&rank, pals).launcher, "pals");
	assert_string_equal(rank.facts.job, "x");
	assert_int_equal(rank.facts.node, 1);
}

static void a_number_that_is_none_was_not_said(void **state)
{
	struct job_rank rank;
	const char *none[] = { "OMPI_COMM_WORLD_RANK=-1", "PMI_RANK=1x",
			       "SLURM_PROCID=", "MV2_COMM_WORLD_RANK=99999999999999999999",
			       NULL };
	const char *beyond[] = { "PMI_RANK=4", "PMI_SIZE=4", "MPI_LOCALRANKID=0", NULL };
	(void)state;
	job_rank_read(&rank, none, NULL);
	assert_false(rank.is_known);
	assert_int_equal(read_of(&rank, beyond).n_ranks, -1);
}

static void a_hostile_name_is_guarded_or_left_out(void **state)
{
	struct job_rank rank;
	char escape[] = "SLURM_JOB_ID=\033[2J";
	char longer[JOB_NAME_BYTES + 32];
	const char *environment[] = { escape, longer, NULL };
	(void)state;
	memset(longer, 'x', sizeof(longer));
	memcpy(longer, "SLURM_JOB_ACCOUNT=", strlen("SLURM_JOB_ACCOUNT="));
	longer[sizeof(longer) - 1] = '\0';
	job_rank_read(&rank, environment, NULL);
	assert_null(strchr(rank.facts.job, '\033'));
	longer[strlen("SLURM_JOB_ACCOUNT=") + JOB_NAME_BYTES] = '\0';
	job_rank_read(&rank, environment, NULL);
	assert_non_null(rank.facts.account);
	longer[strlen(longer)] = 'x';
	job_rank_read(&rank, environment, NULL);
	assert_null(rank.facts.account);
}

static void what_the_user_calls_the_job_goes_before(void **state)
{
	struct job_rank rank;
	const char *environment[] = { "PMI_RANK=1", "PMI_SIZE=2", NULL };
	(void)state;
	job_rank_read(&rank, environment, "mine");
	assert_string_equal(rank.facts.job, "mine");
	assert_string_equal(rank.facts.launcher, "mpich");
	job_rank_read(&rank, environment + 2, "mine");
	assert_string_equal(rank.facts.launcher, "stated");
	job_rank_read(&rank, environment + 2, NULL);
	assert_false(rank.is_known);
}

static void a_rank_s_file_is_named_by_what_its_launcher_says(void **state)
{
	struct job_rank rank;
	struct problem why;
	char path[64], host[65] = "";
	const char *environment[] = { "SLURM_JOB_ID=../7", "SLURM_STEP_ID=3",
				      "SLURM_PROCID=2",    "SLURM_LOCALID=0",
				      "SLURM_NTASKS=4",    NULL };
	(void)state;
	job_rank_read(&rank, environment, NULL);
	assert_int_equal(job_rank_file(&rank, "a/%j.%s-%r%%%z%", path, sizeof(path), &why),
			 0);
	assert_string_equal(path, "a/-.-7.3-2%%z%");
	gethostname(host, sizeof(host) - 1);
	host[strcspn(host, ".")] = '\0';
	assert_int_equal(job_rank_file(&rank, "%h", path, sizeof(path), &why), 0);
	assert_string_equal(path, host);
	assert_int_equal(job_rank_file(&rank, "job-%n.db", path, sizeof(path), &why), -1);
	assert_string_equal(why.why, "no launcher says the node's number");
	assert_null(strstr(why.todo, "--job")); /* which says no node */
	assert_int_equal(job_rank_file(&rank, "%j%j%j", path, 8, &why), -1);
	assert_int_equal(job_rank_file(&rank, "1234567", path, 8, &why), 0);
	assert_int_equal(job_rank_file(&rank, "12345678", path, 8, &why), -1);
	environment[0] = "SLURM_JOB_ID=..";
	job_rank_read(&rank, environment, NULL);
	assert_int_equal(job_rank_file(&rank, "%j/x.db", path, sizeof(path), &why), 0);
	assert_string_equal(path, "-./x.db");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rank_of_open_mpi_is_known),
		cmocka_unit_test(a_step_of_slurm_is_known_with_who_pays),
		cmocka_unit_test(in_a_batch_script_the_rank_is_mpiruns_and_the_job_slurms),
		cmocka_unit_test(a_batch_script_is_no_rank),
		cmocka_unit_test(other_launchers_are_known),
		cmocka_unit_test(a_number_that_is_none_was_not_said),
		cmocka_unit_test(a_hostile_name_is_guarded_or_left_out),
		cmocka_unit_test(what_the_user_calls_the_job_goes_before),
		cmocka_unit_test(a_rank_s_file_is_named_by_what_its_launcher_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
