/* collectors/perf/service-threads.h - the threads that a service has at one moment. */
#ifndef JOULECART_SERVICE_THREADS_H
#define JOULECART_SERVICE_THREADS_H
#include <stddef.h>
#include <sys/types.h>

struct service;

struct service_threads {
	pid_t *ids; /* of threads, as perf_event_open(2) takes them */
	size_t n, room;
};

/* Lists those of a process and of all its descendants, or of a control group and of those below
 * it. What begins or ends meanwhile may be in the list or not. 0, or an errno: ESRCH where there is
 * none. Frees itself with service_threads_free() in any case. */
int service_threads_find(const struct service *service, struct service_threads *threads);

void service_threads_free(struct service_threads *threads);

#endif
