/* schema/database/sqlite-memory.h - how SQLite gets its memory in a program that lives for milliseconds. */
#ifndef JOULECART_SQLITE_MEMORY_H
#define JOULECART_SQLITE_MEMORY_H

/* Serves SQLite's small blocks from lists of freed ones instead of malloc (not under a sanitizer, which sees
 * the bounds of malloc's blocks alone): a quarter of the instructions of a report, and of a run of 'true'.
 * Keeps no statistics of memory, each of which takes a lock at every allocation, and takes pages
 * when they are needed instead of many at once: together an eighth of the time that a run
 * of 'true' takes (bench/startup). What was taken for small blocks stays with the process: a thread's go to the
 * next one that begins. To be called by main
 * before anything else of SQLite; in a process that has used it already nothing changes. */
void sqlite_memory_set_up(void);

#endif
