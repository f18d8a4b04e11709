/* profiler/record/phases.c - see phases.h. */
#include <config.h>

#include "profiler/record/phases.h"

#include "base/problem.h"
#include "profiler/record/marker-validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more. */
static bool has_room(struct phases *phases)
{
	if (phases->n_phases >= PHASES_MOST)
		return false;
	if (phases->n_phases < phases->room)
		return true;
	int64_t room = phases->room ? 2 * phases->room : 64;
	struct open_phase *more = reallocarray(phases->items, (size_t)room, sizeof(*more));
	if (!more)
		return false;
	memset(more + phases->room, 0, (size_t)(room - phases->room) * sizeof(*more));
	phases->items = more;
	phases->room = room;
	return true;
}

/* What a channel did from the mark until it was read is on the wrong side of the edge. */
static int64_t lag_of(const struct edge *edge, int64_t mark_ns)
{
	return (edge->read_ns > edge->tick_ns ? edge->read_ns : edge->tick_ns) - mark_ns;
}

static int begin_phase(struct phases *phases, const struct marker_message *message,
		       struct edge edge, struct problem *why)
{
	if (!has_room(phases)) {
		phases->n_refused++;
		return 0;
	}
	const struct phase_facts facts = {
		.trial_id = phases->trial_id,
		.ordinal = phases->n_phases,
		.name = message->phase,
		.pid = message->pid,
		.begin_mono_ns = message->mono_ns,
		.begin_lag_ns = lag_of(&edge, message->mono_ns),
		.begin_early_ns = (int64_t)message->real,
		.first_rollup = edge.rollup_after,
	};
	struct open_phase *phase = &phases->items[phases->n_phases];
	phase->phase_id = store_add_phase(phases->store, &facts, why);
	if (phase->phase_id < 0)
		return -1;
	phase->pid = message->pid;
	phase->context = message->context;
	phase->is_open = true;
	snprintf(phase->name, sizeof(phase->name), "%s", message->phase);
	phases->n_phases++;
	return 0;
}

int phases_begin(struct phases *phases, struct store *store, int64_t trial_id,
		 struct edge edge, struct problem *why)
{
	phases->store = store;
	phases->trial_id = trial_id;
	phases->first_tick_ns = edge.tick_ns;
	const struct marker_message whole = { .phase = "whole", .mono_ns = edge.tick_ns };
	return begin_phase(phases, &whole, edge, why);
}

/* The last phase of that name and context, open or just ended; NULL when it never began. */
static struct open_phase *find(struct phases *phases, const struct marker_message *message,
			       bool must_be_open)
{
	for (int64_t i = phases->n_phases; i-- > 1;) {
		struct open_phase *phase = &phases->items[i];
		if (phase->pid == message->pid && phase->context == message->context &&
		    strcmp(phase->name, message->phase) == 0 &&
		    (phase->is_open || !must_be_open))
			return phase;
	}
	return NULL;
}

static int end_phase(struct phases *phases, struct open_phase *phase,
		     const struct marker_message *message, struct edge edge,
		     struct problem *why)
{
	const struct phase_end end = {
		.mono_ns = message->mono_ns,
		.lag_ns = lag_of(&edge, message->mono_ns),
		.early_ns = (int64_t)message->real,
		.last_rollup = edge.rollup_before,
		.queries = message->number,
	};
	phase->is_open = false;
	return store_end_phase(phases->store, phase->phase_id, &end, why);
}

static int add_count(struct phases *phases, const struct marker_message *message,
		     struct problem *why)
{
	struct open_phase *phase = find(phases, message, false);
	if (!phase)
		return 0;
	return store_add_count(phases->store, phase->phase_id, "papi", message->name,
			       (int64_t)message->number,
			       message->text[0] ? message->text : NULL, why);
}

