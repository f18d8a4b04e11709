/* reports/sensitivity/tornado.c - see tornado.h. */
#include <config.h>

#include "reports/sensitivity/tornado.h"

#include "reports/figure/column-text.h"
#include "reports/figure/rows.h"
#include "schema/database/trial-span.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An input's value and its two ends; NAN: not known, and so no row. */
struct range {
	double stored, low, high;
	bool is_choice;
};

/* What v_account and v_doubt have of a campaign. */
struct inputs {
	struct range grid, pue, psu, te, life, share;
	double training_queries;
};

enum { MOST_ROWS = 9 };

/* Where one tornado is being put together. */
struct draft {
	struct figure_reader reader;
	int64_t campaign_id;
	const struct model_row *row;
	double queries; /* of one unit: 1 of a query */
	bool has_training;
	struct inputs inputs;
	/* [MOST_ROWS]: figures_read() appends to the arena itself. */
	struct tornado_row *rows;
	size_t n;
};

static const char inputs_sql[] =
    "SELECT a.g_per_kwh, d.grid_down, d.grid_up, a.pue, d.pue_down, d.pue_up, a.psu,"
    " d.psu_down, d.psu_up, a.te_kg, d.te_down, d.te_up, a.life_years, d.life_down,"
    " d.life_up, a.share, a.pue_assumed, a.training_queries "
    "FROM v_account a JOIN v_doubt d ON d.campaign_id = a.campaign_id "
    "WHERE a.campaign_id = ?1";

static struct range ends(double stored, double low, double high, bool is_choice)
{
	return (struct range){ stored, low, high, is_choice };
}

/* The grams grow with it: v_doubt's factors of the grams are those of the input. */
static struct range growing(sqlite3_stmt *row, int column)
{
	double stored = real_or(row, column, NAN);
	return ends(stored, stored * real_or(row, column + 1, 1),
		    stored * real_or(row, column + 2, 1), false);
}

/* They fall with it. */
static struct range falling(sqlite3_stmt *row, int column)
{
	double stored = real_or(row, column, NAN);
	return ends(stored, stored / real_or(row, column + 2, 1),
		    stored / real_or(row, column + 1, 1), false);
}

static struct range doubled(double stored, double most)
{
	return ends(stored, stored / 2, fmin(stored * 2, most), true);
}

static int read_inputs(struct draft *draft)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(draft->reader.db, inputs_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, draft->campaign_id);
	int step = sqlite3_step(row);
	if (step == SQLITE_ROW) {
		draft->inputs = (struct inputs){
			.grid = growing(row, 0),
			.pue = growing(row, 3),
			.psu = falling(row, 6),
			.te = growing(row, 9),
			.life = falling(row, 12),
			.share = doubled(real_or(row, 15, NAN), 1),
			.training_queries = real_or(row, 17, NAN),
		};
		if (sqlite3_column_int(row, 16))
			draft->inputs.pue = ends(draft->inputs.pue.stored, 1, 1.5, true);
	}
	return sqlite3_finalize(row) == SQLITE_OK && step == SQLITE_ROW ? 0 : -1;
}

/* SCI where M is known, else O. */
static struct figure grams_in(const struct figure_group *group)
{
	if (!group)
		return figure_unknown("no trial counts");
	return group->figures[FIGURE_SCI_G].is_known ? group->figures[FIGURE_SCI_G]
						     : group->figures[FIGURE_O_G];
}

/* The grams of a unit with that change, of so many queries, and the training's part times spread; NAN in
 * *grams: not known. */
static int grams_with(struct draft *draft, const struct account_change *change,
		      double queries, double spread, double *grams)
{
	struct figure_list list;
	if (figures_read(&draft->reader, draft->campaign_id, change, &list) != 0)
		return -1;
	const char *variant = draft->row->variant;
	struct figure query = grams_in(figure_group_of(list, variant, "infer", true));
	const struct figure_group *training = figure_group_of(list, variant, "train",
							      false);
	*grams = query.is_known ? query.value * queries : (double)NAN;
	if (draft->has_training && training)
		*grams += training->figures[FIGURE_AMORTISED].value * queries * spread;
	return 0;
}

