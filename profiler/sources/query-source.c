/* profiler/sources/query-source.c - see query-source.h. */
#include <config.h>

#include "profiler/sources/query-source.h"

#include "base/problem.h"
#include "profiler/sources/json-line.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Far below where a double stops holding each whole number. */
static const double MOST = 1e15;

/* The file system's clock is behind ours by up to a tick of the kernel. */
static const int64_t FILE_CLOCK_NS = 20000000;

int query_source_parse(struct query_source *source, const char *text, struct problem *why)
{
	*source = (struct query_source){ .from = QUERIES_IN_FILE, .name = text };
	if (strcmp(text, "last-number") == 0)
		source->from = QUERIES_LAST_NUMBER;
	if (strncmp(text, "json:", 5) == 0)
		*source = (struct query_source){ QUERIES_IN_JSON, text + 5, 0 };
	if (source->name[0])
		return 0;
	problem_what(why, "invalid --queries-from '%s'", text);
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "'man joulecart-run' says which is for what",
			      "a file, json:KEY or last-number");
}

static int64_t count_of(double number)
{
	return number >= 1 && number <= MOST && number == floor(number) ? (int64_t)number
									: 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The last whole number from 1 on, as "1000" or "1,000", or 0. A part of another number ("1.5",
 * "-3") or of a word ("int8") is none. */
static int64_t last_number(const char *line, size_t size)
{
	int64_t found = 0;
	for (size_t i = 0; i < size; i++) {
		double number = 0;
		size_t begin = i;
		if (!is_digit(line[i]))
			continue;
		while (i < size && (is_digit(line[i]) || (line[i] == ',' && i + 1 < size &&
							  is_digit(line[i + 1])))) {
			if (line[i] != ',')
				number = number * 10 + (line[i] - '0');
			i++;
		}
		char before = begin > 0 ? line[begin - 1] : ' ';
		bool goes_on = i + 1 < size && line[i] == '.' && is_digit(line[i + 1]);
		bool in_word = (before >= 'a' && before <= 'z') ||
			       (before >= 'A' && before <= 'Z') || before == '_' ||
			       before == '.' || before == '-';
		if (!goes_on && !in_word && count_of(number) > 0)
			found = count_of(number);
	}
	return found;
}

void query_source_feed(struct query_source *source, const char *line, size_t size)
{
	int64_t count = 0;
	double number;
	if (source->from == QUERIES_LAST_NUMBER)
		count = last_number(line, size);
	else if (source->from == QUERIES_IN_JSON &&
		 json_line_number(source->name, line, size, &number))
		count = count_of(number);
	if (count > 0)
		source->found = count;
}

static int64_t count_in_file(const struct query_source *source, int64_t begin_utc_ns,
			     struct problem *why)
{
	char text[4097] = "";
	struct stat status;
	int fd = open(source->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return problem_errno(why, errno);
	ssize_t size = -1;
	bool is_file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
	if (is_file)
		size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size < 0)
		return problem_refuse(why, "name the file that the command writes",
				      "it is no file that can be read");
	int64_t written_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 +
			     status.st_mtim.tv_nsec;
	if (written_ns < begin_utc_ns - FILE_CLOCK_NS)
		return problem_refuse(
		    why, "have the command write it, or name the file that it writes",
		    "it was not written in this run");
	int64_t count = last_number(text, (size_t)size);
	return count > 0 ? count
			 : problem_refuse(why, "have the command write the number there",
					  "there is no whole number from 1 on in it");
}

int64_t query_source_count(const struct query_source *source, int64_t begin_utc_ns,
			   struct problem *why)
{
	if (source->from == QUERIES_LAST_NUMBER)
		problem_what(why, "cannot read the number of queries from the last number");
	else
		problem_what(why, "cannot read the number of queries from '%s'",
			     source->name);
	if (source->from == QUERIES_IN_FILE)
		return count_in_file(source, begin_utc_ns, why);
	if (source->found > 0)
		return source->found;
	return problem_refuse(why, "have the command print it, or give --queries N",
			      source->from == QUERIES_IN_JSON
				  ? "no line of the output is a JSON object that has it"
				  : "no line of the output has a whole number");
}
