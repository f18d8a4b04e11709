/* collectors/cpu/estimate.c - joules of the whole machine from its utilisation, see estimate.h.
 *
 * One counter: modelled nanojoules since open(). It is integrated from two totals, time and
 * busy CPU seconds, so that no error adds up over the ticks. */
#include <config.h>

#include "collectors/cpu/estimate.h"

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/cpu/cpu-identity.h"
#include "collectors/cpu/machine-cpu.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collectors/cpu-coefficients.h"

enum { N_COEFFICIENTS = sizeof(cpu_coefficients) / sizeof(*cpu_coefficients) };

const struct cpu_coefficients *cpu_coefficients_find(const char *microarchitecture)
{
	for (size_t i = 0; microarchitecture && i < N_COEFFICIENTS; i++)
		if (strcmp(cpu_coefficients[i].microarchitecture, microarchitecture) == 0)
			return &cpu_coefficients[i];
	return &cpu_coefficients[N_COEFFICIENTS - 1];
}

double estimate_machine_w(const struct cpu_coefficients *cpu,
			  const struct estimate_machine *machine, double utilisation)
{
	double swing_w = cpu->max_w_per_thread - cpu->min_w_per_thread;
	double extra_gb = machine->ram_gb -
			  machine->n_packages * cpu->ram_gb_included_per_package;
	return machine->n_threads * (cpu->min_w_per_thread + utilisation * swing_w) +
	       (extra_gb > 0 ? extra_gb * cpu->ram_w_per_gb : 0);
}

struct estimate {
	struct channel channel;
	int fd;
	int64_t begin_ns;
	uint64_t begin_busy_ticks;
	double idle_w;          /* of the machine with no thread at work */
	double busy_j_per_tick; /* what one tick of one thread's work adds */
};

static const struct cpu_coefficients *coefficients_here(struct cpu_identity *cpu)
{
	cpu_identity_read(cpu);
	return cpu_coefficients_find(cpu->microarchitecture);
}

static int probe(char *found, size_t size, struct problem *why)
{
	struct cpu_identity cpu;
	const struct cpu_coefficients *coefficients = coefficients_here(&cpu);
	(void)why;
	snprintf(found, size, "%s: %s, %.3g to %.3g W per thread, within %.0f %%",
		 *cpu.model_name ? cpu.model_name : "processor",
		 cpu.microarchitecture ? cpu.microarchitecture : "coefficients unknown",
		 coefficients->min_w_per_thread, coefficients->max_w_per_thread,
		 100 * coefficients->uncertainty_k2);
	return 0;
}

static void set_model(struct estimate *estimate)
{
	struct cpu_identity cpu;
	const struct cpu_coefficients *coefficients = coefficients_here(&cpu);
	const struct estimate_machine machine = {
		.n_threads = (int)sysconf(_SC_NPROCESSORS_ONLN),
		.n_packages = cpu.n_packages > 0 ? cpu.n_packages : 1,
		.ram_gb = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) /
			  1e9,
	};
	estimate->idle_w = estimate_machine_w(coefficients, &machine, 0);
	estimate->busy_j_per_tick = (coefficients->max_w_per_thread -
				     coefficients->min_w_per_thread) *
				    machine_cpu_tick_s();
	/* Twice what the model gives at full load: processors that idle are booked late. */
	double limit_w = 2 * estimate_machine_w(coefficients, &machine, 1);
	estimate->channel = (struct channel){
		.name = "machine",
		.domain = "machine",
		.kind = KIND_COUNTER,
		.unit = UNIT_J,
		.provenance = PROV_ESTIMATED,
		.counted = true,
		.part = "machine",
		.unit_per_raw = 1e-9,
		.update_interval_ns = machine_cpu_tick_ns(),
		.max_power_w = limit_w,
		.uncertainty_k2 = coefficients->uncertainty_k2,
		.uncertainty_basis =
		    cpu.microarchitecture
			? "linear SPECpower model of this microarchitecture"
			: "linear SPECpower model, microarchitecture unknown",
	};
}

static int open_estimate(const struct scope *scope, void **state, struct channel_list *list,
			 struct problem *why)
{
	(void)scope;
	struct machine_cpu cpu = { 0 };
	struct estimate *estimate = calloc(1, sizeof(*estimate));
	problem_what(why, "cannot estimate energy");
	if (!estimate)
		return problem_why(why, "out of memory");
	estimate->fd = sysfs_open(MACHINE_CPU_PATH);
	int err = estimate->fd < 0 ? -estimate->fd : machine_cpu_read(estimate->fd, &cpu);
	if (err) {
		if (estimate->fd >= 0)
			close(estimate->fd);
		free(estimate);
		problem_what(why, "cannot read '%s'", MACHINE_CPU_PATH);
		return problem_errno(why, err);
	}
	set_model(estimate);
	estimate->begin_ns = monotonic_ns();
	estimate->begin_busy_ticks = cpu.busy_ticks;
	*state = estimate;
	*list = (struct channel_list){ .channels = &estimate->channel, .n = 1 };
	return 0;
}

static size_t read_estimate(void *state, struct reading *out)
{
	const struct estimate *estimate = state;
	struct machine_cpu cpu;
	*out = (struct reading){ .err = machine_cpu_read(estimate->fd, &cpu) };
	if (out->err)
		return 1;
	double elapsed_s = (double)(monotonic_ns() - estimate->begin_ns) / 1e9;
	double busy_ticks = (double)(int64_t)(cpu.busy_ticks - estimate->begin_busy_ticks);
	double nj = 1e9 *
		    (estimate->idle_w * elapsed_s + estimate->busy_j_per_tick * busy_ticks);
	/* The kernel's counts can fall, or be nonsense: then there is nothing to model with. */
	if (nj >= 0 && nj < (double)INT64_MAX)
		out->raw = (uint64_t)nj;
	else
		out->err = ERANGE;
	return out->err != 0;
}

static void close_estimate(void *state)
{
	struct estimate *estimate = state;
	if (!estimate)
		return;
	close(estimate->fd);
	free(estimate);
}

const struct collector estimate_collector = {
	.name = "estimate",
	.source = "utilisation of the machine and published coefficients",
	.is_energy = true,
	.is_fallback = true,
	.rest_ns = MACHINE_CPU_REST_NS,
	.probe = probe,
	.open = open_estimate,
	.read = read_estimate,
	.close = close_estimate,
};
