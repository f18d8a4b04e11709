/* reports/changes/changes.c - see changes.h. Both files become sorted lists of a name and what stands there; what
 * differs is seen in one walk over the two. */
#include <config.h>

#include "reports/changes/changes.h"

#include "base/problem.h"
#include "base/wrap.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "schema/database/guard.h"
#include "schema/seal/seal-links.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	const char *name, *value;
};

struct entries {
	struct entry *entries;
	size_t n;
};

/* What the views say; 15 digits are what a double holds. */
static const char figures_sql[] =
    "SELECT substr(c.uuid, 1, 8) || ' ' || f.variant || ', ' || f.job || ': ' || f.figure"
    "  || ' per ' || f.per,"
    " coalesce(printf('%.15g', f.value) || iif(f.low IS NULL, '', printf(' (%.15g to "
    "%.15g)',"
    "  f.low, f.high)) || ', ' || f.provenance, 'unknown: ' || coalesce(f.reason, '-'))"
    " FROM v_figure f JOIN campaign c ON c.campaign_id = f.campaign_id WHERE ?1 = 0";

static const char factors_sql[] =
    "SELECT kind || '/' || key || '/' || parameter || ' (' || origin || ')',"
    " printf('%.15g %s', value, unit) || iif(low IS NULL, '', printf(' (%.15g to %.15g)', "
    "low,"
    "  high)) || ', ' || publisher || ', ' || edition || coalesce(', of ' || year, '')"
    "  || ', ' || source"
    " FROM factor WHERE ?1 = 0";

static const char settings_sql[] =
    "SELECT name || iif(s.campaign_id = 0, '', ' of ' || coalesce((SELECT substr(uuid, 1, "
    "8)"
    "  FROM campaign c WHERE c.campaign_id = s.campaign_id), '?')),"
    " coalesce(text, printf('%.15g', value)) || ', says ' || source"
    " FROM setting s WHERE ?1 = 0";

/* Rows are only added: a log that goes on has some that the older file lacks. */
static const char log_sql[] =
    "SELECT strftime('%Y-%m-%d %H:%M:%S UTC', made_utc_ns / 1000000000, 'unixepoch')"
    "  || ', ' || who || ', ' || kind || ' ' || name || iif(campaign_id = 0, '',"
    "  ' of campaign ' || campaign_id),"
    " coalesce(old, 'nothing') || ' -> ' || coalesce(new, 'nothing')"
    " FROM change_log WHERE ?1 = 0";

static void take_entry(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct entry entry = { word_of(row, 0, reading), word_of(row, 1, reading) };
	arena_append(reading->arena, &entry, sizeof(entry));
}

static int by_name(const void *one, const void *other)
{
	const struct entry *a = one, *b = other;
	int order = strcmp(a->name, b->name);
	return order ? order : strcmp(a->value, b->value);
}

static int read_entries(sqlite3 *db, const char *sql, struct arena *arena,
			struct entries *list, struct problem *why)
{
	const struct list_reading reading = { .db = db, .arena = arena };
	if (each_row(&reading, sql, take_entry) != 0)
		return guard_why(db, why);
	list->entries = rows_taken(&reading, sizeof(struct entry), &list->n);
	qsort(list->entries, list->n, sizeof(struct entry), by_name);
	return 0;
}

/* Where the names are equal the values may still differ; a list that has ended comes last. */
static int order_of(const struct entries *old, size_t i, const struct entries *new,
		    size_t j)
{
	if (i == old->n || j == new->n)
		return i == old->n ? 1 : -1;
	return strcmp(old->entries[i].name, new->entries[j].name);
}

static int64_t print_changes(const struct entries *old, const struct entries *new,
			     FILE *out)
{
	int64_t n = 0;
	for (size_t i = 0, j = 0; i < old->n || j < new->n;) {
		int order = order_of(old, i, new, j);
		const struct entry *before = order <= 0 ? &old->entries[i++] : NULL;
		const struct entry *after = order >= 0 ? &new->entries[j++] : NULL;
		if (before && after && strcmp(before->value, after->value) == 0)
			continue;
		n++;
		if (before && after)
			wrap_say(out, 2, 4, "%s: %s -> %s", before->name, before->value,
				 after->value);
		else
			wrap_say(out, 2, 4, "%s: %s %s",
				 before ? before->name : after->name,
				 before ? "only in the old file:" : "only in the new file:",
				 before ? before->value : after->value);
	}
	return n;
}

static int compare_lists(sqlite3 *old, sqlite3 *new, const char *title, const char *sql,
			 FILE *out, int64_t *n, struct problem *why)
{
	struct arena *arena = arena_new();
	struct entries before, after;
	if (!arena)
		return problem_why(why, "out of memory");
	int code = read_entries(old, sql, arena, &before, why);
	if (code == 0)
		code = read_entries(new, sql, arena, &after, why);
	if (code == 0) {
		fprintf(out, "%s\n", title);
		int64_t found = print_changes(&before, &after, out);
		if (found == 0)
			fputs("  no difference\n", out);
		*n += found;
	}
	arena_free(arena);
	return code;
}

