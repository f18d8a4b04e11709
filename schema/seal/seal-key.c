/* schema/seal/seal-key.c - key files. See seal.h. */
#include <config.h>

#include "schema/seal/seal.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Beside path, so that it can be linked to it: a full disk leaves nothing behind. */
static int write_beside(char *temporary, const char *text)
{
	int fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
	if (fd < 0)
		return errno;
	size_t size = strlen(text);
	ssize_t n = write(fd, text, size);
	int err = n < 0 ? errno : (size_t)n < size ? ENOSPC : 0;
	if (err == 0 && fsync(fd) != 0)
		err = errno;
	if (close(fd) != 0 && err == 0)
		err = errno;
	return err;
}

/* 0 or an errno. link refuses what is there already. */
static int write_whole(const char *path, const char *text)
{
	char temporary[PATH_MAX];
	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >=
	    (int)sizeof(temporary))
		return ENAMETOOLONG;
	if (access(path, F_OK) == 0)
		return EEXIST;
	int err = write_beside(temporary, text);
	if (err == 0 && link(temporary, path) != 0)
		err = errno;
	unlink(temporary);
	return err;
}

int seal_key_new(const char *path, uint8_t public_key[SEAL_KEY_SIZE], struct problem *why)
{
	uint8_t seed[SEAL_SEED_SIZE];
	char hex[DIGEST_HEX_SIZE], public_hex[DIGEST_HEX_SIZE], text[320];
	problem_what(why, "cannot write '%s'", path);
	if (sodium_init() < 0)
		return problem_refuse(why, "is /dev/urandom there, and may you read it?",
				      "no source of randomness");
	randombytes_buf(seed, sizeof(seed));
	seal_public_key(seed, public_key);
	snprintf(text, sizeof(text),
		 "# joulecart signing key (Ed25519 seed): keep it secret\n"
		 "# public: %s\n%s\n",
		 digest_hex(public_key, public_hex), digest_hex(seed, hex));
	int err = write_whole(path, text);
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(hex, sizeof(hex));
	sodium_memzero(text, sizeof(text));
	if (err == 0)
		return 0;
	problem_errno(why, err);
	if (err == ENOSPC || err == EDQUOT)
		return problem_todo(why, "free some space, or name a file elsewhere; "
					 "nothing was written");
	return -1;
}

int seal_key_read(const char *path, uint8_t seed[SEAL_SEED_SIZE], struct problem *why)
{
	char line[256];
	size_t size = 0;
	bool is_key = false;
	problem_what(why, "cannot read the key in '%s'", path);
	FILE *in = fopen(path, "re");
	if (!in)
		return problem_errno(why, errno);
	while (!is_key && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line && *line != '#')
			is_key = sodium_hex2bin(seed, SEAL_SEED_SIZE, line, strlen(line),
						NULL, &size, NULL) == 0 &&
				 size == SEAL_SEED_SIZE;
	}
	fclose(in);
	sodium_memzero(line, sizeof(line));
	if (is_key)
		return 0;
	problem_why(why, "it does not hold 64 hexadecimal digits");
	return problem_todo(why, "make one with 'joulecart sign --new-key FILE'");
}
