/* tests/fuzz/outputs.c - see outputs.h. */
#include <config.h>

#include "tests/fuzz/outputs.h"

#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/cli/command.h"
#include "reports/figure/gnuplot.h"
#include "schema/database/sqlite-memory.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_WORDS = 12 }; /* of a command */

/* joulecart-html's main, under another name. */
int html_main(int argc, char **argv);

/* The linker puts it in gnuplot's place: a picture that tells what was to be drawn. */
char *__wrap_gnuplot_run(const char *script, size_t length);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __real_clock_gettime(clockid_t clock, struct timespec *now);

static const struct {
	const struct command *command; /* NULL: the audit report */
	const char *words[MOST_WORDS];
} outputs[] = {
	{ &command_report, { "report", "m.db" } },
	{ &command_report, { "report", "-f", "json", "m.db" } },
	{ &command_report, { "report", "-f", "csv", "m.db" } },
	{ &command_report, { "report", "-f", "markdown", "m.db" } },
	{ &command_report, { "report", "--plot", "m.db" } },
	{ &command_report, { "report", "--plot", "-o", "out.svg", "m.db" } },
	{ &command_report, { "report", "--front", "--explain", "m.db" } },
	{ &command_report, { "report", "--layers", "m.db" } },
	{ &command_report, { "report", "--layers", "-f", "json", "m.db" } },
	{ &command_report, { "report", "--functions", "m.db" } },
	{ &command_report, { "report", "--functions", "-f", "json", "m.db" } },
	{ NULL, { "joulecart-html", "m.db" } },
	{ NULL, { "joulecart-html", "--language", "zh-CN", "m.db" } },
	{ &command_compare, { "compare", "m.db", "a", "b" } },
	{ &command_compare, { "compare", "-f", "json", "m.db", "a", "b" } },
	{ &command_compare, { "compare", "-f", "csv", "m.db", "a", "b" } },
	{ &command_compare, { "compare", "-f", "markdown", "m.db", "a", "b" } },
	{ &command_compare,
	  { "compare", "m.db", "a", "b", "--export-json", "out.json", "--export-csv",
	    "out.csv", "--export-markdown", "out.md" } },
	{ &command_check,
	  { "check", "m.db", "--budget", "1kJ", "--github", "--junit", "out.xml" } },
	{ &command_check,
	  { "check", "m.db", "--against", "a", "--fail-if", "j_per_query > +5%" } },
	{ &command_whatif, { "whatif", "--zones", "FR", "m.db" } },
	{ &command_whatif, { "whatif", "--zones", "FR,DE", "--json", "m.db" } },
	{ &command_samples, { "samples", "m.db" } },
	{ &command_samples, { "samples", "-f", "jsonl", "m.db" } },
	{ &command_factors, { "factors", "list", "m.db" } },
	{ &command_factors, { "factors", "list", "--json", "m.db" } },
	{ &command_factors, { "factors", "list", "--plain", "m.db" } },
	{ &command_export, { "export", "--to", "perfetto", "-o", "out.pftrace", "m.db" } },
	{ &command_export, { "export", "--to", "firefox", "m.db" } },
	{ &command_export, { "export", "--to", "pprof", "-o", "out.pprof", "m.db" } },
	{ &command_export, { "export", "--to", "speedscope", "m.db" } },
	{ &command_export, { "export", "--to", "folded", "m.db" } },
	{ &command_export, { "export", "--to", "csv", "m.db" } },
	{ &command_export, { "export", "--to", "jsonl", "m.db" } },
	/* Last: it writes into the file. Its head is over all that a seal covers. */
	{ &command_sign, { "sign", "--key-file", "lab.key", "m.db" } },
};
const size_t output_count = sizeof(outputs) / sizeof(outputs[0]);

/* Files that the commands above write. */
static const char *const written[] = { "out.svg", "out.json",    "out.csv",  "out.md",
				       "out.xml", "out.pftrace", "out.pprof" };

/* The time in a new seal, always the same. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_REALTIME)
		return __real_clock_gettime(clock, now);
	*now = (struct timespec){ .tv_sec = 1800000000 };
	return 0;
}

char *__wrap_gnuplot_run(const char *script, size_t length)
{
	uint8_t digest[OUTPUT_DIGEST];
	char hex[2 * OUTPUT_DIGEST + 1], *picture = NULL;
	crypto_generichash(digest, sizeof(digest), (const uint8_t *)script, length, NULL,
			   0);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	if (asprintf(&picture, "<svg viewBox=\"0 0 1 1\"><title>plot</title>%s</svg>",
		     hex) < 0)
		return NULL;
	return picture;
}

void output_set_up(void)
{
	setlocale(LC_CTYPE, "");
	text_guard_output();
	sqlite_memory_set_up();
}

/* Both clocks: a loop spends processor time, a FIFO spends none. */
static void set_limits(bool is_on)
{
	const struct itimerval of_processor = { .it_value.tv_sec = is_on ? OUTPUT_SECONDS
									 : 0 };
	setitimer(ITIMER_PROF, &of_processor, NULL);
	alarm(is_on ? OUTPUT_STILL_S : 0);
}

