/* profiler/launch/program-path.h - where joulecart's other programs are: those whose libraries would
 * weigh on every measurement if one program held everything. */
#ifndef JOULECART_PROGRAM_PATH_H
#define JOULECART_PROGRAM_PATH_H
#include <stddef.h>

struct problem;

/* The path of that program: beside this very one (a build tree), else where it was installed.
 * 0, or -1 with *why. */
int program_path(const char *program, char *path, size_t size, struct problem *why);

/* Becomes that program, with argv. Returns only when it fails: -1 with *why. */
int program_become(const char *program, char *const argv[], struct problem *why);

#endif
