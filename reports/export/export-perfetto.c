/* reports/export/export-perfetto.c - a trace for ui.perfetto.dev.
 *
 * Field numbers: google/perfetto, protos/perfetto/trace (trace_packet.proto and track_event). A trial is a
 * process; a series of joules has two tracks, since the interface draws a counter as it is: power in W, one
 * value a step, and energy in J so far. An event has its rate, a gauge its mean. Times are of
 * CLOCK_BOOTTIME, Perfetto's default. Sampled stacks: perfetto-stacks.c. */
#include <config.h>

#include "reports/export/export-formats.h"
#include "reports/export/perfetto-stacks.h"
#include "reports/export/protobuf.h"

#include <inttypes.h>
#include <math.h>

enum {
	TRACE_PACKET = 1,
	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE = 10,
	PACKET_EVENT = 11,
	PACKET_TRACK = 60,
	TRACK_UUID = 1,
	TRACK_NAME = 2,
	TRACK_PROCESS = 3,
	TRACK_PARENT = 5,
	TRACK_COUNTER = 8,
	TRACK_DESCRIPTION = 14,
	PROCESS_PID = 1,
	PROCESS_NAME = 6,
	COUNTER_UNIT_NAME = 6,
	EVENT_TYPE = 9,
	EVENT_TRACK = 11,
	EVENT_NAME = 23,
	EVENT_DOUBLE = 44,
	SLICE_BEGIN = 1,
	SLICE_END = 2,
	COUNTER = 4,
	SEQUENCE = 1,
	/* Phases that overlap stand on tracks of their own, so many a trial at most. */
	LANES = 64
};

/* A track within its trial's; unit: of a counter, or NULL. */
struct track {
	uint64_t uuid, parent;
	const char *name, *about, *unit;
};

static void put_track(const struct track *track, size_t pid, FILE *out)
{
	struct protobuf packet, descriptor, inner;
	FILE *in_packet = protobuf_begin(&packet);
	FILE *in_track = protobuf_begin(&descriptor);
	protobuf_number(in_track, TRACK_UUID, track->uuid);
	if (track->parent)
		protobuf_number(in_track, TRACK_PARENT, track->parent);
	if (track->parent)
		protobuf_text(in_track, TRACK_NAME, track->name);
	if (track->about)
		protobuf_text(in_track, TRACK_DESCRIPTION, track->about);
	if (!track->parent) {
		FILE *in_process = protobuf_begin(&inner);
		protobuf_number(in_process, PROCESS_PID, pid);
		protobuf_text(in_process, PROCESS_NAME, track->name);
		protobuf_end(&inner, in_track, TRACK_PROCESS);
	} else if (track->unit) {
		protobuf_text(protobuf_begin(&inner), COUNTER_UNIT_NAME, track->unit);
		protobuf_end(&inner, in_track, TRACK_COUNTER);
	}
	protobuf_number(in_packet, PACKET_SEQUENCE, SEQUENCE);
	protobuf_end(&descriptor, in_packet, PACKET_TRACK);
	protobuf_end(&packet, out, TRACE_PACKET);
}

/* type: SLICE_BEGIN with a name, SLICE_END, or COUNTER with a value. */
static void put_event(uint64_t track, int64_t boot_ns, uint64_t type, const char *name,
		      double value, FILE *out)
{
	struct protobuf packet, event;
	FILE *in_packet = protobuf_begin(&packet), *in_event = protobuf_begin(&event);
	protobuf_number(in_event, EVENT_TYPE, type);
	protobuf_number(in_event, EVENT_TRACK, track);
	if (name)
		protobuf_text(in_event, EVENT_NAME, name);
	if (type == COUNTER)
		protobuf_double(in_event, EVENT_DOUBLE, value);
	protobuf_number(in_packet, PACKET_TIMESTAMP, (uint64_t)boot_ns);
	protobuf_number(in_packet, PACKET_SEQUENCE, SEQUENCE);
	protobuf_end(&event, in_packet, PACKET_EVENT);
	protobuf_end(&packet, out, TRACE_PACKET);
}

/* One value a step, and 0 behind the last and in each pause. */
static void put_rates(const struct export_series *series, int64_t offset_ns, uint64_t track,
		      FILE *out)
{
	for (size_t i = 0; i < series->n_steps; i++) {
		const struct export_step *step = &series->steps[i];
		double seconds = (double)(step->end_ns - step->begin_ns) * 1e-9;
		if (seconds <= 0)
			continue;
		put_event(track, step->begin_ns + offset_ns, COUNTER, NULL,
			  series->kind == EXPORT_GAUGE ? step->amount
						       : step->amount / seconds,
			  out);
		bool goes_on = i + 1 < series->n_steps &&
			       series->steps[i + 1].begin_ns == step->end_ns;
		if (!goes_on)
			put_event(track, step->end_ns + offset_ns, COUNTER, NULL, 0, out);
	}
}

