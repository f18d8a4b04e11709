/* base/nearest.c - see nearest.h. Optimal string alignment distance, as in Damerau (1964). */
#include <config.h>

#include "base/nearest.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* A word longer than that is no misspelt name. */
enum { MAX_LENGTH = 63 };

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

size_t edit_distance(const char *a, const char *b)
{
	size_t table[MAX_LENGTH + 1][MAX_LENGTH + 1];
	size_t length_a = strlen(a), length_b = strlen(b);
	if (length_a > MAX_LENGTH || length_b > MAX_LENGTH)
		return SIZE_MAX;
	for (size_t i = 0; i <= length_a; i++)
		for (size_t j = 0; j <= length_b; j++) {
			if (i == 0 || j == 0) {
				table[i][j] = i + j;
				continue;
			}
			size_t cost = !same(a[i - 1], b[j - 1]);
			table[i][j] = smaller(table[i - 1][j - 1] + cost,
					      smaller(table[i - 1][j], table[i][j - 1]) +
						  1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]))
				table[i][j] = smaller(table[i][j], table[i - 2][j - 2] + 1);
		}
	return table[length_a][length_b];
}

const char *nearest_name(const char *asked, const char *const *names, size_t n)
{
	size_t best = (strlen(asked) + 1) / 2 + 1;
	const char *nearest = NULL;
	for (size_t i = 0; i < n; i++) {
		size_t distance = edit_distance(asked, names[i]);
		if (distance < best) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
