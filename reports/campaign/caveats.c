/* reports/campaign/caveats.c - see caveats.h. Each kind of note is one query: its rows are (kind, text). */
#include <config.h>

#include "reports/campaign/caveats.h"

#include "reports/figure/column-text.h"
#include "schema/database/count.h"

#define TRIALS_OF_CAMPAIGN "FROM trial WHERE campaign_id = ?1 "
#define TRIALS             "iif(count(*) = 1, 'trial', 'trials')"

static const char *const queries[] = {
	"SELECT 'incomplete',"
	"  printf('%d of %d %s incomplete, left out of every mean: %s',"
	"    sum(state <> 'complete'), count(*), " TRIALS ","
	"    (SELECT group_concat(why, '; ') FROM (SELECT DISTINCT"
	"      coalesce(why_incomplete, 'cut off') AS why " TRIALS_OF_CAMPAIGN
	"      AND state <> 'complete'))) " TRIALS_OF_CAMPAIGN
	"HAVING sum(state <> 'complete') > 0",

	"SELECT 'failed', printf('%d of %d %s failed (%s): not counted per query',"
	"  sum(is_failed), count(*), " TRIALS ", max(how)) FROM ("
	"  SELECT state = 'complete' AND exit_code IS NOT 0 AS is_failed,"
	"    CASE WHEN state <> 'complete' OR exit_code IS 0 THEN NULL"
	"         WHEN exit_signal IS NOT NULL THEN printf('signal %d', exit_signal)"
	"         ELSE printf('exit status %d', exit_code) END AS how " TRIALS_OF_CAMPAIGN
	") HAVING sum(is_failed) > 0",

	"SELECT 'workload', printf('%d different workloads: only trials of the same one "
	"compare',"
	"  count(DISTINCT workload)) " TRIALS_OF_CAMPAIGN
	"AND job = 'infer' HAVING count(DISTINCT workload) > 1",

	"SELECT 'lost-ticks', printf('%d of %d ticks dropped: gaps in time, no energy "
	"lost',"
	"  sum(ticks_dropped), sum(ticks)) " TRIALS_OF_CAMPAIGN
	"HAVING sum(ticks_dropped) > 0",

	"SELECT 'suspended', printf('the machine was suspended for %.0f s in this "
	"campaign',"
	"  ((end_boot_ns - begin_boot_ns) - (end_mono_ns - begin_mono_ns)) * 1e-9) "
	"FROM campaign WHERE campaign_id = ?1"
	"  AND (end_boot_ns - begin_boot_ns) - (end_mono_ns - begin_mono_ns) > 1000000000",

	/* Memory of which no counter can be read, beside packages that can. */
	"SELECT 'not-read', printf('%s not read: not in the total',"
	"  group_concat(DISTINCT name))"
	" FROM gap g WHERE kind = 'unavailable' AND name LIKE 'dram%' AND trial_id IN"
	"  (SELECT trial_id " TRIALS_OF_CAMPAIGN ") AND EXISTS (SELECT 1 FROM channel c"
	"   WHERE c.trial_id = g.trial_id AND c.collector = g.collector)"
	" HAVING count(*) > 0",

	/* Faults and what happened meanwhile (a sleep, a clock that was set, marks that were lost)
	 * first, then what was
	 * never there. Channels of one collector that lack the same for the same reason in as
	 * many trials share a line. */
	"WITH one AS ("
	"  SELECT g.collector, g.name, g.why, max(nullif(g.todo, '')) AS todo,"
	"    iif(g.kind = 'unavailable' AND (g.begin_mono_ns IS NOT NULL"
	"      OR g.collector = 'markers'), 'event', g.kind) AS kind,"
	"    count(DISTINCT g.trial_id) AS n "
	"  FROM gap g JOIN trial t ON t.trial_id = g.trial_id WHERE t.campaign_id = ?1 "
	"  GROUP BY g.collector, g.name, 5, g.why"
	"), alike AS ("
	"  SELECT *, group_concat(name, ', ') OVER (same ORDER BY name"
	"      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS names,"
	"    row_number() OVER (same ORDER BY name) AS i, max(todo) OVER same AS any_todo,"
	"    (SELECT count(*) " TRIALS_OF_CAMPAIGN ") AS n_trials "
	"  FROM one WINDOW same AS (PARTITION BY collector, kind, why, n, name IS NULL)"
	"), placed AS ("
	"  SELECT *, CASE WHEN n_trials = 1 THEN ''"
	"    WHEN n = n_trials THEN printf(' in all %d trials', n)"
	"    ELSE printf(' in %d of %d trials', n, n_trials) END AS places "
	"  FROM alike WHERE i = 1"
	") "
	"SELECT CASE WHEN kind <> 'unavailable' THEN 'gap'"
	"            WHEN name IS NULL AND any_todo IS NULL THEN 'absent' ELSE kind END,"
	"  iif(kind = 'event', printf('%s: %s%s%s', collector, why, places,"
	"      coalesce(' (' || any_todo || ')', '')),"
	"    printf('%s: %s%s%s: %s%s', collector, coalesce(names || ' ', ''),"
	"      replace(kind, '-', ' '), places, why, coalesce(' (' || any_todo || ')', "
	"''))) "
	"FROM placed ORDER BY kind = 'unavailable', collector, names",
};

