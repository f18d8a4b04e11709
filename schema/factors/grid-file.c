/* schema/factors/grid-file.c - see grid-file.h. */
#include <config.h>

#include "schema/factors/grid-file.h"

#include "base/problem.h"
#include "schema/factors/grid-parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* remedy: grid_file_read() says where the forms of files are written down */

static char *read_all(const char *path, size_t *size, struct problem *why)
{
	static const size_t MOST = (size_t)64
				   << 20; /* ten years of minutes are far below */
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

/* A marginal signal answers another question than an average: it is never renamed. */
static int apply_declared(const struct grid_declared *declared, struct grid_file *file,
			  struct problem *why)
{
	if (declared->zone)
		snprintf(file->zone, sizeof(file->zone), "%s", declared->zone);
	if (!*file->zone) {
		problem_why(why, "the file does not say its zone");
		return problem_todo(why, "give it with --zone");
	}
	for (size_t i = 0; i < file->n_series; i++) {
		struct grid_series *series = &file->series[i];
		if (!series->method)
			series->method = declared->method;
		if (!series->scope)
			series->scope = declared->scope;
		if (!series->method || !series->scope) {
			problem_why(why, "the file does not say its %s",
				    series->method ? "scope" : "method");
			return problem_todo(why, "%s",
					    series->method
						? "give --scope direct or lifecycle"
						: "give --method average or marginal");
		}
		if (declared->method && strcmp(declared->method, series->method) != 0)
			return problem_why(why, "its values are %s, not %s", series->method,
					   declared->method);
	}
	return 0;
}

static int read_into(const char *path, const struct grid_declared *declared,
		     struct grid_file *file, struct problem *why)
{
	size_t size, n = 0;
	uint8_t digest[DIGEST_SIZE];
	char *text = read_all(path, &size, why);
	if (!text)
		return -1;
	digest_of(text, size, digest);
	digest_hex(digest, file->sha256);
	char *at = text + (strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	size -= (size_t)(at - text);
	const char *first = at + strspn(at, " \t\r\n");
	int code = *first == '{' || *first == '[' ? grid_parse_json(at, size, file, why)
						  : grid_parse_csv(at, size, file, why);
	free(text);
	for (size_t i = 0; code == 0 && i < file->n_series; i++) {
		if (grid_series_finish(&file->series[i], file) != 0)
			code = problem_errno(why, ENOMEM);
		n += file->series[i].n;
	}
	if (code == 0 && n == 0)
		code = problem_why(why, "there is no value in it");
	return code == 0 ? apply_declared(declared, file, why) : -1;
}

int grid_file_read(const char *path, const struct grid_declared *declared,
		   struct grid_file *file, struct problem *why)
{
	*file = (struct grid_file){ 0 };
	problem_what(why, "cannot import '%s'", path);
	if (read_into(path, declared, file, why) == 0)
		return 0;
	grid_file_free(file);
	/* The system's reason has a remedy of its own. */
	if (!why->todo[0] && !why->err)
		problem_todo(why, "'man joulecart-factors' says what is read");
	return -1;
}

void grid_file_free(struct grid_file *file)
{
	for (size_t i = 0; i < file->n_series; i++)
		free(file->series[i].points);
	file->n_series = 0;
}