static void put_energy(const struct export_series *series, int64_t offset_ns,
		       uint64_t track, FILE *out)
{
	double sum = 0;
	for (size_t i = 0; i < series->n_steps; i++) {
		const struct export_step *step = &series->steps[i];
		if (i == 0)
			put_event(track, step->begin_ns + offset_ns, COUNTER, NULL, 0, out);
		sum += step->amount;
		put_event(track, step->end_ns + offset_ns, COUNTER, NULL, sum, out);
	}
}

/* The unit of its first track: joules over seconds are watts. */
static const char *rate_unit(const struct export_series *series, struct arena *arena)
{
	return export_is_power(series)        ? "W"
	       : series->kind == EXPORT_GAUGE ? series->unit
					      : arena_format(arena, "%s/s", series->unit);
}

static void put_series(const struct export_data *data, size_t nr, size_t i, FILE *out)
{
	const struct export_series *series = &data->series[i];
	int64_t offset_ns = data->trials[nr].boot_offset_ns;
	const char *what = series->kind == EXPORT_REGION ? "region " : "";
	const struct track rate = { perfetto_uuid(nr, TRACK_OF_POWER, i),
				    perfetto_uuid(nr, TRACK_OF_TRIAL, 0),
				    arena_format(data->arena, "%s%s%s", what, series->name,
						 export_is_power(series) ? " power" : ""),
				    series->about, rate_unit(series, data->arena) };
	put_track(&rate, 0, out);
	put_rates(series, offset_ns, rate.uuid, out);
	if (!export_is_power(series))
		return;
	const struct track energy = {
		perfetto_uuid(nr, TRACK_OF_ENERGY, i), perfetto_uuid(nr, TRACK_OF_TRIAL, 0),
		arena_format(data->arena, "%s%s energy", what, series->name), series->about,
		"J"
	};
	put_track(&energy, 0, out);
	put_energy(series, offset_ns, energy.uuid, out);
}

/* A row of slices: phases of one process, one after another. */
struct lane {
	int64_t pid, end_ns;
};

/* The first lane of its process that is free when the phase begins, or a new one; LANES: none is left.
 * Phases come in the order of their begins. */
static size_t lane_of(const struct lane *lanes, size_t n, const struct export_phase *phase)
{
	size_t lane = 0;
	while (lane < n &&
	       (lanes[lane].pid != phase->pid || lanes[lane].end_ns > phase->begin_ns))
		lane++;
	return lane;
}

static void put_lane(const struct export_data *data, size_t nr, size_t lane, int64_t pid,
		     FILE *out)
{
	const struct track track = { perfetto_uuid(nr, TRACK_OF_LANE, lane),
				     perfetto_uuid(nr, TRACK_OF_TRIAL, 0),
				     pid ? arena_format(data->arena,
							"phases of process %" PRId64, pid)
					 : "phases",
				     NULL, NULL };
	put_track(&track, 0, out);
}

static const char *phase_label(const struct export_data *data,
			       const struct export_phase *phase)
{
	return isfinite(phase->joules)
		   ? arena_format(data->arena, "%s, %.4g J (%s)", phase->name,
				  phase->joules, phase->provenance)
		   : phase->name;
}

static void put_phases(const struct export_data *data, size_t nr, FILE *out)
{
	const struct export_trial *trial = &data->trials[nr];
	struct lane lanes[LANES];
	size_t n = 0;
	for (size_t i = 0; i < data->n_phases; i++) {
		const struct export_phase *phase = &data->phases[i];
		if (phase->trial_id != trial->trial_id || phase->end_ns < phase->begin_ns)
			continue;
		size_t lane = lane_of(lanes, n, phase);
		if (lane == LANES)
			continue;
		if (lane == n)
			put_lane(data, nr, n++, phase->pid, out);
		lanes[lane] = (struct lane){ phase->pid, phase->end_ns };
		uint64_t track = perfetto_uuid(nr, TRACK_OF_LANE, lane);
		put_event(track, phase->begin_ns + trial->boot_offset_ns, SLICE_BEGIN,
			  phase_label(data, phase), 0, out);
		put_event(track, phase->end_ns + trial->boot_offset_ns, SLICE_END, NULL, 0,
			  out);
	}
}

void export_perfetto(const struct export_data *data, FILE *out)
{
	for (size_t nr = 0; nr < data->n_trials; nr++) {
		const struct export_trial *trial = &data->trials[nr];
		const struct track track = {
			.uuid = perfetto_uuid(nr, TRACK_OF_TRIAL, 0),
			.name = trial->name,
			.about = arena_format(data->arena, "joulecart, %s",
					      trial->provenance ? trial->provenance
								: "no joules"),
		};
		put_track(&track, nr + 1, out);
		put_phases(data, nr, out);
		for (size_t i = 0; i < data->n_series; i++)
			if (data->series[i].trial_id == trial->trial_id &&
			    data->series[i].kind != EXPORT_OUTSIDE)
				put_series(data, nr, i, out);
	}
	perfetto_stacks(data, out);
}
