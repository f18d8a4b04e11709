/* profiler/sample/overlap.c - see overlap.h. */
#include <config.h>

#include "profiler/sample/overlap.h"

#include "base/same.h"

#include <string.h>

static bool is_machine(const struct channel *channel)
{
	return is_text(channel->part, "machine");
}

static bool is_counted_energy(const struct channel *channel)
{
	return channel->counted && channel->provenance <= PROV_MODELLED;
}

bool settle_is_measured(const struct channel_set *sets, size_t n)
{
	for (size_t s = 0; s < n; s++)
		for (size_t i = 0; i < sets[s].n; i++) {
			const struct channel *channel = &sets[s].channels[i];
			if (is_counted_energy(channel) &&
			    (is_text(channel->domain, "package") || is_machine(channel)))
				return true;
		}
	return false;
}

/* Who counts for what this channel sees: its own part, or the machine around it. */
static const struct channel *holder_of(const struct channel_set *sets, size_t n,
				       const struct channel *channel)
{
	for (size_t s = 0; s < n; s++)
		for (size_t i = 0; i < sets[s].n; i++) {
			const struct channel *other = &sets[s].channels[i];
			if (other != channel && is_counted_energy(other) &&
			    (is_machine(other) || is_text(other->part, channel->part)))
				return other;
		}
	return NULL;
}

static void give_way(struct channel *channel, const struct channel *holder)
{
	channel->counted = false;
	channel->inside = holder ? holder->name : channel->inside;
}

/* All that was counted before is inside the machine. */
static void contain_all(struct channel_set *sets, size_t n, const struct channel *machine)
{
	for (size_t s = 0; s < n; s++)
		for (size_t i = 0; i < sets[s].n; i++)
			if (&sets[s].channels[i] != machine && sets[s].channels[i].counted)
				give_way(&sets[s].channels[i], machine);
}

void settle_last(struct channel_set *sets, size_t n)
{
	struct channel_set *last = &sets[n - 1];
	for (size_t i = 0; i < last->n; i++) {
		struct channel *channel = &last->channels[i];
		const struct channel_set before = { last->channels, i };
		if (!is_counted_energy(channel))
			continue;
		bool is_known = settle_is_measured(sets, n - 1) ||
				settle_is_measured(&before, 1);
		const struct channel *holder = holder_of(sets, n - 1, channel);
		if (!holder)
			holder = holder_of(&before, 1, channel);
		if (holder || (is_machine(channel) && is_known))
			give_way(channel, holder);
		else if (is_machine(channel))
			contain_all(sets, n, channel);
	}
}
