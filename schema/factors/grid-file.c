/* schema/factors/grid-file.c - see grid-file.h. The formats are a table: how each is known, and what is
 * in its columns or members. */
#include <config.h>

#include "schema/factors/grid-file.h"

#include "base/problem.h"
#include "schema/factors/grid-parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t NS = 1000000000;

/* Days since the epoch (H. Hinnant, days_from_civil). */
static int64_t days_of(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "Z", "UTC", "+02:00", "+0200" or nothing. 0, or -1. */
static int read_offset(const char *text, int is_utc, int64_t *offset_s)
{
	int hours, minutes = 0, length = 0;
	char sign;
	*offset_s = 0;
	while (*text == ' ')
		text++;
	if (!*text)
		return is_utc ? 0 : -1;
	if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0)
		return 0;
	if ((sscanf(text, "%c%2d:%2d%n", &sign, &hours, &minutes, &length) < 3 &&
	     sscanf(text, "%c%2d%2d%n", &sign, &hours, &minutes, &length) < 3) ||
	    text[length] || (sign != '+' && sign != '-') || hours > 14 || minutes > 59)
		return -1;
	*offset_s = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return 0;
}

int grid_time(const char *text, int is_utc, int64_t *utc_ns)
{
	int year, month, day, hour, minute, second = 0, at = 0, more = 0;
	int64_t offset_s;
	char separator;
	if (sscanf(text, "%4d-%2d-%2d%c%2d:%2d%n", &year, &month, &day, &separator, &hour,
		   &minute, &at) < 6 ||
	    (separator != 'T' && separator != ' '))
		return -1;
	if (text[at] == ':') {
		if (sscanf(text + at, ":%2d%n", &second, &more) < 1)
			return -1;
		at += more;
		if (text[at] == '.')
			at += 1 + (int)strspn(text + at + 1, "0123456789");
	}
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || second < 0 || second > 60 ||
	    read_offset(text + at, is_utc, &offset_s) != 0)
		return -1;
	*utc_ns = (days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second -
		   offset_s) *
		  NS;
	return 0;
}

static int compare_points(const void *a, const void *b)
{
	const struct grid_point *left = a, *right = b;
	return (left->begin_ns > right->begin_ns) - (left->begin_ns < right->begin_ns);
}

static int compare_times(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* The commonest distance; of equally common ones the least. An hour for a single point. */
static int64_t commonest_step(const struct grid_point *points, size_t n)
{
	int64_t *steps = n > 1 ? calloc(n - 1, sizeof(*steps)) : NULL, step = 3600 * NS;
	size_t most = 0;
	for (size_t i = 1; steps && i < n; i++)
		steps[i - 1] = points[i].begin_ns - points[i - 1].begin_ns;
	if (steps)
		qsort(steps, n - 1, sizeof(*steps), compare_times);
	for (size_t i = 0, j; steps && i < n - 1; i = j) {
		for (j = i; j < n - 1 && steps[j] == steps[i];)
			j++;
		if (j - i > most) {
			most = j - i;
			step = steps[i];
		}
	}
	free(steps);
	return step;
}

/* Sorts, drops what is there twice alike, gives each point its end. */
static int finish_series(struct grid_series *series, struct problem *why)
{
	size_t n = 0;
	qsort(series->points, series->n, sizeof(*series->points), compare_points);
	for (size_t i = 0; i < series->n; i++) {
		const struct grid_point *point = &series->points[i];
		if (n > 0 && series->points[n - 1].begin_ns == point->begin_ns) {
			if (series->points[n - 1].g_per_kwh != point->g_per_kwh)
				return problem_why(
				    why, "it gives two values for one time (row of %lld s)",
				    (long long)(point->begin_ns / NS));
			continue;
		}
		series->points[n++] = *point;
	}
	series->n = n;
	series->step_ns = commonest_step(series->points, n);
	for (size_t i = 0; i < n; i++)
		if (series->points[i].end_ns <= series->points[i].begin_ns)
			series->points[i].end_ns = series->points[i].begin_ns +
						   series->step_ns;
	for (size_t i = 0; i + 1 < n; i++)
		if (series->points[i].end_ns > series->points[i + 1].begin_ns)
			series->points[i].end_ns = series->points[i + 1].begin_ns;
	return 0;
}

static char *read_all(const char *path, size_t *size, struct problem *why)
{
	static const size_t MOST = (size_t)64
				   << 20; /* ten years of minutes are far below */
	FILE *in = fopen(path, "re");
	char *text = in ? malloc(MOST + 1) : NULL;
	*size = text ? fread(text, 1, MOST + 1, in) : 0;
	int err = errno;
	bool failed = !in || !text || ferror(in);
	if (in)
		fclose(in);
	if (!failed && *size <= MOST) {
		text[*size] = '\0';
		return text;
	}
	free(text);
	if (failed)
		problem_errno(why, err);
	else
		problem_why(why, "it is larger than 64 MiB");
	return NULL;
}

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

static int read_into(const char *path, const struct grid_declared *declared,
		     struct grid_file *file, struct problem *why)
{
	size_t size, n = 0;
	uint8_t digest[DIGEST_SIZE];
	char *text = read_all(path, &size, why);
	if (!text)
		return -1;
	digest_of(text, size, digest);
	digest_hex(digest, file->sha256);
	char *at = text + (strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	size -= (size_t)(at - text);
	const char *first = at + strspn(at, " \t\r\n");
	int code = *first == '{' || *first == '[' ? grid_parse_json(at, size, file, why)
						  : grid_parse_csv(at, size, file, why);
	free(text);
	for (size_t i = 0; code == 0 && i < file->n_series; i++) {
		code = finish_series(&file->series[i], why);
		n += file->series[i].n;
	}
	if (code == 0 && n == 0)
		code = problem_why(why, "there is no value in it");
	return code == 0 ? apply_declared(declared, file, why) : -1;
}

int grid_file_read(const char *path, const struct grid_declared *declared,
		   struct grid_file *file, struct problem *why)
{
	*file = (struct grid_file){ 0 };
	problem_what(why, "cannot import '%s'", path);
	if (read_into(path, declared, file, why) == 0)
		return 0;
	grid_file_free(file);
	return -1;
}

void grid_file_free(struct grid_file *file)
{
	for (size_t i = 0; i < file->n_series; i++)
		free(file->series[i].points);
	file->n_series = 0;
}
