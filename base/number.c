/* base/number.c - see number.h. */
#include <config.h>

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double MOST = 1e50, LEAST = 1e-50;

bool number_is_quantity(double value)
{
	double size = fabs(value);
	return size == 0 || (size >= LEAST && size <= MOST);
}

/* Reads the first length bytes of text as a number times 10^exponent. The power of ten is appended
 * to the digits instead of multiplied with: strtod then rounds once. */
static bool read_scaled(const char *text, size_t length, int exponent, double *value)
{
	char digits[64], *end;
	if (length == 0 || length > 48 || strspn(text, "0123456789.+-eE") < length)
		return false;
	bool has_exponent = memchr(text, 'e', length) || memchr(text, 'E', length);
	if (exponent != 0 && has_exponent)
		return false;
	snprintf(digits, sizeof(digits), "%.*s", (int)length, text);
	if (exponent != 0)
		snprintf(digits + length, sizeof(digits) - length, "e%d", exponent);
	double read = strtod(digits, &end);
	if (*end != '\0' || !number_is_quantity(read))
		return false;
	*value = read;
	return true;
}

bool number_read(const char *text, double *value)
{
	static const char suffixes[] = "kMGT";
	size_t length = strlen(text);
	const char *suffix = length ? strchr(suffixes, text[length - 1]) : NULL;
	if (!suffix)
		return read_scaled(text, length, 0, value);
	return read_scaled(text, length - 1, 3 * (int)(suffix - suffixes + 1), value);
}

bool share_read(const char *text, double *share)
{
	size_t length = strlen(text);
	if (length > 0 && text[length - 1] == '%')
		return read_scaled(text, length - 1, -2, share);
	return number_read(text, share);
}
