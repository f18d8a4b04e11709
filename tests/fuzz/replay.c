/* tests/fuzz/replay.c - every seed through its parser, whole and cut at each byte, as an
 * ordinary test. The seeds' folder is $SEEDS. */
#include <config.h>

#include "tests/fuzz/targets.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	char *text = calloc(1, 65536);
	*size = file && text ? fread(text, 1, 65535, file) : 0;
	if (file)
		fclose(file);
	return text;
}

static void take_cuts(const struct fuzz_target *target, const char *text, size_t size)
{
	for (size_t length = 0; length <= size; length++) {
		char *cut = calloc(1, length + 1);
		if (!cut)
			abort();
		memcpy(cut, text, length);
		target->take(cut, length);
		free(cut);
	}
}

static size_t replay(const struct fuzz_target *target, const char *seeds)
{
	char pattern[4096];
	glob_t found;
	size_t n = 0;
	snprintf(pattern, sizeof(pattern), "%s/%s/*", seeds, target->name);
	if (glob(pattern, 0, NULL, &found) == 0)
		for (; n < found.gl_pathc; n++) {
			size_t size;
			char *text = read_all(found.gl_pathv[n], &size);
			take_cuts(target, text, size);
			free(text);
		}
	globfree(&found);
	return n;
}

int main(void)
{
	const char *seeds = getenv("SEEDS");
	int i = 0, failed = 0;
	for (const struct fuzz_target *target = fuzz_targets; target->name; target++) {
		size_t n = replay(target, seeds ? seeds : "tests/fuzz/seeds");
		printf("%sok %d - %zu seeds of %s\n", n ? "" : "not ", ++i, n,
		       target->name);
		failed += n == 0;
	}
	printf("1..%d\n", i);
	return failed != 0;
}
