/* profiler/sample/visitor.h - who stands at the door for marks (marker-door.h), by what the kernel says of a
 * connection's other side. */
#ifndef JOULECART_VISITOR_H
#define JOULECART_VISITOR_H
#include <sys/types.h>

enum visitor {
	VISITOR_OF_THE_RUN, /* descends from this process, or is it */
	VISITOR_UNKNOWN, /* of the right user; its parents cannot be looked up: it has ended already, is in
			     * another namespace of processes, or /proc hides it */
	VISITOR_FOREIGN, /* of another user than uid and root, or started by somebody else */
};

/* Who connected the socket fd. Reads some files of /proc; never waits. */
enum visitor visitor_of(int fd, uid_t uid);

#endif
