/* profiler/record/marker-validate.h - what a program says of itself is taken for what it is: any bytes. */
#ifndef JOULECART_MARKER_VALIDATE_H
#define JOULECART_MARKER_VALIDATE_H
#include "profiler/markers/marker-message.h"

#include <stdint.h>

/* Makes a message fit to be stored: text ends and is UTF-8, numbers fit in 63 bits, stamps of
 * edges lie in first_ns..last_ns. What cannot be mended loses its kind (0: nothing is said).
 * Returns what was wrong in a few words, or NULL. */
const char *marker_check(struct marker_message *message, int64_t first_ns, int64_t last_ns);

#endif
