/* reports/changes/change-list.c - see change-list.h. */
#include <config.h>

#include "reports/changes/change-list.h"

#include "base/problem.h"
#include "base/wrap.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "schema/database/guard.h"

static const char changes_sql[] =
    "SELECT strftime('%Y-%m-%d %H:%M:%S UTC', made_utc_ns / 1000000000, 'unixepoch'),"
    " who, kind, name, campaign_id, old, new FROM change_log"
    " WHERE ?1 = 0 OR campaign_id IN (0, ?1) ORDER BY change_id";

static void take_change(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct change_row change = {
		.made_utc = word_of(row, 0, reading),
		.who = word_of(row, 1, reading),
		.kind = word_of(row, 2, reading),
		.name = word_of(row, 3, reading),
		.campaign_id = count_or(row, 4, 0),
		.old = text_of(row, 5, reading),
		.new = text_of(row, 6, reading),
	};
	arena_append(reading->arena, &change, sizeof(change));
}

int change_list_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		     struct change_list *list)
{
	const struct list_reading reading = { .db = db,
					      .arena = arena,
					      .campaign_id = campaign_id };
	if (each_row(&reading, changes_sql, take_change) != 0)
		return -1;
	list->rows = rows_taken(&reading, sizeof(*list->rows), &list->n);
	return 0;
}

const char *change_row_name(const struct change_row *row, struct arena *arena)
{
	return row->campaign_id == 0 ? row->name
				     : arena_format(arena, "%s of campaign %lld", row->name,
						    (long long)row->campaign_id);
}

static void print_list(const struct change_list *list, struct arena *arena, FILE *out)
{
	if (list->n == 0)
		fputs("No setting or factor of this file was changed since it has a change "
		      "log.\n",
		      out);
	for (size_t i = 0; i < list->n; i++) {
		const struct change_row *row = &list->rows[i];
		wrap_say(out, 0, 2, "%s  %s  %s %s: %s -> %s", row->made_utc, row->who,
			 row->kind, change_row_name(row, arena),
			 row->old ? row->old : "nothing", row->new ? row->new : "nothing");
	}
	if (list->n > 0)
		fputs("Times and names are those of the machines where it was changed: "
		      "nothing proves them.\n",
		      out);
}

int change_list_print(sqlite3 *db, int64_t campaign_id, FILE *out, struct problem *why)
{
	struct change_list list;
	struct arena *arena = arena_new();
	problem_what(why, "cannot read the change log");
	if (!arena)
		return problem_why(why, "out of memory");
	int code = change_list_read(db, campaign_id, arena, &list);
	if (code == 0)
		print_list(&list, arena, out);
	arena_free(arena);
	return code == 0 ? 0 : guard_why(db, why);
}
