/* collectors/papi/papi-library.h - the functions of PAPI and libsde that are used, loaded at need. */
#ifndef JOULECART_PAPI_LIBRARY_H
#define JOULECART_PAPI_LIBRARY_H
#include <papi.h>
#include <sde_lib.h>

struct problem;

#define PAPI_FUNCTIONS(EACH)                 \
	EACH(PAPI_get_component_info)        \
	EACH(PAPI_create_eventset)           \
	EACH(PAPI_assign_eventset_component) \
	EACH(PAPI_set_opt)                   \
	EACH(PAPI_add_named_event)           \
	EACH(PAPI_start)                     \
	EACH(PAPI_read)                      \
	EACH(PAPI_stop)                      \
	EACH(PAPI_cleanup_eventset)          \
	EACH(PAPI_destroy_eventset)          \
	EACH(PAPI_strerror)
#define SDE_FUNCTIONS(EACH) \
	EACH(papi_sde_init) \
	EACH(papi_sde_register_counter_cb)

/* Each by its own name, with the type that its header gives it. */
struct papi_library {
#define EACH(name) __typeof__(name) *name;
	PAPI_FUNCTIONS(EACH)
	SDE_FUNCTIONS(EACH)
#undef EACH
};

/* 0, or -1 with WHY and TODO of *why. */
int papi_library_load(struct papi_library *library, struct problem *why);

#endif
