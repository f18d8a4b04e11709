/* reports/export/firefox-merge.c - see firefox-merge.h. */
#include <config.h>

#include "reports/export/firefox-merge.h"

#include "base/problem.h"
#include "reports/export/firefox-parts.h"
#include "reports/figure/json-text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Version 48 has counters as they are written here; 70 is the newest that was compared. From 56 on the
 * threads share their strings. */
enum { VERSION_FIRST = 48, VERSION_LAST = 70, SHARED_SINCE = 56 };
static const size_t most_bytes = (size_t)1 << 29;
/* A profile is compressed to a tenth or so. What is much smaller than what it holds was made to fill the
 * memory. */
enum { MOST_TIMES = 64, FEW_BYTES = 1 << 20 };
/* What jansson keeps, and what it may: a number and its place in a list, a list, an object with its table,
 * a member. By the sizes of its structs (2.14) and of malloc's blocks. */
enum { COST_ITEM = 48, COST_LIST = 128, COST_OBJECT = 256, COST_MEMBER = 64 };
static const size_t most_memory = (size_t)1 << 31;

struct input {
	char *bytes;
	size_t size, most;
	size_t cost; /* of the values so far */
	bool is_text, is_escaped;
};

static size_t cost_of(char c)
{
	switch (c) {
	case ',':
		return COST_ITEM;
	case '[':
		return COST_LIST;
	case '{':
		return COST_OBJECT;
	case ':':
		return COST_MEMBER;
	default:
		return 0;
	}
}

/* What the next part will cost, before it is parsed. */
static void add_cost(struct input *input, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (input->is_escaped)
			input->is_escaped = false;
		else if (bytes[i] == '"')
			input->is_text = !input->is_text;
		else if (input->is_text)
			input->is_escaped = bytes[i] == '\\';
		else
			input->cost += cost_of(bytes[i]);
	}
	input->cost += n;
}

static bool is_small(const struct input *input, size_t sum)
{
	return sum <= input->most && input->cost <= most_memory;
}

/* gzread takes what is not compressed as it is. */
static int read_all(gzFile file, struct input *input, struct problem *why)
{
	enum { BLOCK = 1 << 20 };
	int n = 1;
	FILE *memory = open_memstream(&input->bytes, &input->size);
	char *block = malloc(BLOCK);
	size_t sum = 0;
	while (memory && block && n > 0 && is_small(input, sum)) {
		n = gzread(file, block, BLOCK);
		if (n > 0) {
			sum += fwrite(block, 1, (size_t)n, memory);
			add_cost(input, block, (size_t)n);
		}
	}
	free(block);
	int failed = !memory || fclose(memory) != 0;
	if (failed)
		return problem_why(why, "out of memory");
	if (!is_small(input, sum)) {
		problem_why(why, "%s",
			    sum > most_bytes ? "it is larger than 512 MiB"
			    : sum > input->most
				? "it holds more than 64 times its own size"
				: "it would take more than 2 GiB of memory");
		return problem_todo(why, "record a shorter run, or fewer samples");
	}
	int code;
	const char *message = gzerror(file, &code);
	return n >= 0 ? 0
	       : code == Z_ERRNO
		   ? problem_errno(why, errno)
		   : problem_refuse(why, "save the profile again", "%s", message);
}

/* A file, and how large what it holds may be; nothing is waited for. */
static gzFile open_file(const char *path, struct input *input, struct problem *why)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err = fd < 0 || fstat(fd, &status) != 0 ? errno : 0;
	gzFile file = NULL;
	if (err)
		problem_errno(why, err);
	else if (!S_ISREG(status.st_mode))
		problem_refuse(why,
			       "name a profile that samply or the Firefox Profiler saved",
			       "it is no file");
	else if (!(file = gzdopen(fd, "rb")))
		problem_why(why, "out of memory");
	if (file) {
		size_t size = (size_t)status.st_size;
		size_t most = size < most_bytes / MOST_TIMES ? size * MOST_TIMES
							     : most_bytes;
		input->most = most > FEW_BYTES ? most : FEW_BYTES;
	} else if (fd >= 0) {
		close(fd);
	}
	return file;
}

