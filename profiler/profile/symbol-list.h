/* profiler/profile/symbol-list.h - lists of symbols: /tmp/perf-PID.map and jit-PID.dump, in which programs that
 * make code while they run name it (Linux, tools/perf/Documentation/jit-interface.txt and
 * jitdump-specification.txt), and /proc/kallsyms. */
#ifndef JOULECART_SYMBOL_LIST_H
#define JOULECART_SYMBOL_LIST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol_list;

enum { SYMBOLS_MOST = 1 << 20, SYMBOL_NAME_MOST = 1000 };

/* Lines of "BEGIN SIZE NAME", hexadecimal; others are passed over. What is said last of an address
 * holds. The text may be anything. NULL: no memory. */
struct symbol_list *symbol_list_of_map(const char *text, size_t size);

/* The code that was loaded by a jitdump of this machine's byte order, of version 1, where it lay last. A record
 * that does not hold together ends it; other bytes than a jitdump's are an empty list. NULL: no memory. */
struct symbol_list *symbol_list_of_dump(const char *bytes, size_t size);

/* Lines of "ADDRESS TYPE NAME [MODULE]" of code; each reaches to the next. Where the kernel hides its
 * addresses they are all 0, and the list is empty. NULL: no memory. */
struct symbol_list *symbol_list_of_kernel(const char *text, size_t size);
void symbol_list_free(struct symbol_list *list); /* takes NULL */

size_t symbol_list_length(const struct symbol_list *list);

/* The name at that address: not ended, *length bytes of the text. NULL: there is none. */
const char *symbol_list_find(const struct symbol_list *list, uint64_t address,
			     size_t *length);

#endif
