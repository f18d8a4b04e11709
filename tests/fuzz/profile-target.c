/* tests/fuzz/profile-target.c - see profile-target.h. What is written must be JSON, whose tables have columns
 * of one length; what is refused must leave nothing. */
#include <config.h>

#include "tests/fuzz/profile-target.h"

#include "base/problem.h"
#include "reports/export/firefox-merge.h"
#include "tests/fuzz/must.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The seeds begin when this trial does. */
static struct export_data data_of(struct arena *arena)
{
	static struct export_step steps[] = { { 1000, 2000, 1.5 }, { 5000, 6000, 0.5 } };
	static struct export_trial trial = { .trial_id = 1,
					     .variant = "a",
					     .job = "command",
					     .provenance = "measured",
					     .name = "a (command) #1",
					     .begin_ns = 1000,
					     .end_ns = 6000,
					     .utc_ns = 1600000000000000000,
					     .grams_per_kwh = 50 };
	static struct export_series series = { .trial_id = 1,
					       .kind = EXPORT_CHANNEL,
					       .name = "powercap/package-0",
					       .unit = "J",
					       .about = "measured",
					       .steps = steps,
					       .n_steps = 2 };
	static struct export_phase phase = { .trial_id = 1,
					     .begin_ns = 1000,
					     .end_ns = 2000,
					     .pid = 7,
					     .name = "steady",
					     .joules = NAN };
	return (struct export_data){ .trials = &trial,
				     .series = &series,
				     .phases = &phase,
				     .n_trials = 1,
				     .n_series = 1,
				     .n_phases = 1,
				     .arena = arena };
}

static void look_at_markers(json_t *markers)
{
	const char *key;
	json_t *column;
	json_int_t length = json_integer_value(json_object_get(markers, "length"));
	json_object_foreach(markers, key, column)
	    MUST(!json_is_array(column) || (json_int_t)json_array_size(column) == length);
}

static void look_at(const char *written, size_t size)
{
	json_t *profile = json_loadb(written, size, JSON_ALLOW_NUL, NULL), *thread;
	size_t i;
	MUST(profile && json_array_size(json_object_get(profile, "counters")) > 0);
	json_array_foreach(json_object_get(profile, "threads"), i, thread)
	    look_at_markers(json_object_get(thread, "markers"));
	json_decref(profile);
}

void take_profile(const char *text, size_t size)
{
	char path[32], *written = NULL;
	size_t n_written = 0;
	struct problem why = { 0 };
	int fd = memfd_create("profile", MFD_CLOEXEC);
	struct arena *arena = arena_new();
	FILE *out = open_memstream(&written, &n_written);
	MUST(fd >= 0 && arena && out && write(fd, text, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	const struct export_data data = data_of(arena);
	int code = firefox_merge(&data, path, out, &why);
	MUST(fclose(out) == 0);
	if (code == 0)
		look_at(written, n_written);
	else
		MUST(n_written == 0 && *why.why);
	free(written);
	arena_free(arena);
	close(fd);
}
