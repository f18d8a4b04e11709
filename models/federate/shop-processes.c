/* models/federate/shop-processes.c - see shop-processes.h. */
#include <config.h>

#include "models/federate/shop-processes.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/socket-bytes.h"
#include "models/federate/shop.h"
#include "models/weights/weights.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Ten minutes: a round of a shop takes seconds, on a machine that is busy with others a minute. */
static const int64_t patience_ns = 600 * NS_PER_S;

/* A whole message to every shop: the head, and the weights. */
struct outgoing {
	char *bytes;
	size_t n, length; /* all of it; of the weights alone */
	uint32_t round;
};

/* --- a shop's end -------------------------------------------------------------------------- */

/* One round; false when the federation has hung up. */
static bool serve_round(const struct shops *shops, size_t which, int fd,
			struct weights *weights, char *body)
{
	struct shop_head head;
	struct problem why;
	char text[sizeof(head.why)];
	uint64_t length = shop_message_length(weights);
	if (!socket_receive_all(fd, &head, sizeof(head)) || head.kind != SHOP_TRAIN ||
	    head.length != length || !socket_receive_all(fd, body, length))
		return false;
	shop_message_unpack(body, weights);
	struct shop_head answer = { .kind = SHOP_TRAINED,
				    .round = head.round,
				    .length = length };
	if (shop_train(shops, which, head.round, weights, &answer.loss, &why) < 0) {
		answer = (struct shop_head){ .kind = SHOP_FAILED, .round = head.round };
		snprintf(answer.why, sizeof(answer.why), "%s",
			 problem_text(&why, text, sizeof(text)));
		return socket_send_all(fd, &answer, sizeof(answer));
	}
	shop_message_pack(weights, body);
	return socket_send_all(fd, &answer, sizeof(answer)) &&
	       socket_send_all(fd, body, length);
}

/* The new process: keeps its own queries alone. */
static _Noreturn void be_shop(const struct shops *shops, size_t which, int fd,
			      const struct weights *like)
{
	for (size_t i = 0; i < shops->n; i++)
		if (i != which)
			dataset_free(&shops->queries[i]);
	struct weights *weights = weights_clone(like);
	char *body = malloc(shop_message_length(like));
	while (weights && body && serve_round(shops, which, fd, weights, body))
		;
	_exit(weights && body ? 0 : 1);
}

/* --- lines --------------------------------------------------------------------------------- */

static void hang_up(struct shop_line *line, const char *why)
{
	int status;
	close(line->fd);
	line->fd = -1;
	line->is_awaited = false;
	snprintf(line->why, sizeof(line->why), "%s", why);
	if (line->pid <= 0)
		return;
	kill(line->pid, SIGKILL); /* one that is no longer spoken to has nothing to do */
	while (waitpid(line->pid, &status, 0) < 0 && errno == EINTR)
		;
	line->pid = 0;
}

/* It hung up by itself: what became of its process says why. */
static void note_end(struct shop_line *line)
{
	int status = 0;
	char why[sizeof(line->why)] = "it hung up";
	/* A process that has hung up is about to end, unless it closed its end by itself. */
	for (int i = 0; line->pid > 0 && i < 100; i++) {
		if (waitpid(line->pid, &status, WNOHANG) == line->pid) {
			line->pid = 0;
			if (WIFSIGNALED(status))
				snprintf(why, sizeof(why),
					 "its process was ended by signal %d (%s)",
					 WTERMSIG(status), strsignal(WTERMSIG(status)));
			else
				snprintf(why, sizeof(why),
					 "its process ended with status %d",
					 WEXITSTATUS(status));
			break;
		}
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_S / 100 }, NULL);
	}
	hang_up(line, why);
}

