/* profiler/profile/symbols-program.h - joulecart-symbols at work: what reads other people's files. */
#ifndef JOULECART_SYMBOLS_PROGRAM_H
#define JOULECART_SYMBOLS_PROGRAM_H
#include <stdio.h>
#include <sys/types.h>

/* Starts it with a word (NULL: none) and the file of its requests, which is read from its beginning, as standard
 * input. Its answers; NULL: it could not be started. */
FILE *symbols_program_start(const char *word, int requests, pid_t *pid);

/* Closes what symbols_program_start returned and waits for the end; NULL: there is none. Returns the CPU seconds that it
 * took. */
double symbols_program_end(FILE *answers, pid_t pid);

#endif
