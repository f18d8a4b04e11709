/* schema/digest.c - see digest.h. */
#include <config.h>

#include "schema/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

void digest_of(const void *data, size_t size, uint8_t digest[DIGEST_SIZE])
{
	if (EVP_Digest(data, size, digest, NULL, EVP_sha256(), NULL) != 1)
		abort();
}

const char *digest_hex(const uint8_t digest[DIGEST_SIZE], char hex[DIGEST_HEX_SIZE])
{
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return hex;
}
