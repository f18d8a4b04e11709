/* schema/factors/grid-parse.h - the parsers behind grid-file.h: text to series, no more. */
#ifndef JOULECART_GRID_PARSE_H
#define JOULECART_GRID_PARSE_H
#include <stddef.h>

struct grid_file;
struct problem;

/* text[0..size), which is changed, into the series of file. 0, or -1 with *why's reason. */
int grid_parse_csv(char *text, size_t size, struct grid_file *file, struct problem *why);
int grid_parse_json(const char *text, size_t size, struct grid_file *file,
		    struct problem *why);

#endif
