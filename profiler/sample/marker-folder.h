/* profiler/sample/marker-folder.h - where the socket for marks lies: a folder that its user alone can
 * enter, so that nobody else can fill the socket's queue. It is made in XDG_RUNTIME_DIR where that is the
 * user's alone, else in /tmp. Beside the socket lies a file. A process that cannot send a mark appends a
 * byte to it: the file's size is what was lost.
 *
 * The folder is locked (flock(2)) as long as its process lives, however that ends. By that the next run of
 * the same user knows what a killed one has left, and clears it. */
#ifndef JOULECART_MARKER_FOLDER_H
#define JOULECART_MARKER_FOLDER_H
#include <stdint.h>

struct marker_folder {
	char path[80];    /* empty: there is none */
	char socket[108]; /* in it; as long as an address may be, unix(7) */
	const char *name; /* the last part of path */
	int parent_fd, fd, lost_fd;
};

/* 0, or -1 where it cannot be made. The folder is the effective user's, with mode 0700 whatever the umask. */
int marker_folder_make(struct marker_folder *folder);

/* Gives the socket, once it is there, mode 0600 whatever the umask. 0 or an errno. */
int marker_folder_share_socket(const struct marker_folder *folder);

/* How many marks could not be sent. */
int64_t marker_folder_lost(const struct marker_folder *folder);

/* Removes all that marker_folder_make() made, and the socket. */
void marker_folder_remove(struct marker_folder *folder);

/* Removes the folders, of the effective user, that processes which were killed have left, where
 * marker_folder_make() makes them. Looks at some thousand names at most. */
void marker_folder_clear_left(void);

#endif
