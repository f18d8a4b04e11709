/* profiler/sources/metrics-page.c - see metrics-page.h. */
#include <config.h>

#include "profiler/sources/metrics-page.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

/* As each project documents its page: vLLM "Production Metrics", SGLang "Production Metrics", Text
 * Generation Inference "Metrics", TensorRT-LLM's metrics collector (which counts tokens since March 2026), also
 * as NVIDIA Dynamo passes it on. A histogram's _sum adds up what it observed. */
static const struct metrics_server servers[] = {
	{ "vLLM", "vllm:request_success_total", "vllm:prompt_tokens_total",
	  "vllm:generation_tokens_total" },
	{ "SGLang", "sglang:num_requests_total", "sglang:prompt_tokens_total",
	  "sglang:generation_tokens_total" },
	{ "TGI", "tgi_request_success", "tgi_request_input_length_sum",
	  "tgi_request_generated_tokens_sum" },
	{ "TensorRT-LLM", "trtllm_request_success_total", "trtllm_prompt_tokens_total",
	  "trtllm_generation_tokens_total" },
	{ "TensorRT-LLM", "trtllm:request_success_total", "trtllm:prompt_tokens_total",
	  "trtllm:generation_tokens_total" },
};

static const struct metrics_server nginx = { "nginx", "requests", NULL, NULL };

static size_t name_length(const char *line)
{
	return strcspn(line, " \t{\n");
}

/* Behind the labels that begin at "{", or NULL: they do not end in this line. */
static const char *skip_labels(const char *at)
{
	bool is_quoted = false;
	for (; *at && *at != '\n'; at++) {
		if (is_quoted && *at == '\\' && at[1])
			at++;
		else if (*at == '"')
			is_quoted = !is_quoted;
		else if (*at == '}' && !is_quoted)
			return at + 1;
	}
	return NULL;
}

/* Is that label, name="value", among those that end at end? */
static bool has_label(const char *labels, const char *end, const char *wanted, size_t size)
{
	for (const char *at = labels; at + size < end; at++)
		if (memcmp(at, wanted, size) == 0 &&
		    (at[-1] == '{' || at[-1] == ',' || at[-1] == ' ') &&
		    (at[size] == ',' || at[size] == '}'))
			return true;
	return false;
}

static bool has_labels(const char *labels, const char *end, const char *wanted)
{
	while (*wanted) {
		size_t size = strcspn(wanted, ",");
		if (!labels || !has_label(labels + 1, end, wanted, size))
			return false;
		wanted += size + (wanted[size] == ',');
	}
	return true;
}

/* The value of a line that is a series of that name with those labels. */
static bool read_series(const char *line, const char *name, const char *labels,
			double *value)
{
	size_t length = name_length(line);
	const char *at = line + length, *begin = NULL;
	char *end;
	if (length != strlen(name) || memcmp(line, name, length) != 0)
		return false;
	if (*at == '{') {
		begin = at;
		at = skip_labels(at);
	}
	if (!at || !has_labels(begin, at, labels) || (*at != ' ' && *at != '\t'))
		return false;
	*value = strtod(at, &end);
	return end != at && *value >= 0 && *value <= METRICS_MOST;
}

static const char *next_line(const char *line)
{
	const char *newline = strchr(line, '\n');
	return newline ? newline + 1 : line + strlen(line);
}

/* nginx's page (ngx_http_stub_status_module): a line of names, and one of their numbers below it. NULL:
 * another page; else where its names begin. */
static const char *stub_status_names(const char *page)
{
	static const char first[] = "Active connections:", second[] = "server ";
	const char *line = strncmp(page, first, sizeof(first) - 1) == 0 ? next_line(page)
									: "";
	return strncmp(line, second, sizeof(second) - 1) == 0 ? line + sizeof(second) - 1
							      : NULL;
}

static bool stub_status_value(const char *names, const char *name, double *value)
{
	const char *at = next_line(names);
	char *end;
	for (size_t length; (length = strcspn(names, " \n")) > 0; names += length + 1) {
		*value = strtod(at, &end);
		if (end == at || !(*value >= 0 && *value <= METRICS_MOST))
			break;
		if (strlen(name) == length && memcmp(names, name, length) == 0)
			return true;
		if (names[length] != ' ')
			break;
		at = end;
	}
	*value = 0;
	return false;
}

bool metrics_page_counts_itself(const char *page, const char *name)
{
	return stub_status_names(page) && strcmp(name, "requests") == 0;
}

/* FNV-1a, of what stands before the value. */
static uint64_t key_of(const char *line)
{
	const char *brace = line + name_length(line);
	const char *end = *brace == '{' ? skip_labels(brace) : brace;
	uint64_t key = UINT64_C(0xcbf29ce484222325);
	for (; line < end; line++)
		key = (key ^ (unsigned char)*line) * UINT64_C(0x100000001b3);
	return key;
}

