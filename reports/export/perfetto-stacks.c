/* reports/export/perfetto-stacks.c - see perfetto-stacks.h.
 *
 * Field numbers: google/perfetto, protos/perfetto/trace (trace_packet.proto, interned_data,
 * profiling/stack_sample.proto and profile_common.proto). */
#include <config.h>

#include "reports/export/perfetto-stacks.h"

#include "reports/export/export-formats.h"
#include "reports/export/protobuf.h"

#include <inttypes.h>

enum {
	TRACE_PACKET = 1,
	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE = 10,
	PACKET_INTERNED = 12,
	PACKET_SEQUENCE_FLAGS = 13,
	PACKET_TRACK = 60,
	PACKET_STACK = 135,
	TRACK_UUID = 1,
	TRACK_NAME = 2,
	TRACK_THREAD = 4,
	THREAD_PID = 1,
	THREAD_TID = 2,
	THREAD_NAME = 5,
	/* Stacks have a sequence of their own: numbers of frames hold within one. */
	STACK_SEQUENCE = 2,
	SEQUENCE_BEGINS = 1,
	SEQUENCE_GOES_ON = 2,
	INTERNED_FUNCTION = 5,
	INTERNED_FRAME = 6,
	INTERNED_FILE = 18,
	STRING_ID = 1,
	STRING_TEXT = 2,
	FRAME_ID = 1,
	FRAME_FUNCTION = 2,
	FRAME_FILE = 5,
	FRAME_LINE = 6,
	CALLSTACK_FRAME = 2,
	STACK_TASK = 1,
	STACK_CALLS = 5,
	STACK_PRIMARY = 9,
	STACK_WEIGHT = 11,
	STACK_FOLLOWER = 12,
	STACK_FOLLOWER_WEIGHTS = 14,
	TASK_PID = 2,
	TASK_TID = 3,
	DESCRIPTOR_NAME = 2,
	DESCRIPTOR_UNIT = 3,
	DESCRIPTOR_UNIT_TEXT = 4,
	DESCRIPTOR_ABOUT = 6,
	UNIT_NANOSECONDS = 1,
	UNIT_COUNT = 9
};

uint64_t perfetto_uuid(size_t trial, enum perfetto_track kind, size_t index)
{
	return ((uint64_t)trial + 1) << 32 | (uint64_t)kind << 28 | index;
}

static void put_string(FILE *in, uint32_t field, uint64_t id, const char *text)
{
	struct protobuf string;
	FILE *in_string = protobuf_begin(&string);
	protobuf_number(in_string, STRING_ID, id);
	protobuf_text(in_string, STRING_TEXT, text);
	protobuf_end(&string, in, field);
}

/* A frame, its function and its file have the same number. */
static void put_frame(FILE *in, uint64_t id, const struct export_frame *frame)
{
	struct protobuf message;
	put_string(in, INTERNED_FUNCTION, id, frame->label);
	if (frame->file)
		put_string(in, INTERNED_FILE, id, frame->file);
	FILE *in_frame = protobuf_begin(&message);
	protobuf_number(in_frame, FRAME_ID, id);
	protobuf_number(in_frame, FRAME_FUNCTION, id);
	if (frame->file)
		protobuf_number(in_frame, FRAME_FILE, id);
	if (frame->file && frame->line > 0)
		protobuf_number(in_frame, FRAME_LINE, (uint64_t)frame->line);
	protobuf_end(&message, in, INTERNED_FRAME);
}

/* Where the frames of a trial are: its tree's from first on, and two for what is in none. */
static void put_frames(const struct export_tree *tree, uint64_t first, FILE *out)
{
	struct protobuf packet, interned;
	FILE *in_packet = protobuf_begin(&packet), *in = protobuf_begin(&interned);
	for (size_t i = 0; i < tree->n_frames; i++)
		put_frame(in, first + i, &tree->frames[i]);
	protobuf_end(&interned, in_packet, PACKET_INTERNED);
	protobuf_number(in_packet, PACKET_SEQUENCE, STACK_SEQUENCE);
	protobuf_number(in_packet, PACKET_SEQUENCE_FLAGS,
			first == 1 ? SEQUENCE_BEGINS : SEQUENCE_GOES_ON);
	protobuf_end(&packet, out, TRACE_PACKET);
}

/* unit: one of the format's; 0: of energy, for which it has none. */
static void put_descriptor(FILE *in, uint32_t field, const char *name, uint64_t unit,
			   const char *about)
{
	struct protobuf descriptor;
	FILE *in_descriptor = protobuf_begin(&descriptor);
	protobuf_text(in_descriptor, DESCRIPTOR_NAME, name);
	if (unit)
		protobuf_number(in_descriptor, DESCRIPTOR_UNIT, unit);
	else
		protobuf_text(in_descriptor, DESCRIPTOR_UNIT_TEXT, "\u00b5J");
	if (about)
		protobuf_text(in_descriptor, DESCRIPTOR_ABOUT, about);
	protobuf_end(&descriptor, in, field);
}

