/* schema/factors/data-file.c - see data-file.h. */
#include <config.h>

#include "schema/factors/data-file.h"

#include "base/problem.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path, size_t *size, struct problem *why)
{
	static const size_t MOST = (size_t)64 << 20;
	FILE *in = fopen(path, "re");
	char *text = in ? malloc(MOST + 1) : NULL;
	*size = text ? fread(text, 1, MOST + 1, in) : 0;
	int err = errno;
	bool failed = !in || !text || ferror(in);
	if (in)
		fclose(in);
	if (!failed && *size <= MOST) {
		text[*size] = '\0';
		return text;
	}
	free(text);
	if (failed)
		problem_errno(why, err);
	else
		problem_refuse(why, "import it in parts", "it is larger than 64 MiB");
	return NULL;
}

int data_file_read(const char *path, struct data_file *file, struct problem *why)
{
	uint8_t digest[DIGEST_SIZE];
	*file = (struct data_file){ 0 };
	problem_what(why, "cannot import '%s'", path);
	file->text = read_all(path, &file->size, why);
	if (!file->text)
		return -1;
	digest_of(file->text, file->size, digest);
	digest_hex(digest, file->sha256);
	file->begin = file->text + (strncmp(file->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	file->size -= (size_t)(file->begin - file->text);
	return 0;
}

void data_file_free(struct data_file *file)
{
	free(file->text);
	file->text = NULL;
}

int data_file_is_json(const struct data_file *file)
{
	const char *first = file->begin + strspn(file->begin, " \t\r\n");
	return *first == '{' || *first == '[';
}