/* Which of the series have a key, so that a page that repeats a thousand of them for 16 MB costs no more
 * than its length. Half of the slots are empty at least; 0 is. */
enum { SLOT_BITS = 11, N_SLOTS = 1 << SLOT_BITS };
_Static_assert(2 * METRICS_MOST_SERIES <= N_SLOTS, "half of the slots are empty");

struct series_list {
	struct metrics_series *series;
	size_t n, room; /* n: also those for which there is no room */
	uint64_t factor;
	uint16_t slots[N_SLOTS];
};

/* Multiplicative hashing by an odd factor that whoever writes the page does not know: the kernel's random
 * bytes for this process. */
static uint64_t secret_factor(void)
{
	uint64_t factor = 0;
	const void *random = (const void *)getauxval(AT_RANDOM);
	if (random)
		memcpy(&factor, random, sizeof(factor));
	return factor | 1;
}

static void add_series(struct series_list *list, uint64_t key, double value)
{
	size_t slot = (size_t)(key * list->factor >> (64 - SLOT_BITS));
	for (; list->slots[slot]; slot = (slot + 1) % N_SLOTS) {
		struct metrics_series *one = &list->series[list->slots[slot] - 1];
		if (one->key == key) {
			one->value += value;
			return;
		}
	}
	if (list->n++ < list->room) {
		list->series[list->n - 1] = (struct metrics_series){ key, value };
		list->slots[slot] = (uint16_t)list->n;
	}
}

size_t metrics_page_series(const char *page, const char *name, const char *labels,
			   struct metrics_series *series, size_t room)
{
	double value;
	struct series_list list = { series,
				    0,
				    room < METRICS_MOST_SERIES ? room : METRICS_MOST_SERIES,
				    secret_factor(),
				    { 0 } };
	const char *stub_status = stub_status_names(page);
	if (stub_status && stub_status_value(stub_status, name, &value) && !*labels) {
		series[0] = (struct metrics_series){ 0, value };
		return 1;
	}
	for (const char *line = stub_status ? "" : page; *line; line = next_line(line))
		if (*line != '#' && read_series(line, name, labels, &value))
			add_series(&list, key_of(line), value);
	return list.n;
}

bool metrics_page_sum(const char *page, const char *name, const char *labels, double *sum)
{
	bool is_there = false;
	double value;
	const char *stub_status = stub_status_names(page);
	if (stub_status)
		return stub_status_value(stub_status, name, sum) && !*labels;
	*sum = 0;
	for (const char *line = page; *line; line = next_line(line)) {
		if (*line == '#' || !read_series(line, name, labels, &value))
			continue;
		*sum += value;
		is_there = true;
	}
	return is_there;
}

/* How near: common letters at the begin, then those at the end. */
static size_t likeness(const char *a, size_t n_a, const char *b, size_t n_b)
{
	size_t n = n_a < n_b ? n_a : n_b, head = 0, tail = 0;
	while (head < n && a[head] == b[head])
		head++;
	while (tail < n - head && a[n_a - 1 - tail] == b[n_b - 1 - tail])
		tail++;
	return head + tail;
}

size_t metrics_page_near(const char *page, const char *name, const char **near,
			 size_t *lengths, size_t n)
{
	size_t found = 0, wanted = strlen(name);
	size_t likenesses[16];
	if (n > sizeof(likenesses) / sizeof(*likenesses))
		n = sizeof(likenesses) / sizeof(*likenesses);
	for (const char *line = page; *line; line = next_line(line)) {
		size_t length = name_length(line), i = found;
		size_t like = likeness(name, wanted, line, length);
		bool is_known = false;
		for (size_t j = 0; j < found; j++)
			is_known |= lengths[j] == length &&
				    memcmp(near[j], line, length) == 0;
		if (*line == '#' || length == 0 || is_known)
			continue;
		while (i > 0 && likenesses[i - 1] < like)
			i--;
		if (i == n)
			continue;
		size_t kept = found < n ? found : n - 1;
		memmove(near + i + 1, near + i, (kept - i) * sizeof(*near));
		memmove(lengths + i + 1, lengths + i, (kept - i) * sizeof(*lengths));
		memmove(likenesses + i + 1, likenesses + i,
			(kept - i) * sizeof(*likenesses));
		near[i] = line;
		lengths[i] = length;
		likenesses[i] = like;
		found = kept + 1;
	}
	return found;
}

const struct metrics_server *metrics_page_server(const char *page)
{
	double ignored;
	if (stub_status_names(page))
		return metrics_page_sum(page, nginx.requests, "", &ignored) ? &nginx : NULL;
	for (size_t i = 0; i < sizeof(servers) / sizeof(*servers); i++)
		if (metrics_page_sum(page, servers[i].requests, "", &ignored))
			return &servers[i];
	return NULL;
}
