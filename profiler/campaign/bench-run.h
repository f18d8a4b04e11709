/* profiler/campaign/bench-run.h - the trials of a bench's plan, one after the other, with their progress. */
#ifndef JOULECART_BENCH_RUN_H
#define JOULECART_BENCH_RUN_H

struct bench_options;
struct bench_plan;
struct campaign;
struct problem;

/* 0, or -1 with *why: a trial failed or was interrupted; those before it are stored. */
int bench_run(struct campaign *campaign, const struct bench_plan *plan,
	      const struct bench_options *bench, struct problem *why);

#endif
