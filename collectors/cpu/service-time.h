/* collectors/cpu/service-time.h - CPU time of a service that runs already: a process and its
 * descendants, or whatever is in a control group.
 *
 * A group is exact to the microsecond, and holds what the service starts and leaves behind. A
 * service that is started again has a new group under the old path: its time is added on. */
#ifndef JOULECART_SERVICE_TIME_H
#define JOULECART_SERVICE_TIME_H
#include "collectors/service.h"

#include <stdint.h>

struct service_time;

/* 0 or an errno. The strings of service outlive it. */
int service_time_open(struct service_time **time, const struct service *service);

/* Nanoseconds since open, never less than the time before; what has ended stays. 0 or an errno. No
 * allocation. */
int service_time_read(struct service_time *time, uint64_t *ns);

/* How often the group went and came back; 0: never, or it is a process. */
int service_time_restarts(const struct service_time *time);

/* "control group" or "/proc". */
const char *service_time_basis(const struct service_time *time);

void service_time_close(struct service_time *time); /* takes NULL */

#endif
