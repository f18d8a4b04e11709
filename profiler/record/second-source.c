/* profiler/record/second-source.c - see second-source.h. */
#include <config.h>

#include "profiler/record/second-source.h"

#include "base/clock.h"
#include "base/same.h"

#include <math.h>
#include <string.h>

/* Of the slower sensor: by then its own steps are a twentieth of what is compared. */
enum { WINDOW_INTERVALS = 20, LAST_WINDOW_INTERVALS = 10 };

/* As the report notes it: what two meters of one board may differ by all the time. */
static const double TOLERANCE = 0.10;

/* As view v_rollup has it: for so many update intervals, and so long, no live counter stands still. */
enum { STUCK_INTERVALS = 5 };
static const int64_t STUCK_MIN_NS = NS_PER_S / 4;

/* Of a window that was covered by less than this nothing can be said. */
static const double LEAST_COVERED = 0.8;

static bool is_of_joules(const struct channel *channel)
{
	return channel->unit == UNIT_W ||
	       (channel->unit == UNIT_J && channel->kind == KIND_COUNTER);
}

bool is_second_source(const struct channel *counted, const struct channel *second,
		      bool are_beside)
{
	if (counted == second || !counted->counted || second->counted ||
	    counted->provenance > PROV_MODELLED || second->provenance > PROV_MODELLED ||
	    !is_of_joules(counted) || !is_of_joules(second))
		return false;
	bool is_same_part = counted->part && is_text(second->part, counted->part);
	bool is_inside = are_beside && second->inside &&
			 is_text(counted->name, second->inside) && counted->domain &&
			 is_text(second->domain, counted->domain);
	return is_same_part || is_inside;
}

static void add(struct source_sum *sum, const struct channel *channel,
		const struct rollup_row *row)
{
	bool is_gauge = channel->kind == KIND_GAUGE;
	double unit = channel->unit_per_raw;
	int64_t ns = row->end_mono_ns - row->begin_mono_ns;
	double watts = is_gauge && row->has_raw ? (double)row->max_raw * unit
		       : ns > 0 ? (double)row->advance * unit / ((double)ns / NS_PER_S)
				: 0;
	sum->joules += (double)row->advance * unit;
	sum->low += (double)row->advance_low * unit;
	sum->high += (double)row->advance_high * unit;
	sum->max_w = fmax(sum->max_w, watts);
	sum->ns += ns;
	sum->n += row->n;
	sum->has_failed |= row->n_failed > 0;
}

static int64_t update_ns(const struct channel *channel)
{
	return channel->update_interval_ns ? (int64_t)channel->update_interval_ns
					   : (int64_t)ADVANCE_SLOWEST_UPDATE_NS;
}

/* The joules of second in the time that counted was read in. */
static struct source_sum scaled(const struct source_sum *second, int64_t ns)
{
	double share = (double)ns / (double)second->ns;
	return (struct source_sum){ .joules = second->joules * share,
				    .low = second->low * share,
				    .high = second->high * share,
				    .max_w = second->max_w };
}

static bool is_covered(const struct source_pair *pair)
{
	const struct source_sum *a = &pair->sums[0], *b = &pair->sums[1];
	return !a->has_failed && !b->has_failed && a->ns > 0 && b->ns > 0 &&
	       (double)b->ns > LEAST_COVERED * (double)a->ns &&
	       (double)a->ns > LEAST_COVERED * (double)b->ns;
}

static void lower(struct source_pair *pair, struct rollup_row *row)
{
	double unit = pair->counted->unit_per_raw;
	double most = fmin(floor(pair->owed_j / unit), (double)row->advance_low);
	if (most <= 0)
		return;
	row->advance_low -= (int64_t)most;
	pair->owed_j -= most * unit;
}

static bool judge(struct source_pair *pair, struct rollup_row *row)
{
	const struct source_sum *own = &pair->sums[0];
	struct source_sum other = scaled(&pair->sums[1], own->ns);
	double edge_s = (double)(update_ns(pair->counted) + update_ns(pair->second)) /
			NS_PER_S;
	double room_j = TOLERANCE * fmax(own->joules, other.joules) +
			edge_s * fmax(own->max_w, other.max_w);
	if (other.low > own->high + room_j) {
		double more = (other.joules - own->high) / pair->counted->unit_per_raw;
		row->advance_high += (int64_t)ceil(fmax(more, 0));
		return true;
	}
	if (other.high < own->low - room_j) {
		pair->owed_j += fmax(own->low - other.joules, 0);
		lower(pair, row);
		return true;
	}
	return false;
}

bool source_pair_add(struct source_pair *pair, struct rollup_row *counted,
		     const struct rollup_row *second, bool is_last, struct finding *finding)
{
	if (!pair->begin_ns)
		pair->begin_ns = counted->begin_mono_ns;
	add(&pair->sums[0], pair->counted, counted);
	add(&pair->sums[1], pair->second, second);
	add(&pair->totals[0], pair->counted, counted);
	add(&pair->totals[1], pair->second, second);
	lower(pair, counted);
	int64_t slower_ns = update_ns(pair->counted) > update_ns(pair->second)
				? update_ns(pair->counted)
				: update_ns(pair->second);
	int least = is_last ? LAST_WINDOW_INTERVALS : WINDOW_INTERVALS;
	if (counted->end_mono_ns - pair->begin_ns < least * slower_ns)
		return false;
	bool do_disagree = is_covered(pair) && judge(pair, counted);
	if (do_disagree)
		*finding = (struct finding){ FINDING_DISAGREES, pair->begin_ns,
					     counted->end_mono_ns, 0 };
	memset(pair->sums, 0, sizeof(pair->sums));
	pair->begin_ns = 0;
	return do_disagree;
}

bool source_pair_is_replaced(const struct source_pair *pair)
{
	const struct source_sum *own = &pair->totals[0];
	int64_t longest_ns = STUCK_INTERVALS * update_ns(pair->counted);
	if (longest_ns < STUCK_MIN_NS)
		longest_ns = STUCK_MIN_NS;
	return pair->counted->kind == KIND_COUNTER && own->n > 0 && own->joules == 0 &&
	       (own->high > 0 || own->ns > longest_ns) && pair->totals[1].low > 0;
}
