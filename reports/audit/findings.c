/* reports/audit/findings.c - see findings.h. */
#include <config.h>

#include "reports/audit/findings.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/text.h"
#include "reports/figure/beside-file.h"
#include "reports/figure/column-text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char file_suffix[] = "findings";
static const char finding_schema[] = "joulecart-finding-1";

enum { FILE_MOST = 16 << 20 }; /* bytes of the file: far above what people write */

static bool take_finding(const json_t *object, struct arena *arena,
			 struct sample_finding *finding)
{
	const char *schema = json_string_value(json_object_get(object, "schema"));
	const json_t *made = json_object_get(object, "made_utc_ns");
	*finding = (struct sample_finding){
		.record = guarded_text(json_string_value(json_object_get(object, "record")),
				       arena),
		.text = guarded_text(json_string_value(json_object_get(object, "text")),
				     arena),
		.file_sha256 = guarded_text(
		    json_string_value(json_object_get(object, "file_sha256")), arena),
		.made_utc_ns = json_integer_value(made),
	};
	return schema && strcmp(schema, finding_schema) == 0 && json_is_integer(made) &&
	       finding->record && finding->text && finding->file_sha256;
}

static bool take_line(const char *line, size_t size, struct arena *arena)
{
	struct sample_finding finding;
	json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	bool is_taken = take_finding(object, arena, &finding);
	if (is_taken)
		arena_append(arena, &finding, sizeof(finding));
	json_decref(object);
	return is_taken;
}

/* Those of one record stay in the order in which they lie in the array. */
static int by_record(const void *left, const void *right)
{
	const struct sample_finding *a = *(const struct sample_finding *const *)left;
	const struct sample_finding *b = *(const struct sample_finding *const *)right;
	int order = strcmp(a->record, b->record);
	return order ? order : (a > b) - (a < b);
}

static void sort(struct arena *arena, struct sample_findings *list)
{
	list->by_record = arena_room(arena, (list->n + 1) * sizeof(*list->by_record));
	for (size_t i = 0; i < list->n; i++)
		list->by_record[i] = &list->findings[i];
	qsort(list->by_record, list->n, sizeof(*list->by_record), by_record);
}

int findings_read(const char *db_path, struct arena *arena, struct sample_findings *list,
		  struct problem *why)
{
	size_t size, number = 0;
	*list = (struct sample_findings){ 0 };
	const char *text = beside_bytes_if_any(beside_path(db_path, file_suffix, arena),
					       FILE_MOST, arena, &size, why);
	if (!text)
		return problem_todo(why, "put it right, or take it away");
	for (const char *line = text, *end; line < text + size; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + size - line));
		end = end ? end : text + size;
		number++;
		if (!take_line(line, (size_t)(end - line), arena) && !list->damage)
			list->damage = arena_format(
			    arena, "line %zu of the file of findings is no finding",
			    number);
	}
	list->n = arena_appended(arena) / sizeof(struct sample_finding);
	list->findings = arena_take(arena);
	sort(arena, list);
	return 0;
}

size_t findings_of(const struct sample_findings *list, const char *id,
		   const struct sample_finding *const **first)
{
	size_t from = 0, end = list->n, n = 0;
	while (from < end) {
		size_t middle = from + (end - from) / 2;
		if (strcmp(list->by_record[middle]->record, id) < 0)
			from = middle + 1;
		else
			end = middle;
	}
	*first = list->by_record + from;
	while (from + n < list->n && strcmp((*first)[n]->record, id) == 0)
		n++;
	return n;
}

static int check_text(const char *text, struct problem *why)
{
	problem_what(why, "cannot keep the finding");
	why->kind = PROBLEM_USAGE;
	if (!*text)
		return problem_refuse(why, "say what was found", "its text is empty");
	if (strlen(text) > FINDING_MOST)
		return problem_refuse(why, "shorten it", "it is longer than %d bytes",
				      FINDING_MOST);
	if (!text_is_plain(text, strlen(text)))
		return problem_refuse(why, "write it in one line of UTF-8",
				      "it has characters that cannot be shown");
	return 0;
}

int finding_append(const char *db_path, const struct sample_finding *finding,
		   struct problem *why)
{
	if (check_text(finding->text, why) != 0)
		return -1;
	struct arena *arena = arena_new();
	if (!arena)
		return problem_why(why, "out of memory");
	why->kind = PROBLEM_FAILED;
	int code = beside_append_line(
	    beside_path(db_path, file_suffix, arena),
	    json_pack("{s:s, s:s, s:s, s:I, s:s}", "schema", finding_schema, "record",
		      finding->record, "file_sha256", finding->file_sha256, "made_utc_ns",
		      (json_int_t)clock_ns(CLOCK_REALTIME), "text", finding->text),
	    why);
	arena_free(arena);
	return code;
}
