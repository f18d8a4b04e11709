/* profiler/markers/region-marks.h - the marking program's end of regions (joulecart_region_*): what
 * libjoulecart.c tells it of attaching, forking and detaching. */
#ifndef JOULECART_REGION_MARKS_H
#define JOULECART_REGION_MARKS_H
#include "profiler/markers/marker-packet.h"

#include <stdbool.h>

/* Has a profiler: from the next mark on each process makes a page and hands it over, with the end of
 * a pipe that closes when the process ends or executes another program. NULL: there is none now.
 * hand_over is called with the lock of regions held; false: it could not be sent. */
void region_marks_listen(bool (*hand_over)(const int fds[MARKER_FILES]));

/* What this thread has open ends, and is counted: it detaches, or the program ends. */
void region_marks_end(void);

/* In the child of a fork: the page is its parent's, and it makes its own at its next mark. */
void region_marks_become_child(void);

#endif
