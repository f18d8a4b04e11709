/* schema/seal/trust.c - see trust.h. */
#include <config.h>

#include "schema/seal/trust.h"

#include "base/plain-file.h"
#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A list longer than that is none that a person keeps. */
enum { MOST_KEYS = 10000, NAME_SIZE = 128 };

struct holder {
	uint8_t key[SEAL_KEY_SIZE];
	char name[NAME_SIZE];
};

struct trust {
	size_t n;
	struct holder *holders;
};

static bool take_line(const char *line, struct holder *holder)
{
	size_t size = 0;
	const char *end = line;
	if (sodium_hex2bin(holder->key, sizeof(holder->key), line, strlen(line), NULL,
			   &size, &end) != 0 ||
	    size != sizeof(holder->key) || (*end != ' ' && *end != '\t'))
		return false;
	end += strspn(end, " \t");
	snprintf(holder->name, sizeof(holder->name), "%s", end);
	return *end != '\0';
}

static bool add(struct trust *trust, const char *line)
{
	struct holder holder;
	if (trust->n >= MOST_KEYS || !take_line(line, &holder))
		return false;
	struct holder *more = realloc(trust->holders,
				      (trust->n + 1) * sizeof(*trust->holders));
	if (!more)
		return false;
	trust->holders = more;
	more[trust->n++] = holder;
	return true;
}

static int read_lines(FILE *in, struct trust *trust, struct problem *why)
{
	char line[512];
	for (int number = 1; fgets(line, sizeof(line), in); number++) {
		line[strcspn(line, "\r\n")] = '\0';
		if (!*line || *line == '#' || add(trust, line))
			continue;
		problem_why(why, "line %d is not 64 hexadecimal digits, a space and a name",
			    number);
		return problem_todo(why, "'joulecart sign --new-key' prints such digits");
	}
	return 0;
}

struct trust *trust_read(const char *path, struct problem *why)
{
	struct trust *trust = calloc(1, sizeof(*trust));
	problem_what(why, "cannot read the keys in '%s'", path);
	why->kind = PROBLEM_USAGE;
	FILE *in = trust ? plain_file_open(path) : NULL;
	if (!in) {
		problem_errno(why, trust ? errno : ENOMEM);
		trust_free(trust);
		return NULL;
	}
	int code = read_lines(in, trust, why);
	fclose(in);
	if (code == 0)
		return trust;
	trust_free(trust);
	return NULL;
}

void trust_free(struct trust *trust)
{
	if (trust)
		free(trust->holders);
	free(trust);
}

const char *trust_name(const struct trust *trust, const uint8_t public_key[SEAL_KEY_SIZE])
{
	for (size_t i = 0; trust && i < trust->n; i++)
		if (memcmp(trust->holders[i].key, public_key, SEAL_KEY_SIZE) == 0)
			return trust->holders[i].name;
	return NULL;
}
