/* schema/seal/digest.c - see digest.h. */
#include <config.h>

#include "schema/seal/digest.h"

#include <sodium.h>
#include <stdio.h>

void digest_of(const void *data, size_t size, uint8_t digest[DIGEST_SIZE])
{
	crypto_hash_sha256(digest, data, size);
}

const char *digest_hex(const uint8_t digest[DIGEST_SIZE], char hex[DIGEST_HEX_SIZE])
{
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return hex;
}
