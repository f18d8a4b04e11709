/* reports/wall/meter-store.c - see meter-store.h. */
#include <config.h>

#include "reports/wall/meter-store.h"

#include "base/problem.h"
#include "reports/figure/column-text.h"
#include "schema/database/change-log.h"
#include "schema/database/migrate.h"
#include "schema/samples/advance.h"
#include "schema/samples/rollup.h"
#include "schema/store/writer.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Microwatts, as the channel that is read during a run. */
static const double raw_per_w = 1e6;

/* A stretch lasts about a second; no meter logs more often than some thousand times in it. */
enum { MOST_IN_STRETCH = 65536 };

/* The statements below know a meter by these two. */
struct step {
	sqlite3 *db;
	int64_t campaign_id;
	const char *name;
	struct problem *why;
};

static int failed(const struct step *step)
{
	return store_problem(step->db, "write", "the meter", step->why);
}

static sqlite3_stmt *prepare(const struct step *step, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(step->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return NULL;
	sqlite3_bind_int64(statement, 1, step->campaign_id);
	bind_text(statement, 2, step->name);
	return statement;
}

static int run(const struct step *step, sqlite3_stmt *statement)
{
	int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		failed(step); /* before it is finalized: the reason is the connection's */
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW ? 0 : -1;
}

static const char state_sql[] =
    "SELECT coalesce(model, 'no type stated') || coalesce(', certificate ' || certificate"
    " || coalesce(' of ' || certified, '') || coalesce(', ' || laboratory, '')"
    " || printf(', k2 %.15g', uncertainty_k2), '') || coalesce(', file ' || file ||"
    " ', SHA-256 ' || sha256 || printf(', %+.9f s', offset_ns * 1e-9), '')"
    " FROM meter WHERE campaign_id = ?2 AND 'meter/' || name = ?1";

static const char facts_sql[] =
    "INSERT INTO meter (campaign_id, name, model, certificate, certified, laboratory,"
    " uncertainty_k2) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT (campaign_id, name) DO UPDATE SET model = coalesce(excluded.model, "
    "model),"
    " certificate = coalesce(excluded.certificate, certificate),"
    " certified = iif(excluded.certificate IS NULL, certified, excluded.certified),"
    " laboratory = iif(excluded.certificate IS NULL, laboratory, excluded.laboratory),"
    " uncertainty_k2 = coalesce(excluded.uncertainty_k2, uncertainty_k2)";

static int write_facts(const struct step *step, const struct meter_facts *facts)
{
	sqlite3_stmt *statement = prepare(step, facts_sql);
	const char *const texts[] = { facts->model, facts->certificate, facts->certified,
				      facts->laboratory };
	for (size_t i = 0; statement && i < sizeof(texts) / sizeof(*texts); i++)
		bind_text(statement, 3 + (int)i, texts[i]);
	if (statement && facts->uncertainty_k2 > 0)
		sqlite3_bind_double(statement, 7, facts->uncertainty_k2);
	return run(step, statement);
}

/* 1: there is such a channel in the campaign; 0; or -1 with *why. */
static int has_channel(const struct step *step)
{
	sqlite3_stmt *row = prepare(
	    step, "SELECT 1 FROM channel JOIN trial USING (trial_id) WHERE campaign_id = ?1"
		  " AND collector = 'meter' AND name = ?2");
	int code = row ? sqlite3_step(row) : SQLITE_ERROR;
	sqlite3_finalize(row);
	return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : failed(step);
}

static int refuse_unknown(const struct step *step)
{
	problem_what(step->why, "cannot state what is known of the meter '%.100s'",
		     step->name);
	step->why->kind = PROBLEM_USAGE;
	return problem_refuse(
	    step->why, "import its log with --import, or measure with --meter",
	    "campaign %lld has no reading of it", (long long)step->campaign_id);
}

/* Around code, which writes: for the change log. */
static int noted(const struct step *step, const char *who, int (*write)(void *context),
		 void *context)
{
	char key[300];
	if ((size_t)snprintf(key, sizeof(key), "meter/%s", step->name) >= sizeof(key)) {
		problem_what(step->why, "cannot note what is stated of the meter");
		step->why->kind = PROBLEM_USAGE;
		return problem_refuse(step->why, "give it a shorter --name",
				      "its name has more than %zu bytes",
				      sizeof(key) - sizeof("meter/"));
	}
	struct noted_change change = { .kind = "setting",
				       .name = key,
				       .campaign_id = step->campaign_id,
				       .state_sql = state_sql,
				       .key = key };
	if (change_begin(step->db, &change) != SQLITE_OK)
		return failed(step);
	int code = write(context);
	if (change_end(step->db, &change, who, code == 0) == SQLITE_OK)
		return code;
	return code != 0 ? code : failed(step);
}

struct stating {
	const struct step *step;
	const struct meter_facts *facts;
};

static int state(void *context)
{
	const struct stating *stating = context;
	return write_facts(stating->step, stating->facts);
}

int meter_state(struct store *store, const struct meter_facts *facts, struct problem *why)
{
	const struct step step = { store_db(store), facts->campaign_id, facts->name, why };
	struct stating stating = { &step, facts };
	int has = has_channel(&step);
	if (has == 0)
		return refuse_unknown(&step);
	return has < 0 ? -1 : noted(&step, facts->who, state, &stating);
}

/* What an earlier import left; a meter that was read during the run has no file. */
static int forget(const struct step *step)
{
	static const char *const forget_sql[] = {
		"DELETE FROM chunk WHERE channel_id IN (SELECT channel_id FROM channel "
		"JOIN "
		"trial USING (trial_id) WHERE campaign_id = ?1 AND collector = 'meter' AND "
		"name = ?2)",
		"DELETE FROM stretch WHERE channel_id IN (SELECT channel_id FROM channel "
		"JOIN "
		"trial USING (trial_id) WHERE campaign_id = ?1 AND collector = 'meter' AND "
		"name = ?2)",
		"DELETE FROM gap WHERE collector = 'meter' AND name = ?2 AND trial_id IN "
		"(SELECT trial_id FROM trial WHERE campaign_id = ?1)",
		"DELETE FROM channel WHERE collector = 'meter' AND name = ?2 AND trial_id "
		"IN "
		"(SELECT trial_id FROM trial WHERE campaign_id = ?1)",
	};
	for (size_t i = 0; i < sizeof(forget_sql) / sizeof(*forget_sql); i++)
		if (run(step, prepare(step, forget_sql[i])) != 0)
			return -1;
	return 0;
}

static int is_free(const struct step *step)
{
	sqlite3_stmt *row = prepare(step, "SELECT 1 FROM meter WHERE campaign_id = ?1 AND"
					  " name = ?2 AND file IS NOT NULL");
	int code = row ? sqlite3_step(row) : SQLITE_ERROR;
	sqlite3_finalize(row);
	int has = code == SQLITE_DONE ? has_channel(step) : 0;
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		return failed(step);
	if (has != 1)
		return has;
	problem_what(step->why, "cannot import readings of '%.100s'", step->name);
	step->why->kind = PROBLEM_USAGE;
	return problem_refuse(step->why, "give the imported meter another --name",
			      "a meter of that name was read during the run");
}

/* One trial that is given its readings. */
struct trial_import {
	const struct step *step;
	struct store *store;
	const struct meter_import *import;
	int64_t trial_id, utc_ns, mono_ns, begin_mono_ns, end_mono_ns;
	int64_t interval_ns;
	int64_t channel_id;
	size_t at; /* the next reading */
	struct rollup_builder *builder;
	struct meter_stored *stored;
};

/* Far from a trial of whatever time the database says it is of. */
static int64_t mono_of(const struct trial_import *trial, size_t i)
{
	int64_t since_ns, mono_ns;
	int64_t utc_ns = trial->import->file->readings[i].utc_ns +
			 trial->import->offset.offset_ns;
	if (__builtin_sub_overflow(utc_ns, trial->utc_ns, &since_ns) ||
	    __builtin_add_overflow(trial->mono_ns, since_ns, &mono_ns))
		return INT64_MAX;
	return mono_ns;
}

/* Does the file have readings from its begin to its end? At either one less than two intervals may be missing. */
static bool is_covered(struct trial_import *trial)
{
	const struct meter_file *file = trial->import->file;
	size_t last;
	for (trial->at = 0; trial->at < file->n; trial->at++)
		if (mono_of(trial, trial->at) >= trial->begin_mono_ns)
			break;
	for (last = file->n; last > trial->at; last--)
		if (mono_of(trial, last - 1) <= trial->end_mono_ns)
			break;
	return last > trial->at &&
	       mono_of(trial, trial->at) < trial->begin_mono_ns + 2 * trial->interval_ns &&
	       mono_of(trial, last - 1) > trial->end_mono_ns - 2 * trial->interval_ns;
}

static int add_channel(struct trial_import *trial)
{
	char basis[200];
	const struct meter_import *import = trial->import;
	snprintf(basis, sizeof(basis),
		 "imported, SHA-256 %.64s; 'joulecart meter' has its "
		 "certificate and its clock's offset",
		 import->sha256);
	const struct channel_facts facts = {
		.collector = "meter",
		.name = trial->step->name,
		.domain = "machine",
		.kind = "gauge",
		.unit = "W",
		.provenance = "measured",
		.unit_per_raw = 1 / raw_per_w,
		.max_power_w = import->limit_w,
		.update_interval_ns = (uint64_t)trial->interval_ns,
		.uncertainty_basis = basis,
	};
	const struct rollup_channel shape = {
		.is_power = true,
		.tick_interval_ns = trial->interval_ns,
		.rule = { .unit_per_raw = 1 / raw_per_w,
			  .max_power_w = import->limit_w,
			  .update_interval_ns = (uint64_t)trial->interval_ns,
			  .is_never_zero = advance_is_never_zero("machine") },
	};
	trial->channel_id = store_add_channel(trial->store, trial->trial_id, &facts,
					      trial->step->why);
	trial->builder = rollup_new(&shape, MOST_IN_STRETCH);
	if (!trial->builder)
		return problem_errno(trial->step->why, ENOMEM);
	return trial->channel_id < 0 ? -1 : 0;
}

static int add_gaps(const struct trial_import *trial, const struct finding_list *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->items[i];
		bool is_missing = finding->kind == FINDING_READ_ERROR;
		const struct gap_facts gap = {
			.trial_id = trial->trial_id,
			.channel_id = trial->channel_id,
			.collector = "meter",
			.name = trial->step->name,
			.kind = is_missing ? "read-error" : "implausible-step",
			.why = is_missing ? "the meter's file has no value there"
					  : "the meter's file has a power there that its "
					    "circuit cannot carry, or 0 W",
			.begin_mono_ns = finding->begin_mono_ns,
			.end_mono_ns = finding->end_mono_ns,
		};
		if (store_add_gap(trial->store, &gap, trial->step->why) != 0)
			return -1;
	}
	return 0;
}

