/* tests/fuzz/database-target.h - targets of databases: whole files, tables of the seal, packed readings. */
#ifndef JOULECART_FUZZ_DATABASE_TARGET_H
#define JOULECART_FUZZ_DATABASE_TARGET_H
#include <stddef.h>

/* Patches of a sealed file: offset (3 bytes, the least first), length (1 byte), bytes; a length of 0
 * cuts the file there. */
void take_database(const char *text, size_t size);

/* Changes of rows of the seal: column (of the list in database-target.c), row, type, length, bytes. */
void take_seal(const char *text, size_t size);

/* A chunk: a byte with format, channel, seq and times_of, the number of readings (2 bytes), the data. */
void take_samples(const char *text, size_t size);

#endif
