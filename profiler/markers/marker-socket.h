/* profiler/markers/marker-socket.h - how a process that marks finds the profiler's socket. */
#ifndef JOULECART_MARKER_SOCKET_H
#define JOULECART_MARKER_SOCKET_H
#include <stdbool.h>
#include <sys/types.h>

/* The inherited socket of JOULECART_MARKER_FD, else a connection to that of JOULECART_MARKER_SOCKET,
 * which exec closes. *inode is what it is known by. 0: no profiler listens. */
int marker_socket_find(ino_t *inode);

/* Is fd still the socket that it was? A program may close what it does not know, and have
 * another connection under that number. */
bool marker_socket_is(int fd, ino_t inode);

#endif
