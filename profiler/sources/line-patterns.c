/* profiler/sources/line-patterns.c - see line-patterns.h. */
#include <config.h>

#include "profiler/sources/line-patterns.h"

#include "base/problem.h"
#include "profiler/sources/pcre2-library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Each line is held against all of them. */
enum { MAX_PATTERNS = 32 };

/* Steps that one match may take: a pattern such as (a+)+b on a hostile line ends here. */
enum { MATCH_LIMIT = 100000 };
/* Memory that one match may take, in KiB, where it is interpreted: each step back needs room for every group. */
enum { HEAP_LIMIT_KIB = 64 << 10 };

/* Pairs the ends of these phases with their begins: no thread or task has it. */
enum { CONTEXT = INT32_MIN };

struct pattern {
	enum { BEGINS, ENDS, COUNTS } what;
	const char *text; /* as it was given */
	char phase[32];
	pcre2_code *code;
	pcre2_match_data *match;
	uint64_t n_lines; /* that matched */
};

struct line_patterns {
	struct pcre2_library pcre2;
	pcre2_match_context *context;
	struct pattern items[MAX_PATTERNS];
	size_t n;
	char open[32]; /* the phase, or "" */
	uint64_t open_queries, all_queries, n_given_up;
};

struct line_patterns *line_patterns_new(void)
{
	return calloc(1, sizeof(struct line_patterns));
}

void line_patterns_free(struct line_patterns *patterns)
{
	if (!patterns)
		return;
	for (size_t i = 0; i < patterns->n; i++) {
		patterns->pcre2.pcre2_match_data_free_8(patterns->items[i].match);
		patterns->pcre2.pcre2_code_free_8(patterns->items[i].code);
	}
	if (patterns->context)
		patterns->pcre2.pcre2_match_context_free_8(patterns->context);
	free(patterns);
}

static int load(struct line_patterns *patterns, struct problem *why)
{
	if (patterns->context)
		return 0;
	if (pcre2_library_load(&patterns->pcre2, why) != 0)
		return -1;
	patterns->context = patterns->pcre2.pcre2_match_context_create_8(NULL);
	if (!patterns->context)
		return problem_errno(why, ENOMEM);
	patterns->pcre2.pcre2_set_match_limit_8(patterns->context, MATCH_LIMIT);
	patterns->pcre2.pcre2_set_heap_limit_8(patterns->context, HEAP_LIMIT_KIB);
	return 0;
}

/* The next pattern, compiled; its members are the caller's. NULL with *why. */
static struct pattern *add(struct line_patterns *patterns, const char *regex,
			   struct problem *why)
{
	const struct pcre2_library *pcre2 = &patterns->pcre2;
	unsigned char text[120];
	int error;
	size_t at;
	problem_what(why, "cannot look for lines '%s'", regex);
	if (load(patterns, why) != 0)
		return NULL;
	if (patterns->n == MAX_PATTERNS) {
		problem_refuse(why, "join some of them, as 'one|other'",
			       "there are %d patterns already", MAX_PATTERNS);
		return NULL;
	}
	struct pattern *pattern = &patterns->items[patterns->n];
	pattern->code = pcre2->pcre2_compile_8((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, 0,
					       &error, &at, NULL);
	if (!pattern->code) {
		why->kind = PROBLEM_USAGE;
		pcre2->pcre2_get_error_message_8(error, text, sizeof(text));
		problem_refuse(why, "'man pcre2pattern' has the syntax",
			       "%s, at character %zu", text, at + 1);
		return NULL;
	}
	/* Without a just-in-time compiler the pattern is interpreted. */
	pcre2->pcre2_jit_compile_8(pattern->code, PCRE2_JIT_COMPLETE);
	pattern->match = pcre2->pcre2_match_data_create_from_pattern_8(pattern->code, NULL);
	if (!pattern->match) {
		pcre2->pcre2_code_free_8(pattern->code);
		problem_errno(why, ENOMEM);
		return NULL;
	}
	patterns->n++;
	return pattern;
}

int line_patterns_add_phase(struct line_patterns *patterns, const char *text,
			    struct problem *why)
{
	const char *equals = strchr(text, '=');
	size_t length = equals ? (size_t)(equals - text) : 0;
	if (length == 0 || length >= sizeof(patterns->items[0].phase) || !equals[1]) {
		problem_what(why, "invalid --phase-pattern '%s'", text);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "as in --phase-pattern 'load=^loading'",
				      "a name of 1 to 31 bytes, '=' and an expression");
	}
	struct pattern *pattern = add(patterns, equals + 1, why);
	if (!pattern)
		return -1;
	pattern->what = BEGINS;
	pattern->text = text;
	memcpy(pattern->phase, text, length);
	return 0;
}

