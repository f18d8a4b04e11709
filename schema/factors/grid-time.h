/* schema/factors/grid-time.h - the times of grid files, as their publishers write them. */
#ifndef JOULECART_GRID_TIME_H
#define JOULECART_GRID_TIME_H
#include <stdint.h>

/* "2026-01-31 12:00:00 UTC" and its end. */
enum { GRID_TIME_SIZE = 32 };

/* "2021-04-19T19:00Z". Returns text. */
char *grid_time_text(int64_t utc_ns, char text[GRID_TIME_SIZE]);

/* "2024-05-01 13:00:00", "2024-05-01T13:00Z", "...+02:00" as ns of UTC. Without an offset it is
 * UTC where is_utc says so, and refused elsewhere. 0, or -1 when it is no time
 * (a 30 February, too) or not one from 1970 to 2199. */
int grid_time(const char *text, int is_utc, int64_t *utc_ns);

#endif
