/* profiler/campaign/attachment.c - see attachment.h. */
#include <config.h>

#include "profiler/campaign/attachment.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/problem.h"
#include "collectors/cpu/run-group.h"
#include "schema/store/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_DEPTH = 8 }; /* of slices below the root */
static const int64_t LOOK_NS = NS_PER_S;

int attachment_to_pid(struct attachment *attachment, int64_t pid, struct problem *why)
{
	problem_what(why, "cannot attach to process %lld", (long long)pid);
	attachment->pid_fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (attachment->pid_fd < 0) {
		problem_errno(why, errno);
		return problem_todo(why, "has it ended? 'ps -e' shows those that run");
	}
	fcntl(attachment->pid_fd, F_SETFD, FD_CLOEXEC);
	attachment->service = (struct service){ .pid = (pid_t)pid };
	return 0;
}

int attachment_to_group(struct attachment *attachment, const char *path,
			struct problem *why)
{
	const char *mount = run_group_mount_point();
	const char *root = strncmp(path, "/sys/fs/cgroup/", 15) == 0 ? ""
			   : mount                                   ? mount
								     : "";
	char file[PATH_MAX + 16];
	problem_what(why, "cannot attach to control group '%s'", path);
	if ((size_t)snprintf(attachment->group, sizeof(attachment->group), "%s%s%s", root,
			     *root && path[0] != '/' ? "/" : "",
			     path) >= sizeof(attachment->group))
		return problem_errno(why, ENAMETOOLONG);
	snprintf(file, sizeof(file), "%s/cpu.stat", attachment->group);
	if (access(file, R_OK) != 0)
		problem_errno(why, errno);
	else if (!run_group_is_one(attachment->group))
		problem_why(why, "it is no control group of version 2");
	else
		file[0] = '\0';
	if (file[0])
		return problem_todo(why,
				    "name a folder below %s, as systemd-cgls shows them",
				    mount ? mount : "a mount of version 2");
	attachment->pid_fd = -1;
	attachment->service = (struct service){ .group = attachment->group };
	return 0;
}

/* The folder of that name nearest to the root, in path. */
static int find_unit(const char *unit, char *path, size_t size)
{
	char *const roots[] = { (char *)run_group_mount_point(), NULL };
	FTS *tree = !roots[0] ? NULL
			      : fts_open(roots, FTS_PHYSICAL | FTS_NOSTAT | FTS_XDEV, NULL);
	const FTSENT *entry;
	int depth = MAX_DEPTH + 1;
	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info != FTS_D)
			continue;
		if (entry->fts_level >= depth)
			fts_set(tree, (FTSENT *)entry, FTS_SKIP);
		else if (strcmp(entry->fts_name, unit) == 0 &&
			 (size_t)snprintf(path, size, "%s", entry->fts_path) < size)
			depth = entry->fts_level;
	}
	if (tree)
		fts_close(tree);
	return depth <= MAX_DEPTH ? 0 : -1;
}

int attachment_to_unit(struct attachment *attachment, const char *unit, struct problem *why)
{
	char name[256], path[PATH_MAX];
	snprintf(name, sizeof(name), "%s%s", unit, strchr(unit, '.') ? "" : ".service");
	if (strchr(name, '/') || find_unit(name, path, sizeof(path)) != 0) {
		problem_what(why, "cannot attach to unit '%s'", unit);
		problem_why(why, "no control group has its name");
		return problem_todo(why, "is it running? 'systemctl status %.60s' says",
				    unit);
	}
	return attachment_to_group(attachment, path, why);
}

int attachment_begin(struct attachment *attachment, struct problem *why)
{
	if (attachment->metrics && metrics_source_begin(attachment->metrics, why) != 0)
		return -1;
	signals_block(&attachment->signals);
	return 0;
}

static bool has_ended(const struct attachment *attachment)
{
	struct pollfd process = { .fd = attachment->pid_fd, .events = POLLIN };
	return attachment->pid_fd >= 0 && poll(&process, 1, 0) > 0;
}

/* The signal that came within that time, or 0. */
static int signal_within(const struct attachment *attachment, int64_t ns)
{
	const struct timespec limit = { ns / NS_PER_S, ns % NS_PER_S };
	int signal = sigtimedwait(&attachment->signals.watched, NULL, &limit);
	return signal > 0 && signal_ends_the_run(signal) ? signal : 0;
}

