/* profiler/complete/completion-values.c - see completion-values.h. What fails offers nothing: there is no place for a
 * message beside a half-typed command. */
#include <config.h>

#include "profiler/complete/completion-values.h"

#include "base/problem.h"
#include "collectors/perf/event-names.h"
#include "profiler/campaign/bundled-models.h"
#include "reports/figure/column-text.h"
#include "schema/database/bundled.h"
#include "schema/database/migrate.h"
#include "schema/store/reader.h"

#include <sqlite3.h>
#include <sys/resource.h>

/* Whoever waits for a completion gives up by then. */
enum { CPU_SECONDS = 2 };

void completion_limit(void)
{
	const struct rlimit time = { CPU_SECONDS, CPU_SECONDS }, no_core = { 0, 0 };
	setrlimit(RLIMIT_CORE, &no_core);
	setrlimit(RLIMIT_CPU, &time);
}

/* Of two columns, the word and what it means. A text that nobody can type, or that would be taken
 * for an option, is no offer. Closes db. */
static void offer_rows(const struct completion *completion, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *row = NULL;
	if (db && sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK)
		while (sqlite3_step(row) == SQLITE_ROW) {
			const char *word = column_word(row, 0);
			if (word[0] && word[0] != '-')
				completion_offer(completion, word, column_word(row, 1));
		}
	sqlite3_finalize(row);
	sqlite3_close(db);
}

static void offer_zones(const struct completion *completion)
{
	sqlite3 *db = NULL;
	struct problem none;
	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
	    migrate_up(db, "the bundled factors", 0, &none) != 0 ||
	    bundled_know(db) != SQLITE_OK) {
		sqlite3_close(db);
		return;
	}
	offer_rows(completion, db,
		   "SELECT key, name FROM known_factor WHERE in_force AND kind = 'grid'"
		   " AND parameter = 'intensity' ORDER BY key");
}

static void offer_variants(const struct completion *completion)
{
	static const struct model_recipe recipe = { .seed = 1 };
	struct model_list list;
	struct problem none;
	char path[4096];
	if (models_path(path, sizeof(path), &none) != 0 ||
	    models_list(path, &recipe, &list, &none) != 0)
		return;
	for (size_t i = 0; i < list.n; i++)
		completion_offer(completion, list.variants[i].name, NULL);
	models_free(&list);
}

static void offer_events(const struct completion *completion)
{
	const char *name;
	for (size_t i = 0; (name = event_known(i)); i++)
		completion_offer(completion, name, NULL);
}

static void offer_stored(const struct completion *completion, const char *sql)
{
	struct problem none;
	if (completion->database)
		offer_rows(completion, store_open_read(completion->database, &none), sql);
}

void completion_values(const struct completion *completion, enum option_values kind)
{
	switch (kind) {
	case VALUES_ZONES:
		offer_zones(completion);
		break;
	case VALUES_EVENTS:
		offer_events(completion);
		break;
	case VALUES_VARIANTS:
		offer_variants(completion);
		break;
	case VALUES_CAMPAIGNS:
		offer_stored(
		    completion,
		    "SELECT campaign_id, kind || ', ' || strftime('%Y-%m-%d %H:%M',"
		    " begin_utc_ns / 1000000000, 'unixepoch')"
		    " FROM campaign ORDER BY campaign_id");
		break;
	case VALUES_LABELS:
		offer_stored(completion, "SELECT variant, count(*) || ' trials' FROM trial"
					 " GROUP BY variant ORDER BY min(trial_id)");
		break;
	default:
		break;
	}
}
