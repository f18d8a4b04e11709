/* profiler/live/live-lines.c - a live view for pipes, see live-view.h. */
#include <config.h>

#include "profiler/live/live-view.h"

#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

double live_grams(const struct live_facts *facts, double joules)
{
	static const double J_PER_KWH = 3.6e6;
	return joules / J_PER_KWH * facts->pue * facts->g_per_kwh;
}

int live_lines_begin(const struct live *live)
{
	fputs("seconds", stdout);
	for (size_t i = 0; i < live->n; i++)
		printf("\t%s_w", live->channels[i].channel->name);
	fputs("\ttotal_w\ttotal_j\tco2e_g\tbusy_cpus\tsteal_cpus\tprovenance\tgaps\tmissed",
	      stdout);
	for (size_t i = 0; i < live->n_events; i++)
		printf("\t%s_per_s", live->events[i].name);
	puts("\tipc");
	return fflush(stdout) == 0 ? 0 : errno;
}

/* What is not known is an empty field, never a 0. */
static void put(double value, const char *format)
{
	putchar('\t');
	if (!isnan(value))
		printf(format, value);
}

static const char *weakest(const struct live *live)
{
	enum provenance provenance = PROV_MEASURED;
	for (size_t i = 0; i < live->n; i++)
		if (live->channels[i].channel->provenance > provenance)
			provenance = live->channels[i].channel->provenance;
	static const char *const names[] = { [PROV_MEASURED] = "measured",
					     [PROV_MODELLED] = "modelled",
					     [PROV_ESTIMATED] = "estimated",
					     [PROV_ASSUMED] = "assumed" };
	return live->n > 0 ? names[provenance] : "";
}

int live_lines_frame(const struct live *live, const struct live_facts *facts)
{
	printf("%.3f", (double)(live->frame_ns - live->begin_ns) / NS_PER_S);
	for (size_t i = 0; i < live->n; i++)
		put(live->channels[i].w, "%.3f");
	put(live->w, "%.3f");
	put(live->joules, "%.3f");
	put(live_grams(facts, live->joules), "%.6f");
	put(live->busy_cpus, "%.2f");
	put(live->steal_cpus, "%.2f");
	printf("\t%s\t%lld\t%lld", weakest(live), (long long)live->n_gaps,
	       (long long)facts->missed);
	for (size_t i = 0; i < live->n_events; i++)
		put(live->events[i].rate, "%.1f");
	put(live->ipc, "%.3f");
	putchar('\n');
	return fflush(stdout) == 0 ? 0 : errno;
}
