/* reports/audit/records.c - see records.h. */
#include <config.h>

#include "reports/audit/records.h"

#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"

/* Of each kind: how its records are named, and which rows they are; both as the working paper shows them. */
#define FIGURE_ID                                                                   \
	"'figure-' || row_number() OVER (ORDER BY campaign_id, variant, job, per, " \
	"ordinal)"
#define FIGURE_ROWS  "FROM v_figure WHERE value IS NOT NULL"
#define TRIAL_ID     "'trial-' || trial_id"
#define TRIAL_ROWS   "FROM v_phase WHERE phase_ordinal = 0 AND joules IS NOT NULL"
#define QUERY_ID     "'query-' || trial_id"
#define QUERY_ROWS   "FROM v_query WHERE joules_per_query IS NOT NULL"
#define FACTOR_ID    "'factor-' || factor_id"
#define FACTOR_ROWS  "FROM v_factor_used"
#define SETTING_ID   "'setting-' || name || '-' || campaign_id"
#define SETTING_ROWS "FROM setting"

/* The columns: id, number, figure, per, value, unit, subject, source, text. */
static const char figures_sql[] =
    "SELECT " FIGURE_ID ", (SELECT min(trial_id) FROM trial t WHERE t.campaign_id ="
    " f.campaign_id AND t.variant = f.variant AND t.job = f.job), figure, per, value,"
    " CASE WHEN figure LIKE '%\\_g' ESCAPE '\\' THEN 'gCO2e'"
    " WHEN figure LIKE '%\\_l' ESCAPE '\\' THEN 'L'"
    " WHEN figure = 'e_kwh' THEN 'kWh' ELSE 'J' END,"
    " printf('%s per %s, variant %s (%s) of campaign %d', figure, per, variant, job,"
    "  campaign_id), '', NULL "
    "FROM v_figure f WHERE value IS NOT NULL ORDER BY campaign_id, variant, job, per, "
    "ordinal";
static const char trials_sql[] =
    "SELECT 'trial-' || p.trial_id, p.trial_id, 'joules', 'run', p.joules, 'J',"
    " printf('joules of trial %d, variant %s (%s)', p.trial_id, t.variant, t.job), '', "
    "NULL "
    "FROM v_phase p JOIN trial t ON t.trial_id = p.trial_id "
    "WHERE p.phase_ordinal = 0 AND p.joules IS NOT NULL ORDER BY p.trial_id";
static const char queries_sql[] =
    "SELECT " QUERY_ID ", trial_id, 'joules', span, joules_per_query, 'J',"
    " printf('joules per query of trial %d, variant %s (%s)', trial_id, variant, job), '',"
    " NULL " QUERY_ROWS " ORDER BY trial_id";
static const char factors_sql[] =
    "SELECT DISTINCT " FACTOR_ID ", factor_id, 'factor', '', value, unit,"
    " printf('factor %s/%s/%s: %s', kind, key, parameter, name),"
    " printf('%s, %s%s; %s; %s', publisher, edition, coalesce(', of ' || year, ''),"
    "  coalesce(address, source), coalesce(place, 'place not noted')), NULL " FACTOR_ROWS
    " ORDER BY factor_id";
static const char settings_sql[] =
    "SELECT " SETTING_ID ", campaign_id, name, '', value, '',"
    " printf('setting %s of %s', name, iif(campaign_id, 'campaign ' || campaign_id,"
    "  'all campaigns')), source, text " SETTING_ROWS " ORDER BY name, campaign_id";

static const struct {
	const char *words, *ids, *sql;
} kinds[N_RECORD_KINDS] = {
	[RECORD_FIGURE] = { "figures", "SELECT " FIGURE_ID " " FIGURE_ROWS, figures_sql },
	[RECORD_TRIAL] = { "joules of whole trials", "SELECT " TRIAL_ID " " TRIAL_ROWS,
			   trials_sql },
	[RECORD_QUERY] = { "joules per query of trials", "SELECT " QUERY_ID " " QUERY_ROWS,
			   queries_sql },
	[RECORD_FACTOR] = { "factors that figures use",
			    "SELECT DISTINCT " FACTOR_ID " " FACTOR_ROWS, factors_sql },
	[RECORD_SETTING] = { "settings", "SELECT " SETTING_ID " " SETTING_ROWS,
			     settings_sql },
};

const char *record_kind_words(enum record_kind kind)
{
	return kinds[kind].words;
}

const char *record_kind_sql(enum record_kind kind)
{
	return kinds[kind].ids;
}

static void take_record(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct audit_record record = {
		.kind = (enum record_kind)reading->block,
		.id = word_of(row, 0, reading),
		.number = count_or(row, 1, 0),
		.figure = word_of(row, 2, reading),
		.per = word_of(row, 3, reading),
		.value = real_or(row, 4, 0),
		.unit = word_of(row, 5, reading),
		.subject = word_of(row, 6, reading),
		.source = word_of(row, 7, reading),
		.text = column_text(row, 8, reading->arena),
	};
	arena_append(reading->arena, &record, sizeof(record));
}

int records_read(sqlite3 *db, enum record_kind kind, struct arena *arena,
		 struct record_list *list)
{
	const struct list_reading reading = { .db = db, .arena = arena, .block = kind };
	if (each_row(&reading, kinds[kind].sql, take_record) != 0)
		return -1;
	list->records = rows_taken(&reading, sizeof(struct audit_record), &list->n);
	return 0;
}
