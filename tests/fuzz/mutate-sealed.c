/* tests/fuzz/mutate-sealed.c - changes a sealed file in every way that comes to mind, and sees to it that
 * either 'verify' fails or every output stays as it was.
 *
 *     mutate-sealed PROGRAM SEALED.db OTHER.db FIRST COUNT [SECONDS]
 *
 * Works in the current folder, on m.db and what stands beside it. Mutation number N is always the
 * same: a finding is made again by 'mutate-sealed ... N 1'. PROGRAM is joulecart. Of each mutation
 * 'verify' runs, and one of the other commands, none of which may crash or take SECONDS. Exits
 * with 1 at the first finding, and says which it is. After SECONDS, if given, it ends and says how
 * many there were: a busy machine does fewer. */
#include <config.h>

#include "tests/fuzz/mutations.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A command may take so long, sanitizers and a busy machine included. */
enum { SECONDS = 5, SLACK = 4, MOST_ARGUMENTS = 10, DIGEST = 32 };

/* After the program's name; m.db is the file. */
static const char *const commands[][MOST_ARGUMENTS] = {
	{ "report", "m.db" },
	{ "report", "-f", "json", "m.db" },
	{ "report", "-f", "csv", "m.db" },
	{ "report", "-f", "markdown", "m.db" },
	{ "report", "-f", "html", "m.db" },
	{ "compare", "m.db", "a", "b" },
	{ "compare", "-f", "json", "m.db", "a", "b" },
	{ "compare", "-f", "csv", "m.db", "a", "b" },
	{ "check", "m.db", "--budget", "1kJ" },
	{ "whatif", "--zone", "FR", "m.db" },
	{ "samples", "m.db" },
	{ "factors", "list", "m.db" },
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

struct outcome {
	int status; /* as waitpid has it */
	uint8_t digest[DIGEST];
	bool is_late;
};

static const char *program;

static pid_t start(const char *const *arguments, int *out)
{
	const char *argv[MOST_ARGUMENTS + 2] = { program };
	int ends[2];
	for (int i = 0; i < MOST_ARGUMENTS && arguments[i]; i++)
		argv[i + 1] = arguments[i];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	pid_t pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		int null = open("said", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(null, STDERR_FILENO);
		alarm(SECONDS * SLACK);
		execv(program, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(ends[1]);
	*out = ends[0];
	return pid;
}

static struct outcome run(const char *const *arguments)
{
	struct outcome outcome = { .status = -1 };
	crypto_generichash_state hash;
	uint8_t bytes[65536];
	int out = -1;
	ssize_t n;
	crypto_generichash_init(&hash, NULL, 0, DIGEST);
	pid_t pid = start(arguments, &out);
	while ((n = read(out, bytes, sizeof(bytes))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			crypto_generichash_update(&hash, bytes, (size_t)n);
	close(out);
	waitpid(pid, &outcome.status, 0);
	crypto_generichash_final(&hash, outcome.digest, DIGEST);
	outcome.is_late = WIFSIGNALED(outcome.status) &&
			  WTERMSIG(outcome.status) == SIGALRM;
	return outcome;
}

/* A status that no failure has: a signal, or what the sanitizers exit with. */
static bool is_crash(const struct outcome *outcome)
{
	return WIFSIGNALED(outcome->status) || !WIFEXITED(outcome->status) ||
	       WEXITSTATUS(outcome->status) > 4;
}

static int found(unsigned long number, const char *what, const char *command)
{
	fprintf(stderr, "mutation %lu (%s): %s: %s\n", number, mutation_said(), command,
		what);
	return 1;
}

static int check_outputs(unsigned long number, const struct outcome *sound)
{
	for (int i = 0; i < N_COMMANDS; i++) {
		struct outcome outcome = run(commands[i]);
		if (outcome.status != sound[i].status ||
		    memcmp(outcome.digest, sound[i].digest, DIGEST) != 0)
			return found(number, "verify holds, and the output is another",
				     commands[i][0]);
	}
	return 0;
}

static int check(unsigned long number, const struct outcome *sound, unsigned long *n_held)
{
	static const char *const verify[MOST_ARGUMENTS] = { "verify", "--require-sealed",
							    "m.db" };
	const char *const *other = commands[number % N_COMMANDS];
	struct outcome outcome = run(verify);
	if (is_crash(&outcome))
		return found(number, outcome.is_late ? "hangs" : "crashes", "verify");
	if (WEXITSTATUS(outcome.status) == 0) {
		++*n_held;
		return check_outputs(number, sound);
	}
	outcome = run(other);
	if (is_crash(&outcome))
		return found(number, outcome.is_late ? "hangs" : "crashes", other[0]);
	return 0;
}

int main(int argc, char **argv)
{
	struct outcome sound[N_COMMANDS];
	unsigned long n_held = 0;
	if (argc < 6 || argc > 7 || sodium_init() < 0) {
		fprintf(stderr,
			"mutate-sealed PROGRAM SEALED.db OTHER.db FIRST COUNT [SECONDS]\n");
		return 2;
	}
	/* A finding of the sanitizers has a status of its own. */
	setenv("ASAN_OPTIONS", "exitcode=99:detect_leaks=0", 0);
	setenv("UBSAN_OPTIONS", "exitcode=99:print_stacktrace=1", 0);
	program = argv[1];
	unsigned long first = strtoul(argv[4], NULL, 10),
		      count = strtoul(argv[5], NULL, 10);
	mutation_restore(argv[2]);
	for (int i = 0; i < N_COMMANDS; i++) {
		sound[i] = run(commands[i]);
		/* 4: two trials do not decide; what is said of them is an output, too. */
		if (!WIFEXITED(sound[i].status) || (WEXITSTATUS(sound[i].status) != 0 &&
						    WEXITSTATUS(sound[i].status) != 4))
			return found(0, "fails on the sound file", commands[i][0]);
	}
	time_t end = argc == 7 ? time(NULL) + atoi(argv[6]) : 0;
	unsigned long i = first;
	for (; i < first + count && (end == 0 || time(NULL) < end); i++) {
		mutation_restore(argv[2]);
		mutation_apply(i, argv[3]);
		if (check(i, sound, &n_held) != 0)
			return 1;
	}
	printf("%lu mutations: %lu hold with every output as it was, verify finds the "
	       "others\n",
	       i - first, n_held);
	return 0;
}
