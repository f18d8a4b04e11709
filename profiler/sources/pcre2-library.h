/* profiler/sources/pcre2-library.h - the functions of PCRE2 that are used, loaded at need. */
#ifndef JOULECART_PCRE2_LIBRARY_H
#define JOULECART_PCRE2_LIBRARY_H
/* Bytes: lines are UTF-8, or no text. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct problem;

#define PCRE2_FUNCTIONS(EACH)                        \
	EACH(pcre2_compile_8)                        \
	EACH(pcre2_jit_compile_8)                    \
	EACH(pcre2_code_free_8)                      \
	EACH(pcre2_get_error_message_8)              \
	EACH(pcre2_match_context_create_8)           \
	EACH(pcre2_match_context_free_8)             \
	EACH(pcre2_set_match_limit_8)                \
	EACH(pcre2_set_heap_limit_8)                 \
	EACH(pcre2_match_data_create_from_pattern_8) \
	EACH(pcre2_match_data_free_8)                \
	EACH(pcre2_get_ovector_pointer_8)            \
	EACH(pcre2_match_8)

/* Each by its own name, with the type that its header gives it. */
struct pcre2_library {
#define EACH(name) __typeof__(name) *name;
	PCRE2_FUNCTIONS(EACH)
#undef EACH
};

/* 0, or -1 with WHY and TODO of *why. */
int pcre2_library_load(struct pcre2_library *library, struct problem *why);

#endif
