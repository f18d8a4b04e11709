/* reports/account/matching-read.c - see matching-read.h. */
#include <config.h>

#include "reports/account/matching-read.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "schema/database/count.h"
#include "schema/database/guard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A residual mix is what is left of a grid when all certificates are taken out of it (GHG Protocol, Scope 2
 * Guidance, 6.11.4); where none is known, the guidance has the grid's own factor stand in. */
static const char accounts_sql[] =
    "SELECT t.campaign_id, t.variant, t.job, count(*), a.zone,"
    " coalesce(r.value, a.direct_g_per_kwh, a.g_per_kwh),"
    " CASE WHEN r.value IS NOT NULL THEN 'residual mix, ' || r.publisher || ', ' || "
    "r.edition"
    "  WHEN a.direct_g_per_kwh IS NOT NULL THEN 'the grid''s direct factor: no residual "
    "mix is known for zone ' || a.zone"
    "  WHEN a.g_per_kwh IS NOT NULL THEN 'the grid''s ' || a.scope || ' factor: no "
    "residual mix is known for zone ' || a.zone"
    "  ELSE a.grid_reason END, r.value IS NOT NULL,"
    " a.zone IN (SELECT zone FROM certificate_file)"
    " FROM trial t JOIN v_account a ON a.campaign_id = t.campaign_id"
    " LEFT JOIN v_factor r ON r.kind = 'grid' AND r.parameter = 'intensity_residual'"
    "  AND r.key = a.zone"
    " WHERE ?1 = 0 GROUP BY t.campaign_id, t.variant, t.job"
    " ORDER BY t.campaign_id, min(t.trial_id)";

static void take_account(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct matching_row account = {
		.campaign_id = count_or(row, 0, 0),
		.variant = word_of(row, 1, reading),
		.job = word_of(row, 2, reading),
		.n_trials = count_or(row, 3, 0),
		.zone = word_of(row, 4, reading),
		.rest_g_per_kwh = real_or(row, 5, (double)NAN),
		.rest_is = word_of(row, 6, reading),
		.is_residual = count_or(row, 7, 0) != 0,
		.is_zone_certified = count_or(row, 8, 0) != 0,
	};
	arena_append(reading->arena, &account, sizeof(account));
}

/* A trial that drew something, and which of the accounts has it. */
struct matching_trial {
	int64_t trial_id, campaign_id, begin_ns, end_ns;
	const char *variant, *job;
	double kwh;
	size_t account;
};

/* A hostile file's times are held to 2^62, here and below. */
static const char trials_sql[] =
    "SELECT s.trial_id, s.campaign_id, s.variant, s.job, s.kwh, t.begin_utc_ns,"
    " max(0, min(t.begin_utc_ns + coalesce(t.end_mono_ns - t.begin_mono_ns, 0),"
    "  4611686018427387904))"
    " FROM v_scope s JOIN trial t ON t.trial_id = s.trial_id"
    " WHERE ?1 = 0 AND s.kwh > 0 ORDER BY s.trial_id";

static void take_trial(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct matching_trial trial = {
		.trial_id = count_or(row, 0, 0),
		.campaign_id = count_or(row, 1, 0),
		.variant = word_of(row, 2, reading),
		.job = word_of(row, 3, reading),
		.kwh = real_or(row, 4, 0),
		.begin_ns = count_or(row, 5, 0),
		.end_ns = count_or(row, 6, 0),
	};
	arena_append(reading->arena, &trial, sizeof(trial));
}

/* How the joules of a trial lie in time, and their sum: of an estimate they are the whole machine's, of which
 * the trial has a share. */
static const char rollups_sql[] =
    "SELECT begin_ns, end_ns, joules, sum(joules) OVER () FROM ("
    " SELECT max(0, min(t.begin_utc_ns + CAST(round(min(v.at_s) * 1e9) AS INTEGER),"
    "   4611686018427387904)) AS begin_ns,"
    "  max(0, min(t.begin_utc_ns + CAST(round(max(v.at_s + v.seconds) * 1e9) AS INTEGER),"
    "   4611686018427387904)) AS end_ns, total(v.joules) AS joules"
    " FROM trial t JOIN v_second v ON v.trial_id = t.trial_id AND v.counted"
    " WHERE t.trial_id = ? GROUP BY v.seq) ORDER BY begin_ns";

