/* schema/factors/grid-file.c - see grid-file.h. */
#include <config.h>

#include "schema/factors/grid-file.h"

#include "base/problem.h"
#include "schema/factors/data-file.h"
#include "schema/factors/grid-parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* remedy: grid_file_parse() says where the forms of files are written down */

/* A marginal signal answers another question than an average: it is never renamed. */
static int apply_declared(const struct grid_declared *declared, struct grid_file *file,
			  struct problem *why)
{
	if (declared->zone)
		snprintf(file->zone, sizeof(file->zone), "%s", declared->zone);
	if (!*file->zone) {
		problem_why(why, "the file does not say its zone");
		return problem_todo(why, "give it with --zone");
	}
	for (size_t i = 0; i < file->n_series; i++) {
		struct grid_series *series = &file->series[i];
		if (!series->method)
			series->method = declared->method;
		if (!series->scope)
			series->scope = declared->scope;
		if (!series->method || !series->scope) {
			problem_why(why, "the file does not say its %s",
				    series->method ? "scope" : "method");
			return problem_todo(why, "%s",
					    series->method
						? "give --scope direct or lifecycle"
						: "give --method average or marginal");
		}
		if (declared->method && strcmp(declared->method, series->method) != 0)
			return problem_why(why, "its values are %s, not %s", series->method,
					   declared->method);
	}
	return 0;
}

static int parse(const struct data_file *data, const struct grid_declared *declared,
		 struct grid_file *file, struct problem *why)
{
	size_t n = 0;
	snprintf(file->sha256, sizeof(file->sha256), "%s", data->sha256);
	int code = data_file_is_json(data)
		       ? grid_parse_json(data->begin, data->size, file, why)
		       : grid_parse_csv(data->begin, data->size, file, why);
	for (size_t i = 0; code == 0 && i < file->n_series; i++) {
		if (grid_series_finish(&file->series[i], file) != 0)
			code = problem_errno(why, ENOMEM);
		n += file->series[i].n;
	}
	if (code == 0 && n == 0)
		code = problem_why(why, "there is no value in it");
	return code == 0 ? apply_declared(declared, file, why) : -1;
}

int grid_file_parse(const struct data_file *data, const struct grid_declared *declared,
		    struct grid_file *file, struct problem *why)
{
	*file = (struct grid_file){ 0 };
	if (parse(data, declared, file, why) == 0)
		return 0;
	grid_file_free(file);
	/* The system's reason has a remedy of its own. */
	if (!why->todo[0] && !why->err)
		problem_todo(why, "'man joulecart-factors' says what is read");
	return -1;
}

void grid_file_free(struct grid_file *file)
{
	for (size_t i = 0; i < file->n_series; i++)
		free(file->series[i].points);
	file->n_series = 0;
}
