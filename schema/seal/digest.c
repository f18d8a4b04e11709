/* schema/seal/digest.c - see digest.h. */
#include <config.h>

#include "schema/seal/digest.h"

#include "base/plain-file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

void digest_of(const void *data, size_t size, uint8_t digest[DIGEST_SIZE])
{
	crypto_hash_sha256(digest, data, size);
}

int digest_of_file(const char *path, uint8_t digest[DIGEST_SIZE])
{
	unsigned char bytes[16 << 10];
	crypto_hash_sha256_state state;
	size_t n;
	FILE *file = plain_file_open(path);
	if (!file)
		return errno;
	crypto_hash_sha256_init(&state);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		crypto_hash_sha256_update(&state, bytes, n);
	int err = ferror(file) ? EIO : 0;
	fclose(file);
	crypto_hash_sha256_final(&state, digest);
	return err;
}

const char *digest_hex(const uint8_t digest[DIGEST_SIZE], char hex[DIGEST_HEX_SIZE])
{
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return hex;
}