static int failed(sqlite3 *db, struct problem *why)
{
	problem_what(why, "cannot match certificates with what was used");
	return guard_why(db, why);
}

/* The trial's kWh in the hours in which its joules were counted; evenly where none of them is above 0. */
static int spread(sqlite3_stmt *row, const struct matching_trial *trial,
		  struct hour_uses *uses, int *step)
{
	int code = 0;
	bool is_any = false;
	while (code == 0 && (*step = sqlite3_step(row)) == SQLITE_ROW) {
		double sum = sqlite3_column_double(row, 3);
		if (!(sum > 0))
			continue;
		is_any = true;
		code = hour_uses_add(uses, trial->account, sqlite3_column_int64(row, 0),
				     sqlite3_column_int64(row, 1),
				     trial->kwh * (sqlite3_column_double(row, 2) / sum));
	}
	return code == 0 && !is_any ? hour_uses_add(uses, trial->account, trial->begin_ns,
						    trial->end_ns, trial->kwh)
				    : code;
}

static int add_uses(sqlite3 *db, const struct matching_trial *trial, struct hour_uses *uses,
		    struct problem *why)
{
	sqlite3_stmt *row = NULL;
	int step = SQLITE_DONE;
	if (sqlite3_prepare_v2(db, rollups_sql, -1, &row, NULL) != SQLITE_OK)
		return failed(db, why);
	sqlite3_bind_int64(row, 1, trial->trial_id);
	int code = spread(row, trial, uses, &step);
	sqlite3_finalize(row);
	if (code == 0)
		return step == SQLITE_DONE ? 0 : failed(db, why);
	problem_what(why, "cannot match certificates with what was used");
	return problem_refuse(why, "'joulecart verify' says whether the file is sound",
			      "its trials last for more than a century of hours");
}

/* Hours in which no trial ran have nothing to be matched. */
static const char certificates_sql[] =
    "SELECT f.zone, c.certificate, c.technology, f.file, c.begin_utc_ns, c.kwh, c.g_per_kwh"
    " FROM certificate c JOIN certificate_file f ON f.file_id = c.file_id"
    " WHERE ?1 = 0 AND c.begin_utc_ns + 3600000000000 > (SELECT min(begin_utc_ns) FROM "
    "trial)"
    " ORDER BY f.zone, c.begin_utc_ns, c.certificate";

static void take_certificate(sqlite3_stmt *row, const struct list_reading *reading)
{
	const struct matching_certificate certificate = {
		.zone = word_of(row, 0, reading),
		.certificate = word_of(row, 1, reading),
		.technology = word_of(row, 2, reading),
		.file = word_of(row, 3, reading),
		.offer = { .begin_ns = count_or(row, 4, 0),
			   .kwh = real_or(row, 5, 0),
			   .g_per_kwh = real_or(row, 6, 0) },
	};
	arena_append(reading->arena, &certificate, sizeof(certificate));
}

/* All that is read before anything is matched. */
struct inputs {
	struct matching_row *accounts;
	size_t n;
	struct matching_trial *trials; /* each of an account */
	size_t n_trials;
	struct matching_certificate *certificates;
	size_t n_certificates;
};

/* Every trial has one: both are of the same rows. */
static void join(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->n_trials; i++) {
		struct matching_trial *trial = &inputs->trials[i];
		for (size_t j = 0; j < inputs->n; j++) {
			struct matching_row *account = &inputs->accounts[j];
			if (account->campaign_id != trial->campaign_id ||
			    strcmp(account->variant, trial->variant) != 0 ||
			    strcmp(account->job, trial->job) != 0)
				continue;
			trial->account = j;
			account->matched.kwh += trial->kwh;
		}
	}
}

