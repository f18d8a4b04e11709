/* models/cli/mpi-ranks.h - the ranks of an MPI job that train together, and what their exchange takes. */
#ifndef JOULECART_MODELS_MPI_RANKS_H
#define JOULECART_MODELS_MPI_RANKS_H
#include "models/train/gradient-exchange.h"

struct mpi_exchange;

struct mpi_ranks {
	struct gradient_exchange exchange; /* what training is given */
	uint64_t bytes;                    /* of the gradients that this rank sent */
	int64_t spent_ns; /* until it had those of the others, waiting for them included */
	const struct mpi_exchange *plugin;
	struct gradient_exchange inner; /* MPI's own */
	unsigned region; /* that a profiler sees the exchange as: "exchange" */
};

/* Loads MPI, and joins the job. ranks must stay where it is. 0, or -1 with *why filled. */
int mpi_ranks_open(struct mpi_ranks *ranks, struct problem *why);
/* status 0: all went well. Else what main exits with: the other ranks are ended too then. */
void mpi_ranks_close(struct mpi_ranks *ranks, int status);

#endif
