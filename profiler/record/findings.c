/* profiler/record/findings.c - see findings.h. */
#include <config.h>

#include "profiler/record/findings.h"

#include "collectors/collector.h"
#include "collectors/sysfs.h"

#include <string.h>

const char *finding_name(enum finding_kind kind)
{
	switch (kind) {
	case FINDING_READ_ERROR:
		return "read-error";
	case FINDING_AMBIGUOUS:
		return "ambiguous-wrap";
	case FINDING_IMPLAUSIBLE:
	case FINDING_DISAGREES:
		return "implausible-step";
	case FINDING_STUCK:
		return "stuck";
	}
	return NULL;
}

const char *finding_why(const struct finding *finding, const struct channel *channel)
{
	switch (finding->kind) {
	case FINDING_READ_ERROR:
		return sysfs_error(finding->err);
	case FINDING_AMBIGUOUS:
		return "the counter may have passed its range more than once between two "
		       "readings";
	case FINDING_IMPLAUSIBLE:
		if (channel->unit == UNIT_S)
			return "it rose by more than the processors can have worked, or "
			       "fell";
		return channel->kind == KIND_GAUGE
			   ? "it showed a power that its hardware cannot draw"
			   : "the counter rose by more than the zone can physically draw, "
			     "or "
			     "fell";
	case FINDING_STUCK:
		return "the counter did not move while the machine was running";
	case FINDING_DISAGREES:
		return "another source of the same hardware tells other joules: the bounds "
		       "hold both";
	}
	return NULL;
}

void finding_list_add(struct finding_list *list, const struct finding *finding)
{
	const size_t room = sizeof(list->items) / sizeof(list->items[0]);
	if (list->n < room) {
		list->items[list->n++] = *finding;
		return;
	}
	for (size_t i = room; i-- > 0;)
		if (list->items[i].kind == finding->kind) {
			list->items[i].end_mono_ns = finding->end_mono_ns;
			return;
		}
}
