/* profiler/profile/stack-keys.h - what the nodes of a call tree of addresses stand for. */
#ifndef JOULECART_STACK_KEYS_H
#define JOULECART_STACK_KEYS_H
#include "profiler/profile/address-map.h"
#include "profiler/profile/call-tree.h"

#include <string.h>

/* A root's key is the process's name; any other node's is a place, or the mark of a stack of which the
 * outer part is not known, or, until its places are, a sample's own (kept-stacks.h). */
enum { CUT_MODULE = MODULES_MOST, KEPT_MODULE };

static inline struct call_key key_of_name(const char *name)
{
	struct call_key key = { 0, 0 };
	size_t length = strnlen(name, sizeof(key) - 1);
	memcpy(&key, name, length);
	return key;
}

static inline void name_of_key(struct call_key key, char name[sizeof(struct call_key) + 1])
{
	memcpy(name, &key, sizeof(key));
	name[sizeof(key)] = '\0';
}

static inline struct call_key key_of_place(struct place_of_code place)
{
	return (struct call_key){ place.module, place.offset };
}

static inline struct place_of_code place_of_key(struct call_key key)
{
	return (struct place_of_code){ (uint32_t)key.a, key.b };
}

#endif
