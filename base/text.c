/* base/text.c - see text.h. */
#include <config.h>

#include "base/text.h"

#include <string.h>

/* Planes for private use, so that no real character is among them; U+FFFD is Unicode's for what cannot
 * be decoded. */
static const uint32_t HIDDEN = 0xf0000, BYTES = 0x10ff00, REPLACEMENT = 0xfffd;

/* A character of UTF-8 (RFC 3629: shortest form, no surrogates, at most U+10FFFF), its length in
 * bytes; 0: there is none. */
static size_t decode(const unsigned char *bytes, size_t n, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = bytes[0] < 0x80   ? 1
			: bytes[0] < 0xc2 ? 0
			: bytes[0] < 0xe0 ? 2
			: bytes[0] < 0xf0 ? 3
			: bytes[0] < 0xf5 ? 4
					  : 0;
	if (length == 0 || length > n)
		return 0;
	*code = length == 1 ? bytes[0] : bytes[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (bytes[i] & 0x3f);
	}
	bool is_surrogate = *code >= 0xd800 && *code <= 0xdfff;
	return *code < least[length] || *code > 0x10ffff || is_surrogate ? 0 : length;
}

/* Controls, line and paragraph separators, what turns the direction of writing, what has no width
 * and no use in a name, and what is no character. The joiners U+200C and U+200D stay: scripts
 * and emoji need them. */
static bool is_bare(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x1f },     { 0x7f, 0x9f },     { 0x61c, 0x61c },
		{ 0x180e, 0x180e }, { 0x200b, 0x200b }, { 0x200e, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfdd0, 0xfdef },
		{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};
	if ((code & 0xfffe) == 0xfffe)
		return true;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

size_t text_ascii(const char *text, size_t n)
{
	size_t length = 0;
	while (length < n && text_is_ascii(text[length]))
		length++;
	return length;
}

struct text_piece text_piece(const void *bytes, size_t n)
{
	const char *first = bytes;
	if (text_is_ascii(*first))
		return (struct text_piece){ TEXT_PLAIN, (unsigned char)*first, 1 };
	uint32_t code = 0;
	size_t length = decode(bytes, n, &code);
	if (length == 0)
		return (struct text_piece){ TEXT_BROKEN, *(const unsigned char *)bytes, 1 };
	if (code >= HIDDEN && code <= HIDDEN + 0xffff)
		return (struct text_piece){ TEXT_HIDDEN, code - HIDDEN, length };
	if (code >= BYTES)
		return (struct text_piece){ TEXT_BYTE, code - BYTES, length };
	return (struct text_piece){ is_bare(code) ? TEXT_BARE : TEXT_PLAIN, code, length };
}

size_t text_put(uint32_t code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = length; i-- > 1; code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)((0xf00U >> length & 0xff) | code);
	return length;
}

uint32_t text_seen(struct text_piece piece)
{
	if (piece.kind == TEXT_PLAIN)
		return piece.code;
	if (piece.kind != TEXT_BARE && piece.kind != TEXT_HIDDEN)
		return REPLACEMENT;
	return piece.code < 0x20    ? 0x2400 + piece.code
	       : piece.code < 0x7f  ? piece.code
	       : piece.code == 0x7f ? 0x2421
				    : REPLACEMENT;
}

bool text_is_plain(const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	while (n > 0) {
		struct text_piece piece = text_piece(at, n);
		if (piece.kind != TEXT_PLAIN)
			return false;
		at += piece.length;
		n -= piece.length;
	}
	return true;
}

size_t text_guard(const void *bytes, size_t n, char *out)
{
	const unsigned char *at = bytes, *end = at + n;
	char *begin = out;
	while (at < end) {
		struct text_piece piece = text_piece(at, (size_t)(end - at));
		if (piece.kind == TEXT_PLAIN)
			out += text_put(piece.code, out);
		else if (piece.kind == TEXT_BARE && piece.code <= 0xffff)
			out += text_put(HIDDEN + piece.code, out);
		else
			for (size_t i = 0; i < piece.length; i++)
				out += text_put(BYTES + at[i], out);
		at += piece.length;
	}
	*out = '\0';
	return (size_t)(out - begin);
}

size_t text_unguard(const char *text, char *out)
{
	char *begin = out;
	for (size_t left = strlen(text); left > 0;) {
		struct text_piece piece = text_piece(text, left);
		if (piece.kind == TEXT_HIDDEN)
			out += text_put(piece.code, out);
		else if (piece.kind == TEXT_BYTE)
			*out++ = (char)piece.code;
		else
			out = (char *)memcpy(out, text, piece.length) + piece.length;
		text += piece.length;
		left -= piece.length;
	}
	*out = '\0';
	return (size_t)(out - begin);
}

size_t text_shown(const void *text, size_t n, char *out)
{
	const unsigned char *at = text, *end = at + n;
	char *begin = out;
	while (at < end) {
		struct text_piece piece = text_piece(at, (size_t)(end - at));
		out += text_put(text_seen(piece), out);
		at += piece.length;
	}
	*out = '\0';
	return (size_t)(out - begin);
}

size_t text_unicode(const void *text, size_t n, char *out)
{
	const unsigned char *at = text, *end = at + n;
	char *begin = out;
	while (at < end) {
		struct text_piece piece = text_piece(at, (size_t)(end - at));
		bool is_byte = piece.kind == TEXT_BYTE || piece.kind == TEXT_BROKEN;
		out += text_put(is_byte ? REPLACEMENT : piece.code, out);
		at += piece.length;
	}
	*out = '\0';
	return (size_t)(out - begin);
}

const char *text_line(const char *text, char *out, size_t size)
{
	size_t used = 0;
	for (size_t left = strlen(text); left > 0;) {
		struct text_piece piece = text_piece(text, left);
		char shown[4];
		size_t length = text_put(text_seen(piece), shown);
		if (used + length >= size)
			break;
		memcpy(out + used, shown, length);
		used += length;
		text += piece.length;
		left -= piece.length;
	}
	out[used] = '\0';
	return out;
}
