/* profiler/sample/marker-folder.h - where the socket for marks lies: a folder that its user alone can enter, so that
 * nobody else can fill the socket's queue. It is made in XDG_RUNTIME_DIR where that is the user's alone, else in
 * /tmp. Beside the socket lies a file to which who cannot send a mark appends a byte: its size is what was lost. */
#ifndef JOULECART_MARKER_FOLDER_H
#define JOULECART_MARKER_FOLDER_H
#include <stdint.h>

struct marker_folder {
	char path[80];    /* empty: there is none */
	char socket[108]; /* in it; as long as an address may be, unix(7) */
	int lost_fd;
};

/* 0, or -1 where it cannot be made. The folder is the effective user's, with mode 0700 whatever the umask. */
int marker_folder_make(struct marker_folder *folder);

/* How many marks could not be sent. */
int64_t marker_folder_lost(const struct marker_folder *folder);

/* Removes all that marker_folder_make() made, and the socket. */
void marker_folder_remove(struct marker_folder *folder);

#endif