/* The readings up to the stretch's end. */
static int add_readings(struct trial_import *trial, int64_t end_mono_ns)
{
	const struct meter_file *file = trial->import->file;
	for (; trial->at < file->n && mono_of(trial, trial->at) <= end_mono_ns;
	     trial->at++) {
		const struct meter_reading *reading = &file->readings[trial->at];
		const struct sample sample = {
			.mono_ns = mono_of(trial, trial->at),
			.raw = reading->err ? 0
					    : (uint64_t)llround(reading->watts * raw_per_w),
			.err = reading->err,
		};
		if (!rollup_add(trial->builder, &sample))
			return problem_refuse(
			    trial->step->why,
			    "thin the file out: some readings a second do",
			    "it has more than %d readings within a stretch",
			    MOST_IN_STRETCH);
		trial->stored->n_readings++;
		trial->stored->n_gaps += reading->err != 0;
	}
	return 0;
}

/* The stretches before the first reading stay without a row: of them nothing is known. */
static int add_stretch(struct trial_import *trial, int64_t seq, int64_t end_mono_ns,
		       bool is_edge)
{
	struct rollup_row row;
	struct rollup_pack pack;
	struct finding_list findings;
	if (add_readings(trial, end_mono_ns) != 0)
		return -1;
	rollup_cut(trial->builder, is_edge ? end_mono_ns : 0, NULL, &row, &pack, &findings);
	if (row.end_mono_ns == 0)
		return 0;
	if (store_add_rollup(trial->store, trial->channel_id, seq, &row, &pack, 0,
			     trial->step->why) != 0)
		return -1;
	return add_gaps(trial, &findings);
}

