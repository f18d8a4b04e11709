/* profiler/profile/place-names.h - the functions at the places where stacks were, as joulecart-symbols names
 * them. */
#ifndef JOULECART_PLACE_NAMES_H
#define JOULECART_PLACE_NAMES_H
#include "profiler/profile/address-map.h"
#include "profiler/profile/symbol-message.h"

#include <stddef.h>
#include <stdint.h>

struct named_frame {
	char *name, *file; /* file: NULL where it is not known */
	uint32_t line;
};

/* A place, and the functions there: the innermost first, all but the last inlined. */
struct named_place {
	struct place_of_code place;
	struct named_frame *frames;
	uint32_t n_frames, lack; /* with none: enum symbol_lack */
};

struct place_names {
	struct named_place *places; /* by module and offset, each once */
	size_t n;
	double cpu_s; /* that naming took */
};

/* Sorts the n places (which it takes over) and names them; since_s as in symbol-message.h. What cannot be
 * named says why. */
struct place_names place_names_ask(const struct address_maps *maps,
				   struct named_place *places, size_t n, int64_t since_s);
void place_names_free(struct place_names *names);

/* The place; NULL: it was not asked for. */
const struct named_place *place_names_find(const struct place_names *names,
					   struct place_of_code place);

#endif
