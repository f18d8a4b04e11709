/* profiler/launch/relay.c - see relay.h. */
#include <config.h>

#include "profiler/launch/relay.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* A pipe's capacity; what the C library writes at once. */
enum { BLOCK = 65536, STDIO_BLOCK = 4096 };
/* More than the kernel keeps of a terminal's. */
enum { TERMINAL_BYTES = 1 << 20 };
/* How often a signal is looked for, while a reader takes its time. */
static const int64_t LOOK_NS = 20000000;

/* From the write that wakes the thread to its being runnable: some microseconds. */
static const int64_t WAKE_NS = 50000;
/* Where the kernel does not say how long a thread waited for a processor. */
static const int64_t UNKNOWN_WAIT_NS = 4000000;

/* Each has a thread: who does not read the one holds up nothing of the other. */
struct stream {
	struct relay *relay;
	pthread_t thread;
	bool has_thread;
	int schedstat_fd;
	int from_fd, to_fd; /* -1: ended */
	bool is_stderr, is_hidden;
	int64_t empty_ns; /* when nothing was there last */
	char *line;       /* RELAY_LINE_BYTES, of which size are filled */
	size_t size;
	bool is_long; /* what follows belongs to a line that was shown */
	int64_t
	    left; /* bytes that may have been written before the command's end; below 0: it runs */
	char block[BLOCK];
};

struct relay {
	struct relay_watcher watcher;
	struct stream streams[2];
	size_t n;
	int child_fds[2];
	int stop_fd;
	pthread_mutex_t watching; /* of the watcher and n_blocks */
	uint64_t n_blocks;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A terminal for the command like ours: its size and settings. What it prints is not changed on
 * the way ("\n" into "\r\n"), since our own terminal does that. */
static int make_terminal(int like_fd, int *from_fd, int *child_fd)
{
	struct termios settings;
	struct winsize size = { 0 };
	ioctl(like_fd, TIOCGWINSZ, &size);
	if (tcgetattr(like_fd, &settings) != 0 ||
	    openpty(from_fd, child_fd, NULL, &settings, &size) != 0)
		return errno;
	settings.c_oflag &= ~(tcflag_t)OPOST;
	tcsetattr(*child_fd, TCSANOW, &settings);
	fcntl(*from_fd, F_SETFD, FD_CLOEXEC);
	fcntl(*child_fd, F_SETFD, FD_CLOEXEC);
	return 0;
}

/* 0 or an errno. */
static int make_stream(struct relay *relay, int like_fd)
{
	int pipes[2];
	struct stream *stream = &relay->streams[relay->n];
	int *child_fd = &relay->child_fds[relay->n];
	stream->relay = relay;
	stream->schedstat_fd = stream->from_fd = *child_fd = -1;
	stream->to_fd = like_fd;
	stream->is_stderr = like_fd == STDERR_FILENO;
	stream->is_hidden = relay->watcher.hides_stdout && !stream->is_stderr;
	stream->line = malloc(RELAY_LINE_BYTES);
	stream->left = -1;
	relay->n++;
	if (!stream->line)
		return ENOMEM;
	if (!stream->is_hidden && isatty(like_fd))
		return make_terminal(like_fd, &stream->from_fd, child_fd);
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return errno;
	stream->from_fd = pipes[0];
	*child_fd = pipes[1];
	return 0;
}

static bool are_one_file(int a, int b)
{
	struct stat first, second;
	return fstat(a, &first) == 0 && fstat(b, &second) == 0 &&
	       first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static void free_relay(struct relay *relay)
{
	for (size_t i = 0; i < relay->n; i++) {
		close_fd(&relay->streams[i].from_fd);
		close_fd(&relay->streams[i].schedstat_fd);
		close_fd(&relay->child_fds[i]);
		free(relay->streams[i].line);
	}
	close_fd(&relay->stop_fd);
	pthread_mutex_destroy(&relay->watching);
	free(relay);
}

struct relay *relay_new(const struct relay_watcher *watcher, struct problem *why)
{
	struct relay *relay = calloc(1, sizeof(*relay));
	problem_what(why, "cannot look into the command's output");
	if (!relay) {
		problem_errno(why, ENOMEM);
		return NULL;
	}
	relay->watcher = *watcher;
	pthread_mutex_init(&relay->watching, NULL);
	relay->stop_fd = eventfd(0, EFD_CLOEXEC);
	int err = relay->stop_fd < 0 ? errno : make_stream(relay, STDOUT_FILENO);
	if (err == 0 &&
	    (watcher->hides_stdout || !are_one_file(STDOUT_FILENO, STDERR_FILENO)))
		err = make_stream(relay, STDERR_FILENO);
	if (err == 0)
		return relay;
	free_relay(relay);
	problem_errno(why, err);
	return NULL;
}

int relay_stdout(const struct relay *relay)
{
	return relay->child_fds[0];
}

int relay_stderr(const struct relay *relay)
{
	return relay->child_fds[relay->n - 1];
}

/* How long this thread has waited for a processor in all, in ns; -1: the kernel does not say. */
static int64_t waited_ns(const struct stream *stream)
{
	char text[96] = "";
	long long ran, waited;
	if (pread(stream->schedstat_fd, text, sizeof(text) - 1, 0) <= 0 ||
	    sscanf(text, "%lld %lld", &ran, &waited) != 2)
		return -1;
	return waited;
}

/* All of it, whatever the other side's pace. False: nobody reads there any more. */
static bool write_bytes(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno == EAGAIN) {
			struct pollfd room = { .fd = fd, .events = POLLOUT };
			poll(&room, 1, -1);
			continue;
		}
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
	}
	return true;
}

