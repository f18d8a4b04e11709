/* profiler/markers/marker-packet.h - a packet on the marker socket, with the files that may go with it. */
#ifndef JOULECART_MARKER_PACKET_H
#define JOULECART_MARKER_PACKET_H
#include <stddef.h>
#include <sys/types.h>

/* A page of regions, and the end of a pipe that closes with its process. */
enum { MARKER_FILES = 2 };

/* Never waits, and raises no signal. fds: MARKER_FILES of them, or NULL. -1: errno. */
ssize_t marker_packet_send(int fd, const void *packet, size_t size, const int *fds);

/* Never waits. *fds become the files that came along, close-on-exec and the caller's to close; -1
 * for those that did not. Returns the packet's own size, also where that is more than fits; 0 where the
 * sender has gone and nothing is left of it, or two packets without a byte came in a row; -1: errno. */
ssize_t marker_packet_receive(int fd, void *packet, size_t size, int fds[MARKER_FILES]);

/* Closes what came along, and puts -1 for it; takes -1 in place of any. */
void marker_packet_close(int fds[MARKER_FILES]);

#endif
