/* models/mpi/mpi-exchange.h - how the plugin that knows MPI is called: joulecart-models loads it for 'train
 * --mpi', so that it starts without MPI wherever that is not asked for. */
#ifndef JOULECART_MODELS_MPI_EXCHANGE_H
#define JOULECART_MODELS_MPI_EXCHANGE_H

struct gradient_exchange;

/* The functions of the plugin, under the name MPI_EXCHANGE_SYMBOL. */
struct mpi_exchange {
	/* Joins the job that mpirun or srun has started this process in; a process that neither has started is
	 * the only rank. Once a process. NULL, or why it failed: a text that lasts. */
	const char *(*open)(struct gradient_exchange *exchange);
	/* Leaves the job. status 0: together with the other ranks. Else at exit(), and ends the other ranks,
	 * which would wait for this one; mpirun then ends with that status. */
	void (*close)(int status);
};
#define MPI_EXCHANGE_SYMBOL "joulecart_mpi_exchange"

#endif