static json_t *load(const char *path, struct problem *why)
{
	struct input input = { 0 };
	json_error_t error;
	json_t *profile = NULL;
	gzFile file = open_file(path, &input, why);
	if (!file)
		return NULL;
	if (read_all(file, &input, why) == 0) {
		profile = json_loadb(input.bytes, input.size, JSON_ALLOW_NUL, &error);
		if (!profile && *error.text) {
			problem_why(why, "it is not JSON: %s at line %d", error.text,
				    error.line);
			problem_todo(why, "give the file that samply or the Firefox "
					  "Profiler saved");
		} else if (!profile)
			problem_why(why, "out of memory");
	}
	gzclose(file);
	free(input.bytes);
	return profile;
}

static json_t *strings_of(json_t *profile, int version, json_t *thread)
{
	json_t *holder = version >= SHARED_SINCE ? json_object_get(profile, "shared")
						 : thread;
	return json_object_get(holder, "stringArray");
}

/* Whether each of its columns is as long as it says. */
static bool is_whole(json_t *table)
{
	const char *key;
	json_t *column;
	json_int_t length = json_integer_value(json_object_get(table, "length"));
	json_object_foreach(table, key, column) if (json_is_array(column) &&
						    (json_int_t)json_array_size(column) !=
							length) return false;
	return true;
}

/* Only what is appended to is looked at. */
static bool is_thread(json_t *profile, int version, json_t *thread)
{
	static const char *const columns[] = { "data",    "name",  "startTime",
					       "endTime", "phase", "category" };
	json_t *markers = json_object_get(thread, "markers");
	bool is_one = is_whole(markers) && json_is_string(json_object_get(thread, "pid")) &&
		      json_is_array(strings_of(profile, version, thread));
	for (size_t i = 0; is_one && i < sizeof(columns) / sizeof(columns[0]); i++)
		is_one = json_is_array(json_object_get(markers, columns[i]));
	return is_one;
}

static int check(json_t *profile, struct problem *why)
{
	json_t *meta = json_object_get(profile, "meta"), *thread;
	json_t *threads = json_object_get(profile, "threads");
	json_t *version = json_object_get(meta, "preprocessedProfileVersion");
	size_t i;
	if (!json_is_integer(version) ||
	    !json_is_number(json_object_get(meta, "startTime")) ||
	    json_array_size(threads) == 0) {
		problem_why(why, "it is not a processed profile of the Firefox Profiler");
		return problem_todo(why, "'samply record --save-only' makes one");
	}
	json_int_t number = json_integer_value(version);
	if (number < VERSION_FIRST || number > VERSION_LAST) {
		problem_why(why,
			    "it has version %" JSON_INTEGER_FORMAT
			    ", and %d to %d can be added to",
			    number, VERSION_FIRST, VERSION_LAST);
		return problem_todo(why,
				    "open it in profiler.firefox.com and save it again");
	}
	json_array_foreach(threads, i, thread) if (
	    !is_thread(
		profile, (int)number,
		thread)) return problem_refuse(why,
					       "save it again with samply or the Firefox "
					       "Profiler",
					       "its thread %zu has no table of markers", i);
	return 0;
}

/* The moment of the last sample, in milliseconds. */
static double end_of(json_t *samples)
{
	json_t *times = json_object_get(samples, "time"), *delta;
	json_t *deltas = json_object_get(samples, "timeDeltas");
	double sum = 0;
	size_t i;
	if (json_array_size(times) > 0)
		return json_number_value(json_array_get(times, json_array_size(times) - 1));
	json_array_foreach(deltas, i, delta) sum += json_number_value(delta);
	return sum;
}

static double profile_end(json_t *profile)
{
	json_t *thread;
	size_t i;
	double end = 0;
	json_array_foreach(json_object_get(profile, "threads"), i, thread)
	    end = fmax(end, end_of(json_object_get(thread, "samples")));
	return end;
}

/* samply says when it began by this boot's clock too: more exact than UTC, which may be set meanwhile.
 * Another boot's would be far from what UTC says. */