/* Here alone the thread can be cancelled: the other side may never go on. */
static bool write_all(int fd, const char *bytes, size_t size)
{
	int before;
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before);
	bool is_written = write_bytes(fd, bytes, size);
	pthread_setcancelstate(before, NULL);
	return is_written;
}

static void show(struct stream *stream, struct relay_time time)
{
	const struct relay_watcher *watcher = &stream->relay->watcher;
	if (!stream->is_long)
		watcher->line(watcher->state, stream->is_stderr, stream->line, stream->size,
			      time);
	stream->size = 0;
	stream->is_long = false;
}

static void append(struct stream *stream, const char *bytes, size_t size,
		   struct relay_time time)
{
	size_t room = RELAY_LINE_BYTES - stream->size;
	size_t n = size < room ? size : room;
	memcpy(stream->line + stream->size, bytes, n);
	stream->size += n;
	if (n < size && !stream->is_long) {
		show(stream, time);
		stream->is_long = true;
	}
}

static void show_lines(struct stream *stream, size_t size, struct relay_time time)
{
	const char *at = stream->block, *end = at + size;
	size_t n_lines = 0;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		append(stream, at, (size_t)(stop - at), time);
		if (newline) {
			if (stream->size > 0 && stream->line[stream->size - 1] == '\r')
				stream->size--; /* a terminal's */
			show(stream, time);
			n_lines++;
		}
		at = stop + 1;
	}
	if (size % STDIO_BLOCK == 0 && n_lines > 1)
		stream->relay->n_blocks++;
}

/* The window may have changed; the command hears of that from its own terminal. */
static void follow_size(const struct stream *stream)
{
	struct winsize ours, its;
	if (ioctl(stream->to_fd, TIOCGWINSZ, &ours) == 0 &&
	    ioctl(stream->from_fd, TIOCGWINSZ, &its) == 0 &&
	    memcmp(&ours, &its, sizeof(ours)) != 0)
		ioctl(stream->from_fd, TIOCSWINSZ, &ours);
}

/* One read passed on. False: the stream has ended, or nobody wants it. */
static bool serve(struct stream *stream, int64_t woken_early_ns)
{
	ssize_t n = read(stream->from_fd, stream->block, BLOCK);
	struct relay_time time = { .seen_ns = monotonic_ns() };
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0) /* a terminal that nobody holds any more ends with EIO */
		return false;
	/* There already when we looked: it came at any time since nothing was there. */
	time.early_ns = woken_early_ns >= 0 ? woken_early_ns
					    : time.seen_ns - stream->empty_ns;
	if (n < BLOCK)
		stream->empty_ns = time.seen_ns;
	if (!stream->is_hidden && !write_all(stream->to_fd, stream->block, (size_t)n))
		return false;
	pthread_mutex_lock(&stream->relay->watching);
	show_lines(stream, (size_t)n, time);
	pthread_mutex_unlock(&stream->relay->watching);
	if (stream->left < 0)
		return true;
	stream->left -= n;
	return stream->left > 0;
}

/* Waits for something to read, or for the end. *early_ns: how late the thread was woken, -1 when it did not
 * sleep. Returns what poll returns. */