static void put_weights(const struct export_stack *stack, FILE *in)
{
	struct protobuf weights;
	put_descriptor(in, STACK_PRIMARY, "energy", 0, stack->trial->provenance);
	protobuf_number(in, STACK_WEIGHT, (uint64_t)export_whole(stack->microjoules));
	put_descriptor(in, STACK_FOLLOWER, "CPU time", UNIT_NANOSECONDS, NULL);
	put_descriptor(in, STACK_FOLLOWER, "samples", UNIT_COUNT, NULL);
	FILE *in_weights = protobuf_begin(&weights);
	protobuf_varint(in_weights, (uint64_t)export_whole(stack->cpu_ns));
	protobuf_varint(in_weights, (uint64_t)export_whole(stack->n));
	protobuf_end(&weights, in, STACK_FOLLOWER_WEIGHTS);
}

/* Outermost frame first. part: the frame of what is in no function. */
static void put_calls(const struct export_stack *stack, uint64_t first, uint64_t part,
		      FILE *in)
{
	struct protobuf calls;
	size_t path[EXPORT_DEPTH_MOST + 1], n = 0;
	FILE *in_calls = protobuf_begin(&calls);
	if (stack->node == 0)
		protobuf_number(in_calls, CALLSTACK_FRAME, part);
	else
		n = export_path(stack->trial->tree, stack->node, path);
	for (size_t i = 0; i < n; i++)
		protobuf_number(in_calls, CALLSTACK_FRAME, first + path[i]);
	protobuf_end(&calls, in, STACK_CALLS);
}

/* Where the ids and frames of a trial are. */
struct numbers {
	uint64_t pid;
	uint64_t
	    first_tid; /* of its threads, which have numbers of their own: those of two trials may be one's */
	uint64_t first; /* frame of its tree */
};

static void put_thread(const struct numbers *numbers, size_t i,
		       const struct export_thread *thread, FILE *out)
{
	char name[64];
	struct protobuf packet, track, inner;
	snprintf(name, sizeof(name), "thread %" PRId64 " of process %" PRId64, thread->tid,
		 thread->pid);
	FILE *in_packet = protobuf_begin(&packet), *in_track = protobuf_begin(&track);
	protobuf_number(in_track, TRACK_UUID,
			perfetto_uuid(numbers->pid - 1, TRACK_OF_THREAD, i));
	protobuf_text(in_track, TRACK_NAME, name);
	FILE *in_thread = protobuf_begin(&inner);
	protobuf_number(in_thread, THREAD_PID, numbers->pid);
	protobuf_number(in_thread, THREAD_TID, numbers->first_tid + i);
	protobuf_text(in_thread, THREAD_NAME, name);
	protobuf_end(&inner, in_track, TRACK_THREAD);
	protobuf_number(in_packet, PACKET_SEQUENCE, STACK_SEQUENCE);
	protobuf_end(&track, in_packet, PACKET_TRACK);
	protobuf_end(&packet, out, TRACE_PACKET);
}

/* What has no time stands at the trial's begin. */
static void put_stack(const struct export_stack *stack, const struct numbers *numbers,
		      uint64_t part, FILE *out)
{
	struct protobuf packet, interned, sample, task;
	FILE *in_packet = protobuf_begin(&packet);
	if (stack->node == 0) {
		const struct export_frame frame = { .label = stack->part };
		put_frame(protobuf_begin(&interned), part, &frame);
		protobuf_end(&interned, in_packet, PACKET_INTERNED);
	}
	FILE *in = protobuf_begin(&sample);
	FILE *in_task = protobuf_begin(&task);
	protobuf_number(in_task, TASK_PID, numbers->pid);
	if (stack->thread > 0)
		protobuf_number(in_task, TASK_TID, numbers->first_tid + stack->thread - 1);
	protobuf_end(&task, in, STACK_TASK);
	put_calls(stack, numbers->first, part, in);
	put_weights(stack, in);
	protobuf_number(in_packet, PACKET_TIMESTAMP,
			(uint64_t)(stack->time_ns + stack->trial->boot_offset_ns));
	protobuf_number(in_packet, PACKET_SEQUENCE, STACK_SEQUENCE);
	protobuf_number(in_packet, PACKET_SEQUENCE_FLAGS, SEQUENCE_GOES_ON);
	protobuf_end(&sample, in_packet, PACKET_STACK);
	protobuf_end(&packet, out, TRACE_PACKET);
}

void perfetto_stacks(const struct export_data *data, FILE *out)
{
	size_t n;
	uint64_t next = 1, next_tid = data->n_trials + 1;
	struct numbers numbers = { 0 };
	const struct export_stack *stacks = export_timed_stacks(data, &n);
	for (size_t i = 0; i < n; i++) {
		const struct export_trial *trial = stacks[i].trial;
		const struct export_tree *tree = trial->tree;
		if (!tree)
			continue;
		if (i == 0 || stacks[i - 1].trial != trial) {
			numbers = (struct numbers){ (uint64_t)(trial - data->trials) + 1,
						    next_tid, next };
			next += tree->n_frames;
			next_tid += tree->n_threads;
			for (size_t t = 0; t < tree->n_threads; t++)
				put_thread(&numbers, t, &tree->threads[t], out);
			put_frames(tree, numbers.first, out);
		}
		put_stack(&stacks[i], &numbers, next, out);
		next += stacks[i].node == 0;
	}
}