/* Of the open phase that the message names; else of the whole trial, which is never lost. */
static int add_units(struct phases *phases, const struct marker_message *message,
		     struct problem *why)
{
	const struct open_phase *phase = message->phase[0] ? find(phases, message, true)
							   : NULL;
	if (message->number == 0)
		return 0;
	return store_add_units(phases->store, (phase ? phase : &phases->items[0])->phase_id,
			       message->name, (int64_t)message->number, why);
}

static int add_absence(struct phases *phases, const struct marker_message *message,
		       struct problem *why)
{
	const struct gap_facts gap = {
		.trial_id = phases->trial_id,
		.collector = "papi",
		.name = message->name[0] ? message->name : NULL,
		.kind = "unavailable",
		.why = message->text,
	};
	return store_add_gap(phases->store, &gap, why);
}

static int add_answers(struct phases *phases, const struct marker_message *message,
		       struct problem *why)
{
	const char *wrong;
	int code = answers_take(&phases->answers, message, phases->store, phases->trial_id,
				&wrong, why);
	if (wrong)
		phases_note_wrong(phases, wrong);
	return code;
}

static int take_end(struct phases *phases, const struct marker_message *message,
		    struct edge edge, struct problem *why)
{
	struct open_phase *phase = find(phases, message, true);
	if (phase)
		return end_phase(phases, phase, message, edge, why);
	phases->n_unbegun++;
	return 0;
}

static int take_checked(struct phases *phases, const struct marker_message *message,
			struct edge edge, struct problem *why)
{
	switch (message->kind) {
	case MARKER_BEGIN:
		return begin_phase(phases, message, edge, why);
	case MARKER_END:
		return take_end(phases, message, edge, why);
	case MARKER_COUNT:
		return add_count(phases, message, why);
	case MARKER_ABSENT:
		return add_absence(phases, message, why);
	case MARKER_METRIC:
		return store_add_metric(phases->store, phases->trial_id, message->name,
					message->real, why);
	case MARKER_WORKLOAD:
		return store_set_workload(phases->store, phases->trial_id, message->name,
					  why);
	case MARKER_PARENT:
		return store_set_parent(phases->store, phases->trial_id, message->name,
					why);
	case MARKER_UNITS:
		return add_units(phases, message, why);
	case MARKER_ANSWERS:
		return add_answers(phases, message, why);
	case MARKER_FOREIGN:
		phases_note_wrong(phases, "it is of another form");
		return 0;
	default: /* a newer library may say more than this program knows */
		return 0;
	}
}

static struct losing_process *losing_of(struct phases *phases, int32_t pid)
{
	for (size_t i = 0; i < phases->n_losing; i++)
		if (phases->losing[i].pid == pid)
			return &phases->losing[i];
	if (phases->n_losing == phases->losing_room) {
		size_t room = phases->losing_room ? 2 * phases->losing_room : 16;
		struct losing_process *more = reallocarray(phases->losing, room,
							   sizeof(*more));
		if (!more)
			return NULL;
		phases->losing = more;
		phases->losing_room = room;
	}
	struct losing_process *losing = &phases->losing[phases->n_losing++];
	*losing = (struct losing_process){ .pid = pid };
	return losing;
}

/* Each message says how many before it were lost on its way. */
static void note_lost(struct phases *phases, const struct marker_message *message)
{
	struct losing_process *losing = message->dropped ? losing_of(phases, message->pid)
							 : NULL;
	if (losing && losing->n_lost < message->dropped)
		losing->n_lost = message->dropped;
}

int phases_take(struct phases *phases, const struct marker_message *message,
		struct edge edge, struct problem *why)
{
	struct marker_message checked = *message;
	const char *wrong = marker_check(&checked, phases->first_tick_ns, edge.tick_ns);
	if (wrong)
		phases_note_wrong(phases, wrong);
	note_lost(phases, &checked);
	return take_checked(phases, &checked, edge, why);
}

void phases_note_wrong(struct phases *phases, const char *wrong)
{
	if (phases->n_wrong++ == 0)
		phases->first_wrong = wrong;
}

