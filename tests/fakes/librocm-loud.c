/* tests/fakes/librocm-loud.c - stands in for AMD's librocm_smi64.so where it cannot work: it says so on standard
 * error, and its start fails. Whoever loads it hears it. */
#include <stdio.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int rsmi_init(unsigned long flags);

__attribute__((constructor)) static void be_heard(void)
{
	fputs("AMD's library is loud\n", stderr);
}

EXPORTED int rsmi_init(unsigned long flags)
{
	(void)flags;
	return 1;
}