int shop_lines_open(struct shop_processes *processes, const int *fds, size_t n,
		    uint64_t length, struct problem *why)
{
	*processes = (struct shop_processes){ .lines = calloc(n, sizeof(*processes->lines)),
					      .n = n,
					      .patience_ns = patience_ns };
	if (!processes->lines)
		return problem_what(why, "cannot train: out of memory");
	for (size_t i = 0; i < n; i++)
		processes->lines[i].fd = fds[i];
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0 && !(processes->lines[i].body = malloc(length)))
			return problem_what(why, "cannot train: out of memory");
	return 0;
}

/* The other ends that this process holds are no business of the new one. */
static int start_shop(struct shop_processes *processes, const struct shops *shops,
		      size_t which, const struct weights *like, struct problem *why)
{
	int ends[2];
	struct shop_line *line = &processes->lines[which];
	pid_t parent = getpid();
	problem_what(why, "cannot start the process of shop %zu", which + 1);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return problem_errno(why, errno);
	line->pid = fork();
	if (line->pid < 0) {
		int err = errno;
		close(ends[0]);
		close(ends[1]);
		return problem_errno(why, err);
	}
	if (line->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		close(ends[0]);
		for (size_t i = 0; i < processes->n; i++)
			if (processes->lines[i].fd >= 0)
				close(processes->lines[i].fd);
		be_shop(shops, which, ends[1], like);
	}
	close(ends[1]);
	line->fd = ends[0];
	line->body = malloc(shop_message_length(like));
	return line->body ? 0 : problem_what(why, "cannot train: out of memory");
}

int shop_processes_open(struct shop_processes *processes, const struct shops *shops,
			const struct weights *like, struct problem *why)
{
	*processes = (struct shop_processes){ .lines = calloc(shops->n,
							      sizeof(*processes->lines)),
					      .n = shops->n,
					      .patience_ns = patience_ns };
	if (!processes->lines) {
		processes->n = 0;
		return problem_what(why, "cannot train: out of memory");
	}
	for (size_t i = 0; i < shops->n; i++)
		processes->lines[i].fd = -1;
	for (size_t i = 0; i < shops->n; i++)
		if (shop_can_train(shops, i) &&
		    start_shop(processes, shops, i, like, why) < 0)
			return -1;
	return 0;
}

void shop_processes_close(struct shop_processes *processes)
{
	for (size_t i = 0; i < processes->n && processes->lines; i++) {
		if (processes->lines[i].fd >= 0)
			hang_up(&processes->lines[i], "the training is over");
		free(processes->lines[i].body);
	}
	free(processes->lines);
}

/* --- a round ------------------------------------------------------------------------------- */

/* More of the message; false when the shop is gone. */
static bool send_more(struct shop_line *line, const struct outgoing *message)
{
	ssize_t put = send(line->fd, message->bytes + line->sent, message->n - line->sent,
			   MSG_NOSIGNAL | MSG_DONTWAIT);
	if (put < 0)
		return errno == EAGAIN || errno == EINTR;
	line->sent += (size_t)put;
	return true;
}