/* A counter of joules and the power beside it must agree, where the power's sensor, which is
 * slower, had twenty of its intervals. */
static const char disagree_sql[] =
    "SELECT 'disagree', printf('%s: its counter says %.4g J, its power %.4g J:"
    " %.0f %% apart', c.channel, sum(c.joules), sum(p.joules),"
    "  abs(sum(p.joules) / sum(c.joules) - 1) * 100)"
    " FROM v_energy c JOIN v_energy p ON p.trial_id = c.trial_id"
    "  AND p.phase_ordinal = 0 AND p.collector = c.collector"
    " JOIN channel k ON k.trial_id = p.trial_id AND k.collector = p.collector"
    "  AND k.name = p.channel AND k.inside = c.channel AND k.kind = 'gauge'"
    " WHERE c.phase_ordinal = 0 AND c.domain = 'gpu' AND p.domain = 'gpu'"
    "  AND c.trial_id IN"
    "   (SELECT trial_id " TRIALS_OF_CAMPAIGN ")"
    "  AND p.seconds * 1e9 >= 20 * p.update_interval_ns"
    " GROUP BY c.collector, c.channel"
    " HAVING abs(sum(p.joules) / sum(c.joules) - 1) > 0.10";

/* v_overlap, which looks at every trial of the file, is read once for all campaigns. */
static const char forget_overlap_sql[] = "DROP TABLE IF EXISTS temp.kept_overlap";
static const char keep_overlap_sql[] =
    "CREATE TEMP TABLE kept_overlap (trial_id INTEGER PRIMARY KEY, is_shared, is_elsewhere,"
    " set_id); INSERT OR IGNORE INTO kept_overlap"
    " SELECT trial_id, is_shared, is_elsewhere, set_id FROM v_overlap";

/* An estimate is of the command's own CPU time, and shared with nobody. */
static const char shared_sql[] =
    "WITH v_overlap AS (SELECT * FROM temp.kept_overlap), own AS (SELECT o.* FROM "
    "v_overlap o JOIN trial t USING (trial_id)"
    "  WHERE t.campaign_id = ?1 AND is_shared AND EXISTS (SELECT 1 FROM channel k"
    "   WHERE k.trial_id = o.trial_id AND k.counted = 1"
    "    AND k.provenance IN ('measured', 'modelled')))"
    " SELECT 'shared', printf('%d %s ran while another did:"
    " the same joules are in both, do not add them up%s%s', count(*), " TRIALS ","
    "  iif(count(*) > sum(is_elsewhere), (SELECT printf('; together %d trials of this"
    " file used %.4g J', count(*), sum(joules_once)) FROM v_once JOIN v_overlap o"
    "   USING (trial_id) WHERE o.set_id IN (SELECT set_id FROM own WHERE NOT"
    "   is_elsewhere)), ''),"
    "  iif(sum(is_elsewhere) > 0, printf('; process %s wrote to another file: joulecart"
    " merge joins them', (SELECT group_concat(pid, ', ') FROM (SELECT DISTINCT pid FROM"
    "   neighbour WHERE trial_id IN (SELECT trial_id FROM own WHERE is_elsewhere)"
    "   ORDER BY pid LIMIT 4))), ''))"
    " FROM own HAVING count(*) > 0";

