/* bench/cpu-choice.c - what it costs the sampler to keep off the processors that work, on large machines.
 *
 *     bench-cpu-choice [PROCESSORS]...      [2 16 128 512]
 *
 * A machine made of files, half of whose processors work; 50 seconds of its time are gone through as fast as
 * they can be, with a look each tenth of a second, as often as the sampler is watched. Prints the microseconds
 * of CPU time of the choice for each tick at 1 kHz, and its share of that tick's millisecond. To read a file is
 * in it; what the kernel takes to write /proc/stat is not: that is told below, for the processors of this
 * machine. */
#include <config.h>

#include "base/clock.h"
#include "profiler/sample/cpu-choice.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* As often sampler_watch() is called. */
enum { WATCH_HZ = 10, RATE_HZ = 1000, SECONDS = 50, KERNEL_TICKS = 100 };

struct machine {
	char folder[32], stat[48], possible[48];
	long n;
};

static void write_file(const char *path, const char *form, long n)
{
	FILE *file = fopen(path, "w");
	if (!file)
		exit(1);
	fprintf(file, form, n);
	fclose(file);
}

/* After so many seconds of its time; the first half of its processors work. */
static void write_stat(const struct machine *machine, int second)
{
	FILE *file = fopen(machine->stat, "r+");
	if (!file)
		exit(1);
	fputs("cpu  1 2 3 4 5 6 7 8 9 10\n", file);
	for (long i = 0; i < machine->n; i++) {
		bool is_busy = i < machine->n / 2;
		fprintf(file, "cpu%ld %d 0 0 %d 0 0 0 0 0 0\n", i,
			is_busy ? second * KERNEL_TICKS : 0,
			is_busy ? 0 : second * KERNEL_TICKS);
	}
	fputs("intr 12345 1 2 3\nctxt 1\n", file);
	fclose(file);
}

static int64_t cpu_ns(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static void measure(struct machine *machine)
{
	cpu_set_t allowed;
	CPU_ZERO(&allowed);
	for (long i = 0; i < machine->n && i < CPU_SETSIZE; i++)
		CPU_SET((size_t)i, &allowed);
	write_file(machine->possible, "0-%ld\n", machine->n - 1);
	write_file(machine->stat, "cpu %ld\n", 0);
	write_stat(machine, 0);
	const struct cpu_files files = { machine->stat, machine->folder };
	struct cpu_choice *choice = cpu_choice_new(&files, &allowed);
	int64_t used_ns = 0;
	for (int second = 0; second < SECONDS && choice; second++) {
		write_stat(machine, second);
		const int64_t begin_ns = cpu_ns();
		for (int watch = 0; watch < WATCH_HZ; watch++) {
			const struct cpu_own own = { (int)machine->n - 1, 0 };
			const int64_t now_ns = (second * (int64_t)WATCH_HZ + watch) *
					       (NS_PER_S / WATCH_HZ);
			cpu_choice_look(choice, now_ns + 1, &own);
		}
		used_ns += cpu_ns() - begin_ns;
	}
	double us = (double)used_ns / 1e3 / (RATE_HZ * SECONDS);
	printf("%10ld  %12.3f  %11.3f %%  %5lld\n", machine->n, us,
	       us / (1e6 / RATE_HZ) * 100, (long long)cpu_choice_looks(choice).n);
	cpu_choice_free(choice);
}

/* What the kernel takes for /proc/stat. */
static void measure_kernel(void)
{
	enum { READS = 2000 };
	static char text[1 << 20];
	int64_t begin_ns = cpu_ns();
	for (int i = 0; i < READS; i++) {
		FILE *file = fopen("/proc/stat", "r");
		if (!file)
			return;
		while (fread(text, 1, sizeof(text), file) > 0)
			;
		fclose(file);
	}
	printf("\n/proc/stat of this machine's %ld processors: %.1f us a read\n",
	       sysconf(_SC_NPROCESSORS_ONLN), (double)(cpu_ns() - begin_ns) / 1e3 / READS);
}

int main(int argc, char **argv)
{
	static const char *const usual[] = { "2", "16", "128", "512" };
	struct machine machine = { .folder = "/tmp/cpu-choice-XXXXXX" };
	if (!mkdtemp(machine.folder))
		return 1;
	snprintf(machine.stat, sizeof(machine.stat), "%s/stat", machine.folder);
	snprintf(machine.possible, sizeof(machine.possible), "%s/possible", machine.folder);
	puts("processors  us of a tick  of the tick  looks");
	for (int i = 0; i < (argc > 1 ? argc - 1 : 4); i++) {
		machine.n = atol(argc > 1 ? argv[i + 1] : usual[i]);
		measure(&machine);
	}
	measure_kernel();
	unlink(machine.stat);
	unlink(machine.possible);
	rmdir(machine.folder);
	return 0;
}