/* The stretches of a trial are those of whichever channel was read in all of them. */
static const char stretches_sql[] =
    "SELECT s.seq, s.end_mono_ns, EXISTS (SELECT 1 FROM phase p WHERE p.trial_id = ?1"
    "  AND (p.last_stretch = s.seq OR p.first_stretch = s.seq + 1)) "
    "FROM stretch s WHERE s.channel_id = (SELECT c.channel_id FROM channel c"
    "  JOIN stretch r ON r.channel_id = c.channel_id WHERE c.trial_id = ?1"
    "  AND c.collector <> 'meter' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) "
    "ORDER BY s.seq";

static int add_stretches(struct trial_import *trial)
{
	sqlite3_stmt *row = NULL;
	int code = 0, step = SQLITE_ERROR;
	if (sqlite3_prepare_v2(trial->step->db, stretches_sql, -1, &row, NULL) ==
	    SQLITE_OK) {
		sqlite3_bind_int64(row, 1, trial->trial_id);
		while (code == 0 && (step = sqlite3_step(row)) == SQLITE_ROW)
			code = add_stretch(trial, sqlite3_column_int64(row, 0),
					   sqlite3_column_int64(row, 1),
					   sqlite3_column_int(row, 2));
	}
	if (code == 0 && step != SQLITE_DONE)
		code = failed(trial->step);
	sqlite3_finalize(row);
	return code;
}

