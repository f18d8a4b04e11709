/* models/mpi/mpi-exchange.c - see mpi-exchange.h. The room that knows MPI; a shared object of its own. */
#include <config.h>

#include "models/mpi/mpi-exchange.h"

#include "models/train/gradient-exchange.h"

#include <mpi.h>

#include <limits.h>
#include <stdlib.h>

extern const struct mpi_exchange joulecart_mpi_exchange
    __attribute__((visibility("default")));

/* MPI is one a process, and has state of its own until it ends: so have these. */
static char reason[MPI_MAX_ERROR_STRING];
static int exit_status;

/* NULL for MPI_SUCCESS; else MPI's own words. */
static const char *reason_of(int error)
{
	int length = 0;
	if (error == MPI_SUCCESS)
		return NULL;
	if (MPI_Error_string(error, reason, &length) != MPI_SUCCESS)
		return "an MPI function failed, and MPI does not say why";
	return reason;
}

static const char *swap(void *self, size_t with, const float *mine, float *theirs, size_t n)
{
	(void)self;
	int error = MPI_SUCCESS;
	while (n > 0 && error == MPI_SUCCESS) {
		int part = n > INT_MAX ? INT_MAX : (int)n;
		error = MPI_Sendrecv(mine, part, MPI_FLOAT, (int)with, 0, theirs, part,
				     MPI_FLOAT, (int)with, 0, MPI_COMM_WORLD,
				     MPI_STATUS_IGNORE);
		mine += part;
		theirs += part;
		n -= (size_t)part;
	}
	return reason_of(error);
}

static const char *same(void *self, uint64_t number, bool *is_same)
{
	(void)self;
	/* The largest of the numbers and of their complements: the latter is the complement of the least. */
	uint64_t ends[2] = { number, ~number };
	int error = MPI_Allreduce(MPI_IN_PLACE, ends, 2, MPI_UINT64_T, MPI_MAX,
				  MPI_COMM_WORLD);
	*is_same = ends[0] == ~ends[1];
	return reason_of(error);
}

static const char *open_job(struct gradient_exchange *exchange)
{
	int rank = 0, ranks = 1;
	/* A rank that waits gives way to those that compute, which may be more than there are processors. */
	setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
	int error = MPI_Init(NULL, NULL);
	if (error == MPI_SUCCESS)
		error = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
	if (error == MPI_SUCCESS)
		error = MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	if (error == MPI_SUCCESS)
		error = MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	*exchange = (struct gradient_exchange){
		.rank = (size_t)rank, .ranks = (size_t)ranks, .swap = swap, .same = same
	};
	return reason_of(error);
}

static void end_job(void)
{
	MPI_Abort(MPI_COMM_WORLD, exit_status);
}

static void close_job(int status)
{
	exit_status = status;
	if (status == 0)
		MPI_Finalize();
	else
		atexit(end_job); /* main says why first */
}

const struct mpi_exchange joulecart_mpi_exchange = { .open = open_job, .close = close_job };
