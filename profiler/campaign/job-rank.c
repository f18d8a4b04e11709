/* profiler/campaign/job-rank.c - see job-rank.h. */
#include <config.h>

#include "profiler/campaign/job-rank.h"

#include "base/problem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Which variables a launcher says it with; NULL: none. Sources: mpirun(1) of Open MPI 4.1; MPICH's hydra
 * (PMI_*, MPI_LOCALRANKID) and Intel MPI; the MVAPICH2 2.3 user guide; mpiexec(1) of PALS; srun(1). */
static const struct launcher {
	const char *name, *rank, *n_ranks, *local_rank, *node, *job;
} launchers[] = {
	/* In a Slurm job mpirun's ranks have Slurm's variables, too, and those are the batch script's: a
	 * step that Slurm itself has started comes last. */
	{ "openmpi", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
	  "OMPI_COMM_WORLD_LOCAL_RANK", NULL, "PMIX_NAMESPACE" },
	{ "mvapich", "MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE",
	  "MV2_COMM_WORLD_LOCAL_RANK", NULL, NULL },
	{ "pals", "PALS_RANKID", "PMI_SIZE", "PALS_LOCAL_RANKID", "PALS_NODEID",
	  "PALS_APID" },
	{ "mpich", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", NULL, NULL },
	{ "mpich", "PMI_RANK", "PMI_SIZE", "PMI_LOCAL_RANK", NULL, NULL },
	{ "slurm", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_NODEID",
	  NULL },
	{ "slurm", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", "SLURM_NODEID", NULL },
};

/* NULL: it is not set, or empty. */
static const char *value_of(const char *const *environment, const char *name)
{
	size_t length = name ? strlen(name) : 0;
	for (; name && *environment; environment++)
		if (strncmp(*environment, name, length) == 0 &&
		    (*environment)[length] == '=' && (*environment)[length + 1])
			return *environment + length + 1;
	return NULL;
}

/* -1: not said, or no number of up to nine digits. */
static int64_t number_of(const char *const *environment, const char *name)
{
	enum { DIGITS_MOST = 9 };
	const char *value = value_of(environment, name);
	int64_t number = 0;
	size_t n = value ? strspn(value, "0123456789") : 0;
	if (n == 0 || n > DIGITS_MOST || value[n] != '\0')
		return -1;
	for (; *value; value++)
		number = number * 10 + (*value - '0');
	return number;
}

/* The text, guarded; NULL: not said, or longer than what it names is. */
static const char *keep(job_name name, const char *value)
{
	size_t n = value ? strlen(value) : 0;
	if (n == 0 || n > JOB_NAME_BYTES)
		return NULL;
	text_guard(value, n, name);
	return name;
}

static bool is_step_of_slurm(const char *const *environment)
{
	return value_of(environment, "SLURM_STEP_ID") ||
	       value_of(environment, "SLURM_STEPID");
}

/* The first of whom the rank is known with its place on the node; else the first who says a rank at all. */
static const struct launcher *find_launcher(const char *const *environment)
{
	const struct launcher *found = NULL;
	for (size_t i = 0; i < sizeof(launchers) / sizeof(*launchers); i++) {
		const struct launcher *launcher = &launchers[i];
		if (number_of(environment, launcher->rank) < 0 ||
		    (strcmp(launcher->name, "slurm") == 0 &&
		     !is_step_of_slurm(environment)))
			continue;
		if (number_of(environment, launcher->local_rank) >= 0 &&
		    number_of(environment, launcher->n_ranks) > 0)
			return launcher;
		found = found ? found : launcher;
	}
	return found;
}

static void read_numbers(struct rank_facts *facts, const char *const *environment,
			 const struct launcher *launcher)
{
	facts->launcher = launcher->name;
	facts->rank = number_of(environment, launcher->rank);
	facts->n_ranks = number_of(environment, launcher->n_ranks);
	facts->local_rank = number_of(environment, launcher->local_rank);
	facts->node = number_of(environment, launcher->node);
	if (facts->n_ranks <= facts->rank)
		facts->n_ranks = -1;
}

/* What Slurm calls the job stands for all that is started in it; what mpirun calls its own start is a step
 * then. */
static void read_slurm(struct job_rank *rank, const char *const *environment)
{
	struct rank_facts *facts = &rank->facts;
	const char *step = value_of(environment, "SLURM_STEP_ID");
	const char *job = value_of(environment, "SLURM_JOB_ID");
	if (!job)
		return;
	if (!facts->launcher)
		facts->launcher = "slurm";
	if (facts->job)
		facts->step = keep(rank->step, facts->job);
	else
		facts->step = keep(rank->step,
				   step ? step : value_of(environment, "SLURM_STEPID"));
	facts->job = keep(rank->job, job);
	if (facts->node < 0)
		facts->node = number_of(environment, "SLURM_NODEID");
	facts->account = keep(rank->account, value_of(environment, "SLURM_JOB_ACCOUNT"));
	facts->partition = keep(rank->partition,
				value_of(environment, "SLURM_JOB_PARTITION"));
}

void job_rank_read(struct job_rank *rank, const char *const *environment,
		   const char *stated)
{
	*rank = (struct job_rank){
		.facts = { .rank = -1, .n_ranks = -1, .local_rank = -1, .node = -1 }
	};
	const struct launcher *launcher = find_launcher(environment);
	struct rank_facts *facts = &rank->facts;
	if (launcher) {
		read_numbers(facts, environment, launcher);
		facts->job = keep(rank->job, value_of(environment, launcher->job));
	}
	read_slurm(rank, environment);
	if (stated) {
		facts->job = keep(rank->job, stated);
		if (!facts->launcher)
			facts->launcher = "stated";
	}
	rank->is_known = facts->launcher != NULL;
}

/* What %letter stands for, in value; false: it stands for nothing. */
static bool word_of(const struct rank_facts *facts, char letter, char *value, size_t size,
		    const char **what)
{
	const struct {
		char letter;
		const char *what, *text;
		int64_t number;
	} words[] = {
		{ 'j', "the job", facts->job, -1 },
		{ 's', "the step", facts->step, -1 },
		{ 'n', "the node's number", NULL, facts->node },
		{ 'r', "the rank", NULL, facts->rank },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i].letter != letter)
			continue;
		*what = words[i].what;
		value[0] = '\0';
		if (words[i].text)
			snprintf(value, size, "%s", words[i].text);
		else if (words[i].number >= 0)
			snprintf(value, size, "%lld", (long long)words[i].number);
		return true;
	}
	*what = letter == 'h' ? "the host" : "";
	snprintf(value, size, "%%");
	if (letter == 'h' && gethostname(value, size) == 0)
		value[strcspn(value, ".")] = '\0';
	return letter == 'h' || letter == '%';
}

int job_rank_file(const struct job_rank *rank, const char *pattern, char *path, size_t size,
		  struct problem *why)
{
	size_t n = 0;
	problem_what(why, "cannot name a file by '%s'", pattern);
	for (; *pattern && n + 1 < size; pattern++) {
		job_name value = { *pattern };
		const char *what = NULL;
		if (*pattern == '%' &&
		    word_of(&rank->facts, pattern[1], value, sizeof(value), &what))
			pattern++;
		else if (*pattern == '%')
			value[0] = '%';
		if (what && !value[0])
			return problem_refuse(
			    why,
			    *pattern == 'j' ? "start it by mpirun or srun, or give --job"
					    : "start it by mpirun or srun, or name the "
					      "file by %h, the host",
			    "no launcher says %s", what);
		/* A launcher's word names no folder: neither another one, nor this one or that above it. */
		if (what && value[0] == '.')
			value[0] = '-';
		for (char *slash = value; what && (slash = strchr(slash, '/'));)
			*slash = '-';
		n += (size_t)snprintf(path + n, size - n, "%s", value);
	}
	if (*pattern || n >= size)
		return problem_errno(why, ENAMETOOLONG);
	path[n] = '\0';
	return 0;
}