/* --- rows ------------------------------------------------------------------------------ */

/* The hashes of a table's rows, of all its links, sorted. */
struct row_set {
	uint8_t (*rows)[SEAL_PREFIX];
	size_t n;
};

static int by_bytes(const void *one, const void *other)
{
	return memcmp(one, other, SEAL_PREFIX);
}

static struct row_set rows_of(const struct seal_links *links, const char *table,
			      struct arena *arena)
{
	struct row_set set = { NULL, 0 };
	for (size_t i = 0; i < links->n; i++)
		if (strcmp(links->links[i].table, table) == 0)
			arena_append(arena, links->links[i].rows,
				     SEAL_PREFIX * links->links[i].n);
	set.n = arena_appended(arena) / SEAL_PREFIX;
	set.rows = arena_take(arena);
	qsort(set.rows, set.n, SEAL_PREFIX, by_bytes);
	return set;
}

/* How many rows of the one are not in the other. */
static int64_t only_in(struct row_set one, struct row_set other)
{
	int64_t n = 0;
	size_t j = 0;
	for (size_t i = 0; i < one.n; i++) {
		while (j < other.n && memcmp(other.rows[j], one.rows[i], SEAL_PREFIX) < 0)
			j++;
		if (j < other.n && memcmp(other.rows[j], one.rows[i], SEAL_PREFIX) == 0)
			j++;
		else
			n++;
	}
	return n;
}

/* Links of one table follow each other. */
static bool is_first(const struct seal_links *links, size_t at)
{
	return at == 0 || strcmp(links->links[at - 1].table, links->links[at].table) != 0;
}

static bool has_table(const struct seal_links *links, const char *table)
{
	for (size_t i = 0; i < links->n; i++)
		if (strcmp(links->links[i].table, table) == 0)
			return true;
	return false;
}

/* 1 where the table's rows differ, and then says how many. */
static int print_table(const struct seal_links *before, const struct seal_links *after,
		       const char *table, struct arena *arena, FILE *out)
{
	struct row_set old = rows_of(before, table, arena),
		       new = rows_of(after, table, arena);
	int64_t gone = only_in(old, new), came = only_in(new, old);
	if (gone == 0 && came == 0)
		return 0;
	wrap_say(out, 2, 4,
		 "%s: %" PRId64 " only in the old file, %" PRId64 " only in the new file",
		 shown_text(table, arena), gone, came);
	return 1;
}

/* A table of readings has no link where it has no rows: so both files say which tables there are. */
static int64_t print_tables(const struct seal_links *before, const struct seal_links *after,
			    struct arena *arena, FILE *out)
{
	int64_t n = 0;
	for (size_t i = 0; i < before->n; i++)
		if (is_first(before, i) &&
		    strcmp(before->links[i].table, SEAL_FILE_LINK) != 0)
			n += print_table(before, after, before->links[i].table, arena, out);
	for (size_t i = 0; i < after->n; i++)
		if (is_first(after, i) && !has_table(before, after->links[i].table))
			n += print_table(before, after, after->links[i].table, arena, out);
	return n;
}

static int compare_rows(sqlite3 *old, sqlite3 *new, FILE *out, int64_t *n,
			struct problem *why)
{
	struct seal_links before, after;
	struct arena *arena = arena_new();
	if (!arena)
		return problem_why(why, "out of memory");
	int code = seal_links_compute(old, SEAL_FORMAT, &before) == 0 ? 0
								      : guard_why(old, why);
	if (code == 0) {
		code = seal_links_compute(new, SEAL_FORMAT, &after) == 0
			   ? 0
			   : guard_why(new, why);
		if (code == 0) {
			fputs("rows\n", out);
			int64_t found = print_tables(&before, &after, arena, out);
			if (found == 0)
				fputs("  no difference\n", out);
			*n += found;
			seal_links_free(&after);
		}
		seal_links_free(&before);
	}
	arena_free(arena);
	return code;
}

int changes_print(sqlite3 *old, sqlite3 *new, FILE *out, int64_t *n, struct problem *why)
{
	static const struct {
		const char *title, *sql;
	} lists[] = { { "figures", figures_sql },
		      { "factors", factors_sql },
		      { "settings", settings_sql },
		      { "change log", log_sql } };
	*n = 0;
	problem_what(why, "cannot compare the files");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (compare_lists(old, new, lists[i].title, lists[i].sql, out, n, why) != 0)
			return -1;
	return compare_rows(old, new, out, n, why);
}