static void tell_starter(const struct attachment *attachment)
{
	static const char words[] = "measuring\n";
	if (attachment->starter_fd >= 0)
		/* one that does not listen misses it */
		(void)!send(attachment->starter_fd, words, sizeof(words) - 1,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The line that the starter writes, without its end; "": none came. */
static void hear_starter(const struct attachment *attachment, char *line, size_t size)
{
	struct pollfd starter = { .fd = attachment->starter_fd, .events = POLLIN };
	int64_t end_ns = monotonic_ns() + 2 * NS_PER_S, left_ns;
	size_t n = 0;
	line[0] = '\0';
	while (n + 1 < size && !strchr(line, '\n') &&
	       (left_ns = end_ns - monotonic_ns()) > 0 &&
	       poll(&starter, 1, (int)(left_ns / 1000000) + 1) > 0) {
		ssize_t got = recv(starter.fd, line + n, size - 1 - n, MSG_DONTWAIT);
		if (got <= 0)
			break;
		n += (size_t)got;
		line[n] = '\0';
	}
	line[strcspn(line, "\n")] = '\0';
}

/* A word and a number of one byte, as wait(2) has them. */
static void ask_for_end(const struct attachment *attachment, struct launch_end *end)
{
	char line[32];
	double number;
	if (attachment->starter_fd < 0)
		return;
	hear_starter(attachment, line, sizeof(line));
	char *space = strchr(line, ' ');
	end->exit_code = -1;
	if (!space || !number_read(space + 1, &number) || number < 0 || number > UINT8_MAX)
		return;
	*space = '\0';
	if (strcmp(line, "exit") == 0)
		end->exit_code = (int)number;
	else if (strcmp(line, "signal") == 0)
		end->exit_signal = (int)number;
}

void attachment_wait(struct attachment *attachment, struct launch_end *end)
{
	int64_t begin_ns = monotonic_ns(), look_ns = begin_ns + LOOK_NS;
	int64_t end_ns = attachment->seconds > 0
			     ? begin_ns + (int64_t)(attachment->seconds * NS_PER_S)
			     : INT64_MAX;
	*end = (struct launch_end){ .exit_code = 0, .exit_signal = -1 };
	if (attachment->metrics) {
		metrics_source_restart(attachment->metrics);
		metrics_source_look(attachment->metrics);
	}
	tell_starter(attachment);
	while (monotonic_ns() < end_ns && !has_ended(attachment)) {
		int64_t now_ns = monotonic_ns();
		int64_t next_ns = look_ns < end_ns ? look_ns : end_ns;
		int64_t wait_ns = next_ns > now_ns ? next_ns - now_ns : 0;
		/* a process's end is looked for ten times a second */
		if (wait_ns > NS_PER_S / 10)
			wait_ns = NS_PER_S / 10;
		if (signal_within(attachment, wait_ns) != 0 && attachment->starter_fd < 0)
			break;
		if (monotonic_ns() < look_ns)
			continue;
		if (attachment->metrics)
			metrics_source_look(attachment->metrics);
		look_ns += LOOK_NS;
	}
	if (attachment->metrics)
		metrics_source_look(attachment->metrics);
	if (has_ended(attachment))
		ask_for_end(attachment, end);
}

/* With its time: what happened, and not a source that this machine lacks. */
static int add_gap(struct store *store, const struct attached_trial *trial,
		   const char *text, struct problem *why)
{
	const struct gap_facts gap = { .trial_id = trial->trial_id,
				       .collector = "metrics",
				       .kind = "unavailable",
				       .why = text,
				       .begin_mono_ns = trial->begin_ns,
				       .end_mono_ns = trial->end_ns };
	return store_add_gap(store, &gap, why);
}

static int store_count(struct store *store, int64_t trial_id,
		       const struct metrics_count *count, struct problem *why)
{
	if (strcmp(count->unit, "queries") != 0)
		return store_add_trial_units(store, trial_id, count->unit, count->n,
					     count->uncounted, why);
	int code = store_set_queries(store, trial_id, count->n, why);
	return code == 0 ? store_set_uncounted(store, trial_id, count->uncounted, why)
			 : code;
}

static int store_counts(const struct metrics_source *metrics, struct store *store,
			const struct attached_trial *trial, struct problem *why)
{
	struct metrics_count count;
	int code = 0;
	for (size_t i = 0; code == 0 && metrics_source_count(metrics, i, trial->begin_ns,
							     trial->end_ns, &count);
	     i++) {
		if (count.n > 0)
			code = store_count(store, trial->trial_id, &count, why);
		else if (i == 0)
			code = add_gap(
			    store, trial,
			    "the service's counter did not rise meanwhile: no queries",
			    why);
	}
	return code;
}

/* What the counters did n times, and for how many requests that leaves room. */
static int store_doubt(const struct metrics_source *metrics, struct store *store,
		       const struct attached_trial *trial, int64_t n, const char *what,
		       struct problem *why)
{
	char text[256];
	struct metrics_count queries = { 0 };
	if (n == 0)
		return 0;
	metrics_source_count(metrics, 0, trial->begin_ns, trial->end_ns, &queries);
	snprintf(text, sizeof(text),
		 "%s %lld time%s: what came meanwhile is not counted, and the interval has "
		 "room for %lld of it",
		 what, (long long)n, n == 1 ? "" : "s", (long long)queries.uncounted);
	return add_gap(store, trial, text, why);
}

static int store_doubts(const struct metrics_source *metrics, struct store *store,
			const struct attached_trial *trial, struct problem *why)
{
	if (store_doubt(metrics, store, trial, metrics_source_resets(metrics),
			"the counters began anew", why) != 0)
		return -1;
	return store_doubt(metrics, store, trial, metrics_source_holes(metrics),
			   "a series of the counters was missing or no number", why);
}

int attachment_store(const struct attachment *attachment, struct store *store,
		     const struct attached_trial *trial, struct problem *why)
{
	const struct metrics_source *metrics = attachment->metrics;
	char text[160];
	if (!metrics)
		return 0;
	int64_t n_failures = metrics_source_failures(metrics);
	int code = store_counts(metrics, store, trial, why);
	if (code == 0)
		code = store_doubts(metrics, store, trial, why);
	if (code == 0 && n_failures > 0) {
		snprintf(text, sizeof(text), "%lld looks at the metrics failed",
			 (long long)n_failures);
		code = add_gap(store, trial, text, why);
	}
	return code;
}

void attachment_end(struct attachment *attachment)
{
	signals_unblock(&attachment->signals, true);
	if (attachment->pid_fd >= 0)
		close(attachment->pid_fd);
	attachment->pid_fd = -1;
}
