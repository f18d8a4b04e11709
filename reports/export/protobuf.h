/* reports/export/protobuf.h - the wire format of Protocol Buffers, as much as two writers need: fields
 * are appended to a stream (open_memstream), messages within messages go through one of their own.
 * Source: protobuf.dev, "Encoding". Nothing fails here; the stream's error flag tells. */
#ifndef JOULECART_PROTOBUF_H
#define JOULECART_PROTOBUF_H
#include <stdint.h>
#include <stdio.h>

/* A number without a field's key, for a packed list. */
void protobuf_varint(FILE *out, uint64_t value);

void protobuf_number(FILE *out, uint32_t field, uint64_t value);
void protobuf_double(FILE *out, uint32_t field, double value);
/* Guarded or not: what people see of it, always UTF-8. */
void protobuf_text(FILE *out, uint32_t field, const char *text);
void protobuf_bytes(FILE *out, uint32_t field, const void *bytes, size_t size);

/* A message in memory, to become a field of another; it stays where it is. */
struct protobuf {
	FILE *out;
	char *bytes;
	size_t size;
};

/* Returns the stream for its fields. Ends the program without memory, as the arenas of reports do. */
FILE *protobuf_begin(struct protobuf *message);
/* Appends the message as a field of out and frees it. */
void protobuf_end(struct protobuf *message, FILE *out, uint32_t field);

#endif
