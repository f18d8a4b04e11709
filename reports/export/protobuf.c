/* reports/export/protobuf.c - see protobuf.h. */
#include <config.h>

#include "reports/export/protobuf.h"

#include "base/text.h"

#include <endian.h>
#include <obstack.h>
#include <stdlib.h>
#include <string.h>

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2 };

void protobuf_varint(FILE *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		fputc((int)(value & 0x7f) | 0x80, out);
	fputc((int)value, out);
}

static void put_key(FILE *out, uint32_t field, unsigned wire)
{
	protobuf_varint(out, (uint64_t)field << 3 | wire);
}

void protobuf_number(FILE *out, uint32_t field, uint64_t value)
{
	put_key(out, field, WIRE_VARINT);
	protobuf_varint(out, value);
}

void protobuf_double(FILE *out, uint32_t field, double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	bits = htole64(bits);
	put_key(out, field, WIRE_FIXED64);
	fwrite(&bits, sizeof(bits), 1, out);
}

void protobuf_bytes(FILE *out, uint32_t field, const void *bytes, size_t size)
{
	put_key(out, field, WIRE_BYTES);
	protobuf_varint(out, size);
	fwrite(bytes, 1, size, out);
}

void protobuf_text(FILE *out, uint32_t field, const char *text)
{
	size_t n = strlen(text);
	char *shown = malloc(TEXT_GROWTH * n + 1);
	if (!shown)
		obstack_alloc_failed_handler();
	else
		protobuf_bytes(out, field, shown, text_shown(text, n, shown));
	free(shown);
}

FILE *protobuf_begin(struct protobuf *message)
{
	*message = (struct protobuf){ 0 };
	message->out = open_memstream(&message->bytes, &message->size);
	if (!message->out)
		obstack_alloc_failed_handler();
	return message->out;
}

void protobuf_end(struct protobuf *message, FILE *out, uint32_t field)
{
	if (fclose(message->out) != 0)
		obstack_alloc_failed_handler();
	protobuf_bytes(out, field, message->bytes, message->size);
	free(message->bytes);
	*message = (struct protobuf){ 0 };
}
