/* profiler/metrics/meter-state.c - see meter-state.h. */
#include <config.h>

#include "profiler/metrics/meter-state.h"

#include "base/problem.h"
#include "profiler/options/output-file.h"
#include "reports/figure/json-text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char schema[] = "joulecart-meter-1";

/* A machine of a thousand channels takes 400 kB. */
enum { FILE_MOST = 16 << 20 };
/* Far above what any meter counts, and sums of it stay finite; of a time, in seconds: the year 5138. */
static const double COUNT_MOST = 1e30, TIME_MOST = 1e11;

void meter_place_boot(struct meter_place *place)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	place->boot[0] = '\0';
	if (!file)
		return;
	if (!fgets(place->boot, sizeof(place->boot), file))
		place->boot[0] = '\0';
	place->boot[strcspn(place->boot, "\n")] = '\0';
	fclose(file);
}

/* --- writing --------------------------------------------------------------------------- */

/* Counters have 64 bits, JSON's whole numbers one less. */
static json_t *hex(uint64_t value)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRIx64, value);
	return json_text(text);
}

static json_t *json_of(const struct meter_channel *item)
{
	const struct channel *channel = item->channel;
	json_t *gaps = json_array();
	for (size_t gap = 0; gap < METER_GAPS; gap++)
		json_array_append_new(gaps, json_integer((json_int_t)item->gaps[gap]));
	json_t *object = json_pack(
	    "{s:o, s:o, s:i, s:o, s:f}", "collector", json_text(item->collector), "channel",
	    json_text(channel->name), "unit", (int)channel->unit, "wrap_range",
	    hex(channel->wrap_range), "unit_per_raw", channel->unit_per_raw);
	json_t *counts = json_pack("{s:f, s:f, s:f, s:f, s:f, s:o}", "sum", item->sum,
				   "shown", fmax(item->shown, item->sum), "low", item->low,
				   "high", item->high, "created_s", item->created_s, "gaps",
				   gaps);
	if (object && counts)
		json_object_update_new(object, counts);
	if (object && item->has_last)
		json_object_set_new(object, "last",
				    json_pack("{s:I, s:I, s:o}", "mono_ns",
					      (json_int_t)item->last.mono_ns, "half_ns",
					      (json_int_t)item->last.half_ns, "raw",
					      hex(item->last.raw)));
	return object;
}

static json_t *json_of_meter(const struct meter_place *place, const struct meter *meter)
{
	json_t *channels = json_array();
	for (size_t i = 0; i < meter->n; i++)
		json_array_append_new(channels, json_of(&meter->channels[i]));
	return json_pack("{s:s, s:o, s:o, s:f, s:f, s:o}", "schema", schema, "boot",
			 json_text(place->boot), "zone", json_text(place->zone), "grams",
			 meter->grams, "grams_created_s", meter->grams_created_s,
			 "channels", channels);
}

static int write_whole(const struct meter_place *place, const struct meter *meter,
		       struct problem *why)
{
	struct output_file output;
	if (output_open(&output, place->path, true, why) != 0)
		return -1;
	if (json_print(json_of_meter(place, meter), JSON_COMPACT, output.stream) == 0)
		return output_commit(&output, why);
	output_abandon(&output);
	problem_what(why, "cannot write '%s'", place->path);
	return problem_errno(why, ENOMEM);
}

int meter_state_write(const struct meter_place *place, const struct meter *meter,
		      struct problem *why)
{
	if (write_whole(place, meter, why) == 0)
		return 0;
	unlink(place->path);
	return -1;
}

/* --- reading --------------------------------------------------------------------------- */

/* True: the member is a number that a count can be. */
static bool take_number(const json_t *object, const char *key, double *value)
{
	const json_t *number = json_object_get(object, key);
	*value = json_number_value(number);
	return json_is_number(number) && *value >= 0 && *value <= COUNT_MOST;
}

static bool take_time(const json_t *object, const char *key, double *value)
{
	return take_number(object, key, value) && *value <= TIME_MOST;
}

static bool take_hex(const json_t *object, const char *key, uint64_t *value)
{
	const char *text = json_string_value(json_object_get(object, key));
	if (!text || !*text || strlen(text) > 16 ||
	    strspn(text, "0123456789abcdef") != strlen(text))
		return false;
	*value = strtoull(text, NULL, 16);
	return true;
}

