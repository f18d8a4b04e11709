/* profiler/profile/unwind-message.h - what joulecart asks 'joulecart-symbols stacks', in a file, and what that
 * answers. Both are of one build, so that they speak in structs. Each begins at a multiple of 8. */
#ifndef JOULECART_UNWIND_MESSAGE_H
#define JOULECART_UNWIND_MESSAGE_H
#include "profiler/profile/address-map.h"

#include <stdint.h>

/* Frames of a stack: what lies deeper is left out. Numbers of sets end there. */
enum { UNWIND_FRAMES_MOST = 1024, UNWIND_REGISTERS_MOST = 40, UNWIND_SETS_MOST = 1 << 22 };

enum unwind_kind {
	UNWIND_FILE =
	    1, /* number: of the module; n: bytes of its build ID; behind it: BUILD_ID_MOST bytes, the path */
	UNWIND_SET,  /* number: of the set; n struct mapped_piece behind it */
	UNWIND_STACK /* number: of its set; n addresses in the kernel, the innermost first; behind it: the registers
		      * of stack-event.h, those addresses, the bytes of the stack */
};

struct unwind_head {
	uint32_t kind, number, n,
	    length; /* length: of what is behind it, without padding */
};

/* For each UNWIND_STACK, in their order. Behind it n_places struct place_of_code, the innermost first. */
struct unwind_answer {
	uint32_t n_places, is_cut; /* is_cut: what lies deeper is not known */
};

static inline size_t unwind_padded(size_t length)
{
	return (length + 7) / 8 * 8;
}

#endif
