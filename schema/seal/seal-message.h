/* schema/seal/seal-message.h - the bytes that a seal's head and signature are over. See seal.h. */
#ifndef JOULECART_SEAL_MESSAGE_H
#define JOULECART_SEAL_MESSAGE_H
#include "schema/seal/seal.h"

/* Bytes of a program's version. */
enum { SEAL_VERSION_SIZE = 64 };

/* A row of table seal, and what the links come to. */
struct seal_statement {
	uint8_t content[DIGEST_SIZE];
	int64_t made_utc_ns, n_links;
	uint8_t supersedes[DIGEST_SIZE];   /* zeros: none */
	uint8_t public_key[SEAL_KEY_SIZE]; /* zeros: not signed */
	const char *tool_version;          /* at most SEAL_VERSION_SIZE bytes of it */
};

struct seal_message {
	uint8_t bytes[320];
	size_t size;
};

/* Of a seal of format 2; that of format 1 is its content. */
void seal_head_of(const struct seal_statement *facts, uint8_t head[DIGEST_SIZE]);

/* What is signed. */
struct seal_message seal_message_of(int format, const uint8_t *head,
				    const struct seal_statement *facts);

#endif
