/* profiler/cli/cmd-mark.c - joulecart mark: phases and figures of a shell script or a make file. */
#include <config.h>

#include "base/clock.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/markers/marker-message.h"
#include "profiler/markers/marker-socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* How long a script may be held up by a joulecart that does not read. */
enum { PATIENCE_MS = 3000, STEP_MS = 10 };

struct mark_options {
	int64_t queries;
	const char *id;
};

static const struct option_row rows[] = {
	{ "queries", 0, "N", NULL, "end: the phase answered N queries",
	  OPTION_COUNT(struct mark_options, queries, 1, OPTION_COUNT_MOST) },
	{ "id", 0, "TEXT", NULL,
	  "which of several phases of one name that are open at once, such as $$",
	  OPTION_TEXT(struct mark_options, id) },
	{ 0 },
};

static const struct option_table table = {
	.command = "mark",
	.usage =
	    "Usage: joulecart mark begin|end PHASE [OPTION]...\n"
	    "       joulecart mark metric NAME VALUE\n"
	    "       joulecart mark units UNIT N\n"
	    "       joulecart mark workload HASH\n"
	    "Mark what a script does while 'joulecart run' measures it. Without joulecart\n"
	    "around it, it does nothing and succeeds.\n"
	    "\n"
	    "  joulecart mark begin steady\n"
	    "  ./answer questions.txt\n"
	    "  joulecart mark end steady --queries \"$(wc -l <questions.txt)\"\n",
	.rows = rows,
	.forms = "begin|end|metric|units|workload",
};

/* What each form sends, and what stands behind its word. */
static const struct form {
	const char *word, *operands;
	enum marker_kind kind;
	int n_operands;
} forms[] = {
	{ "begin", "begin PHASE", MARKER_BEGIN, 1 },
	{ "end", "end PHASE", MARKER_END, 1 },
	{ "metric", "metric NAME VALUE", MARKER_METRIC, 2 },
	{ "units", "units UNIT N", MARKER_UNITS, 2 },
	{ "workload", "workload HASH", MARKER_WORKLOAD, 1 },
};
enum { N_FORMS = sizeof(forms) / sizeof(forms[0]) };

static const struct form *find_form(const char *word, struct problem *why)
{
	const char *words[N_FORMS];
	for (size_t i = 0; i < N_FORMS; i++) {
		words[i] = forms[i].word;
		if (strcmp(word, words[i]) == 0)
			return &forms[i];
	}
	const char *near = nearest_name(word, words, N_FORMS);
	problem_what(why, "cannot mark '%s'", word);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "expected begin, end, metric, units or workload");
	if (near)
		problem_todo(why, "did you mean '%s'?", near);
	return NULL;
}

/* Pairs marks of one --id: any number but 0, the same for the same text (FNV-1a, 31 bits). */
static int32_t context_of(const char *id)
{
	uint32_t hash = 2166136261;
	if (!id)
		return 0;
	for (; *id; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619;
	return (int32_t)(hash >> 1) | 1;
}

static int put_name(char *field, size_t size, const char *text, struct problem *why)
{
	if (text[0] && strlen(text) < size) {
		memcpy(field, text, strlen(text) + 1);
		return 0;
	}
	problem_what(why, "cannot mark '%.40s'", text);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "choose another name", "a name has 1 to %zu bytes",
			      size - 1);
}

static int put_value(const struct form *form, const char *text,
		     struct marker_message *message, struct problem *why)
{
	bool is_count = form->kind == MARKER_UNITS;
	double number;
	if (!number_read(text, &number) ||
	    (is_count && (number < 1 || number > OPTION_COUNT_MOST ||
			  number != (double)(int64_t)number))) {
		problem_what(why, "cannot mark '%s'", text);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "'joulecart mark --help' shows how",
				      is_count ? "it is no whole number from 1 on"
					       : "it is no number");
	}
	message->number = is_count ? (uint64_t)number : 0;
	message->real = number;
	return 0;
}

static int compose(const struct form *form, char **operands,
		   const struct mark_options *options, struct marker_message *message,
		   struct problem *why)
{
	bool is_edge = form->kind == MARKER_BEGIN || form->kind == MARKER_END;
	*message = (struct marker_message){ .magic = MARKER_MAGIC,
					    .kind = form->kind,
					    .mono_ns = monotonic_ns(),
					    .context = context_of(options->id) };
	if (form->kind == MARKER_END)
		message->number = (uint64_t)options->queries;
	if (form->n_operands == 2 && put_value(form, operands[1], message, why) != 0)
		return -1;
	return is_edge ? put_name(message->phase, sizeof(message->phase), operands[0], why)
		       : put_name(message->name, sizeof(message->name), operands[0], why);
}

/* A connection, or room in a full socket, for a while. */
static bool wait_for_room(int fd)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	return poll(&room, fd > 0, fd > 0 ? PATIENCE_MS : STEP_MS) >= 0;
}

static int find_socket(void)
{
	ino_t inode;
	int fd = marker_socket_find(MARKER_SOCKET_SHARED, &inode);
	for (int ms = 0; fd == MARKER_SOCKET_LATER && ms < PATIENCE_MS; ms += STEP_MS) {
		wait_for_room(fd);
		fd = marker_socket_find(MARKER_SOCKET_SHARED, &inode);
	}
	return fd;
}

static bool is_measured(void)
{
	return getenv(MARKER_FD_VARIABLE) || getenv(MARKER_SOCKET_VARIABLE);
}

/* A mark that cannot be sent is no failure of the script, but it is said. */
static void send_mark(const struct marker_message *message)
{
	if (!is_measured())
		return;
	int fd = find_socket();
	ssize_t sent = -1;
	errno = fd == 0 ? ENOTCONN : EAGAIN;
	if (fd > 0)
		sent = send(fd, message, sizeof(*message), MSG_NOSIGNAL | MSG_DONTWAIT);
	if (fd > 0 && sent < 0 && errno == EAGAIN && wait_for_room(fd))
		sent = send(fd, message, sizeof(*message), MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent >= 0)
		return;
	bool is_full = errno == EAGAIN;
	marker_socket_tell_lost();
	fputs(is_full ? "joulecart: the mark is lost: joulecart run does not take it\n"
		      : "joulecart: the mark is lost: joulecart run has ended, or cannot "
			"be reached from here\n",
	      stderr);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct mark_options options = { 0 };
	struct marker_message message;
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (first == argc)
		return options_operand_problem(
		    &table, "begin, end, metric, units or workload", why);
	const struct form *form = find_form(argv[first], why);
	if (!form)
		return -1;
	if (argc - first - 1 != form->n_operands)
		return options_operand_problem(&table, form->operands, why);
	if (compose(form, argv + first + 1, &options, &message, why) != 0)
		return -1;
	send_mark(&message);
	return EXIT_OK;
}

const struct command command_mark = {
	.name = "mark",
	.group = "Measure",
	.summary = "phases and queries of a script",
	.options = &table,
	.run = run,
};
