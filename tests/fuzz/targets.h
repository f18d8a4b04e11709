/* tests/fuzz/targets.h - every parser of text that comes from outside (sysfs, /proc, PMU
 * descriptions, environment, the wrapped program), each with what must hold whatever it reads. */
#ifndef JOULECART_FUZZ_TARGETS_H
#define JOULECART_FUZZ_TARGETS_H
#include <stddef.h>

struct fuzz_target {
	const char *name; /* of its folder in tests/fuzz/seeds */
	/* text is followed by a 0 that does not count in size. Aborts where something that
	 * must hold does not. */
	void (*take)(const char *text, size_t size);
};

/* Ends with a target without a name. */
extern const struct fuzz_target fuzz_targets[];

const struct fuzz_target *fuzz_target_find(const char *name);

#endif
