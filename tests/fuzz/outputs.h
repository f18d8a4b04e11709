/* tests/fuzz/outputs.h - every output of joulecart for one file, in this process. */
#ifndef JOULECART_OUTPUTS_H
#define JOULECART_OUTPUTS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OUTPUT_DIGEST = 32,
	OUTPUT_SECONDS = 5,   /* of processor time: what takes longer hangs */
	OUTPUT_STILL_S = 120, /* of waiting: what sleeps longer hangs, too */
};

struct output {
	int status;                    /* the command's exit status */
	uint8_t digest[OUTPUT_DIGEST]; /* of what it printed */
	char why[300];                 /* the problem's reason; empty: it had none */
};

/* Report in each format and language, compare and its exports, check, whatif, samples, factors, export in
 * each format, sign (with lab.key): each of m.db. */
extern const size_t output_count;

/* Before the others, once: as joulecart's main begins. */
void output_set_up(void);

/* What the command prints of m.db. It may kill this process: by a crash, or where it takes too
 * long by SIGPROF or SIGALRM. */
void output_verify(struct output *output);
void output_make(size_t number, struct output *output);

/* The same by the real program, joulecart, at that path: what is said here of the commands' functions
 * holds for it. status is -1 where it crashed. False: that output is not made so. */
void output_verify_by_program(const char *program, struct output *output);
bool output_make_by_program(const char *program, size_t number, struct output *output);

/* Does it write into the file? */
bool output_writes(size_t number);

/* Its words, for a message; reuses one buffer. */
const char *output_said(size_t number);

#endif