static double start_ns(json_t *meta, double start_ms, const struct export_trial *trial)
{
	double start = json_number_value(
	    json_object_get(meta, "startTimeAsClockMonotonicNanosecondsSinceBoot"));
	double by_utc = (double)trial->begin_ns - ((double)trial->utc_ns - start_ms * 1e6);
	return start > 0 && fabs(start - by_utc) < 60e9 ? start : NAN;
}

/* The first thread of that process; thread 0 where there is none. samply writes a process that was
 * started again as "PID.1". */
static size_t thread_of(json_t *profile, int64_t pid)
{
	char text[24];
	json_t *thread;
	size_t i;
	snprintf(text, sizeof(text), "%" PRId64, pid);
	json_array_foreach(
	    json_object_get(profile, "threads"), i,
	    thread) if (strcmp(json_string_value(json_object_get(thread, "pid")), text) ==
			0) return i;
	return 0;
}

static void stand_at(struct firefox_place *place, json_t *profile, size_t thread)
{
	json_t *at = json_array_get(json_object_get(profile, "threads"), thread);
	place->thread = thread;
	place->pid = json_string_value(json_object_get(at, "pid"));
	place->strings = strings_of(profile, place->version, at);
}

static json_t *array_in(json_t *object, const char *name)
{
	json_t *array = json_object_get(object, name);
	if (json_is_array(array))
		return array;
	json_object_set_new(object, name, json_array());
	return json_object_get(object, name);
}

static void add_trial(const struct export_data *data, const struct export_trial *trial,
		      json_t *profile, struct firefox_place *place)
{
	json_t *threads = json_object_get(profile, "threads");
	json_t *counters = array_in(profile, "counters");
	size_t home = 0;
	for (size_t i = 0; i < data->n_phases; i++) {
		const struct export_phase *phase = &data->phases[i];
		if (phase->trial_id != trial->trial_id)
			continue;
		home = thread_of(profile, phase->pid);
		stand_at(place, profile, home);
		firefox_add_phase(
		    place, trial, phase,
		    json_object_get(json_array_get(threads, home), "markers"));
	}
	stand_at(place, profile, home);
	for (size_t i = 0; i < data->n_series; i++)
		if (data->series[i].trial_id == trial->trial_id &&
		    export_is_power(&data->series[i]))
			json_array_append_new(
			    counters, firefox_counter(place, trial, &data->series[i]));
}

/* How many trials it has now. */
static size_t add_trials(const struct export_data *data, json_t *profile)
{
	json_t *meta = json_object_get(profile, "meta");
	struct firefox_place place = { .version = (int)json_integer_value(json_object_get(
					   meta, "preprocessedProfileVersion")),
				       .start_ms = json_number_value(
					   json_object_get(meta, "startTime")),
				       .arena = data->arena };
	double end = profile_end(profile);
	size_t n = 0;
	for (size_t i = 0; i < data->n_trials; i++) {
		const struct export_trial *trial = &data->trials[i];
		place.start_ns = start_ns(meta, place.start_ms, trial);
		if (firefox_ms(&place, trial, trial->end_ns) < 0 ||
		    firefox_ms(&place, trial, trial->begin_ns) > end)
			continue;
		add_trial(data, trial, profile, &place);
		if (n++ == 0 && isfinite(trial->grams_per_kwh))
			json_object_set_new(meta, "gramsOfCO2ePerKWh",
					    json_real(trial->grams_per_kwh));
	}
	json_array_append_new(array_in(meta, "markerSchema"),
			      firefox_schema(place.version));
	return n;
}

int firefox_merge(const struct export_data *data, const char *path, FILE *out,
		  struct problem *why)
{
	problem_what(why, "cannot add to '%s'", path);
	json_t *profile = load(path, why);
	int code = profile ? check(profile, why) : -1;
	if (code == 0 && add_trials(data, profile) == 0) {
		problem_why(why, "no trial of the database ran while it was recorded");
		code = problem_todo(why,
				    "record both at once: samply record --save-only -- "
				    "joulecart run ...");
	}
	if (code == 0)
		code = json_print_shown(json_incref(profile), JSON_COMPACT, out);
	json_decref(profile);
	return code;
}