/* More of the answer: first the head, then what that may announce; false when the shop hung up. */
static bool receive_more(struct shop_line *line, size_t length)
{
	size_t head = sizeof(line->head), at = line->received;
	char *into = at < head ? (char *)&line->head + at : line->body + (at - head);
	ssize_t got = recv(line->fd, into, at < head ? head - at : head + length - at,
			   MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	line->received += (size_t)got;
	return got > 0;
}

/* What has come may be wrong, or all there is to come. */
static void look_at(struct shop_line *line, const struct outgoing *message)
{
	if (line->received < sizeof(line->head))
		return;
	const char *wrong = shop_head_wrong(&line->head, message->round, message->length);
	if (wrong)
		hang_up(line, wrong);
	else if (line->head.kind == SHOP_FAILED)
		hang_up(line, line->head.why);
	else if (line->received < sizeof(line->head) + message->length)
		return;
	else if (line->sent < message->n)
		hang_up(line, "it answered before it was asked");
	else
		line->is_awaited = false;
}

static void talk(struct shop_line *line, short events, const struct outgoing *message)
{
	bool there = true;
	if (events & POLLOUT)
		there = send_more(line, message);
	if (there && (events & (POLLIN | POLLHUP | POLLERR)))
		there = receive_more(line, message->length);
	if (there)
		look_at(line, message);
	else
		note_end(line);
}

/* What there is to say or hear, of each line that is awaited; returns how many those are. */
static size_t list_awaited(const struct shop_processes *processes,
			   const struct outgoing *message, struct pollfd *polled)
{
	size_t awaited = 0;
	for (size_t i = 0; i < processes->n; i++) {
		const struct shop_line *line = &processes->lines[i];
		short out = line->sent < message->n ? POLLOUT : 0;
		polled[i] = (struct pollfd){ .fd = line->is_awaited ? line->fd : -1,
					     .events = (short)(POLLIN | out) };
		awaited += line->is_awaited;
	}
	return awaited;
}

static uint64_t bytes_of(const struct shop_processes *processes)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < processes->n; i++)
		bytes += processes->lines[i].sent + processes->lines[i].received;
	return bytes;
}

static void give_up(struct shop_processes *processes, const char *why)
{
	for (size_t i = 0; i < processes->n; i++)
		if (processes->lines[i].is_awaited)
			hang_up(&processes->lines[i], why);
}

static void exchange(struct shop_processes *processes, const struct outgoing *message,
		     struct pollfd *polled)
{
	int64_t last_ns = monotonic_ns();
	size_t awaited, before = processes->n;
	for (; (awaited = list_awaited(processes, message, polled)) > 0; before = awaited) {
		/* not each byte: a shop that sends one now and then would hold up all others */
		if (awaited < before)
			last_ns = monotonic_ns();
		int64_t left_ns = last_ns + processes->patience_ns - monotonic_ns();
		if (left_ns <= 0) {
			give_up(processes, "it did not answer in time");
			return;
		}
		if (poll(polled, processes->n, (int)(left_ns / (NS_PER_S / 1000)) + 1) <
			0 &&
		    errno != EINTR) {
			give_up(processes, "poll() failed");
			return;
		}
		for (size_t i = 0; i < processes->n; i++)
			if (polled[i].fd >= 0 && polled[i].revents)
				talk(&processes->lines[i], polled[i].revents, message);
	}
}

void shop_processes_ask(struct shop_processes *processes, const bool *asked, size_t round,
			const struct weights *weights)
{
	size_t length = shop_message_length(weights);
	struct shop_head head = { .kind = SHOP_TRAIN,
				  .round = (uint32_t)round,
				  .length = length };
	struct outgoing message = { .n = sizeof(head) + length,
				    .length = length,
				    .round = (uint32_t)round };
	struct pollfd *polled = calloc(processes->n, sizeof(*polled));
	message.bytes = malloc(message.n);
	for (size_t i = 0; i < processes->n; i++) {
		struct shop_line *line = &processes->lines[i];
		line->is_awaited = asked[i] && line->fd >= 0;
		line->sent = line->received = 0;
	}
	if (polled && message.bytes) {
		memcpy(message.bytes, &head, sizeof(head));
		shop_message_pack(weights, message.bytes + sizeof(head));
		exchange(processes, &message, polled);
	} else {
		give_up(processes, "there was no memory to ask it");
	}
	processes->bytes += bytes_of(processes);
	free(message.bytes);
	free(polled);
}

bool shop_processes_take(struct shop_processes *processes, size_t which,
			 struct weights *weights, float *loss)
{
	struct shop_line *line = &processes->lines[which];
	if (line->fd < 0)
		return false;
	shop_message_unpack(line->body, weights);
	*loss = line->head.loss;
	if (shop_weights_finite(weights))
		return true;
	hang_up(line, "it sent weights that are not finite");
	return false;
}
