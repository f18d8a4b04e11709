/* schema/gate/damage.h - are a file's pages, indexes and constraints sound? */
#ifndef JOULECART_DAMAGE_H
#define JOULECART_DAMAGE_H
#include <sqlite3.h>
#include <stddef.h>

/* SQLite's own check of every page. 0: sound; else -1, and text has its first finding. */
int store_damage(sqlite3 *db, char *text, size_t size);

#endif
