/* collectors/library.h - libraries that are loaded when first needed, by name at run time. */
#ifndef JOULECART_LIBRARY_H
#define JOULECART_LIBRARY_H
#include <stddef.h>

struct problem;

/* One function that is wanted, and where in the caller's table its address goes. */
struct library_symbol {
	const char *name;
	size_t offset;
};

/* Loads the library for good and fills table[offset] for each of the n symbols. 0, or -1 with
 * WHY and TODO of *why; package is what to install ("libpapi7.0"). A library that the process
 * has loaded already is taken, not loaded twice. */
int library_load(const char *soname, const char *package,
		 const struct library_symbol *symbols, size_t n, void *table,
		 struct problem *why);

#endif
