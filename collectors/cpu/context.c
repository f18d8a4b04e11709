/* collectors/cpu/context.c - in what state the processor works: how fast, how hot, and how often heat
 * has slowed it down, so that a machine that drifts is seen beside what it drew. Nothing of it is
 * energy. Read once a second, since on some machines the kernel asks every core for its frequency;
 * the ticks in between repeat that. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/collector.h"
#include "collectors/cpu/context-files.h"
#include "collectors/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t read_interval_ns = NS_PER_S;

static const struct quantity {
	const char *name;
	enum kind kind;
	double unit_per_raw;
	int (*find)(const char *sys, struct context_files *files);
	int (*read)(const struct context_files *files, uint64_t *value);
} quantities[] = {
	{ "cpu-mhz", KIND_GAUGE, 1e-3, context_find_frequency, context_mean },
	{ "cpu-celsius", KIND_GAUGE, 1e-3, context_find_temperature, context_hottest },
	{ "package-throttles", KIND_COUNTER, 1, context_find_throttling, context_sum },
};

enum { N_QUANTITIES = sizeof(quantities) / sizeof(*quantities) };

struct context {
	const struct quantity *found[N_QUANTITIES];
	struct context_files files[N_QUANTITIES];
	struct channel channels[N_QUANTITIES];
	struct absence absences[N_QUANTITIES];
	struct reading last[N_QUANTITIES];
	uint64_t most[N_QUANTITIES]; /* that a counter showed */
	size_t n, n_absent;
	int64_t next_ns;
};

static void close_context(void *state)
{
	struct context *context = state;
	if (!context)
		return;
	for (size_t i = 0; i < context->n; i++)
		context_close(&context->files[i]);
	free(context);
}

static void add(struct context *context, const struct quantity *quantity)
{
	const size_t n = context->n;
	uint64_t value;
	int err = quantity->find("/sys", &context->files[n]);
	if (!err) {
		err = quantity->read(&context->files[n], &value);
		if (err)
			context_close(&context->files[n]);
	}
	if (err) {
		context->absences[context->n_absent++] = (struct absence){
			.name = quantity->name,
			.why = err == ENOENT ? "the kernel shows none" : sysfs_error(err)
		};
		return;
	}
	context->found[n] = quantity;
	context->channels[n] = (struct channel){
		.name = quantity->name,
		.kind = quantity->kind,
		.unit = UNIT_COUNT,
		.provenance = PROV_MEASURED,
		.unit_per_raw = quantity->unit_per_raw,
		.update_interval_ns = (uint64_t)read_interval_ns,
	};
	context->n++;
}

static int open_context(const struct scope *scope, void **state, struct channel_list *list,
			struct problem *why)
{
	(void)scope;
	problem_what(why, "cannot see the processor's state");
	struct context *context = calloc(1, sizeof(*context));
	if (!context)
		return problem_errno(why, ENOMEM);
	for (size_t i = 0; i < N_QUANTITIES; i++)
		add(context, &quantities[i]);
	if (context->n == 0) {
		close_context(context);
		/* no remedy: in a virtual machine they are not to be had */
		return problem_why(why, "the kernel shows no frequency, temperature or "
					"throttling, as in most virtual machines");
	}
	*state = context;
	*list = (struct channel_list){ context->channels, context->n, context->absences,
				       context->n_absent };
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_context(NULL, &state, &list, why) != 0)
		return -1;
	int length = snprintf(found, size, "once a second:");
	for (size_t i = 0; i < list.n && (size_t)length < size; i++)
		length += snprintf(found + length, size - (size_t)length, " %s",
				   list.channels[i].name);
	close_context(state);
	return 0;
}

/* A count that falls began anew, or is nonsense: by how much it rose then is not known. */
static void read_one(struct context *context, size_t i)
{
	const struct quantity *quantity = context->found[i];
	struct reading *last = &context->last[i];
	last->err = quantity->read(&context->files[i], &last->raw);
	if (last->err || quantity->kind != KIND_COUNTER)
		return;
	if (last->raw < context->most[i])
		last->err = ERANGE;
	else
		context->most[i] = last->raw;
}

static size_t read_context(void *state, struct reading *out)
{
	struct context *context = state;
	const int64_t now_ns = monotonic_ns();
	const bool is_due = now_ns >= context->next_ns;
	size_t n_failed = 0;
	for (size_t i = 0; i < context->n; i++) {
		struct reading *last = &context->last[i];
		if (is_due)
			read_one(context, i);
		out[i] = *last;
		n_failed += last->err != 0;
	}
	if (is_due)
		context->next_ns = now_ns + read_interval_ns;
	return n_failed;
}

const struct collector context_collector = {
	.name = "context",
	.source = "the processor's frequency, temperature and throttling, from sysfs",
	.probe = probe,
	.open = open_context,
	.read = read_context,
	.close = close_context,
};
