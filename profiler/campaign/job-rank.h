/* profiler/campaign/job-rank.h - of which job this process is a rank, as the variables of its launcher say.
 *
 * mpirun and srun tell each process that they start who it is, by variables of names of their own: those of
 * Open MPI, MPICH and Intel MPI (hydra), MVAPICH, Cray's PALS and Slurm are known. Each is text of unknown
 * origin: a number that is none, or cannot be, counts as not said. */
#ifndef JOULECART_JOB_RANK_H
#define JOULECART_JOB_RANK_H
#include "base/text.h"
#include "schema/store/writer.h"

#include <stdbool.h>
#include <stddef.h>

struct problem;

/* What a launcher calls a job, an account or a partition is no longer. */
enum { JOB_NAME_BYTES = 128 };
typedef char job_name[TEXT_GROWTH * JOB_NAME_BYTES + 1];

struct job_rank {
	bool is_known;           /* anything was said, and facts is to be stored */
	struct rank_facts facts; /* without its trial; the texts are those below */
	job_name job, step, account, partition;
};

/* Reads the environment (as environ: NAME=VALUE, ended by NULL). stated: the job's name as the user says it,
 * before what the launcher calls it, or NULL. rank must stay where it is: facts points into it. */
void job_rank_read(struct job_rank *rank, const char *const *environment,
		   const char *stated);

/* The name of a rank's file, from a pattern as srun(1) has them: %j is the job, %s the step, %n the node and %r the
 * rank by their numbers, %h the host's name up to its first dot, %% a '%'; any other '%' stands for itself. rank
 * is job_rank_read()'s, path has room for size. -1 with *why: the pattern asks for what no launcher says, or the
 * name is too long. */
int job_rank_file(const struct job_rank *rank, const char *pattern, char *path, size_t size,
		  struct problem *why);

#endif
