/* profiler/programs/observer-main.c - joulecart-observer: the program behind 'joulecart doctor --observer'.
 *
 * Runs a job that times itself, alone and under 'joulecart run' at 1 kHz, next to each other in an order drawn
 * by a seed: once with one thread, which leaves a processor free, and once with a thread on each. The
 * logarithms of the ratios give by how much the command takes longer (reports/statistics/paired.h), and so what
 * a tick costs it. All else that joulecart does meanwhile, such as storing, is in the figure. */
#include <config.h>

#include "base/clock.h"
#include "base/option-table.h"
#include "base/plain-file.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "base/wrap.h"
#include "profiler/launch/program-path.h"
#include "profiler/observer/tick-cost.h"
#include "profiler/options/output-file.h"
#include "profiler/programs/observer-job.h"
#include "reports/statistics/paired.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A run of the job lasts one of SLICES_A_SECOND; PAIRS_MOST are far more than a calibration takes. */
enum { RATE_HZ = 1000, SLICES_A_SECOND = 4, PAIRS_MOST = 4096 };

struct options {
	const char *joulecart; /* the program that is to be calibrated */
	double seconds;
	int64_t job_threads, job_units; /* of the job, which is this program, too */
};

static const struct option_row rows[] = {
	{ "joulecart", 0, "PROGRAM", NULL, "the joulecart that observes",
	  OPTION_TEXT(struct options, joulecart) },
	{ "seconds", 0, "N", NULL, "how long to calibrate [20]",
	  OPTION_REAL(struct options, seconds, 4, 3600) },
	{ "job-threads", 0, "N", NULL, "do the job in so many threads, print nanoseconds",
	  OPTION_COUNT(struct options, job_threads, 1, 1024) },
	{ "job-units", 0, "N", NULL, "so much of it in each",
	  OPTION_COUNT(struct options, job_units, 1, 1e9) },
	{ 0 },
};

static const struct option_table table = {
	.command = "doctor --observer",
	.usage = "Usage: joulecart-observer [OPTION]...\n",
	.rows = rows,
	.takes_no_operand = true,
};

/* What is run: the job, and the command line that observes it. */
struct calibration {
	const char *joulecart;
	char self[PATH_MAX], folder[64], database[80];
	int64_t n_threads, n_units;
};

extern char **environ;

/* Runs argv, which prints a number; the number. -1 with *why. */
static int64_t number_printed(char *const argv[], struct problem *why)
{
	posix_spawn_file_actions_t files;
	char text[32] = "", *end;
	int ends[2], status = 0;
	pid_t pid;
	problem_what(why, "cannot run '%s'", argv[0]);
	if (pipe(ends) != 0)
		return problem_errno(why, errno);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&files, ends[0]);
	posix_spawn_file_actions_addclose(&files, ends[1]);
	int err = posix_spawn(&pid, argv[0], &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	close(ends[1]);
	FILE *output = fdopen(ends[0], "r");
	if (err == 0 && output && !fgets(text, sizeof(text), output))
		text[0] = '\0';
	if (output)
		fclose(output);
	if (err != 0)
		return problem_errno(why, err);
	waitpid(pid, &status, 0);
	long long number = strtoll(text, &end, 10);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || end == text || number <= 0)
		return problem_refuse(
		    why, "see what it says above; 'joulecart run -- true' must work",
		    "it did not tell how long the job took");
	return number;
}

/* The job's nanoseconds, alone or observed. -1 with *why. */
static int64_t job_ns(const struct calibration *calibration, bool is_observed,
		      struct problem *why)
{
	char threads[40], units[40], rate[16];
	snprintf(threads, sizeof(threads), "--job-threads=%lld",
		 (long long)calibration->n_threads);
	snprintf(units, sizeof(units), "--job-units=%lld", (long long)calibration->n_units);
	snprintf(rate, sizeof(rate), "%d", RATE_HZ);
	const char *const argv[] = { calibration->joulecart,
				     "run",
				     "-q",
				     "--rate",
				     rate,
				     "-o",
				     calibration->database,
				     "--",
				     calibration->self,
				     threads,
				     units,
				     NULL };
	enum { FIRST_OF_JOB = 8 };
	/* posix_spawn changes none of them */
	char *const *words = (char *const *)(uintptr_t)argv;
	int64_t ns = number_printed(is_observed ? words : words + FIRST_OF_JOB, why);
	unlink(calibration->database);
	return ns;
}

/* As much work as fills a slice here. */
static int size_job(struct calibration *calibration, struct problem *why)
{
	for (calibration->n_units = 64;; calibration->n_units *= 2) {
		int64_t ns = job_ns(calibration, false, why);
		if (ns < 0)
			return -1;
		if (ns > NS_PER_S / SLICES_A_SECOND / 4) {
			double units = (double)calibration->n_units * (double)NS_PER_S /
				       SLICES_A_SECOND / (double)ns;
			calibration->n_units = (int64_t)fmax(units, 1);
			return 0;
		}
	}
}

/* Pairs until the time is over, at least as many as give a verdict: the test of their log ratios. */
static int take_pairs(const struct calibration *calibration, double seconds,
		      struct t_test *test, struct problem *why)
{
	double logs[PAIRS_MOST];
	size_t n = 0;
	unsigned seed = 1;
	const int64_t until_ns = monotonic_ns() + (int64_t)(seconds * (double)NS_PER_S);
	while (n < PAIRS_LEAST || (n < PAIRS_MOST && monotonic_ns() < until_ns)) {
		bool is_observed_first = rand_r(&seed) % 2;
		int64_t first_ns = job_ns(calibration, is_observed_first, why);
		int64_t second_ns = first_ns < 0
					? -1
					: job_ns(calibration, !is_observed_first, why);
		if (second_ns < 0)
			return -1;
		double log_ratio = log((double)first_ns / (double)second_ns);
		logs[n++] = is_observed_first ? log_ratio : -log_ratio;
	}
	*test = t_paired(logs, n);
	return 0;
}