static int import_trial(struct trial_import *trial)
{
	if (!is_covered(trial)) {
		trial->stored->n_outside++;
		return 0;
	}
	int code = add_channel(trial);
	if (code == 0)
		code = add_stretches(trial);
	rollup_free(trial->builder);
	trial->stored->n_trials++;
	return code;
}

static const char trials_sql[] =
    "SELECT t.trial_id, t.begin_utc_ns, t.begin_mono_ns, min(s.begin_mono_ns),"
    " max(s.end_mono_ns) FROM trial t JOIN channel c ON c.trial_id = t.trial_id"
    " JOIN stretch s ON s.channel_id = c.channel_id WHERE t.campaign_id = ?1"
    " AND c.collector <> 'meter' GROUP BY 1 ORDER BY 1";

static int import_trials(const struct step *step, struct store *store,
			 const struct meter_import *import, struct meter_stored *stored)
{
	sqlite3_stmt *row = prepare(step, trials_sql);
	int code = 0, next = SQLITE_ERROR;
	while (row && code == 0 && (next = sqlite3_step(row)) == SQLITE_ROW) {
		struct trial_import trial = {
			.step = step,
			.store = store,
			.import = import,
			.trial_id = sqlite3_column_int64(row, 0),
			.utc_ns = sqlite3_column_int64(row, 1),
			.mono_ns = sqlite3_column_int64(row, 2),
			.begin_mono_ns = sqlite3_column_int64(row, 3),
			.end_mono_ns = sqlite3_column_int64(row, 4),
			.interval_ns = import->file->usual_ns,
			.stored = stored,
		};
		code = import_trial(&trial);
	}
	if (code == 0 && next != SQLITE_DONE)
		code = failed(step);
	sqlite3_finalize(row);
	return code;
}

static int write_source(const struct step *step, const struct meter_import *import)
{
	sqlite3_stmt *statement = prepare(
	    step,
	    "UPDATE meter SET file = ?3, sha256 = ?4, offset_ns = ?5, offset_low_ns = ?6,"
	    " offset_high_ns = ?7, correlation = ?8 WHERE campaign_id = ?1 AND name = ?2");
	if (!statement)
		return failed(step);
	bind_text(statement, 3, import->path);
	bind_text(statement, 4, import->sha256);
	sqlite3_bind_int64(statement, 5, import->offset.offset_ns);
	if (!import->is_stated) {
		sqlite3_bind_int64(statement, 6, import->offset.low_ns);
		sqlite3_bind_int64(statement, 7, import->offset.high_ns);
		sqlite3_bind_double(statement, 8, import->offset.correlation);
	}
	return run(step, statement);
}

struct importing {
	const struct step *step;
	struct store *store;
	const struct meter_facts *facts;
	const struct meter_import *import;
	struct meter_stored *stored;
};

static int import_all(void *context)
{
	const struct importing *importing = context;
	const struct step *step = importing->step;
	if (is_free(step) != 0 || forget(step) != 0 ||
	    write_facts(step, importing->facts) != 0 ||
	    write_source(step, importing->import) != 0)
		return -1;
	problem_what(step->why, "cannot import '%.100s'", importing->import->path);
	if (import_trials(step, importing->store, importing->import, importing->stored) !=
	    0)
		return -1;
	return importing->stored->n_trials > 0
		   ? 0
		   : problem_refuse(step->why, "look at its offset and at the run's times",
				    "it covers no trial of campaign %lld from begin to end",
				    (long long)step->campaign_id);
}

int meter_import(struct store *store, const struct meter_facts *facts,
		 const struct meter_import *import, struct meter_stored *stored,
		 struct problem *why)
{
	const struct step step = { store_db(store), facts->campaign_id, facts->name, why };
	struct importing importing = { &step, store, facts, import, stored };
	*stored = (struct meter_stored){ 0 };
	return noted(&step, facts->who, import_all, &importing);
}
