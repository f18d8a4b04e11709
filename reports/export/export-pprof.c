/* reports/export/export-pprof.c - perftools.profiles.Profile, compressed by gzip.
 *
 * Field numbers: google/pprof, proto/profile.proto. The first kind of value is the count, the default one
 * energy; pprof knows no unit of energy and prints the number with "microjoules" as it is. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/export/protobuf.h"

#include <math.h>
#include <obstack.h>
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
	LINE_NR = 2,
	FUNCTION_ID = 1,
	FUNCTION_NAME = 2,
	FUNCTION_FILE = 4,
	FUNCTION_LINE = 5
};

/* Of bytes that are handed to zlib. */
enum { PORTION = 1 << 20 };

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

/* The strings so far, and the places: a function and a location in it have the same number, from 1 on. */
struct tables {
	FILE *out;
	uint64_t n_strings, n_places;
};

/* 0: the empty string, for what is not known. */
static uint64_t put_string(struct tables *tables, const char *text)
{
	if (!text)
		return 0;
	protobuf_text(tables->out, PROFILE_STRING, text);
	return tables->n_strings++;
}

static uint64_t put_place(struct tables *tables, const char *name, const char *file,
			  int64_t line_nr)
{
	struct protobuf function, location, line;
	uint64_t id = ++tables->n_places;
	uint64_t file_string = put_string(tables, file);
	uint64_t name_string = put_string(tables, name);
	FILE *in = protobuf_begin(&function);
	protobuf_number(in, FUNCTION_ID, id);
	protobuf_number(in, FUNCTION_NAME, name_string);
	if (file)
		protobuf_number(in, FUNCTION_FILE, file_string);
	if (file && line_nr > 0)
		protobuf_number(in, FUNCTION_LINE, (uint64_t)line_nr);
	protobuf_end(&function, tables->out, PROFILE_FUNCTION);
	in = protobuf_begin(&location);
	protobuf_number(in, LOCATION_ID, id);
	FILE *in_line = protobuf_begin(&line);
	protobuf_number(in_line, LINE_FUNCTION, id);
	if (file && line_nr > 0)
		protobuf_number(in_line, LINE_NR, (uint64_t)line_nr);
	protobuf_end(&line, in, LOCATION_LINE);
	protobuf_end(&location, tables->out, PROFILE_LOCATION);
	return id;
}

/* The trial's places: its own, and behind it those of its tree. Returns the first. */
static uint64_t put_trial(struct tables *tables, const struct export_trial *trial)
{
	const struct export_tree *tree = trial->tree;
	uint64_t root = put_place(tables, trial->name, NULL, 0);
	for (size_t i = 0; tree && i < tree->n_frames; i++)
		put_place(tables, tree->frames[i].label, tree->frames[i].file,
			  tree->frames[i].line);
	return root;
}

/* The leaf stands first. */
static void put_sample(struct tables *tables, const struct export_stack *stack,
		       uint64_t root)
{
	struct protobuf sample;
	const struct export_tree *tree = stack->trial->tree;
	uint64_t part = stack->part ? put_place(tables, stack->part, NULL, 0) : 0;
	FILE *in = protobuf_begin(&sample);
	if (part)
		protobuf_number(in, SAMPLE_LOCATION, part);
	for (size_t node = stack->node; node; node = tree->nodes[node - 1].caller)
		protobuf_number(in, SAMPLE_LOCATION,
				root + 1 + tree->nodes[node - 1].frame);
	protobuf_number(in, SAMPLE_LOCATION, root);
	protobuf_number(in, SAMPLE_VALUE, (uint64_t)export_whole(stack->n));
	protobuf_number(in, SAMPLE_VALUE, (uint64_t)export_whole(stack->cpu_ns));
	protobuf_number(in, SAMPLE_VALUE, (uint64_t)export_whole(stack->microjoules));
	protobuf_end(&sample, tables->out, PROFILE_SAMPLE);
}

/* What the figures are. */
static void put_comments(const struct export_data *data, struct tables *tables)
{
	protobuf_number(tables->out, PROFILE_COMMENT,
			put_string(tables, export_samples_words(data)));
	for (size_t i = 0; i < data->n_trials; i++) {
		const struct export_trial *trial = &data->trials[i];
		if (!isfinite(trial->joules))
			continue;
		const char *words = arena_format(
		    data->arena, "%s: %s, %.6g J (%.6g to %.6g)", trial->name,
		    trial->provenance, trial->joules, trial->low, trial->high);
		protobuf_number(tables->out, PROFILE_COMMENT, put_string(tables, words));
	}
}

static void put_profile(const struct export_data *data, FILE *out)
{
	size_t n;
	uint64_t root = 0;
	struct tables tables = { out, N_FIXED, 0 };
	const struct export_stack *stacks = export_stacks(data, &n);
	const struct export_trial *first = &data->trials[0];
	put_types(out);
	for (size_t i = 0; i < N_FIXED; i++)
		protobuf_text(out, PROFILE_STRING, fixed[i]);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || stacks[i].trial != stacks[i - 1].trial)
			root = put_trial(&tables, stacks[i].trial);
		put_sample(&tables, &stacks[i], root);
	}
	put_comments(data, &tables);
	protobuf_number(out, PROFILE_TIME_NS, (uint64_t)first->utc_ns);
	protobuf_number(
	    out, PROFILE_DURATION_NS,
	    (uint64_t)(data->trials[data->n_trials - 1].end_ns - first->begin_ns));
}

/* In portions: zlib's lengths have 32 bits. */
static void put_compressed(char *bytes, size_t left, FILE *out)
{
	unsigned char buffer[16384];
	z_stream stream = { .next_in = (unsigned char *)bytes };
	int code = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16,
				8, Z_DEFAULT_STRATEGY);
	while (code == Z_OK) {
		if (stream.avail_in == 0) {
			stream.avail_in = left < PORTION ? (uInt)left : PORTION;
			left -= stream.avail_in;
		}
		stream.next_out = buffer;
		stream.avail_out = sizeof(buffer);
		code = deflate(&stream, left > 0 ? Z_NO_FLUSH : Z_FINISH);
		fwrite(buffer, 1, sizeof(buffer) - stream.avail_out, out);
	}
	deflateEnd(&stream);
	if (code != Z_STREAM_END) /* it had no memory */
		obstack_alloc_failed_handler();
}

void export_pprof(const struct export_data *data, FILE *out)
{
	struct protobuf profile;
	put_profile(data, protobuf_begin(&profile));
	if (fclose(profile.out) != 0)
		obstack_alloc_failed_handler(); /* as in protobuf_end() */
	put_compressed(profile.bytes, profile.size, out);
	free(profile.bytes);
}
