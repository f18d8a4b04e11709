/* tests/fuzz/mutate-sealed.c - changes a sealed file in every way that comes to mind, and sees to it that
 * either 'verify' fails and says where, or every output stays as it was.
 *
 *     JOULECART=PROGRAM mutate-sealed SEALED.db OTHER.db FIRST COUNT [EVERY]
 *
 * Works in the current folder, on m.db and what stands beside it. Mutation number N is always the
 * same: a finding is made again by 'mutate-sealed ... N 1'. Each mutation is made and looked at in a
 * process of its own, which starts no program: joulecart's commands are part of this one. Where
 * verify holds, the outputs (outputs.c) must be what they were: all of them where a row or an object is
 * another; OUTPUTS_IN_TURN, other ones each time, where all that SQLite reads is as it was (free bytes, an
 * order of pages, a log that does not count). Where verify fails, the property holds, and for every EVERYth
 * mutation one of the outputs is made nevertheless: none may crash, hang, or take MOST_KIB of memory.
 * Every PROGRAM_EVERYth mutation, and every HELD_EVERYth that holds, is given to PROGRAM too, which must say
 * the same. Exits with 1 at the first finding, and says which it is. Several may run, each in a folder of its
 * own. */
#include <config.h>

#include "tests/fuzz/content.h"
#include "tests/fuzz/mutations.h"
#include "tests/fuzz/outputs.h"
#include "tests/fuzz/pool.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MOST_OUTPUTS = 64,
	OUTPUTS_IN_TURN = 2,
	PROGRAM_EVERY = 200,
	HELD_EVERY = 20,
	MOST_KIB =
	    1 << 20, /* the files are of a quarter of a MB; a sanitizer's own is in it */
};

/* What a mutation's process tells this one, also where it dies. */
struct told {
	char mutation[1024];
	char doing[200];   /* the command that runs, or ran last */
	char finding[400]; /* empty: none */
	unsigned long n_held, n_same, n_by_program, turn; /* so far */
	uint8_t content[CONTENT_DIGEST];                  /* of the file as it was sealed */
	struct output sound[MOST_OUTPUTS];
};

static struct told *told;
static unsigned long every = 1;
static const char *program;

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

static void compare(size_t i, const struct output *output)
{
	const struct output *sound = &told->sound[i];
	/* A file that can be read and not written (its header says so, or its list of free pages is
	 * damaged) has no new seal, and says why. */
	if (output_writes(i) && output->status != 0 && *output->why)
		return;
	if (output->status == sound->status &&
	    memcmp(output->digest, sound->digest, OUTPUT_DIGEST) == 0)
		return;
	char text[400];
	snprintf(text, sizeof(text), "status %d, before it was %d: %.300s", output->status,
		 sound->status, output->why);
	find("verify holds, and the output is another", text);
}

static bool is_same_content(void)
{
	uint8_t digest[CONTENT_DIGEST];
	return content_digest("m.db", digest) &&
	       memcmp(digest, told->content, CONTENT_DIGEST) == 0;
}

static void compare_outputs(void)
{
	bool is_same = is_same_content();
	size_t n = is_same ? OUTPUTS_IN_TURN : output_count;
	/* verify has read every value: what reads them here is after differences alone. */
	pool_serve_sqlite(true);
	bool is_written = false; /* what comes after is of another seal */
	for (size_t i = 0; i < n && !is_written && !*told->finding; i++) {
		struct output output;
		size_t number = is_same ? told->turn++ % output_count : i;
		do_output(number, &output);
		compare(number, &output);
		is_written = output_writes(number);
	}
	told->n_same += is_same;
	told->n_held++;
}

/* What the program itself says of the file: before its outputs, of which one writes. */
static void ask_program(const struct output *verified)
{
	struct output output;
	snprintf(told->doing, sizeof(told->doing), "verify, by the program");
	output_verify_by_program(program, &output);
	if (output.status != verified->status ||
	    memcmp(output.digest, verified->digest, OUTPUT_DIGEST) != 0)
		find("the program says something else", verified->why);
	size_t number = told->n_by_program++ % output_count;
	if (verified->status == 0 && output_make_by_program(program, number, &output)) {
		snprintf(told->doing, sizeof(told->doing), "%s, by the program",
			 output_said(number));
		compare(number, &output);
	}
}

static void look_at(unsigned long number)
{
	struct output output;
	snprintf(told->doing, sizeof(told->doing), "verify");
	output_verify(&output);
	if (number % PROGRAM_EVERY == 0 ||
	    (output.status == 0 && told->n_held % HELD_EVERY == 0))
		ask_program(&output);
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
	if (!content_digest("m.db", told->content))
		find("cannot be read", "");
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
	/* From malloc, whose bounds a sanitizer sees; dear, so not for each. */
	pool_serve_sqlite(number % 4 != 0);
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
	struct rusage usage = { 0 };
	pid_t child = fork();
	if (child == 0)
		work(number, sealed, other);
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		find("cannot start a process", "");
	else if (WIFSIGNALED(status) &&
		 (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM))
		find("hangs", "");
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		find("crashes", "");
	else if (usage.ru_maxrss > MOST_KIB)
		find("takes a GiB of memory", "");
	if (!*told->finding)
		return 0;
	fprintf(stderr, "mutation %lu (%s): %s: %s\n", number, told->mutation, told->doing,
		told->finding);
	return 1;
}

int main(int argc, char **argv)
{
	program = getenv("JOULECART");
	if (!program || argc < 5 || argc > 6 || sodium_init() < 0) {
		fprintf(stderr, "JOULECART=PROGRAM mutate-sealed SEALED.db OTHER.db FIRST "
				"COUNT [EVERY]\n");
		return 2;
	}
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		    -1, 0);
	if (told == MAP_FAILED || output_count > MOST_OUTPUTS)
		return 2;
	output_set_up();
	pool_serve_sqlite(true);
	if (!mutation_set_up(argv[1], argv[2])) {
		fprintf(stderr, "mutate-sealed: these are no two files of joulecart's\n");
		return 2;
	}
	if (argc == 6)
		every = strtoul(argv[5], NULL, 10);
	unsigned long first = strtoul(argv[3], NULL, 10),
		      count = strtoul(argv[4], NULL, 10);
	if (mutate(0, argv[1], argv[2]) != 0)
		return 1;
	for (unsigned long i = first; i < first + count; i++)
		if (mutate(i, argv[1], argv[2]) != 0)
			return 1;
	printf("%lu mutations: %lu hold with every output as it was (%lu of the same "
	       "content), "
	       "verify finds the others; joulecart itself said the same of %lu\n",
	       count, told->n_held, told->n_same, told->n_by_program);
	return 0;
}
