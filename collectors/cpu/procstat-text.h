/* collectors/cpu/procstat-text.h - numbers of /proc/stat and /proc/vmstat by their names. Pure. */
#ifndef JOULECART_PROCSTAT_TEXT_H
#define JOULECART_PROCSTAT_TEXT_H
#include <stdint.h>

/* The first number of the line that begins with that name and a blank: "ctxt 12345". 0 or an
 * errno: ENOENT where there is no such line, EBADMSG where no number follows. */
int procstat_find(const char *text, const char *name, uint64_t *value);

#endif
