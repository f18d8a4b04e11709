/* collectors/service.h - a service that runs already, as what collectors observe (struct scope). */
#ifndef JOULECART_SERVICE_H
#define JOULECART_SERVICE_H
#include <sys/types.h>

struct service {
	const char *group; /* the folder of its control group (version 2), or NULL */
	pid_t pid;         /* where there is no group: the process, with its descendants */
};

#endif
