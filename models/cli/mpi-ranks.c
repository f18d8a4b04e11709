/* models/cli/mpi-ranks.c - see mpi-ranks.h. */
#include <config.h>

#include "models/cli/mpi-ranks.h"

#include "base/clock.h"
#include "base/problem.h"
#include "models/mpi/mpi-exchange.h"
#include "profiler/markers/joulecart.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *swap(void *self, size_t with, const float *mine, float *theirs, size_t n)
{
	struct mpi_ranks *ranks = self;
	int64_t began_ns = monotonic_ns();
	joulecart_region_begin(ranks->region);
	const char *reason = ranks->inner.swap(ranks->inner.self, with, mine, theirs, n);
	joulecart_region_end(ranks->region);
	ranks->spent_ns += monotonic_ns() - began_ns;
	ranks->bytes += n * sizeof(float);
	return reason;
}

static const char *same(void *self, uint64_t number, bool *is_same)
{
	struct mpi_ranks *ranks = self;
	return ranks->inner.same(ranks->inner.self, number, is_same);
}

/* The plugin beside this very program (a build tree), else where it was installed. */
static void *load(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path,
				  PATH_MAX - sizeof("joulecart-mpi.so"));
	path[length > 0 ? length : 0] = '\0';
	char *slash = strrchr(path, '/');
	if (slash) {
		strcpy(slash + 1, "joulecart-mpi.so");
		if (access(path, R_OK) == 0)
			return dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	}
	snprintf(path, PATH_MAX, "%s/joulecart-mpi.so", PKGLIBEXECDIR);
	return dlopen(path, RTLD_NOW | RTLD_GLOBAL);
}

static const struct mpi_exchange *find_plugin(struct problem *why)
{
	char path[PATH_MAX];
	void *library = load(path);
	const struct mpi_exchange *plugin = library ? dlsym(library, MPI_EXCHANGE_SYMBOL)
						    : NULL;
	if (plugin)
		return plugin;
	const char *reason = dlerror();
	problem_what(why, "cannot train with MPI");
	problem_refuse(why,
		       "apt-get install openmpi-bin; a build has it where libopenmpi-dev "
		       "was installed before",
		       "%s", reason ? reason : "the plugin is not joulecart's");
	return NULL;
}

int mpi_ranks_open(struct mpi_ranks *ranks, struct problem *why)
{
	*ranks = (struct mpi_ranks){ .plugin = find_plugin(why) };
	if (!ranks->plugin)
		return -1;
	const char *reason = ranks->plugin->open(&ranks->inner);
	if (reason) {
		problem_what(why, "cannot join the MPI job");
		return problem_refuse(why, "look at what mpirun says", "%s", reason);
	}
	ranks->region = joulecart_region("exchange");
	ranks->exchange = (struct gradient_exchange){ .rank = ranks->inner.rank,
						      .ranks = ranks->inner.ranks,
						      .swap = swap,
						      .same = same,
						      .self = ranks };
	return 0;
}

void mpi_ranks_close(struct mpi_ranks *ranks, int status)
{
	ranks->plugin->close(status);
}
