/* models/federate/shop-processes.h - shops that are processes: who is asked, who answered, and who is gone. */
#ifndef JOULECART_MODELS_SHOP_PROCESSES_H
#define JOULECART_MODELS_SHOP_PROCESSES_H
#include "models/federate/shop-message.h"

#include <sys/types.h>

struct problem;
struct shops;
struct weights;

/* A shop's end of the line, as the federation sees it. */
struct shop_line {
	int fd;    /* -1: it is gone, or was never there */
	pid_t pid; /* of a process to wait for; 0: none */
	bool is_awaited;
	size_t sent, received; /* bytes of this round's messages */
	struct shop_head head;
	char *body;    /* of the answer */
	char why[128]; /* it is gone: text of unknown origin */
};

struct shop_processes {
	struct shop_line *lines; /* [n] */
	size_t n;
	uint64_t bytes; /* sent and received so far, by all lines */
	/* so long without one whole answer, and those that are awaited are gone */
	int64_t patience_ns;
};

/* Starts a process for each shop that can train, which is killed when this one ends. Call it before anything is
 * computed: threads of the linear algebra do not survive in a new process. like: a model of the size that
 * will be sent. 0, or -1 with *why filled; close it in either case. */
int shop_processes_open(struct shop_processes *processes, const struct shops *shops,
			const struct weights *like, struct problem *why);
void shop_processes_close(struct shop_processes *processes);

/* The lines alone, to processes that somebody else started, on sockets fds[n] that are the lines' from now on.
 * 0, or -1 with *why filled; close it in either case. */
int shop_lines_open(struct shop_processes *processes, const int *fds, size_t n,
		    uint64_t length, struct problem *why);

/* One round: sends the weights to the shops of `asked` that are there, and waits until each has answered or is
 * gone. */
void shop_processes_ask(struct shop_processes *processes, const bool *asked, size_t round,
			const struct weights *weights);
/* Of a shop that answered: its weights and its loss. False where the weights are not finite: then it is
 * gone. */
bool shop_processes_take(struct shop_processes *processes, size_t which,
			 struct weights *weights, float *loss);

#endif
