/* reports/whatif/device-text.c - see device-text.h. */
#include <config.h>

#include "reports/whatif/device-text.h"

#include "base/wrap.h"
#include "reports/whatif/device.h"

/* By the digits that its own interval bears: a sum stands below parts that are known better. */
static void add_figure(const struct print *print, struct screen_table *table,
		       struct figure figure)
{
	struct scale scale = scale_plain(&figure, 1);
	figure_cell(print, table, figure, scale);
	interval_cell(print, table, figure, scale);
}

static void add_part(const struct print *print, struct screen_table *table,
		     const char *name, struct figure cloud, struct figure local)
{
	const double factor = many_of(print).n;
	table_cell(table, name);
	add_figure(print, table, figure_times(cloud, factor));
	add_figure(print, table, figure_times(local, factor));
}

static void print_parts(const struct print *print, const struct device_comparison *both)
{
	const struct device_account *cloud = &both->cloud, *local = &both->local;
	struct screen_table *table = named_table(many_of(print).words);
	figure_column(table, "cloud");
	figure_column(table, "95 %");
	figure_column(table, both->profile.name);
	figure_column(table, "95 %");
	add_part(print, table, "compute", cloud->compute, local->compute);
	add_part(print, table, "network", cloud->network, local->network);
	add_part(print, table, "embodied", cloud->embodied, local->embodied);
	add_part(print, table, "total", cloud->total, local->total);
	table_end(print, table);
}

static void say(const struct print *print, const char *text)
{
	fputc(' ', print->out);
	wrap_print(text, 1, 2, print->out);
}

static void print_assumptions(const struct print *print,
			      const struct device_comparison *both)
{
	const struct device_profile *profile = &both->profile;
	const char *one = both->is_per_query ? "query" : "run";
	say(print, arena_format(print->arena,
				"of %s, case \"%s\"; device: PUE 1, charger %.3g, "
				"battery %.3g; %s",
				both->variant, both->label, profile->charger_efficiency,
				profile->battery_efficiency,
				both->is_as_stored
				    ? "joules ASSUMED as many as stored, and as long"
				    : "joules as stated"));
	say(print,
	    arena_format(print->arena,
			 "network: %.3g kWh/GB (%.3g to %.3g; %lld), %.6g bytes a "
			 "%s%s",
			 profile->network_kwh_per_gb, profile->network_low_kwh_per_gb,
			 profile->network_high_kwh_per_gb, (long long)profile->network_year,
			 print->options->bytes, one,
			 print->options->bytes > 0 ? "" : " (--bytes)"));
}

int device_text(const struct print *print, sqlite3 *db, struct problem *why)
{
	struct device_comparison both;
	if (device_compare(db, print->whatif, print->options, print->arena, &both, why) !=
	    0)
		return -1;
	print_parts(print, &both);
	if (!both.cloud.embodied.is_known)
		say(print, arena_format(print->arena,
					"the total is without embodied carbon: the cloud's "
					"is unknown: %s",
					both.cloud.embodied.reason));
	print_assumptions(print, &both);
	return 0;
}
