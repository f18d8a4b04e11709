/* reports/figure/json-text.c - see json-text.h. */
#include <config.h>

#include "reports/figure/json-text.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
	if (!text)
		return json_null();
	size_t n = strlen(text);
	char *guarded = malloc(TEXT_GROWTH * n + 1);
	if (!guarded)
		return NULL;
	/* guarded text is UTF-8: only what is not guarded yet has to be */
	json_t *string = json_stringn(text, n);
	if (!string)
		string = json_stringn(guarded, text_guard(text, n, guarded));
	free(guarded);
	return string;
}

static json_t *as_unicode(const char *text, size_t n)
{
	char *out = malloc(TEXT_GROWTH * n + 1);
	json_t *string = out ? json_stringn(out, text_unicode(text, n, out)) : NULL;
	free(out);
	return string;
}

static bool has_bytes(const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		struct text_piece piece = text_piece(text, left);
		if (piece.kind == TEXT_BYTE || piece.kind == TEXT_BROKEN)
			return true;
		text += piece.length;
		left -= piece.length;
	}
	return false;
}

static json_t *hex_of(const char *text)
{
	char *bytes = malloc(strlen(text) + 1);
	size_t n = bytes ? text_unguard(text, bytes) : 0;
	char *hex = malloc(2 * n + 1);
	for (size_t i = 0; hex && i < n; i++)
		sprintf(hex + 2 * i, "%02x", (unsigned char)bytes[i]);
	json_t *string = bytes && hex ? json_stringn(hex, 2 * n) : NULL;
	free(bytes);
	free(hex);
	return string;
}

/* Of most text there is nothing to give back. */
static bool is_plain(const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		struct text_piece piece = text_piece(text, left);
		if (piece.kind != TEXT_PLAIN)
			return false;
		text += piece.length;
		left -= piece.length;
	}
	return true;
}

static json_t *given_back(const json_t *value);

/* Such a key says its bytes itself, so that no two become one. */
static char *key_of(const char *key, const char *suffix)
{
	json_t *name = as_unicode(key, strlen(key)), *hex = hex_of(key);
	char *text = NULL;
	if (name && hex &&
	    asprintf(&text, "%s%s%s%s%s", json_string_value(name), suffix,
		     has_bytes(key) ? " (bytes " : "",
		     has_bytes(key) ? json_string_value(hex) : "",
		     has_bytes(key) ? ")" : "") < 0)
		text = NULL;
	json_decref(name);
	json_decref(hex);
	return text;
}

static int put_member(json_t *object, const char *key, const json_t *value)
{
	char *name = key_of(key, "");
	int code = name ? json_object_set_new(object, name, given_back(value)) : -1;
	free(name);
	if (code != 0 || !json_is_string(value) || !has_bytes(json_string_value(value)))
		return code;
	name = key_of(key, "_bytes");
	code = name ? json_object_set_new(object, name, hex_of(json_string_value(value)))
		    : -1;
	free(name);
	return code;
}

/* A copy with text as it was; what needs no change is shared. NULL: no memory. */
static json_t *given_back(const json_t *value)
{
	size_t i;
	const char *key;
	json_t *member;
	if (json_is_string(value) && !is_plain(json_string_value(value)))
		return as_unicode(json_string_value(value), json_string_length(value));
	if (!json_is_object(value) && !json_is_array(value))
		return json_incref((json_t *)(uintptr_t)value);
	json_t *copy = json_is_object(value) ? json_object() : json_array();
	int code = copy ? 0 : -1;
	json_object_foreach((json_t *)(uintptr_t)value, key, member)
	    code = code == 0 ? put_member(copy, key, member) : code;
	json_array_foreach(value, i, member)
	    code = code == 0 ? json_array_append_new(copy, given_back(member)) : code;
	if (code == 0)
		return copy;
	json_decref(copy);
	return NULL;
}

/* How many bytes from the first on are ASCII and begin no "##", by which commands to CI logs begin
 * (base/text-stream.h). */
static size_t plain_length(const char *text, size_t left)
{
	size_t plain = text_ascii(text, left);
	const char *mark = memmem(text, plain, "##", 2);
	return mark ? (size_t)(mark - text) : plain;
}

/* Beyond ASCII, and where "#" stands, JSON has nothing but strings: what may not be shown there is escaped. */
static int print_escaped(const char *text, size_t left, void *to)
{
	FILE *out = to;
	while (left > 0) {
		size_t plain = plain_length(text, left);
		if (plain > 0) {
			fwrite(text, 1, plain, out);
			text += plain;
			left -= plain;
			continue;
		}
		struct text_piece piece = text_piece(text, left);
		bool is_mark = *text == '#' && left > 1 && text[1] == '#';
		bool is_shown = piece.kind == TEXT_PLAIN || piece.code < 0x80;
		if (is_mark)
			fputs("\\u0023", out);
		else if (is_shown)
			fwrite(text, 1, piece.length, out);
		else if (piece.kind == TEXT_BARE && piece.code <= 0xffff)
			fprintf(out, "\\u%04x", piece.code);
		else { /* as two surrogates, RFC 8259 section 7 */
			uint32_t code = piece.kind == TEXT_HIDDEN ? piece.code + 0xf0000
					: piece.kind == TEXT_BYTE ? piece.code + 0x10ff00
								  : piece.code;
			fprintf(out, "\\u%04x\\u%04x", 0xd7c0 + (code >> 10),
				0xdc00 + (code & 0x3ff));
		}
		text += piece.length;
		left -= piece.length;
	}
	return 0;
}

/* The value is released. Piece by piece, and no piece ends within a character. */
static int print(json_t *value, size_t flags, FILE *out)
{
	json_t *copy = value ? given_back(value) : NULL;
	int code = copy ? json_dump_callback(copy, print_escaped, out,
					     flags | JSON_ENCODE_ANY)
			: -1;
	json_decref(copy);
	json_decref(value);
	return code;
}

void json_print_inline(const char *text, FILE *out)
{
	print(json_text(text), 0, out);
}

int json_print(json_t *value, size_t flags, FILE *out)
{
	int code = print(value, flags, out);
	fputc('\n', out);
	return code;
}

int json_print_shown(json_t *value, size_t flags, FILE *out)
{
	int code = value ? json_dump_callback(value, print_escaped, out,
					      flags | JSON_ENCODE_ANY)
			 : -1;
	json_decref(value);
	fputc('\n', out);
	return code;
}