static int await(struct stream *stream, struct pollfd fds[2], int timeout_ms,
		 int64_t *early_ns)
{
	*early_ns = -1;
	int ready = poll(fds, 2, 0);
	if (ready != 0 || timeout_ms == 0)
		return ready;
	int64_t before_ns = waited_ns(stream);
	stream->empty_ns = monotonic_ns();
	ready = poll(fds, 2, timeout_ms);
	int64_t after_ns = waited_ns(stream);
	*early_ns = WAKE_NS + (before_ns < 0 || after_ns < 0 ? UNKNOWN_WAIT_NS
							     : after_ns - before_ns);
	return ready;
}

/* One round. False: nothing is left to read, it timed out, or the end was told. */
static bool pump(struct stream *stream, int timeout_ms)
{
	int64_t early_ns;
	int stop_fd = timeout_ms != 0 ? stream->relay->stop_fd : -1;
	struct pollfd fds[] = { { .fd = stream->from_fd, .events = POLLIN },
				{ .fd = stop_fd, .events = POLLIN } };
	if (await(stream, fds, timeout_ms, &early_ns) == 0)
		return false;
	if (fds[0].revents) {
		follow_size(stream);
		if (!serve(stream, early_ns))
			close_fd(&stream->from_fd);
	}
	return stream->from_fd >= 0 && !fds[1].revents;
}

/* What was left behind may write for ever: of that, no more is passed on than a pipe can have held. */
static void limit_rest(struct stream *stream)
{
	int bytes = fcntl(stream->from_fd, F_GETPIPE_SZ);
	stream->left = bytes > 0 ? bytes : TERMINAL_BYTES;
}

static void *run(void *argument)
{
	struct stream *stream = argument;
	sigset_t pipe_signal;
	/* Who reads our output may go: the command then meets a closed pipe, as without us. */
	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	stream->schedstat_fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	while (pump(stream, -1))
		;
	limit_rest(stream);
	while (stream->from_fd >= 0 && pump(stream, 0)) /* what is left */
		;
	const struct relay_time now = { monotonic_ns(), 0 };
	pthread_mutex_lock(&stream->relay->watching);
	if (stream->size > 0) /* a last line without an end */
		show(stream, now);
	pthread_mutex_unlock(&stream->relay->watching);
	return NULL;
}

int relay_start(struct relay *relay)
{
	int err = 0;
	for (size_t i = 0; i < relay->n; i++)
		close_fd(&relay->child_fds[i]);
	for (size_t i = 0; i < relay->n && err == 0; i++) {
		struct stream *stream = &relay->streams[i];
		err = pthread_create(&stream->thread, NULL, run, stream);
		stream->has_thread = err == 0;
	}
	return err;
}

/* Has the thread ended by itself within that time? */
static bool has_joined(const struct stream *stream, int64_t within_ns)
{
	int64_t until_ns = monotonic_ns() + within_ns;
	const struct timespec until = { until_ns / NS_PER_S, until_ns % NS_PER_S };
	return pthread_clockjoin_np(stream->thread, NULL, CLOCK_MONOTONIC, &until) == 0;
}

/* Whether it had to be cut off: once a signal has told the run to end, or at *until_ns, which such a signal
 * moves to now. */
static bool end_stream(struct stream *stream, struct launch *launch, struct launch_end *end,
		       int64_t *until_ns)
{
	void *result = NULL;
	while (stream->has_thread) {
		stream->has_thread = !has_joined(stream, LOOK_NS);
		if (launch_is_told_to_end(launch, end))
			*until_ns = monotonic_ns();
		if (!stream->has_thread || monotonic_ns() < *until_ns)
			continue;
		pthread_cancel(stream->thread);
		pthread_join(stream->thread, &result);
		stream->has_thread = false;
	}
	return result == PTHREAD_CANCELED;
}

struct relay_losses relay_end(struct relay *relay, struct launch *launch,
			      struct launch_end *end)
{
	int64_t until_ns = end->interrupted ? monotonic_ns() + RELAY_GRACE_NS : INT64_MAX;
	struct relay_losses losses = { 0 };
	eventfd_write(relay->stop_fd, 1);
	for (size_t i = 0; i < relay->n; i++)
		losses.is_cut_off |= end_stream(&relay->streams[i], launch, end, &until_ns);
	losses.n_blocks = relay->n_blocks;
	free_relay(relay);
	return losses;
}

void relay_free(struct relay *relay)
{
	if (!relay)
		return;
	eventfd_write(relay->stop_fd, 1);
	for (size_t i = 0; i < relay->n; i++)
		if (relay->streams[i].has_thread)
			pthread_join(relay->streams[i].thread, NULL);
	free_relay(relay);
}
