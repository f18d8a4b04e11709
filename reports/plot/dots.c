/* reports/plot/dots.c - see dots.h. */
#include <config.h>

#include "reports/plot/dots.h"

#include <langinfo.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The block's first character; the eight dots are its lowest bits. */
enum { BRAILLE = 0x2800 };

struct dots dots_new(size_t columns, size_t rows, struct arena *arena)
{
	struct dots dots = { columns, rows, arena_room(arena, columns * rows) };
	memset(dots.cells, 0, columns * rows);
	return dots;
}

void dots_set(struct dots *dots, size_t across, size_t up)
{
	/* Unicode numbered the six upper dots first, then the two that came later */
	static const unsigned char bits[DOTS_DOWN][DOTS_ACROSS] = {
		{ 0x40, 0x80 }, { 0x04, 0x20 }, { 0x02, 0x10 }, { 0x01, 0x08 }
	};
	size_t column = across / DOTS_ACROSS, row = up / DOTS_DOWN;
	if (column < dots->columns && row < dots->rows)
		dots->cells[(dots->rows - 1 - row) * dots->columns + column] |=
		    bits[up % DOTS_DOWN][across % DOTS_ACROSS];
}

static size_t place(double share, size_t n)
{
	double at = floor(share * (double)(n - 1) + 0.5);
	return at > 0 ? (size_t)at : 0;
}

void dots_line(struct dots *dots, double x0, double y0, double x1, double y1)
{
	size_t width = dots->columns * DOTS_ACROSS, height = dots->rows * DOTS_DOWN;
	double across = fabs(x1 - x0) * (double)width, up = fabs(y1 - y0) * (double)height;
	size_t steps = (size_t)ceil(fmin(fmax(across, up), (double)(width + height))) + 1;
	for (size_t i = 0; i <= steps; i++) {
		double share = (double)i / (double)steps;
		dots_set(dots, place(x0 + share * (x1 - x0), width),
			 place(y0 + share * (y1 - y0), height));
	}
}

static void print_braille(unsigned char cell, FILE *out)
{
	unsigned code = BRAILLE + cell;
	const char text[] = { (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)),
			      (char)(0x80 | (code & 0x3f)), '\0' };
	fputs(cell ? text : " ", out);
}

static void print_ascii(unsigned char cell, FILE *out)
{
	const unsigned upper = 0x01 | 0x08 | 0x02 | 0x10;
	fputc(!cell ? ' ' : !(cell & upper) ? '.' : !(cell & ~upper) ? '\'' : ':', out);
}

void dots_print(const struct dots *dots, size_t row, FILE *out)
{
	const unsigned char *cells = dots->cells + row * dots->columns;
	bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	size_t n = dots->columns;
	while (n > 0 && !cells[n - 1])
		n--;
	for (size_t i = 0; i < n; i++)
		(is_utf8 ? print_braille : print_ascii)(cells[i], out);
}
