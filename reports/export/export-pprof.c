/* reports/export/export-pprof.c - perftools.profiles.Profile, compressed by gzip.
 *
 * Field numbers: google/pprof, proto/profile.proto. The first kind of value is the count, the default one
 * energy; pprof knows no unit of energy and prints the number with "microjoules" as it is. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/export/protobuf.h"

#include <math.h>
#include <stdlib.h>
#include <zlib.h>

enum {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE = 2,
	PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5,
	PROFILE_STRING = 6,
	PROFILE_TIME_NS = 9,
	PROFILE_DURATION_NS = 10,
	PROFILE_COMMENT = 13,
	PROFILE_DEFAULT_TYPE = 14,
	VALUE_TYPE = 1,
	VALUE_UNIT = 2,
	SAMPLE_LOCATION = 1,
	SAMPLE_VALUE = 2,
	LOCATION_ID = 1,
	LOCATION_LINE = 4,
	LINE_FUNCTION = 1,
	FUNCTION_ID = 1,
	FUNCTION_NAME = 2
};

/* The strings before those of the stacks: the first must be empty. */
static const char *const fixed[] = { "",       "samples",    "count", "cpu", "nanoseconds",
				     "energy", "microjoules" };
enum { N_FIXED = sizeof(fixed) / sizeof(fixed[0]), ENERGY = 5 };

static void put_types(FILE *out)
{
	for (size_t i = 1; i < N_FIXED; i += 2) {
		struct protobuf type;
		FILE *in = protobuf_begin(&type);
		protobuf_number(in, VALUE_TYPE, i);
		protobuf_number(in, VALUE_UNIT, i + 1);
		protobuf_end(&type, out, PROFILE_SAMPLE_TYPE);
	}
	protobuf_number(out, PROFILE_DEFAULT_TYPE, ENERGY);
}

/* A function of that string, and a location in it, both numbered id. */
static void put_place(uint64_t id, uint64_t string, FILE *out)
{
	struct protobuf function, location, line;
	FILE *in = protobuf_begin(&function);
	protobuf_number(in, FUNCTION_ID, id);
	protobuf_number(in, FUNCTION_NAME, string);
	protobuf_end(&function, out, PROFILE_FUNCTION);
	in = protobuf_begin(&location);
	protobuf_number(in, LOCATION_ID, id);
	protobuf_number(protobuf_begin(&line), LINE_FUNCTION, id);
	protobuf_end(&line, in, LOCATION_LINE);
	protobuf_end(&location, out, PROFILE_LOCATION);
}

/* The leaf stands first. */
static void put_sample(const struct export_stack *stack, uint64_t root, FILE *out)
{
	struct protobuf sample;
	FILE *in = protobuf_begin(&sample);
	if (stack->region)
		protobuf_number(in, SAMPLE_LOCATION, root + 1);
	protobuf_number(in, SAMPLE_LOCATION, root);
	protobuf_number(in, SAMPLE_VALUE, (uint64_t)export_whole(stack->n));
	protobuf_number(in, SAMPLE_VALUE, (uint64_t)export_whole(stack->cpu_ns));
	protobuf_number(in, SAMPLE_VALUE, (uint64_t)export_whole(stack->microjoules));
	protobuf_end(&sample, out, PROFILE_SAMPLE);
}

/* What the figures are: strings from number next on. */
static void put_comments(const struct export_data *data, uint64_t next, FILE *out)
{
	protobuf_text(out, PROFILE_STRING,
		      "samples: how often a region was entered; cpu: CPU time in it alone");
	protobuf_number(out, PROFILE_COMMENT, next++);
	for (size_t i = 0; i < data->n_trials; i++) {
		const struct export_trial *trial = &data->trials[i];
		if (!isfinite(trial->joules))
			continue;
		protobuf_text(out, PROFILE_STRING,
			      arena_format(data->arena, "%s: %s, %.6g J (%.6g to %.6g)",
					   trial->name, trial->provenance, trial->joules,
					   trial->low, trial->high));
		protobuf_number(out, PROFILE_COMMENT, next++);
	}
}

static void put_profile(const struct export_data *data, FILE *out)
{
	size_t n;
	const struct export_stack *stacks = export_stacks(data, &n);
	const struct export_trial *first = &data->trials[0];
	put_types(out);
	for (size_t i = 0; i < N_FIXED; i++)
		protobuf_text(out, PROFILE_STRING, fixed[i]);
	for (size_t i = 0; i < n; i++) {
		uint64_t root = 2 * i + 1;
		protobuf_text(out, PROFILE_STRING, stacks[i].trial->name);
		protobuf_text(out, PROFILE_STRING,
			      stacks[i].region ? stacks[i].region : "");
		put_place(root, N_FIXED + 2 * i, out);
		put_place(root + 1, N_FIXED + 2 * i + 1, out);
		put_sample(&stacks[i], root, out);
	}
	put_comments(data, N_FIXED + 2 * n, out);
	protobuf_number(out, PROFILE_TIME_NS, (uint64_t)first->utc_ns);
	protobuf_number(
	    out, PROFILE_DURATION_NS,
	    (uint64_t)(data->trials[data->n_trials - 1].end_ns - first->begin_ns));
}

static void put_compressed(char *bytes, size_t size, FILE *out)
{
	unsigned char buffer[16384];
	z_stream stream = { .next_in = (unsigned char *)bytes, .avail_in = (uInt)size };
	int code = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16,
				8, Z_DEFAULT_STRATEGY);
	while (code == Z_OK) {
		stream.next_out = buffer;
		stream.avail_out = sizeof(buffer);
		code = deflate(&stream, Z_FINISH);
		fwrite(buffer, 1, sizeof(buffer) - stream.avail_out, out);
	}
	deflateEnd(&stream);
}

void export_pprof(const struct export_data *data, FILE *out)
{
	struct protobuf profile;
	put_profile(data, protobuf_begin(&profile));
	if (fclose(profile.out) == 0)
		put_compressed(profile.bytes, profile.size, out);
	free(profile.bytes);
}