static int add_plain(struct line_patterns *patterns, const char *regex, int what,
		     struct problem *why)
{
	struct pattern *pattern = add(patterns, regex, why);
	if (!pattern)
		return -1;
	pattern->what = what;
	pattern->text = regex;
	return 0;
}

int line_patterns_add_end(struct line_patterns *patterns, const char *regex,
			  struct problem *why)
{
	return add_plain(patterns, regex, ENDS, why);
}

int line_patterns_add_query(struct line_patterns *patterns, const char *regex,
			    struct problem *why)
{
	return add_plain(patterns, regex, COUNTS, why);
}

static void send_edge(const struct line_patterns *patterns, enum marker_kind kind,
		      struct line_time time, const struct marker_sink *sink)
{
	struct marker_message message = { .magic = MARKER_MAGIC,
					  .kind = kind,
					  .mono_ns = time.seen_ns,
					  .real = (double)time.early_ns,
					  .context = CONTEXT };
	memcpy(message.phase, patterns->open, sizeof(message.phase));
	if (kind == MARKER_END)
		message.number = patterns->open_queries;
	sink->take(sink->state, &message);
}

static void end_phase(struct line_patterns *patterns, struct line_time time,
		      const struct marker_sink *sink)
{
	if (patterns->open[0])
		send_edge(patterns, MARKER_END, time, sink);
	patterns->open[0] = '\0';
	patterns->open_queries = 0;
}

/* The whole number that the first group holds, or 1: there is none. */
static uint64_t count_of(const char *line, const size_t *group)
{
	uint64_t n = 0;
	if (group[0] == PCRE2_UNSET || group[1] <= group[0])
		return 1;
	for (size_t i = group[0]; i < group[1]; i++) {
		if (line[i] < '0' || line[i] > '9' || n > INT64_MAX / 10 - 1)
			return 1;
		n = n * 10 + (uint64_t)(line[i] - '0');
	}
	return n;
}

/* Does the line match? *count: how many queries it says. */
static bool matches(struct line_patterns *patterns, struct pattern *pattern,
		    const char *line, size_t size, uint64_t *count)
{
	const struct pcre2_library *pcre2 = &patterns->pcre2;
	int n = pcre2->pcre2_match_8(pattern->code, (PCRE2_SPTR)line, size, 0, 0,
				     pattern->match, patterns->context);
	if (n < 0) {
		patterns->n_given_up += n != PCRE2_ERROR_NOMATCH;
		return false;
	}
	const size_t *groups = pcre2->pcre2_get_ovector_pointer_8(pattern->match);
	*count = n > 1 ? count_of(line, groups + 2) : 1;
	pattern->n_lines++;
	return true;
}

void line_patterns_feed(struct line_patterns *patterns, const char *line, size_t size,
			struct line_time time, const struct marker_sink *sink)
{
	if (size > LINE_MAX_BYTES)
		size = LINE_MAX_BYTES;
	for (size_t i = 0; i < patterns->n; i++) {
		struct pattern *pattern = &patterns->items[i];
		uint64_t count;
		if (!matches(patterns, pattern, line, size, &count))
			continue;
		if (pattern->what == COUNTS) {
			patterns->open_queries += count;
			patterns->all_queries += count;
			continue;
		}
		end_phase(patterns, time, sink);
		if (pattern->what == BEGINS) {
			memcpy(patterns->open, pattern->phase, sizeof(patterns->open));
			send_edge(patterns, MARKER_BEGIN, time, sink);
		}
	}
}

void line_patterns_restart(struct line_patterns *patterns)
{
	for (size_t i = 0; i < patterns->n; i++)
		patterns->items[i].n_lines = 0;
	patterns->open[0] = '\0';
	patterns->open_queries = patterns->all_queries = patterns->n_given_up = 0;
}

void line_patterns_end(struct line_patterns *patterns, struct line_time time,
		       const struct marker_sink *sink)
{
	end_phase(patterns, time, sink);
}

uint64_t line_patterns_queries(const struct line_patterns *patterns)
{
	return patterns->all_queries;
}

const char *line_patterns_unmatched(const struct line_patterns *patterns)
{
	for (size_t i = 0; i < patterns->n; i++)
		if (patterns->items[i].n_lines == 0)
			return patterns->items[i].text;
	return NULL;
}

uint64_t line_patterns_given_up(const struct line_patterns *patterns)
{
	return patterns->n_given_up;
}
