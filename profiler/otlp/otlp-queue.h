/* profiler/otlp/otlp-queue.h - requests that wait for their receiver, in a folder, first in, first out.
 *
 * Each is a file NUMBER.json, written whole; where there are more than OTLP_QUEUE_MOST, or more than
 * OTLP_QUEUE_BYTES in all, the oldest go. One process alone has a folder: it locks it. */
#ifndef JOULECART_OTLP_QUEUE_H
#define JOULECART_OTLP_QUEUE_H
#include <stddef.h>
#include <stdint.h>

struct problem;
struct otlp_queue;

enum { OTLP_QUEUE_MOST = 10000, OTLP_QUEUE_BYTES = 64 << 20 };

/* The folder is made if it is not there; what waits in it waits on. NULL: one for this process alone,
 * below $TMPDIR, which goes when the queue is closed. NULL with *why. */
struct otlp_queue *otlp_queue_open(const char *folder, struct problem *why);

/* 0, or an errno; then the request is not kept. */
int otlp_queue_put(struct otlp_queue *queue, const char *text, size_t size);

/* The oldest request, by malloc; NULL: none waits. What cannot be read is lost. */
char *otlp_queue_first(struct otlp_queue *queue, size_t *size);

/* The oldest request goes. */
void otlp_queue_drop(struct otlp_queue *queue);

size_t otlp_queue_length(const struct otlp_queue *queue);
/* Requests that had to go, or could not be read. */
uint64_t otlp_queue_lost(const struct otlp_queue *queue);

/* Takes NULL. */
void otlp_queue_close(struct otlp_queue *queue);

#endif
