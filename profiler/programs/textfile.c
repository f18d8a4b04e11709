/* profiler/programs/textfile.c - see textfile.h. */
#include <config.h>

#include "profiler/programs/textfile.h"

#include "base/clock.h"
#include "base/problem.h"
#include "profiler/options/output-file.h"

#include <errno.h>
#include <string.h>

static enum exposition_form form_of(const char *path)
{
	static const char suffix[] = ".prom";
	size_t length = strlen(path), tail = sizeof(suffix) - 1;
	return length >= tail && strcmp(path + length - tail, suffix) == 0
		   ? EXPOSITION_TEXT
		   : EXPOSITION_OPENMETRICS;
}

int textfile_begin(struct textfile *file, const char *path, const struct sensors *sensors,
		   int64_t tick_ns, struct problem *why)
{
	*file = (struct textfile){ .path = path };
	if (!path)
		return 0;
	file->form = form_of(path);
	double now_s = (double)clock_ns(CLOCK_REALTIME) / (double)NS_PER_S;
	return meter_begin(&file->meter, sensors, now_s, boottime_ns(), tick_ns, why);
}

void textfile_take(struct textfile *file, const struct pass *pass, bool is_frame)
{
	if (file->path)
		meter_take(&file->meter, pass, is_frame);
}

int textfile_frame(struct textfile *file, const struct families_facts *facts,
		   double g_per_j, struct problem *why)
{
	struct output_file output;
	int64_t now_ns = boottime_ns();
	if (!file->path)
		return 0;
	meter_frame(&file->meter, now_ns, g_per_j);
	if (output_open(&output, file->path, true, why) != 0)
		return -1;
	if (families_print(output.stream, file->form, &file->meter, facts, now_ns) == 0)
		return output_commit(&output, why);
	output_abandon(&output);
	problem_what(why, "cannot write '%s'", file->path);
	return problem_errno(why, ENOMEM);
}

void textfile_end(struct textfile *file)
{
	if (file->path)
		meter_end(&file->meter);
}
