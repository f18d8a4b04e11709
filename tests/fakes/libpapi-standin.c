/* tests/fakes/libpapi-standin.c - stands in for a PAPI with components that Debian's lacks, found
 * by LD_LIBRARY_PATH: the part of PAPI 7.0's interface that collectors/papi/papi-power.c uses.
 *
 *   powercap  as PAPI 7.0's own, with its ways: says no units; opens every file at the start, for
 *             children too; counts from the start, but shows the counter itself until that moves;
 *             begins anew at the last zone's range
 *   board     a meter of a constant 50 W: joules in thousandths, watts as a number of
 *             floating point, and degrees; and meters that lie as their names say
 *   late      off
 *   refusing  takes its event into a set, and does not start it */
#include <config.h>

#include <fcntl.h>
#include <math.h>
#include <papi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

enum { MAX_EVENTS = 32, MAX_SETS = 8, N_COMPONENTS = 5 };

static const double board_w = 50;

struct event {
	char name[64], units[8];
	int component, data_type, fd;
	bool is_zone;
	long long start;
};

static PAPI_component_info_t components[N_COMPONENTS];
static struct event events[MAX_EVENTS];
static int n_events;
static long long range_uj;
static double begin_s;
static struct set {
	int events[MAX_EVENTS], n;
} sets[MAX_SETS];
static int n_sets;

static double now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static long long read_number(int fd)
{
	char text[32] = "";
	return pread(fd, text, sizeof(text) - 1, 0) > 0 ? atoll(text) : 0;
}

static struct event *add(int component, const char *name, const char *units, int data_type)
{
	struct event *event = &events[n_events++];
	*event = (struct event){ .component = component, .data_type = data_type, .fd = -1 };
	snprintf(event->name, sizeof(event->name), "%s:::%s", components[component].name,
		 name);
	snprintf(event->units, sizeof(event->units), "%s", units);
	return event;
}

static void add_zone(const char *folder, const char *zone)
{
	char path[128], name[64];
	long long uj;
	snprintf(path, sizeof(path), "/sys/class/powercap/%s/energy_uj", folder);
	int fd = open(path, O_RDONLY); /* without O_CLOEXEC, as PAPI does */
	if (fd < 0 && access(path, F_OK) != 0)
		return;
	snprintf(name, sizeof(name), "ENERGY_UJ:%s", zone);
	struct event *event = add(1, name, "", PAPI_DATATYPE_UINT64);
	event->fd = fd;
	event->is_zone = true;
	snprintf(name, sizeof(name), "MAX_ENERGY_RANGE_UJ:%s", zone);
	snprintf(path, sizeof(path), "/sys/class/powercap/%s/max_energy_range_uj", folder);
	event = add(1, name, "", PAPI_DATATYPE_UINT64);
	event->fd = open(path, O_RDONLY);
	uj = read_number(event->fd);
	range_uj = uj ? uj : range_uj;
}

EXPORTED int PAPI_disable_component_by_name(const char *name)
{
	(void)name;
	return PAPI_ENOCMP;
}

EXPORTED int PAPI_library_init(int version)
{
	static const char *const names[N_COMPONENTS] = { "perf_event", "powercap", "board",
							 "late", "refusing" };
	if (n_events > 0)
		return version;
	for (int i = 0; i < N_COMPONENTS; i++)
		snprintf(components[i].name, sizeof(components[i].name), "%s", names[i]);
	components[0].disabled = components[3].disabled = PAPI_ENOSUPP;
	strcpy(components[0].disabled_reason, "Error libpfm4 no default PMU found");
	strcpy(components[3].disabled_reason, "no such meter");
	add_zone("intel-rapl:0", "ZONE0");
	add_zone("intel-rapl:0:0", "ZONE0_SUBZONE0");
	add_zone("intel-rapl:0:1", "ZONE0_SUBZONE1");
	add_zone("intel-rapl:1", "ZONE1");
	add(2, "energy", "mJ", PAPI_DATATYPE_INT64);
	add(2, "power", "W", PAPI_DATATYPE_FP64);
	add(2, "temperature", "C", PAPI_DATATYPE_INT64);
	add(2, "negative", "W", PAPI_DATATYPE_FP64);
	add(2, "absurd", "W", PAPI_DATATYPE_FP64);
	add(2, "no-number", "W", PAPI_DATATYPE_FP64);
	add(2, "stuck", "mJ", PAPI_DATATYPE_INT64);
	add(2, "jumps", "mJ", PAPI_DATATYPE_INT64);
	add(4, "energy", "mJ", PAPI_DATATYPE_INT64);
	return version;
}

