/* profiler/profile/symbol-message.h - what joulecart asks joulecart-symbols, and what that answers. Both are of
 * one build, so that they speak in structs. */
#ifndef JOULECART_SYMBOL_MESSAGE_H
#define JOULECART_SYMBOL_MESSAGE_H
#include "collectors/perf/stack-sampler.h"

#include <stdint.h>

enum symbol_source {
	SYMBOLS_OF_FILE = 1, /* ELF; places are offsets in the file */
	SYMBOLS_OF_MADE,  /* path, a jitdump, and /tmp/perf-PID.map; places are addresses */
	SYMBOLS_OF_KERNEL /* /proc/kallsyms; places are addresses */
};

/* Why a place has no name. */
enum symbol_lack {
	LACK_NONE,
	LACK_SYMBOLS,   /* the file has none there: it was stripped */
	LACK_FILE,      /* it is gone */
	LACK_SAME_FILE, /* another file is there now */
	LACK_READABLE,  /* it could not be read, or not in time */
	LACK_MAP,       /* who made the code did not name it */
	LACK_ADDRESS, /* nothing was mapped there: the stack is broken, or a record was lost */
	LACK_N
};

/* Behind it: the path, then the places. */
struct symbol_request {
	uint32_t source, path_length, build_id_length, n_places;
	int64_t
	    since_s; /* seconds of CLOCK_REALTIME: a map from before is another program's */
	int32_t pid;
	uint8_t build_id[BUILD_ID_MOST];
};

enum { FRAMES_A_PLACE = 64, SYMBOL_TEXT_MOST = 4000 };

/* For each place, in the order of the requests; the frames behind it, the innermost first: all but
 * the last were inlined. With none, lack says why. */
struct symbol_answer {
	uint32_t n_frames, lack;
};

/* Behind it: the function's name, then its source file. */
struct symbol_frame {
	uint32_t name_length, file_length, line; /* 0: not known */
};

#endif
