/* reports/verify/interval.c - see interval.h. */
#include <config.h>

#include "reports/verify/interval.h"

#include <math.h>
#include <string.h>

/* A counted channel's part of the phase, attributed where it is an estimate. */
struct part {
	const char *collector;
	double low, high, instrument; /* J; NAN: not known */
};

/* The tree's share of the machine's CPU time: as read, and as the ticks of its clock allow. */
struct share {
	double is, low, high;
};

/* The advance of the rollups at its stored bounds, in SI units. */
static double bound_si(const struct channel_check *channel, struct extent extent,
		       bool is_high)
{
	double sum = 0;
	size_t n;
	const struct rollup_check *rollups = channel_check_rollups(channel, extent.first,
								   extent.last, &n);
	for (size_t i = 0; i < n; i++)
		sum += (double)(is_high ? rollups[i].high : rollups[i].low);
	return sum * channel->unit_per_raw;
}

/* The channel of cputime of that name that has a figure in the extent, which goes to *si; or NULL. */
static const struct channel_check *cpu_seconds(const struct trial_check *trial,
					       struct extent extent, const char *name,
					       double *si)
{
	bool is_stuck;
	for (size_t i = 0; i < trial->n; i++) {
		const struct channel_check *channel = &trial->channels[i];
		if (strcmp(channel->collector, "cputime") == 0 &&
		    strcmp(channel->name, name) == 0 &&
		    channel_check_si(channel, extent.first, extent.last, si, &is_stuck))
			return channel;
	}
	return NULL;
}

static struct share share_of(const struct trial_check *trial, struct extent extent)
{
	double tree, is_busy, tick_ns = 0;
	const struct channel_check *busy = cpu_seconds(trial, extent, "busy", &is_busy);
	if (!busy || !cpu_seconds(trial, extent, "tree", &tree))
		return (struct share){ NAN, NAN, NAN };
	for (size_t i = 0; i < trial->n; i++)
		if (strcmp(trial->channels[i].collector, "cputime") == 0)
			tick_ns = fmax(tick_ns, (double)trial->channels[i].stands_ns);
	double open_s = 2e-9 * tick_ns, least = fmax(tree, 1e-9);
	double most_busy = bound_si(busy, extent, true) + open_s;
	double least_busy = bound_si(busy, extent, false) - open_s;
	return (struct share){ tree / fmax(is_busy, tree), tree / fmax(most_busy, least),
			       tree / fmax(least_busy, least) };
}

/* What the two edges may hide: three times the mean power over an update interval and over what an
 * edge may have been earlier, where the phase has enough of these intervals; else the most that
 * the channel can draw. */
static double edge_j(const struct channel_check *channel, struct extent extent,
		     double joules)
{
	double seconds = channel_check_seconds(channel, extent.first, extent.last);
	double stands_ns = (double)channel->stands_ns;
	double watts = channel->max_power_w > 0 ? channel->max_power_w : 2000;
	bool is_told = channel->is_gauge || seconds * 1e9 >= 20 * stands_ns;
	if (is_told && !isnan(joules) && seconds > 0)
		watts = 3 * joules / seconds;
	return (stands_ns + (double)extent.early_ns) * 1e-9 * watts;
}

static struct part part_of(const struct channel_check *channel, struct extent extent,
			   struct share share, bool *is_left_out)
{
	double joules;
	bool is_stuck;
	bool has = channel_check_si(channel, extent.first, extent.last, &joules, &is_stuck);
	*is_left_out = is_stuck && strcmp(channel->domain, "dram") == 0;
	if (!has)
		joules = NAN;
	if (!channel->is_shared)
		share = (struct share){ 1, 1, 1 };
	double edge = edge_j(channel, extent, joules);
	double least = fmax(bound_si(channel, extent, false) - edge, 0);
	return (struct part){ channel->collector, (has ? least : NAN) * share.low,
			      (bound_si(channel, extent, true) + edge) * share.high,
			      channel->uncertainty_k2 * joules * share.is };
}

/* Within one collector gains err together and add; collectors add in quadrature. */
static double instruments_j(const struct part *parts, size_t n)
{
	double squares = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (strcmp(parts[i].collector, parts[j].collector) == 0)
				squares += parts[i].instrument * parts[j].instrument;
	return sqrt(squares);
}

struct joules_interval interval_of(const struct trial_check *trial, struct extent extent,
				   struct arena *arena)
{
	struct share share = share_of(trial, extent);
	struct part *parts = arena_room(arena, (trial->n + 1) * sizeof(*parts));
	size_t n = 0;
	double low = 0, high = 0;
	for (size_t i = 0; i < trial->n; i++) {
		bool is_left_out;
		if (!trial->channels[i].is_counted)
			continue;
		parts[n] = part_of(&trial->channels[i], extent, share, &is_left_out);
		if (is_left_out)
			continue;
		low += parts[n].low;
		high += parts[n].high;
		n++;
	}
	if (n == 0)
		return (struct joules_interval){ NAN, NAN };
	double instruments = instruments_j(parts, n);
	/* fmax() would make 0 of what is not known */
	double least = low - instruments;
	return (struct joules_interval){ least < 0 ? 0 : least, high + instruments };
}
