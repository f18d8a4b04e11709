/* reports/export/export.c - see export.h. */
#include <config.h>

#include "reports/export/export.h"

#include "base/problem.h"
#include "reports/export/export-formats.h"
#include "reports/export/export-otlp.h"
#include "reports/export/firefox-merge.h"

#include <math.h>
#include <string.h>

static const struct {
	const char *name;
	void (*write)(const struct export_data *data, FILE *out);
	bool has_times; /* of stacks */
} formats[] = {
	{ "perfetto", export_perfetto, true }, { "firefox", export_firefox, true },
	{ "pprof", export_pprof, false },      { "speedscope", export_speedscope, false },
	{ "folded", export_folded, false },    { "csv", export_csv, false },
	{ "jsonl", export_jsonl, false },
};

static enum export_stacks_read stacks_for(const struct export_wish *wish)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!wish->merge && strcmp(formats[i].name, wish->format) == 0 &&
		    formats[i].has_times)
			return wish->is_regions ? EXPORT_NO_STACKS : EXPORT_TIMED_STACKS;
	return wish->is_regions ? EXPORT_NO_STACKS : EXPORT_STACKS;
}

static int write_format(const struct export_data *data, const struct export_wish *wish,
			FILE *out, struct problem *why)
{
	size_t i = 0;
	if (wish->merge)
		return firefox_merge(data, wish->merge, out, why);
	while (strcmp(formats[i].name, wish->format) != 0)
		i++;
	formats[i].write(data, out);
	return 0;
}

/* The Profiler has one factor for a file. */
static int check_grid(const struct export_data *data, struct problem *why)
{
	for (size_t i = 1; i < data->n_trials; i++) {
		double first = data->trials[0].grams_per_kwh,
		       other = data->trials[i].grams_per_kwh;
		if (first == other || (isnan(first) && isnan(other)))
			continue;
		problem_why(why,
			    "its trials have several grid intensities, and such a profile "
			    "has one");
		return problem_todo(why, "name one with --trial");
	}
	return 0;
}

int export_write(sqlite3 *db, const struct export_wish *wish, FILE *out,
		 struct problem *why)
{
	struct export_data data;
	struct arena *arena = arena_new();
	problem_what(why, "cannot export as %s", wish->format);
	if (!arena)
		return problem_why(why, "out of memory");
	int code = export_read(db, wish->trial_id, stacks_for(wish), wish->left_aside,
			       arena, &data, why);
	if (code == 0 && strcmp(wish->format, "firefox") == 0)
		code = check_grid(&data, why);
	if (code == 0)
		code = strcmp(wish->format, "otlp") == 0
			   ? export_otlp(db, &data, out, why)
			   : write_format(&data, wish, out, why);
	arena_free(arena);
	return code;
}
