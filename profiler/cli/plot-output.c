/* profiler/cli/plot-output.c - see plot-output.h. */
#include <config.h>

#include "profiler/cli/plot-output.h"

#include "base/problem.h"
#include "profiler/options/output-file.h"

#include <errno.h>
#include <stdlib.h>

int take_plot(void *plot, const char *text, struct problem *why)
{
	(void)why;
	*(struct plot_option *)plot = (struct plot_option){ true, text };
	return text && !plot_form(text) ? -1 : 0;
}

static int write_picture(const char *picture, size_t size, const char *path,
			 bool may_replace, struct problem *why)
{
	struct output_file output;
	if (output_open(&output, path, may_replace, why) != 0)
		return -1;
	if (fwrite(picture, 1, size, output.stream) == size)
		return output_commit(&output, why);
	problem_what(why, "cannot write '%s'", path);
	problem_errno(why, errno);
	output_abandon(&output);
	return -1;
}

int plot_output(const struct plot *plot, const char *path, bool may_replace, FILE *screen,
		struct arena *arena, struct problem *why)
{
	size_t size = 0;
	if (!path) {
		plot_text(plot, arena, screen);
		return 0;
	}
	char *picture = plot_picture(plot, plot_form(path), &size, arena, why);
	int code = picture ? write_picture(picture, size, path, may_replace, why) : -1;
	free(picture);
	return code;
}

int plot_output_power(sqlite3 *db, int64_t campaign_id, const struct standing *standing,
		      const char *path, bool may_replace, FILE *screen, struct problem *why)
{
	struct arena *arena = arena_new();
	struct plot plot = { 0 };
	problem_what(why, "cannot plot the power");
	problem_errno(why, ENOMEM);
	int code = arena ? plot_power(db, campaign_id, arena, &plot, why) : -1;
	plot.standing = standing;
	if (code == 0)
		code = plot_output(&plot, path, may_replace, screen, arena, why);
	arena_free(arena);
	return code;
}
