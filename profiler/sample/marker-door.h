/* profiler/sample/marker-door.h - the way in for marks: each process that marks has a socket of its own.
 *
 * JOULECART_MARKER_SOCKET names a listening socket, in a folder that no other user can enter
 * (marker-folder.h). What one process fills its socket with keeps no mark of another's away. Who cannot
 * connect (another user, another root folder, Node) shares the inherited socket. The sampler's thread reads
 * here itself: no thread stands between a mark and the counters' reading. */
#ifndef JOULECART_MARKER_DOOR_H
#define JOULECART_MARKER_DOOR_H
#include "profiler/markers/marker-message.h"
#include "profiler/markers/marker-packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct marker_door;

/* Opens the door to processes of the user uid and of root that descend from this process, or whose descent
 * is not known; others are sent away. NULL: it could not be opened, and marks come
 * through the inherited socket alone. */
struct marker_door *marker_door_open(uid_t uid);

/* The value of JOULECART_MARKER_SOCKET, living as long as the door; NULL of NULL. */
const char *marker_door_name(const struct marker_door *door);

/* What poll() finds readable when there is something to receive; -1 of NULL. */
int marker_door_fd(const struct marker_door *door);

/* The next packet, cut off at the size of a message, with the files that came along (marker-packet.h), or
 * the next mark in a process's ring (marker-ring.h); returns its own size, or 0 where none is there: it
 * never waits. It looks at some dozens who come or go at a time, so that after a 0 poll() may find more.
 * Who has sent many in a row comes again after the others. */
size_t marker_door_receive(struct marker_door *door, struct marker_message *message,
			   int files[MARKER_FILES]);

/* Is there a mark in a ring? poll() does not tell. Takes NULL, as the next two do. */
bool marker_door_has_marks(const struct marker_door *door);

/* The caller wants to sleep in poll(): whoever puts a mark in a ring from now on wakes it. False: one is there. */
bool marker_door_may_sleep(struct marker_door *door);

/* The caller looks again by itself: nobody need wake it. */
void marker_door_awake(struct marker_door *door);

/* From now on everybody who stands at the door has a turn, also where strangers crowd it: as many as the
 * kernel lets wait there (SOMAXCONN) in one call. Takes NULL. */
void marker_door_last_round(struct marker_door *door);

/* How many who came were sent away; 0 of NULL. */
int64_t marker_door_refused(const struct marker_door *door);

/* How many of the run were sent away because the kernel watches no more files for this user, with what they
 * had said already; 0 of NULL. */
int64_t marker_door_unheard(const struct marker_door *door);

/* How many marks could not be sent, as who marks says; 0 of NULL. */
int64_t marker_door_lost(const struct marker_door *door);

/* Closes the door and frees it; takes NULL. */
void marker_door_close(struct marker_door *door);

#endif
