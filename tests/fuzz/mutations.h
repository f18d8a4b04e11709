/* tests/fuzz/mutations.h - one change of a database file, chosen by a number. */
#ifndef JOULECART_MUTATIONS_H
#define JOULECART_MUTATIONS_H
#include <stdbool.h>

/* Before the others, once: reads both files, so that the many processes which then change one need not. False:
 * they are no files of joulecart's. */
bool mutation_set_up(const char *path, const char *other);

/* m.db becomes a copy of path, with nothing beside it. */
void mutation_restore(const char *path);

/* m.db becomes path's copy and is changed: its rows, objects, header, pages, or what stands beside it; other is a
 * second sealed file, parts of which come in. A change that changes nothing is drawn anew. To be called once in a
 * process that forked after mutation_set_up(). */
void mutation_apply(unsigned long number, const char *path, const char *other);

/* What the last one did. */
const char *mutation_said(void);

#endif
