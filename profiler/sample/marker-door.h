/* profiler/sample/marker-door.h - the way in for marks of processes that did not inherit the socket.
 *
 * Python's subprocess and multiprocessing close what they do not know, and so do launchers of
 * ranks. JOULECART_MARKER_SOCKET names a listening socket (an abstract name of 128 random bits,
 * so no file), and a thread of its own hands on what comes in there to the sampler's socket. */
#ifndef JOULECART_MARKER_DOOR_H
#define JOULECART_MARKER_DOOR_H
#include <sys/types.h>

struct marker_door;

/* Opens the door; onto_fd is the sending end of the sampler's socket, kept as a duplicate. Only
 * processes of the user uid, and of root, are let in. NULL: it could not be opened, and marks come
 * through the inherited socket alone. */
struct marker_door *marker_door_open(int onto_fd, uid_t uid);

/* Starts the thread: once the command is forked. What comes before that waits. Without a thread
 * (no memory) who comes is kept waiting, and drops its marks. Takes NULL. */
void marker_door_serve(struct marker_door *door);

/* The value of JOULECART_MARKER_SOCKET, living as long as the door; NULL of NULL. */
const char *marker_door_name(const struct marker_door *door);

/* Hands on what has come in so far, closes the door and frees it; takes NULL. */
void marker_door_close(struct marker_door *door);

#endif
