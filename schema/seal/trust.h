/* schema/seal/trust.h - the reader's own list of keys and whose they are. */
#ifndef JOULECART_TRUST_H
#define JOULECART_TRUST_H
#include "schema/seal/seal.h"

struct problem;
struct trust;

/* A file of lines: a public key's fingerprint (64 hexadecimal digits, as 'joulecart sign
 * --new-key' prints them), a space, the name that the reader gives its holder. Lines that
 * begin with # and empty ones are comments. NULL with *why, which names a line that is neither.
 * Freed by trust_free, which takes NULL. */
struct trust *trust_read(const char *path, struct problem *why);
void trust_free(struct trust *trust);

/* Whose key it is; NULL: the list does not have it, or is NULL. */
const char *trust_name(const struct trust *trust, const uint8_t public_key[SEAL_KEY_SIZE]);

#endif