static void add_to_digest(crypto_generichash_state *digest, int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	void *bytes = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0)
			       : NULL;
	crypto_generichash_update(digest, (const uint8_t *)&size, sizeof(size));
	if (!bytes)
		return;
	crypto_generichash_update(digest, bytes, (size_t)size);
	munmap(bytes, (size_t)size);
}

/* Of what a command printed, and of what it wrote; the files go. */
static void digest_of(int printed_fd, uint8_t digest[OUTPUT_DIGEST])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, OUTPUT_DIGEST);
	add_to_digest(&state, printed_fd);
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		int fd = open(written[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		add_to_digest(&state, fd);
		close(fd);
		unlink(written[i]);
	}
	crypto_generichash_final(&state, digest, OUTPUT_DIGEST);
}

static int run(const struct command *command, char **argv, struct problem *why)
{
	int argc = 0;
	while (argv[argc])
		argc++;
	if (!command)
		return html_main(argc, argv);
	int status = command->run(argc, argv, why);
	return status >= 0 ? status : (int)why->kind;
}

static void make(const struct command *command, const char *const *words,
		 struct output *output)
{
	char *argv[MOST_WORDS + 1];
	struct problem why = { 0 };
	int fd = memfd_create("output", MFD_CLOEXEC), before = dup(STDOUT_FILENO);
	/* getopt puts the words in another order. */
	memcpy(argv, words, sizeof(char *) * MOST_WORDS);
	argv[MOST_WORDS] = NULL;
	dup2(fd, STDOUT_FILENO);
	set_limits(true);
	output->status = run(command, argv, &why);
	set_limits(false);
	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	close(before);
	digest_of(fd, output->digest);
	close(fd);
	snprintf(output->why, sizeof(output->why), "%s", why.why);
}

static const char *const verify_words[MOST_WORDS] = { "verify", "--require-sealed",
						      "m.db" };

void output_verify(struct output *output)
{
	make(&command_verify, verify_words, output);
}

/* The program's own process. */
static void become(const char *program, const char *const *words, int printed_fd)
{
	char *argv[MOST_WORDS + 2] = { (char[]){ "joulecart" } };
	int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	memcpy(argv + 1, words, sizeof(char *) * MOST_WORDS);
	dup2(printed_fd, STDOUT_FILENO);
	dup2(null_fd, STDERR_FILENO);
	alarm(OUTPUT_STILL_S);
	execv(program, argv);
	_exit(127);
}

static void make_by_program(const char *program, const char *const *words,
			    struct output *output)
{
	int fd = memfd_create("output", MFD_CLOEXEC), status = -1;
	pid_t child = fork();
	if (child == 0)
		become(program, words, fd);
	waitpid(child, &status, 0);
	output->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	digest_of(fd, output->digest);
	close(fd);
	output->why[0] = '\0';
}

void output_verify_by_program(const char *program, struct output *output)
{
	make_by_program(program, verify_words, output);
}

/* Not the audit report, whose program is another; not what draws, which has gnuplot there; not what takes
 * the time. */
bool output_make_by_program(const char *program, size_t number, struct output *output)
{
	const char *const *words = outputs[number].words;
	bool draws = false;
	for (int i = 0; i < MOST_WORDS && words[i]; i++)
		draws = draws || strcmp(words[i], "out.svg") == 0;
	if (!outputs[number].command || draws || output_writes(number))
		return false;
	make_by_program(program, words, output);
	return true;
}

void output_make(size_t number, struct output *output)
{
	make(outputs[number].command, outputs[number].words, output);
}

bool output_writes(size_t number)
{
	return outputs[number].command == &command_sign;
}

const char *output_said(size_t number)
{
	static char said[200];
	size_t used = 0;
	for (int i = 0; i < MOST_WORDS && outputs[number].words[i]; i++)
		used += (size_t)snprintf(said + used, sizeof(said) - used, "%s%s",
					 i ? " " : "", outputs[number].words[i]);
	return said;
}