static void add_row(struct draft *draft, struct tornado_row row)
{
	row.least_g = fmin(row.low_g, row.high_g);
	row.most_g = fmax(row.low_g, row.high_g);
	if (row.most_g > row.least_g && draft->n < MOST_ROWS) /* no width is no range */
		draft->rows[draft->n++] = row;
}

/* An input of struct account_change, which lies at offset in it. */
static int add_account(struct draft *draft, const char *input, const char *unit,
		       struct range range, size_t offset)
{
	struct tornado_row row = { .input = input,
				   .unit = unit,
				   .stored = range.stored,
				   .low = range.low,
				   .high = range.high,
				   .is_choice = range.is_choice };
	struct account_change low = { 0 }, high = { 0 };
	if (!isfinite(range.low) || !isfinite(range.high) || range.low >= range.high)
		return 0;
	memcpy((char *)&low + offset, &range.low, sizeof(range.low));
	memcpy((char *)&high + offset, &range.high, sizeof(range.high));
	if (grams_with(draft, &low, draft->queries, 1, &row.low_g) != 0 ||
	    grams_with(draft, &high, draft->queries, 1, &row.high_g) != 0)
		return -1;
	add_row(draft, row);
	return 0;
}

/* Over how many queries the training is spread: traffic times years. */
static int add_horizon(struct draft *draft)
{
	const double stored = draft->inputs.training_queries;
	struct tornado_row row = { .input = "training horizon",
				   .unit = "queries",
				   .stored = stored,
				   .low = stored / 2,
				   .high = stored * 2,
				   .is_choice = true };
	if (!draft->has_training)
		return 0;
	if (grams_with(draft, NULL, draft->queries, 2, &row.low_g) != 0 ||
	    grams_with(draft, NULL, draft->queries, 0.5, &row.high_g) != 0)
		return -1;
	add_row(draft, row);
	return 0;
}

static int add_mix(struct draft *draft, bool is_session)
{
	struct tornado_row row = { .input = "queries of a session",
				   .unit = "",
				   .stored = draft->queries,
				   .low = 3,
				   .high = 7,
				   .is_choice = true };
	if (!is_session)
		return 0;
	if (grams_with(draft, NULL, row.low, 1, &row.low_g) != 0 ||
	    grams_with(draft, NULL, row.high, 1, &row.high_g) != 0)
		return -1;
	add_row(draft, row);
	return 0;
}

/* By CPU time, as an estimate has it, or all of the machine, as counters have it: of the trials that the
 * variant's queries count in. */
static const char allocation_sql[] =
    "SELECT avg(s.cpu_share), max(q.provenance IN ('estimated', 'assumed')) FROM v_query q"
    " JOIN v_share s ON s.trial_id = q.trial_id"
    "  AND iif(q.span = 'steady', s.phase = 'steady', s.phase_ordinal = 0) "
    "WHERE q.campaign_id = ?1 AND q.variant = ?2 AND q.job = 'infer' AND q.usable"
    "  AND q.trial_id BETWEEN ?3 AND ?4 AND s.trial_id BETWEEN ?3 AND ?4";

/* *share by CPU time, NAN where no CPU seconds are known. 0, or -1. */
static int read_share(struct draft *draft, double *share, bool *is_by_time)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(draft->reader.db, allocation_sql, -1, &row, NULL) !=
	    SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, draft->campaign_id);
	bind_text(row, 2, draft->row->variant);
	int code = trial_span_bind(row, 3, draft->campaign_id);
	bool is_there = code == 0 && sqlite3_step(row) == SQLITE_ROW;
	*share = is_there ? real_or(row, 0, NAN) : (double)NAN;
	*is_by_time = is_there && sqlite3_column_int(row, 1);
	return sqlite3_finalize(row) == SQLITE_OK ? code : -1;
}

