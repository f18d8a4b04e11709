/* profiler/profile/unwind.h - stacks by the unwinding information of the files (DWARF), for who has the bytes of
 * each stack and no frame pointers. By elfutils' libdwfl. */
#ifndef JOULECART_UNWIND_H
#define JOULECART_UNWIND_H
#include <stddef.h>
#include <stdio.h>

/* Answers size bytes of requests as unwind-message.h has them. vdso: a file with the kernel's own code of each
 * process, or NULL. What does not hold together ends it. */
void unwind_all(const void *requests, size_t size, const char *vdso, FILE *out);

#endif
