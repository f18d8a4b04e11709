/* schema/seal/digest.h - SHA-256, by libsodium. */
#ifndef JOULECART_DIGEST_H
#define JOULECART_DIGEST_H
#include <stddef.h>
#include <stdint.h>

/* Bytes; and in hexadecimal digits with its end. */
enum { DIGEST_SIZE = 32, DIGEST_HEX_SIZE = 65 };

/* Of data[0..size). */
void digest_of(const void *data, size_t size, uint8_t digest[DIGEST_SIZE]);

/* Of a file's bytes, as sha256sum has it. 0 or an errno; EINVAL for what is no regular file. */
int digest_of_file(const char *path, uint8_t digest[DIGEST_SIZE]);

/* In lower-case hexadecimal, with its end. Returns hex. */
const char *digest_hex(const uint8_t digest[DIGEST_SIZE], char hex[DIGEST_HEX_SIZE]);

#endif