void phases_note_lost(struct phases *phases, int64_t n)
{
	phases->n_lost += n;
}

/* Ends without their begins. Where begins were lost, or too many, that is said by itself. */
static void note_unbegun(struct phases *phases)
{
	if (phases->n_refused > 0 || phases->n_losing > 0 || phases->n_lost > 0)
		return;
	for (; phases->n_unbegun > 0; phases->n_unbegun--)
		phases_note_wrong(phases, "a phase ends that had not begun");
}

static int add_notice(struct phases *phases, const char *text, struct problem *why)
{
	const struct gap_facts gap = { .trial_id = phases->trial_id,
				       .collector = "markers",
				       .kind = "unavailable",
				       .why = text };
	return store_add_gap(phases->store, &gap, why);
}

static int tell_lost(struct phases *phases, struct problem *why)
{
	char text[160];
	uint64_t n = 0;
	for (size_t i = 0; i < phases->n_losing; i++)
		n += phases->losing[i].n_lost;
	if (n == 0)
		return 0;
	snprintf(text, sizeof(text),
		 "%llu mark%s of %zu process%s came faster than could be read, and %s "
		 "lost: a phase without its end has no queries",
		 (unsigned long long)n, n == 1 ? "" : "s", phases->n_losing,
		 phases->n_losing == 1 ? "" : "es", n == 1 ? "is" : "are");
	return add_notice(phases, text, why);
}

static int tell_refused(struct phases *phases, struct problem *why)
{
	char text[160];
	int code = 0;
	if (phases->n_refused > 0) {
		snprintf(text, sizeof(text),
			 "%lld phase%s too many: %s joules are in 'whole' alone",
			 (long long)phases->n_refused, phases->n_refused == 1 ? "" : "s",
			 phases->n_refused == 1 ? "its" : "their");
		code = add_notice(phases, text, why);
	}
	if (code == 0 && phases->n_wrong > 0) {
		snprintf(text, sizeof(text),
			 "%lld %s of the program %s changed or refused%s: %s",
			 (long long)phases->n_wrong,
			 phases->n_wrong == 1 ? "message" : "messages",
			 phases->n_wrong == 1 ? "was" : "were",
			 phases->n_wrong == 1 ? "" : "; the first", phases->first_wrong);
		code = add_notice(phases, text, why);
	}
	return code;
}

static int tell_lost_answers(struct phases *phases, struct problem *why)
{
	char text[160];
	answers_end(&phases->answers);
	if (phases->answers.n_lost == 0)
		return 0;
	snprintf(text, sizeof(text),
		 "%zu list%s of answers came in part, and %s not kept: the program did not "
		 "send all of %s",
		 phases->answers.n_lost, phases->answers.n_lost == 1 ? "" : "s",
		 phases->answers.n_lost == 1 ? "is" : "are",
		 phases->answers.n_lost == 1 ? "it" : "each");
	return add_notice(phases, text, why);
}

void phases_free(struct phases *phases)
{
	answers_end(&phases->answers);
	free(phases->items);
	free(phases->losing);
	phases->items = NULL;
	phases->losing = NULL;
	phases->n_phases = phases->room = 0;
	phases->n_losing = phases->losing_room = 0;
}

int phases_end(struct phases *phases, struct edge edge, struct problem *why)
{
	const struct marker_message last = { .mono_ns = edge.tick_ns };
	int code = 0;
	for (int64_t i = phases->n_phases; code == 0 && i-- > 0;) {
		struct open_phase *phase = &phases->items[i];
		if (phase->is_open)
			code = end_phase(phases, phase, &last, edge, why);
	}
	note_unbegun(phases);
	if (code == 0)
		code = tell_refused(phases, why) != 0 ? -1 : tell_lost(phases, why);
	if (code == 0)
		code = tell_lost_answers(phases, why);
	phases_free(phases);
	return code;
}
