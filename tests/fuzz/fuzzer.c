/* tests/fuzz/fuzzer.c - libFuzzer's entry: FUZZ_TARGET names the parser ('make fuzz'). */
#include <config.h>

#include "tests/fuzz/targets.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fuzz_target *target = fuzz_target_find(getenv("FUZZ_TARGET"));
	if (!target) {
		fprintf(stderr, "FUZZ_TARGET names none of tests/fuzz/targets.c\n");
		exit(2);
	}
	char *text = malloc(size + 1); /* its end is the end of the allocation */
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	target->take(text, size);
	free(text);
	return 0;
}