/* Of the electricity of the queries alone: what is embodied has a share of its own, and a training too. */
static int add_allocation(struct draft *draft)
{
	struct figure_list list;
	double share, grams;
	bool is_by_time;
	if (read_share(draft, &share, &is_by_time) != 0 ||
	    figures_read(&draft->reader, draft->campaign_id, NULL, &list) != 0 ||
	    grams_with(draft, NULL, draft->queries, 1, &grams) != 0)
		return -1;
	const struct figure_group *query = figure_group_of(list, draft->row->variant,
							   "infer", true);
	if (!query || !(share > 0 && share < 1))
		return 0;
	double stored = is_by_time ? share : 1;
	double electric = query->figures[FIGURE_O_G].value * draft->queries;
	add_row(draft,
		(struct tornado_row){ .input = "allocation of the machine",
				      .unit = "",
				      .stored = stored,
				      .low = share,
				      .high = 1,
				      .is_choice = true,
				      .low_g = grams + electric * (share / stored - 1),
				      .high_g = grams + electric * (1 / stored - 1) });
	return 0;
}

static int by_swing(const void *left, const void *right)
{
	const struct tornado_row *a = left, *b = right;
	double first = a->most_g - a->least_g, second = b->most_g - b->least_g;
	return (first < second) - (first > second);
}

static int add_all(struct draft *draft, struct tornado *tornado)
{
	const struct inputs *in = &draft->inputs;
	const struct {
		const char *input, *unit;
		struct range range;
		size_t offset;
		bool is_embodied;
	} rows[] = {
#define MEMBER(name) offsetof(struct account_change, name)
		{ "grid intensity", "g/kWh", in->grid, MEMBER(g_per_kwh), false },
		{ "PUE", "", in->pue, MEMBER(pue), false },
		{ "power supply", "", in->psu, MEMBER(psu), false },
		{ "embodied carbon", "kg", in->te, MEMBER(te_kg), true },
		{ "service life", "years", in->life, MEMBER(life_years), true },
		{ "share of the device", "", in->share, MEMBER(share), true },
#undef MEMBER
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((!rows[i].is_embodied || tornado->has_embodied) &&
		    add_account(draft, rows[i].input, rows[i].unit, rows[i].range,
				rows[i].offset) != 0)
			return -1;
	if (add_horizon(draft) != 0 || add_allocation(draft) != 0 ||
	    add_mix(draft, strcmp(tornado->per, "session") == 0) != 0)
		return -1;
	if (draft->n > 0)
		qsort(draft->rows, draft->n, sizeof(*draft->rows), by_swing);
	tornado->rows = draft->rows;
	tornado->n = draft->n;
	return 0;
}

static const struct model_row *chosen(const struct model_campaign *campaign)
{
	for (size_t i = 0; i < campaign->n_rows; i++) /* the baseline stands first */
		if (strcmp(campaign->rows[i].job, "infer") == 0 &&
		    grams_in(campaign->rows[i].per_query).is_known)
			return &campaign->rows[i];
	return NULL;
}

static void take_unit(struct draft *draft, struct tornado *tornado)
{
	const struct unit_row *unit = unit_row_of(&draft->row->units, UNIT_SESSIONS);
	bool is_session = unit && unit->queries > 0;
	draft->queries = is_session ? unit->queries : 1;
	draft->has_training = is_session && unit->training_g.is_known;
	tornado->variant = draft->row->variant;
	tornado->per = is_session ? "session" : "query";
	tornado->has_embodied = draft->row->per_query->figures[FIGURE_SCI_G].is_known;
	tornado->has_training = draft->has_training;
	tornado->stored_g = is_session ? draft->has_training ? unit->all_g : unit->grams
				       : grams_in(draft->row->per_query);
}

double tornado_percent(const struct tornado *tornado, double grams)
{
	return (grams / tornado->stored_g.value - 1) * 100;
}

int tornado_read(sqlite3 *db, const struct model_campaign *campaign, struct arena *arena,
		 struct tornado *tornado)
{
	struct draft draft = { .reader = { .db = db, .arena = arena },
			       .campaign_id = campaign->campaign_id,
			       .row = chosen(campaign) };
	*tornado = (struct tornado){ .per = "query" };
	if (!draft.row) {
		tornado->reason = "no query has grams";
		return 0;
	}
	draft.rows = arena_room(arena, MOST_ROWS * sizeof(*draft.rows));
	take_unit(&draft, tornado);
	int code = read_inputs(&draft);
	if (code == 0)
		code = add_all(&draft, tornado);
	figures_close(&draft.reader);
	return code;
}
