/* collectors/meter/meter.c - a power meter at the wall (--meter), asked by SCPI.
 *
 * What it draws is all of the machine, its power supply included: no counter sees that, and other figures
 * of the run are of what counters see. So it stands beside them and is never in the total; 'joulecart meter'
 * says how much of it the counters saw.
 *
 * The default question is that of Yokogawa's WT series (IM WT310E-17EN, "NUMeric group"): item 1 is set to
 * active power P as a number in text, and asked for. Any other question that is answered by watts will do
 * (--meter-query), and then nothing is set. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/meter/scpi.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YOKOGAWA_SET   ":NUMERIC:FORMAT ASCII;:NUMERIC:NORMAL:ITEM1 P,1"
#define YOKOGAWA_QUERY ":NUMERIC:NORMAL:VALUE? 1"

/* Kept as microwatts, like all power. */
static const double raw_per_w = 1e6;

/* The WT310E's own default for its updates. */
static const int64_t read_interval_ns = NS_PER_S / 4;

/* An instrument that needs longer for one number is taken as gone, until it is asked again. */
static const int64_t patience_ns = NS_PER_S;

/* No single machine draws more (eight accelerators in one: about 11 kW). */
static const double max_power_w = 20000;

struct meter {
	struct scpi scpi;
	const char *query;
	struct channel channel;
	char basis[SCPI_ANSWER_SIZE + 80];
};

static void close_meter(void *state)
{
	struct meter *meter = state;
	if (meter)
		scpi_close(&meter->scpi);
	free(meter);
}

/* A meter shows less than nothing when its leads are swapped, or a battery feeds the grid. */
static int take(const char *answer, uint64_t *raw)
{
	double watts;
	int err = scpi_number(answer, &watts);
	if (err)
		return err;
	if (watts < 0 || watts > max_power_w)
		return ERANGE;
	*raw = (uint64_t)llround(watts * raw_per_w);
	return 0;
}

static int read_power(struct meter *meter, uint64_t *raw)
{
	char answer[SCPI_ANSWER_SIZE];
	int err = scpi_ask(&meter->scpi, meter->query, answer);
	return err ? err : take(answer, raw);
}

static int explain(const struct meter *meter, int err, struct problem *why)
{
	switch (err) {
	case ENODATA:
		return problem_refuse(
		    why, "look whether its inputs are wired, and its range",
		    "it answered '%s' that it has no value", meter->query);
	case ERANGE:
		return problem_refuse(
		    why, "look at its wiring and at its unit: watts",
		    "it answered '%s' with less than 0 W or more than %.0f W", meter->query,
		    max_power_w);
	case EPROTO:
		return problem_refuse(why,
				      "give the question that it answers with watts: "
				      "--meter-query",
				      "it answered '%s' with what is no number",
				      meter->query);
	case ETIMEDOUT:
		return problem_refuse(why, "look at its address, and at --meter-query",
				      "it did not answer '%s' within a second",
				      meter->query);
	default:
		problem_errno(why, err);
		return problem_todo(why, "look at its address, and whether it is on");
	}
}

/* What it says of itself is told where the figure's doubt stands. */
static void describe(struct meter *meter)
{
	char name[SCPI_ANSWER_SIZE];
	bool has_name = scpi_ask(&meter->scpi, "*IDN?", name) == 0 && *name &&
			text_is_plain(name, strlen(name));
	snprintf(meter->basis, sizeof(meter->basis),
		 "%s: no calibration certificate is known",
		 has_name ? name : "an instrument that does not name itself");
	meter->channel = (struct channel){
		.name = "wall",
		.domain = "machine",
		.kind = KIND_GAUGE,
		.unit = UNIT_W,
		.provenance = PROV_MEASURED,
		.unit_per_raw = 1 / raw_per_w,
		.update_interval_ns = (uint64_t)read_interval_ns,
		.max_power_w = max_power_w,
		.uncertainty_basis = meter->basis,
	};
}

static int open_meter(const struct scope *scope, void **state, struct channel_list *list,
		      struct problem *why)
{
	struct meter_address address;
	uint64_t raw;
	problem_what(why, "cannot read a meter at the wall");
	if (!scope->meter)
		return problem_refuse(why, "name one: --meter tcp:HOST:PORT",
				      "none was named");
	if (meter_address_read(scope->meter, &address, why) != 0)
		return -1;
	problem_what(why, "cannot read the meter '%.100s'", scope->meter);
	struct meter *meter = calloc(1, sizeof(*meter));
	if (!meter)
		return problem_errno(why, ENOMEM);
	meter->scpi = scpi_of(&address, patience_ns);
	meter->query = scope->meter_query ? scope->meter_query : YOKOGAWA_QUERY;
	int err = scope->meter_query ? 0 : scpi_tell(&meter->scpi, YOKOGAWA_SET);
	if (!err)
		err = read_power(meter, &raw);
	if (err) {
		explain(meter, err, why);
		close_meter(meter);
		return -1;
	}
	describe(meter);
	*state = meter;
	*list = (struct channel_list){ .channels = &meter->channel, .n = 1 };
	return 0;
}

static bool is_asked(const struct scope *scope)
{
	return scope->meter != NULL;
}

static size_t read_meter(void *state, struct reading *out)
{
	out->raw = 0;
	out->err = read_power(state, &out->raw);
	return out->err != 0;
}

const struct collector meter_collector = {
	.name = "meter",
	.source = "a power meter at the wall, by SCPI (--meter)",
	.is_slow = true,
	.rest_ns = read_interval_ns,
	.is_asked = is_asked,
	.open = open_meter,
	.read = read_meter,
	.close = close_meter,
};
