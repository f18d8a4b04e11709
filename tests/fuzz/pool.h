/* tests/fuzz/pool.h - memory for SQLite that costs next to nothing, also under a sanitizer. */
#ifndef JOULECART_POOL_H
#define JOULECART_POOL_H
#include <stdbool.h>

/* SQLite, which is no sanitizer's to look into, gets its memory from here, or from malloc again:
 * where what reads its values is to be watched. No connection may be open. Nothing is given
 * back to the system, for processes that do not live long. */
void pool_serve_sqlite(bool is_on);

#endif