/* At that rate a command that takes the ratio times as long has lost so much a tick. */
static double ns_of_log(double log_ratio)
{
	return expm1(log_ratio) * (double)NS_PER_S / RATE_HZ;
}

static void print_place(enum tick_place place, const struct t_test *test)
{
	static const char *const names[TICK_PLACES] = { "a processor is free",
							"all processors work" };
	printf(" %-22s %6.2f %% (%.2f to %.2f)  %8.1f us  %5zu\n", names[place],
	       100 * expm1(test->mean), 100 * expm1(test->ci95.low),
	       100 * expm1(test->ci95.high), ns_of_log(test->mean) / 1e3, test->n);
}

static int calibrate_place(struct calibration *calibration, enum tick_place place,
			   double seconds, struct tick_costs *costs, struct problem *why)
{
	struct t_test test;
	calibration->n_threads = place == TICK_APART ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
	if (size_job(calibration, why) != 0 ||
	    take_pairs(calibration, seconds, &test, why) != 0)
		return -1;
	costs->is_known[place] = true;
	costs->places[place] = (struct tick_cost){ ns_of_log(test.mean),
						   ns_of_log(test.ci95.low),
						   ns_of_log(test.ci95.high) };
	print_place(place, &test);
	fflush(stdout);
	return 0;
}

static void print_kept(const char *path)
{
	char text[PATH_MAX + 200];
	snprintf(
	    text, sizeof(text),
	    "Kept in %s: trials on this machine say by it how much they were slowed down. "
	    "If anything else ran meanwhile, calibrate again.",
	    path);
	fputs("\n ", stdout);
	wrap_print(text, 1, 1, stdout);
}

static int keep(const struct tick_costs *costs, struct problem *why)
{
	char folder[PATH_MAX - 16], path[PATH_MAX];
	struct output_file output;
	tick_cost_folder(folder, sizeof(folder));
	if (!folder[0]) {
		problem_what(why, "cannot keep this machine's figure");
		return problem_refuse(why, "set HOME or XDG_STATE_HOME",
				      "there is no home folder");
	}
	snprintf(path, sizeof(path), "%s/%s", folder, TICK_COST_FILE);
	char *text = tick_costs_text(costs);
	if (!text)
		return problem_errno(why, ENOMEM);
	int code = folders_make(folder, why);
	if (code == 0)
		code = output_open(&output, path, true, why);
	if (code == 0) {
		fputs(text, output.stream);
		code = output_commit(&output, why);
	}
	free(text);
	if (code == 0)
		print_kept(path);
	return code;
}

static int calibrate(struct calibration *calibration, double seconds, struct problem *why)
{
	struct tick_costs costs = { .calibrated_utc_s = time(NULL) };
	const bool is_one = sysconf(_SC_NPROCESSORS_ONLN) < 2;
	printf(
	    "By how much a command takes longer under joulecart at %d Hz, 95 %% interval;\n"
	    "%.0f s of a job that computes, alone and observed in turn:\n\n"
	    " %-22s %-24s %11s  pairs\n",
	    RATE_HZ, seconds, "where", "longer", "a tick");
	fflush(stdout);
	if (!is_one &&
	    calibrate_place(calibration, TICK_APART, seconds / 2, &costs, why) != 0)
		return -1;
	if (calibrate_place(calibration, TICK_SHARED, is_one ? seconds : seconds / 2,
			    &costs, why) != 0)
		return -1;
	return keep(&costs, why);
}

/* With a folder of its own for the databases, which nobody keeps. */
static int calibrate_apart(const struct options *options, struct problem *why)
{
	struct calibration calibration = { .joulecart = options->joulecart };
	const char *temporary = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	if (!options->joulecart) {
		problem_what(why, "cannot calibrate");
		return problem_refuse(why, "run 'joulecart doctor --observer'",
				      "--joulecart is missing");
	}
	ssize_t length = readlink("/proc/self/exe", calibration.self,
				  sizeof(calibration.self) - 1);
	calibration.self[length > 0 ? length : 0] = '\0';
	snprintf(calibration.folder, sizeof(calibration.folder), "%s/joulecart-XXXXXX",
		 temporary);
	if (!mkdtemp(calibration.folder)) {
		problem_what(why, "cannot make a folder in '%s'", temporary);
		return problem_errno(why, errno);
	}
	snprintf(calibration.database, sizeof(calibration.database), "%s/x.db",
		 calibration.folder);
	int code = calibrate(&calibration, options->seconds, why);
	rmdir(calibration.folder);
	return code;
}

static int do_job(const struct options *options, struct problem *why)
{
	int64_t ns = observer_job(options->job_threads, options->job_units);
	problem_what(why, "cannot do the job");
	if (ns < 0)
		return problem_errno(why, EAGAIN);
	printf("%lld\n", (long long)ns);
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { .seconds = 20, .job_units = 1 };
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	return options.job_threads ? do_job(&options, why) : calibrate_apart(&options, why);
}

int main(int argc, char **argv)
{
	struct problem why = { 0 };
	char text[1024];
	setlocale(LC_CTYPE, "");
	text_guard_output();
	if (run(argc, argv, &why) == 0)
		return 0;
	problem_advise(&why);
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return (int)why.kind;
}
