/* tests/fakes/libpapi-without-pmu.c - PAPI on a virtual machine whose processor libpfm4 knows but
 * whose PMU is not there, found by LD_LIBRARY_PATH: PAPI offers the hardware events, takes them
 * into a set, and says EINVAL when that set starts. perf::TASK-CLOCK works. What is of another
 * component than perf_event goes on to the real library, REAL_PAPI.
 *
 * PAPI_WITHOUT_PMU=final: each event starts alone, and the set of all of them no second time. */
#include <config.h>

#include <dlfcn.h>
#include <papi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORTED __attribute__((visibility("default")))

enum { MAX_SETS = 64, MAX_NAMES = 16, FIRST = 1000 };

/* Those of the component perf_event. Their handles are FIRST and so on. */
static struct set {
	char names[MAX_NAMES][64];
	int n;
	bool is_own, is_running;
	int real; /* handle of the real library, until the set's component is known */
} sets[MAX_SETS];
static int n_sets, n_started;

static void *real(const char *name)
{
	static void *library;
	if (!library)
		library = dlopen(REAL_PAPI, RTLD_NOW | RTLD_LOCAL);
	void *function = library ? dlsym(library, name) : NULL;
	if (!function) {
		fprintf(stderr, "libpapi-without-pmu: %s\n", dlerror());
		abort();
	}
	return function;
}
#define REAL(name) ((__typeof__(name) *)real(#name))

static struct set *find(int handle)
{
	bool is_ours = handle >= FIRST && handle < FIRST + n_sets;
	return is_ours ? &sets[handle - FIRST] : NULL;
}

/* The real library's calls of its own functions come here, too: with its own handles. */
static int real_handle(const struct set *set, int handle)
{
	return set ? set->real : handle;
}

static bool is_own(const struct set *set)
{
	return set && set->is_own;
}

EXPORTED int PAPI_disable_component_by_name(const char *name)
{
	return REAL(PAPI_disable_component_by_name)(name);
}

EXPORTED int PAPI_library_init(int version)
{
	return REAL(PAPI_library_init)(version);
}

EXPORTED void PAPI_shutdown(void)
{
	REAL(PAPI_shutdown)();
}

EXPORTED char *PAPI_strerror(int code)
{
	return REAL(PAPI_strerror)(code);
}

EXPORTED int PAPI_num_components(void)
{
	return REAL(PAPI_num_components)();
}

EXPORTED const PAPI_component_info_t *PAPI_get_component_info(int index)
{
	static PAPI_component_info_t works;
	const PAPI_component_info_t *info = REAL(PAPI_get_component_info)(index);
	if (!info || index != 0)
		return info;
	works = *info;
	works.disabled = 0;
	works.disabled_reason[0] = '\0';
	return &works;
}

EXPORTED int PAPI_enum_cmp_event(int *code, int modifier, int component)
{
	return REAL(PAPI_enum_cmp_event)(code, modifier, component);
}

EXPORTED int PAPI_event_name_to_code(const char *name, int *code)
{
	return REAL(PAPI_event_name_to_code)(name, code);
}

EXPORTED int PAPI_get_event_info(int code, PAPI_event_info_t *info)
{
	return REAL(PAPI_get_event_info)(code, info);
}

EXPORTED int PAPI_create_eventset(int *handle)
{
	if (n_sets == MAX_SETS)
		return PAPI_ENOMEM;
	sets[n_sets] = (struct set){ .real = PAPI_NULL };
	*handle = FIRST + n_sets;
	return REAL(PAPI_create_eventset)(&sets[n_sets++].real);
}

EXPORTED int PAPI_assign_eventset_component(int handle, int component)
{
	struct set *set = find(handle);
	if (!set)
		return REAL(PAPI_assign_eventset_component)(handle, component);
	set->is_own = component == 0;
	return set->is_own ? PAPI_OK
			   : REAL(PAPI_assign_eventset_component)(set->real, component);
}

EXPORTED int PAPI_set_opt(int option, PAPI_option_t *value)
{
	struct set *set = option == PAPI_INHERIT ? find(value->inherit.eventset) : NULL;
	return is_own(set) ? PAPI_OK : REAL(PAPI_set_opt)(option, value);
}

static bool is_known(const char *name)
{
	static const char *const known[] = { "PAPI_TOT_INS",     "PAPI_TOT_CYC",
					     "PAPI_FP_OPS",      "PAPI_SP_OPS",
					     "perf::TASK-CLOCK", "perf::INSTRUCTIONS" };
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return strncmp(name, "cpu/", 4) == 0;
}

EXPORTED int PAPI_add_named_event(int handle, const char *name)
{
	struct set *set = find(handle);
	if (!is_own(set))
		return REAL(PAPI_add_named_event)(real_handle(set, handle), name);
	if (!is_known(name))
		return PAPI_ENOEVNT;
	if (set->n == MAX_NAMES)
		return PAPI_ECNFLCT;
	snprintf(set->names[set->n++], sizeof(set->names[0]), "%s", name);
	return PAPI_OK;
}

EXPORTED int PAPI_add_event(int handle, int code)
{
	struct set *set = find(handle);
	return is_own(set) ? PAPI_ENOEVNT
			   : REAL(PAPI_add_event)(real_handle(set, handle), code);
}

static bool is_final(void)
{
	const char *how = getenv("PAPI_WITHOUT_PMU");
	return how && strcmp(how, "final") == 0;
}

/* When "final", only a set that is larger than any before starts: each event once. */
static bool starts(const struct set *set)
{
	if (set->n == 0)
		return false;
	if (is_final())
		return set->n > n_started;
	for (int i = 0; i < set->n; i++)
		if (strcmp(set->names[i], "perf::TASK-CLOCK") != 0)
			return false;
	return true;
}

EXPORTED int PAPI_start(int handle)
{
	struct set *set = find(handle);
	if (!is_own(set))
		return REAL(PAPI_start)(real_handle(set, handle));
	if (!starts(set))
		return PAPI_EINVAL;
	n_started = set->n;
	set->is_running = true;
	return PAPI_OK;
}

EXPORTED int PAPI_read(int handle, long long *values)
{
	struct set *set = find(handle);
	struct timespec used;
	if (!is_own(set))
		return REAL(PAPI_read)(real_handle(set, handle), values);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	for (int i = 0; i < set->n; i++)
		values[i] = (long long)used.tv_sec * 1000000000 + used.tv_nsec;
	return set->is_running ? PAPI_OK : PAPI_ENOTRUN;
}

EXPORTED int PAPI_stop(int handle, long long *values)
{
	struct set *set = find(handle);
	if (!is_own(set))
		return REAL(PAPI_stop)(real_handle(set, handle), values);
	int code = set->is_running ? PAPI_OK : PAPI_ENOTRUN;
	set->is_running = false;
	return code;
}

EXPORTED int PAPI_cleanup_eventset(int handle)
{
	struct set *set = find(handle);
	if (!is_own(set))
		return REAL(PAPI_cleanup_eventset)(real_handle(set, handle));
	if (set->is_running)
		return PAPI_EISRUN;
	set->n = 0;
	return PAPI_OK;
}

EXPORTED int PAPI_destroy_eventset(int *handle)
{
	struct set *set = find(*handle);
	int code = REAL(PAPI_destroy_eventset)(set ? &set->real : handle);
	*handle = PAPI_NULL;
	return code;
}