EXPORTED void PAPI_shutdown(void)
{
	for (int i = 0; i < n_events; i++)
		if (events[i].fd >= 0)
			close(events[i].fd);
	n_events = n_sets = 0;
}

EXPORTED int PAPI_num_components(void)
{
	return N_COMPONENTS;
}

EXPORTED const PAPI_component_info_t *PAPI_get_component_info(int index)
{
	return &components[index];
}

/* Codes are places in the table, as negative numbers: PAPI's have the highest bit, too. */
EXPORTED int PAPI_enum_cmp_event(int *code, int modifier, int component)
{
	int i = modifier == PAPI_ENUM_FIRST ? 0 : (*code & 0xffff) + 1;
	while (i < n_events && events[i].component != component)
		i++;
	*code = i | (int)PAPI_NATIVE_MASK;
	return i < n_events ? PAPI_OK : PAPI_ENOEVNT;
}

EXPORTED int PAPI_event_name_to_code(const char *name, int *code)
{
	for (int i = 0; i < n_events; i++)
		if (strcmp(events[i].name, name) == 0) {
			*code = i | (int)PAPI_NATIVE_MASK;
			return PAPI_OK;
		}
	return PAPI_ENOEVNT;
}

EXPORTED int PAPI_get_event_info(int code, PAPI_event_info_t *info)
{
	const struct event *event = &events[code & 0xffff];
	*info = (PAPI_event_info_t){ .event_code = (unsigned)code,
				     .component_index = event->component,
				     .data_type = event->data_type };
	strcpy(info->symbol, event->name);
	strcpy(info->units, event->units);
	return PAPI_OK;
}

EXPORTED int PAPI_create_eventset(int *set)
{
	*set = n_sets++;
	sets[*set].n = 0;
	return PAPI_OK;
}

EXPORTED int PAPI_assign_eventset_component(int set, int component)
{
	(void)set;
	(void)component;
	return PAPI_OK;
}

EXPORTED int PAPI_add_event(int set, int code)
{
	sets[set].events[sets[set].n++] = code & 0xffff;
	return PAPI_OK;
}

EXPORTED int PAPI_start(int set)
{
	for (int i = 0; i < sets[set].n; i++) {
		struct event *event = &events[sets[set].events[i]];
		if (event->component == 4)
			return PAPI_EINVAL;
		event->start = event->fd >= 0 ? read_number(event->fd) : 0;
	}
	begin_s = now_s();
	return PAPI_OK;
}

/* What the board's meters that lie show in watts. */
static double watts_of(const struct event *event)
{
	return strstr(event->name, "negative")    ? -1
	       : strstr(event->name, "absurd")    ? 4.3e12
	       : strstr(event->name, "no-number") ? (double)NAN
						  : board_w;
}

static long long value_of(const struct event *event)
{
	double fp = watts_of(event);
	long long value = 0;
	if (event->is_zone) {
		value = read_number(event->fd);
		return value > event->start   ? value - event->start
		       : value < event->start ? value + range_uj - event->start
					      : value;
	}
	if (event->data_type == PAPI_DATATYPE_FP64)
		memcpy(&value, &fp, sizeof(value));
	else
		value = (long long)(board_w * 1e3 * (now_s() - begin_s));
	if (strstr(event->name, "stuck"))
		value = 4321;
	if (strstr(event->name, "jumps") && now_s() - begin_s > 0.5)
		value += (long long)1e9;
	return value;
}

EXPORTED int PAPI_read(int set, long long *values)
{
	for (int i = 0; i < sets[set].n; i++)
		values[i] = value_of(&events[sets[set].events[i]]);
	return PAPI_OK;
}

EXPORTED int PAPI_stop(int set, long long *values)
{
	(void)set;
	(void)values;
	return PAPI_OK;
}

EXPORTED int PAPI_cleanup_eventset(int set)
{
	sets[set].n = 0;
	return PAPI_OK;
}

EXPORTED int PAPI_destroy_eventset(int *set)
{
	*set = PAPI_NULL;
	return PAPI_OK;
}

EXPORTED char *PAPI_strerror(int code)
{
	static char text[] = "Event does not exist", other[] = "an error";
	return code == PAPI_ENOEVNT ? text : other;
}
