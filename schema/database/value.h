/* schema/database/value.h - a parameter of an SQL statement. */
#ifndef JOULECART_VALUE_H
#define JOULECART_VALUE_H
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of five shapes, NULL where the value says "unknown". */
struct value {
	enum { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_BLOB } type;
	int64_t integer; /* also the size of a blob */
	double real;
	const void *bytes;
};

static inline struct value integer(int64_t value)
{
	return (struct value){ .type = VALUE_INT, .integer = value };
}

static inline struct value integer_if(bool known, int64_t value)
{
	return known ? integer(value) : (struct value){ .type = VALUE_NULL };
}

static inline struct value real(double value)
{
	return (struct value){ .type = VALUE_REAL, .real = value };
}

static inline struct value real_if(bool known, double value)
{
	return known ? real(value) : (struct value){ .type = VALUE_NULL };
}

static inline struct value text(const char *value)
{
	return (struct value){ .type = value ? VALUE_TEXT : VALUE_NULL, .bytes = value };
}

static inline struct value blob(const void *bytes, size_t size)
{
	return (
	    struct value){ .type = VALUE_BLOB, .integer = (int64_t)size, .bytes = bytes };
}

/* values[0..n) become parameters 1 to n; texts and blobs are not copied. */
void values_bind(sqlite3_stmt *statement, const struct value *values, int n);

#endif