/* Whether it is worth asking v_overlap. A trial without an end may still run. */
static const char has_shared_sql[] =
    "SELECT 1 FROM trial t JOIN campaign c ON c.campaign_id = t.campaign_id"
    "  JOIN host h ON h.host_id = c.host_id"
    " WHERE t.campaign_id = ?1 AND"
    "  (EXISTS (SELECT 1 FROM neighbour n WHERE n.trial_id = t.trial_id)"
    "   OR EXISTS (SELECT 1 FROM trial o JOIN campaign d ON d.campaign_id = o.campaign_id"
    "     JOIN host i ON i.host_id = d.host_id"
    "    WHERE (o.end_mono_ns > t.begin_mono_ns OR o.end_mono_ns IS NULL)"
    "     AND o.begin_mono_ns < coalesce(t.end_mono_ns, 9223372036854775807)"
    "     AND o.trial_id <> t.trial_id AND i.boot_id = h.boot_id)) LIMIT 1";

/* Whether it is worth asking: v_energy twice is most of what a footer costs. */
static const char has_gpu_sql[] =
    "SELECT 1 FROM trial t JOIN channel c ON c.trial_id = t.trial_id "
    "WHERE t.campaign_id = ?1 AND c.domain = 'gpu' AND c.kind = 'gauge' LIMIT 1";

static int add_notes(sqlite3 *db, const char *sql, int64_t campaign_id, struct arena *arena)
{
	sqlite3_stmt *row = NULL;
	int code;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, campaign_id);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		struct note note = {
			column_text(row, 0, arena),
			column_text(row, 1, arena),
		};
		arena_append(arena, &note, sizeof(note));
	}
	sqlite3_finalize(row);
	return code == SQLITE_DONE ? 0 : -1;
}

static int add_disagreement(sqlite3 *db, int64_t campaign_id, struct arena *arena)
{
	int code = database_has_row(db, has_gpu_sql, campaign_id);
	return code == 1 ? add_notes(db, disagree_sql, campaign_id, arena) : code;
}

static int add_shared(sqlite3 *db, int64_t campaign_id, struct arena *arena)
{
	static const char is_kept_sql[] =
	    "SELECT 1 FROM sqlite_temp_schema WHERE name = 'kept_overlap'";
	int code = database_has_row(db, has_shared_sql, campaign_id);
	if (code != 1)
		return code;
	code = database_has_row(db, is_kept_sql, 0);
	if (code == 0)
		code = sqlite3_exec(db, keep_overlap_sql, NULL, NULL, NULL) == SQLITE_OK
			   ? 1
			   : -1;
	return code == 1 ? add_notes(db, shared_sql, campaign_id, arena) : -1;
}

int notes_prepare(sqlite3 *db)
{
	return sqlite3_exec(db, forget_overlap_sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

int notes_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
	       struct note_list *list)
{
	int code = add_disagreement(db, campaign_id, arena);
	if (code == 0)
		code = add_shared(db, campaign_id, arena);
	for (size_t i = 0; code == 0 && i < sizeof(queries) / sizeof(queries[0]); i++)
		code = add_notes(db, queries[i], campaign_id, arena);
	list->n = arena_appended(arena) / sizeof(struct note);
	list->notes = arena_take(arena);
	return code;
}
