/* tests/fuzz/mutate-sealed.c - changes a sealed file in every way that comes to mind, and sees to it that
 * either 'verify' fails and says where, or every output stays as it was.
 *
 *     mutate-sealed SEALED.db OTHER.db FIRST COUNT [EVERY]
 *
 * Works in the current folder, on m.db and what stands beside it. Mutation number N is always the
 * same: a finding is made again by 'mutate-sealed ... N 1'. Each mutation is made and looked at in a
 * process of its own, which starts no program: joulecart's commands are part of this one. Where
 * verify holds, all outputs (outputs.c) must be what they were; where it fails, the property holds,
 * and for every EVERYth mutation one of the outputs is made nevertheless: none may crash or hang.
 * Exits with 1 at the first finding, and says which it is. Several may run, each in a folder of its
 * own. */
#include <config.h>

#include "tests/fuzz/mutations.h"
#include "tests/fuzz/outputs.h"
#include "tests/fuzz/pool.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_OUTPUTS = 64 };

/* What a mutation's process tells this one, also where it dies. */
struct told {
	char mutation[1024];
	char doing[200];                   /* the command that runs, or ran last */
	char finding[400];                 /* empty: none */
	int held;                          /* verify held, and all outputs were as before */
	struct output sound[MOST_OUTPUTS]; /* of the file as it was sealed */
};

static struct told *told;
static unsigned long every = 1;

/* Of the sanitizer: most of its time goes into memory that nobody reads. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4:malloc_context_size=4:detect_leaks=0";
}

static void do_output(size_t number, struct output *output)
{
	snprintf(told->doing, sizeof(told->doing), "%s", output_said(number));
	output_make(number, output);
}

static void find(const char *what, const char *more)
{
	snprintf(told->finding, sizeof(told->finding), "%s: %.300s", what, more);
}

static void compare_outputs(void)
{
	/* verify has read every value: what reads them here is after differences alone. */
	pool_serve_sqlite(true);
	for (size_t i = 0; i < output_count && !*told->finding; i++) {
		struct output output, *sound = &told->sound[i];
		do_output(i, &output);
		/* A file that can be read and not written (its header says so, or its list of free pages is
		 * damaged) has no new seal, and says why. */
		if (output_writes(i) && output.status != 0 && *output.why)
			continue;
		if (output.status != sound->status ||
		    memcmp(output.digest, sound->digest, OUTPUT_DIGEST) != 0)
			find("verify holds, and the output is another", output.why);
	}
	told->held = !*told->finding;
}

static void look_at(unsigned long number)
{
	struct output output;
	snprintf(told->doing, sizeof(told->doing), "verify");
	output_verify(&output);
	if (output.status == 0)
		compare_outputs();
	else if (!*output.why)
		find("fails without a place", "");
	else if (output.status != 1 && output.status != 3)
		find("exits with a status that it has not", output.why);
	else if (number % every == 0)
		do_output(number / every % output_count, &output);
}

/* No output of a sound file may fail; 4: two trials do not decide. */
static void look_at_sound(void)
{
	struct output output;
	output_verify(&output);
	if (output.status != 0)
		find("the file as it was sealed does not verify", output.why);
	for (size_t i = 0; i < output_count && !*told->finding; i++) {
		do_output(i, &told->sound[i]);
		if (told->sound[i].status != 0 && told->sound[i].status != 4)
			find("fails for the file as it was sealed", told->sound[i].why);
	}
}

static void work(unsigned long number, const char *sealed, const char *other)
{
	/* Also what a sanitizer has to say. */
	int said = open("said", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	dup2(said, STDERR_FILENO);
	if (number > 0)
		mutation_apply(number, sealed, other);
	else
		mutation_restore(sealed);
	pool_serve_sqlite(false);
	snprintf(told->mutation, sizeof(told->mutation), "%s", mutation_said());
	if (number > 0)
		look_at(number);
	else
		look_at_sound();
	_exit(0);
}

/* 0: the property holds. Number 0 is the file as it is. */
static int mutate(unsigned long number, const char *sealed, const char *other)
{
	int status = -1;
	told->finding[0] = told->mutation[0] = told->doing[0] = '\0';
	told->held = 0;
	pid_t child = fork();
	if (child == 0)
		work(number, sealed, other);
	if (child < 0 || waitpid(child, &status, 0) != child)
		find("cannot start a process", "");
	else if (WIFSIGNALED(status) &&
		 (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM))
		find("hangs", "");
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		find("crashes", "");
	if (!*told->finding)
		return 0;
	fprintf(stderr, "mutation %lu (%s): %s: %s\n", number, told->mutation, told->doing,
		told->finding);
	return 1;
}

int main(int argc, char **argv)
{
	unsigned long n_held = 0;
	if (argc < 5 || argc > 6 || sodium_init() < 0) {
		fprintf(stderr, "mutate-sealed SEALED.db OTHER.db FIRST COUNT [EVERY]\n");
		return 2;
	}
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		    -1, 0);
	if (told == MAP_FAILED || output_count > MOST_OUTPUTS)
		return 2;
	output_set_up();
	pool_serve_sqlite(true);
	if (argc == 6)
		every = strtoul(argv[5], NULL, 10);
	unsigned long first = strtoul(argv[3], NULL, 10),
		      count = strtoul(argv[4], NULL, 10);
	if (mutate(0, argv[1], argv[2]) != 0)
		return 1;
	for (unsigned long i = first; i < first + count; i++) {
		if (mutate(i, argv[1], argv[2]) != 0)
			return 1;
		n_held += (unsigned long)told->held;
	}
	printf("%lu mutations: %lu hold with every output as it was, verify finds the "
	       "others\n",
	       count, n_held);
	return 0;
}
