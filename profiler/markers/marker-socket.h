/* profiler/markers/marker-socket.h - how a process that marks finds the profiler's socket. */
#ifndef JOULECART_MARKER_SOCKET_H
#define JOULECART_MARKER_SOCKET_H
#include <stdbool.h>
#include <sys/types.h>

enum marker_socket_kind {
	MARKER_SOCKET_SHARED = 1, /* the inherited one of JOULECART_MARKER_FD */
	MARKER_SOCKET_OWN = 2,    /* a connection to that of JOULECART_MARKER_SOCKET */
};

/* A socket of that kind, else of the other. Its own is what a process that lives wants: no other process
 * can fill it, and exec closes it. Processes that send one mark each share one, which keeps the order of
 * their marks. *inode is what it is known by. 0: no profiler listens. MARKER_SOCKET_LATER: one does, and
 * cannot be reached just now. */
enum { MARKER_SOCKET_LATER = -1 };
int marker_socket_find(enum marker_socket_kind kind, ino_t *inode);

/* Has the sending end hold as many marks as it may while the profiler is behind. */
void marker_socket_widen(int fd);

/* Is fd still the socket that it was? A program may close what it does not know, and have
 * another connection under that number. */
bool marker_socket_is(int fd, ino_t inode);

/* Tells the profiler that a mark of this process is lost. False: it cannot be told. Changes errno. */
bool marker_socket_tell_lost(void);

#endif
