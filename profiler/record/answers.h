/* profiler/record/answers.h - the answers that a program tells in parts, put together. */
#ifndef JOULECART_RECORD_ANSWERS_H
#define JOULECART_RECORD_ANSWERS_H
#include "profiler/markers/marker-message.h"
#include "schema/store/writer.h"

#include <stddef.h>
#include <stdint.h>

struct problem;

/* Of one metric of one process, while they come. */
struct answer_set {
	char name[32];
	int32_t pid;
	size_t n, bits, n_taken; /* answers; bits of each; those that are there */
	uint8_t *data;           /* NULL: none is open here */
};

/* Those of one trial; zeroed, it is empty. */
struct answer_sets {
	struct answer_set items[8];
	size_t n_lost; /* whose parts did not all come, or were too many at once */
};

/* Takes one MARKER_ANSWERS message, of which nothing is trusted, and stores the answers when their
 * last part has come. *wrong says what is wrong with it, or NULL. 0, or -1 with *why. */
int answers_take(struct answer_sets *sets, const struct marker_message *message,
		 struct store *store, int64_t trial_id, const char **wrong,
		 struct problem *why);

/* Frees what never became whole, and counts it as lost. */
void answers_end(struct answer_sets *sets);

#endif