static int read_inputs(sqlite3 *db, struct arena *arena, struct inputs *inputs,
		       struct problem *why)
{
	const struct list_reading reading = { .db = db, .arena = arena };
	if (each_row(&reading, accounts_sql, take_account) != 0)
		return failed(db, why);
	inputs->accounts = rows_taken(&reading, sizeof(*inputs->accounts), &inputs->n);
	if (each_row(&reading, trials_sql, take_trial) != 0)
		return failed(db, why);
	inputs->trials = rows_taken(&reading, sizeof(*inputs->trials), &inputs->n_trials);
	if (each_row(&reading, certificates_sql, take_certificate) != 0)
		return failed(db, why);
	inputs->certificates = rows_taken(&reading, sizeof(*inputs->certificates),
					  &inputs->n_certificates);
	join(inputs);
	return 0;
}

/* The certificates from the first on that are of its zone: they follow each other. */
static size_t zone_end(const struct inputs *inputs, size_t first)
{
	size_t end = first;
	while (end < inputs->n_certificates &&
	       strcmp(inputs->certificates[end].zone, inputs->certificates[first].zone) ==
		   0)
		end++;
	return end;
}

/* Certificates are in the order of hours already. */
static int match_zone(sqlite3 *db, struct inputs *inputs, size_t first, size_t end,
		      struct arena *arena, struct problem *why)
{
	struct hour_uses uses = { 0 };
	struct matched *matched = arena_room(arena, inputs->n * sizeof(*matched));
	struct hour_offer *offers = arena_room(arena, (end - first) * sizeof(*offers));
	int code = 0;
	for (size_t i = first; i < end; i++)
		offers[i - first] = inputs->certificates[i].offer;
	for (size_t i = 0; code == 0 && i < inputs->n_trials; i++)
		if (strcmp(inputs->accounts[inputs->trials[i].account].zone,
			   inputs->certificates[first].zone) == 0)
			code = add_uses(db, &inputs->trials[i], &uses, why);
	if (code == 0) {
		match_hours(&uses, offers, end - first, matched);
		for (size_t i = 0; i < inputs->n; i++) {
			inputs->accounts[i].matched.matched_kwh += matched[i].matched_kwh;
			inputs->accounts[i].matched.matched_g += matched[i].matched_g;
		}
		for (size_t i = first; i < end; i++)
			inputs->certificates[i].offer = offers[i - first];
	}
	free(uses.uses);
	return code;
}

static void keep(const struct inputs *inputs, int64_t campaign_id, struct arena *arena,
		 struct matching *matching)
{
	for (size_t i = 0; i < inputs->n; i++)
		if (campaign_id == 0 || inputs->accounts[i].campaign_id == campaign_id)
			arena_append(arena, &inputs->accounts[i],
				     sizeof(inputs->accounts[i]));
	matching->n = arena_appended(arena) / sizeof(*matching->rows);
	matching->rows = arena_take(arena);
	for (size_t i = 0; i < inputs->n_certificates; i++)
		if (inputs->certificates[i].offer.matched_kwh > 0)
			arena_append(arena, &inputs->certificates[i],
				     sizeof(inputs->certificates[i]));
	matching->n_certificates = arena_appended(arena) / sizeof(*matching->certificates);
	matching->certificates = arena_take(arena);
}

int matching_read(sqlite3 *db, int64_t campaign_id, struct arena *arena,
		  struct matching *matching, struct problem *why)
{
	int64_t n_files = 0;
	struct inputs inputs = { 0 };
	*matching = (struct matching){ 0 };
	if (database_count(db, "SELECT count(*) FROM certificate_file", &n_files) !=
	    SQLITE_OK)
		return failed(db, why);
	matching->is_any = n_files > 0;
	if (!matching->is_any)
		return 0;
	int code = read_inputs(db, arena, &inputs, why);
	for (size_t i = 0, end; code == 0 && i < inputs.n_certificates; i = end) {
		end = zone_end(&inputs, i);
		code = match_zone(db, &inputs, i, end, arena, why);
	}
	/* rounding may leave less than nothing */
	for (size_t i = 0; i < inputs.n; i++)
		inputs.accounts[i].unmatched_kwh = fmax(
		    inputs.accounts[i].matched.kwh - inputs.accounts[i].matched.matched_kwh,
		    0);
	if (code == 0)
		keep(&inputs, campaign_id, arena, matching);
	return code;
}

double matching_rest_g(const struct matching_row *row)
{
	return row->unmatched_kwh > 0 ? row->unmatched_kwh * row->rest_g_per_kwh : 0;
}
