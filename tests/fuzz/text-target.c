/* tests/fuzz/text-target.c - see text-target.h. */
#include <config.h>

#include "tests/fuzz/text-target.h"

#include "base/problem.h"
#include "base/text.h"
#include "reports/figure/arena.h"
#include "reports/gate/gate.h"
#include "tests/fuzz/must.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Any bytes come back from their guarded form, and what is shown needs no guarding. */
void take_text(const char *text, size_t size)
{
	char *guarded = malloc(TEXT_GROWTH * size + 1);
	char *bytes = malloc(TEXT_GROWTH * size + 1);
	char *shown = malloc(TEXT_GROWTH * TEXT_GROWTH * size + 1);
	MUST(guarded && bytes && shown);
	size_t length = text_guard(text, size, guarded);
	MUST(length <= TEXT_GROWTH * size && guarded[length] == '\0');
	MUST(strlen(guarded) == length);
	MUST(text_unguard(guarded, bytes) == size);
	MUST(memcmp(bytes, text, size) == 0);
	MUST(text_is_plain(shown, text_shown(guarded, length, shown)));
	MUST(text_is_plain(shown, text_shown(text, size, shown)));
	if (text_is_plain(text, size))
		MUST(length == size && memcmp(guarded, text, size) == 0);
	char line[16];
	text_line(text, line, sizeof(line));
	MUST(strlen(line) < sizeof(line) && text_is_plain(line, strlen(line)));
	free(guarded);
	free(bytes);
	free(shown);
}

/* A limit of 'check --fail-if' and '--budget': taken with a finite limit, or refused as usage. */
void take_limit(const char *text, size_t size)
{
	(void)size;
	struct arena *arena = arena_new();
	MUST(arena);
	for (int is_budget = 0; is_budget < 2; is_budget++) {
		struct gate gate;
		struct problem why;
		int code = is_budget ? gate_parse_budget(text, &gate, arena, &why)
				     : gate_parse(text, &gate, arena, &why);
		MUST(code == 0 || (code == -1 && why.kind == PROBLEM_USAGE && *why.what));
		if (code == 0)
			MUST(isfinite(gate.limit) && gate.quantity && *gate.quantity);
	}
	arena_free(arena);
}
