/* collectors/cpu/estimate.h - the linear model of a server's power, for where nothing measures.
 *
 *   watts = threads x (min + utilisation x (max - min)) + memory beyond what min includes
 *
 * The coefficients are whole-server wall watts per hardware thread by microarchitecture
 * (schema/factors/cpu.tsv has each with its source): power supply loss, fans, disks and the
 * usual memory are in them already. */
#ifndef JOULECART_ESTIMATE_H
#define JOULECART_ESTIMATE_H

struct cpu_coefficients {
	const char *microarchitecture;
	double min_w_per_thread, max_w_per_thread;
	double ram_gb_included_per_package, ram_w_per_gb;
	double uncertainty_k2; /* relative, expanded (k = 2) */
};

/* What the model has to know of a machine. */
struct estimate_machine {
	int n_threads, n_packages;
	double ram_gb;
};

/* The coefficients of that microarchitecture; of "unknown" for NULL and names without any. */
const struct cpu_coefficients *cpu_coefficients_find(const char *microarchitecture);

/* Power of the whole machine; utilisation is the share of its threads that work, 0 to 1. */
double estimate_machine_w(const struct cpu_coefficients *cpu,
			  const struct estimate_machine *machine, double utilisation);

#endif
