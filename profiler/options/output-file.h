/* profiler/options/output-file.h - a file that a command makes: whole or not at all, and never over
 * another one unless asked. */
#ifndef JOULECART_OUTPUT_FILE_H
#define JOULECART_OUTPUT_FILE_H
#include <stdbool.h>
#include <stdio.h>

struct problem;

struct output_file {
	const char *path; /* NULL: standard output */
	FILE *stream;
	char *temporary; /* what is being written */
	bool may_replace;
};

/* Opens a temporary file beside path, so that output_commit can put it in place; standard
 * output if path is NULL. 0, or -1 with *why: the file exists and may_replace is false, or it
 * cannot be made. */
int output_open(struct output_file *output, const char *path, bool may_replace,
		struct problem *why);

/* The same for text: the stream is one of base/text-stream.h. Returns as above. */
int output_open_text(struct output_file *output, const char *path, bool may_replace,
		     struct problem *why);

/* Puts the file in place. 0, or -1 with *why, and nothing is left behind. */
int output_commit(struct output_file *output, struct problem *why);

/* Gives up: the temporary file goes. */
void output_abandon(struct output_file *output);

#endif