/* A reading that was taken before now. */
static bool take_last(const json_t *object, int64_t now_ns, struct meter_channel *stored)
{
	const json_t *last = json_object_get(object, "last");
	struct sample *sample = &stored->last;
	stored->has_last = last;
	if (!last)
		return true;
	sample->mono_ns = json_integer_value(json_object_get(last, "mono_ns"));
	sample->half_ns = json_integer_value(json_object_get(last, "half_ns"));
	return take_hex(last, "raw", &sample->raw) && sample->half_ns >= 0 &&
	       sample->mono_ns > 0 && sample->mono_ns <= now_ns &&
	       sample->half_ns <= sample->mono_ns;
}

static bool take_gaps(const json_t *object, struct meter_channel *stored)
{
	const json_t *gaps = json_object_get(object, "gaps");
	for (size_t gap = 0; gap < METER_GAPS; gap++) {
		json_int_t n = json_integer_value(json_array_get(gaps, gap));
		if (n < 0)
			return false;
		stored->gaps[gap] = (uint64_t)n;
	}
	return json_array_size(gaps) == METER_GAPS;
}

static bool is_of(const json_t *object, const struct meter_channel *item)
{
	const char *collector = json_string_value(json_object_get(object, "collector"));
	const char *name = json_string_value(json_object_get(object, "channel"));
	const struct channel *channel = item->channel;
	uint64_t wrap_range;
	double unit_per_raw;
	return collector && name && strcmp(collector, item->collector) == 0 &&
	       strcmp(name, channel->name) == 0 &&
	       json_integer_value(json_object_get(object, "unit")) ==
		   (json_int_t)channel->unit &&
	       take_hex(object, "wrap_range", &wrap_range) &&
	       wrap_range == channel->wrap_range &&
	       take_number(object, "unit_per_raw", &unit_per_raw) &&
	       fabs(unit_per_raw - channel->unit_per_raw) <= 1e-12 * channel->unit_per_raw;
}

/* One that is not in the file, or not as it is now, begins anew. */
static void resume(struct meter_channel *item, const json_t *channels, int64_t now_ns)
{
	for (size_t i = 0; i < json_array_size(channels); i++) {
		const json_t *object = json_array_get(channels, i);
		struct meter_channel stored = { 0 };
		if (!is_of(object, item))
			continue;
		if (take_number(object, "sum", &stored.sum) &&
		    take_number(object, "shown", &stored.shown) &&
		    take_number(object, "low", &stored.low) &&
		    take_number(object, "high", &stored.high) &&
		    take_time(object, "created_s", &stored.created_s) &&
		    take_gaps(object, &stored) && take_last(object, now_ns, &stored))
			meter_resume(item, &stored, now_ns);
		return;
	}
}

static bool is_text(const json_t *root, const char *key, const char *expected)
{
	const char *text = json_string_value(json_object_get(root, key));
	return text && *expected && strcmp(text, expected) == 0;
}

static void resume_all(const json_t *root, const struct meter_place *place,
		       struct meter *meter, int64_t now_ns)
{
	double grams, created_s;
	for (size_t i = 0; i < meter->n; i++)
		resume(&meter->channels[i], json_object_get(root, "channels"), now_ns);
	if (!is_text(root, "zone", place->zone) || !take_number(root, "grams", &grams) ||
	    !take_time(root, "grams_created_s", &created_s))
		return;
	meter->grams = grams;
	meter->grams_created_s = created_s;
}

/* Whoever owns the file says what was counted. */
static const char *reason_against(int fd)
{
	struct stat about;
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > FILE_MOST)
		return "it is no file of this version's, or damaged";
	return about.st_uid == geteuid() || about.st_uid == 0 ? NULL
							      : "it is another user's file";
}

static json_t *load(const char *path, char *reason, size_t size)
{
	json_error_t error;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		snprintf(reason, size, "%s",
			 errno == ENOENT ? "there is no such file yet" : strerror(errno));
		return NULL;
	}
	const char *against = reason_against(fd);
	json_t *root = against ? NULL : json_loadfd(fd, 0, &error);
	close(fd);
	if (root && is_text(root, "schema", schema))
		return root;
	snprintf(reason, size, "%s",
		 against ? against : "it is no file of this version's, or damaged");
	json_decref(root);
	return NULL;
}

bool meter_state_read(const struct meter_place *place, struct meter *meter, int64_t now_ns,
		      char *reason, size_t size)
{
	json_t *root = load(place->path, reason, size);
	bool is_same_boot = root && is_text(root, "boot", place->boot);
	if (is_same_boot)
		resume_all(root, place, meter, now_ns);
	else if (root)
		snprintf(reason, size, "the machine was started since");
	json_decref(root);
	return is_same_boot;
}
