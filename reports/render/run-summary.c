/* reports/render/run-summary.c - what 'run' prints after its command: what it cost, in few lines. */
#include <config.h>

#include "base/problem.h"
#include "reports/campaign/summary.h"
#include "reports/figure/column-text.h"
#include "reports/figure/format.h"
#include "reports/figure/provenance.h"
#include "reports/figure/shell-word.h"
#include "reports/figure/wrap.h"
#include "reports/render/notes.h"
#include "reports/render/report.h"
#include "schema/database/guard.h"

#include <string.h>

/* What the model, which averages, does not hold of the last trial. */
struct last_trial {
	int64_t trial_id, exit_code, exit_signal, ticks, ticks_missed, ticks_dropped;
	int64_t n_stacks; /* that were sampled; -1: none was to be */
	double seconds, own_cpu_s;
	const char *why_incomplete; /* NULL: complete */
	const char *unread;         /* boards that are there and cannot be read, or NULL */
	bool is_attached;           /* a service, which did not end with the trial */
	bool can_measure;           /* doctor knows what would make a sensor readable */
};

static const char last_trial_sql[] =
    "SELECT t.trial_id, coalesce(t.exit_code, -1), coalesce(t.exit_signal, 0),"
    "       coalesce(t.ticks_dropped, 0), (t.end_mono_ns - t.begin_mono_ns) * 1e-9,"
    "       t.own_cpu_s, t.why_incomplete,"
    "       EXISTS (SELECT 1 FROM gap WHERE trial_id = ?1 AND collector = 'powercap'"
    "               AND todo <> ''),"
    "       coalesce(t.ticks, 0), coalesce(t.ticks_missed, 0),"
    "       (SELECT group_concat(substr(why, 1, instr(why, ': ') - 1), ', ') FROM gap"
    "        WHERE trial_id = ?1 AND collector = 'nvml' AND kind = 'unavailable'"
    "          AND name IS NOT NULL),"
    "       coalesce((SELECT n FROM profile WHERE trial_id = ?1), -1),"
    "       coalesce(t.command LIKE '[\"(attached)\",%', 0) "
    "FROM trial t WHERE t.trial_id = ?1";

/* "package-0 702, dram-0 stuck" */
static const char channels_sql[] =
    "SELECT group_concat("
    "         CASE WHEN joules IS NOT NULL"
    "              THEN printf(iif(joules < 1000, '%s %.3g', '%s %.0f'), channel, joules)"
    "              WHEN is_stuck THEN channel || ' stuck'"
    "              ELSE channel || ' not read' END, ', ') "
    "FROM (SELECT * FROM v_energy"
    "      WHERE trial_id = ?1 AND phase_ordinal = 0 AND counted = 1"
    "      ORDER BY joules DESC, channel)";

static struct last_trial last_of(sqlite3_stmt *row, struct arena *arena)
{
	return (struct last_trial){
		.trial_id = sqlite3_column_int64(row, 0),
		.exit_code = sqlite3_column_int64(row, 1),
		.exit_signal = sqlite3_column_int64(row, 2),
		.ticks_dropped = sqlite3_column_int64(row, 3),
		.seconds = sqlite3_column_double(row, 4),
		.own_cpu_s = sqlite3_column_double(row, 5),
		.why_incomplete = column_text(row, 6, arena),
		.can_measure = sqlite3_column_int(row, 7) != 0,
		.ticks = sqlite3_column_int64(row, 8),
		.ticks_missed = sqlite3_column_int64(row, 9),
		.unread = column_text(row, 10, arena),
		.n_stacks = sqlite3_column_int64(row, 11),
		.is_attached = sqlite3_column_int(row, 12) != 0,
	};
}

static int read_last(sqlite3 *db, int64_t trial_id, struct arena *arena,
		     struct last_trial *last)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(db, last_trial_sql, -1, &row, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(row, 1, trial_id);
	bool is_there = sqlite3_step(row) == SQLITE_ROW;
	if (is_there)
		*last = last_of(row, arena);
	sqlite3_finalize(row);
	return is_there ? 0 : -1;
}

/* A statement of its own: it is the dearest to compile, and an estimate has no use for it. */
static const char *read_channels(sqlite3 *db, int64_t trial_id, struct arena *arena)
{
	sqlite3_stmt *row = NULL;
	const char *text = NULL;
	if (sqlite3_prepare_v2(db, channels_sql, -1, &row, NULL) != SQLITE_OK)
		return "";
	sqlite3_bind_int64(row, 1, trial_id);
	if (sqlite3_step(row) == SQLITE_ROW)
		text = column_text(row, 0, arena);
	sqlite3_finalize(row);
	return text ? text : "";
}

/* Where the footer is being written. */
struct footer {
	sqlite3 *db;
	const struct model_campaign *campaign;
	const struct model_row
	    *row; /* of the last trial's variant; there is only one in 'run' */
	const struct last_trial *last;
	const struct glyphs *glyphs;
	struct arena *arena;
	FILE *out;
};

/* Where the texts of all lines begin. */
enum { TEXT_COLUMN = 15 };

/* "  stored       trial 1 in shop.db": one line of the summary, and more where it has to be. */
static void __attribute__((format(printf, 3, 4)))
print_line(const struct footer *footer, const char *label, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	const char *text = arena_vformat(footer->arena, format, arguments);
	va_end(arguments);
	fprintf(footer->out, "  %-12s ", label);
	wrap_print(text, TEXT_COLUMN, TEXT_COLUMN, footer->out);
}

/* "  energy       790 J     (750..830)    measured   detail" */
static void print_figure(const struct footer *footer, const char *label, const char *unit,
			 struct figure figure, bool is_estimate, const char *detail)
{
	struct scale scale = scale_of(&figure, 1, footer->glyphs);
	const char *value = arena_format(
	    footer->arena, "%s %s%s",
	    format_value(figure, scale, footer->glyphs, footer->arena), scale.prefix, unit);
	const char *interval = format_interval(figure, scale, footer->arena);
	if (interval[0])
		interval = arena_format(footer->arena, "(%s)", interval);
	value = wrap_pad(value, 12, footer->arena);
	interval = wrap_pad(interval, 16, footer->arena);
	if (is_estimate)
		print_line(footer, label, "ESTIMATED  %s %s %s", value, interval, detail);
	else
		print_line(footer, label, "%s %s %-9s %s", value, interval,
			   format_provenance(figure), detail);
}

static void print_end(const struct footer *footer)
{
	const struct last_trial *last = footer->last;
	const char *how = last->is_attached ? "attached"
			  : last->exit_signal > 0
			      ? arena_format(footer->arena, "killed by signal %lld",
					     (long long)last->exit_signal)
			  : last->exit_code >= 0 ? arena_format(footer->arena, "exit %lld",
								(long long)last->exit_code)
						 : "no exit status";
	const char *seconds = format_digits(last->seconds, 4, footer->arena);
	const char *trials = footer->campaign->n_trials > 1
				 ? arena_format(footer->arena, "%lld trials, the last ",
						(long long)footer->campaign->n_trials)
				 : "";
	wrap_say(footer->out, 0, 2, "joulecart: %s%s s, %s%s%s", trials, seconds, how,
		 last->why_incomplete ? "; incomplete: " : "",
		 last->why_incomplete ? last->why_incomplete : "");
}

static struct figure energy_of(const struct footer *footer)
{
	return footer->row->joules_per_run.is_known ? footer->row->joules_per_run
						    : footer->campaign->last_run_j;
}

static void print_energy(const struct footer *footer)
{
	struct figure energy = energy_of(footer);
	bool is_estimate = energy.provenance == PROVENANCE_ESTIMATED;
	if (!energy.is_known) {
		print_line(footer, "energy", "unknown: %s",
			   energy.reason ? energy.reason : "nothing was read");
		return;
	}
	const char *detail = is_estimate
				 ? arena_format(footer->arena, "CPU time %s coefficients",
						footer->glyphs->times)
			     : footer->campaign->n_trials > 1
				 ? "mean of the trials"
				 : read_channels(footer->db, footer->last->trial_id,
						 footer->arena);
	print_figure(footer, "energy", "J", energy, is_estimate, detail);
}

static void print_query(const struct footer *footer)
{
	struct figure query = footer->row->joules_per_query;
	if (query.is_known)
		print_figure(footer, "per query", "J", query,
			     query.provenance == PROVENANCE_ESTIMATED,
			     arena_format(footer->arena, "%lld %s",
					  (long long)footer->row->queries,
					  footer->row->queries == 1 ? "query" : "queries"));
	else if (footer->campaign->last_query_reason)
		print_line(footer, "per query", "unknown: %s",
			   footer->campaign->last_query_reason);
}

static void print_units(const struct footer *footer)
{
	const struct unit_list *units = &footer->row->units;
	for (size_t i = 0; i < units->n; i++) {
		const struct unit_row *one = &units->rows[i];
		if (one->joules.is_known)
			print_figure(footer, "per unit", "J", one->joules,
				     one->joules.provenance == PROVENANCE_ESTIMATED,
				     arena_format(footer->arena, "%lld %s",
						  (long long)one->n, one->unit));
		else
			print_line(footer, "per unit", "%s: unknown: %s", one->unit,
				   one->joules.reason);
	}
}

/* In percent of the machine's CPU time. */
static struct figure read_share(const struct footer *footer)
{
	sqlite3_stmt *row = NULL;
	struct figure share = figure_unknown(NULL);
	if (sqlite3_prepare_v2(footer->db,
			       "SELECT 100 * cpu_share, 100 * cpu_share_low,"
			       "       100 * cpu_share_high FROM v_share"
			       " WHERE trial_id = ?1 AND phase_ordinal = 0",
			       -1, &row, NULL) != SQLITE_OK)
		return share;
	sqlite3_bind_int64(row, 1, footer->last->trial_id);
	if (sqlite3_step(row) == SQLITE_ROW)
		share = (struct figure){ .is_known = true,
					 .has_interval = true,
					 .value = sqlite3_column_double(row, 0),
					 .low = sqlite3_column_double(row, 1),
					 .high = sqlite3_column_double(row, 2) };
	sqlite3_finalize(row);
	return share;
}

/* Of a service, what it has of the machine's joules above by its CPU time. An estimate is the service's from
 * the first. */
static void print_share(const struct footer *footer)
{
	const struct figure energy = energy_of(footer);
	const struct figure share = footer->last->is_attached ? read_share(footer)
							      : figure_unknown(NULL);
	const char *so = "";
	if (!share.is_known)
		return;
	if (energy.is_known && energy.has_interval &&
	    energy.provenance != PROVENANCE_ESTIMATED) {
		const struct figure part = { .is_known = true,
					     .has_interval = true,
					     .value = energy.value * share.value / 100,
					     .low = energy.low * share.low / 100,
					     .high = energy.high * share.high / 100 };
		struct scale scale = scale_of(&part, 1, footer->glyphs);
		so = arena_format(
		    footer->arena, ": %s %sJ (%s) if each second costs the same",
		    format_value(part, scale, footer->glyphs, footer->arena), scale.prefix,
		    format_interval(part, scale, footer->arena));
	}
	const struct scale one = scale_plain(&share, 1);
	print_line(footer, "its share", "%s %% (%s) of the machine's CPU time%s",
		   format_value(share, one, footer->glyphs, footer->arena),
		   format_interval(share, one, footer->arena), so);
}

static bool has_embodied(const struct footer *footer)
{
	const struct figure_group *group = footer->row->per_run;
	return group && group->figures[FIGURE_M_G].is_known;
}

static void print_carbon(const struct footer *footer)
{
	struct figure energy = energy_of(footer);
	const struct model_campaign *campaign = footer->campaign;
	if (!energy.is_known || campaign->g_per_kwh <= 0)
		return;
	struct figure grams = footer->row->joules_per_run.is_known
				  ? footer->row->grams_per_run
				  : campaign->last_run_g;
	bool is_estimate = energy.provenance == PROVENANCE_ESTIMATED;
	/* A measured line has a column for its provenance, an estimated one has not. */
	print_figure(footer, "carbon", "gCO2e", grams, is_estimate,
		     line_of_carbon(campaign, is_estimate, footer->arena));
	if (has_embodied(footer)) {
		struct figure made = footer->row->per_run->figures[FIGURE_M_G];
		print_figure(footer, "embodied", "gCO2e", made, is_estimate,
			     is_estimate ? provenance_word(made.provenance) : "");
	}
}

/* The first line has the end already; doctor has what was never there. */
static bool is_news(const char *kind)
{
	return strcmp(kind, "incomplete") != 0 && strcmp(kind, "failed") != 0 &&
	       strcmp(kind, "unavailable") != 0 && strcmp(kind, "absent") != 0;
}

/* What an estimate leaves to do; nothing on bare metal that has no sensor. */
static void print_advice(const struct footer *footer)
{
	const char *advice =
	    footer->last->can_measure
		? "a sensor cannot be read; joulecart doctor shows what would help"
	    : footer->campaign->hypervisor
		? "no energy counter is visible in this VM; run on the host"
		: NULL;
	if (advice)
		print_line(footer, "no counter", "%s", advice);
}

static void print_doubts(const struct footer *footer)
{
	const struct note_list *notes = &footer->campaign->notes;
	struct figure energy = energy_of(footer);
	bool is_machine = footer->campaign->has_machine_meter;
	size_t first = 0;
	while (first < notes->n && !is_news(notes->notes[first].kind))
		first++;
	if (first < notes->n)
		print_line(footer, "note", "%s", notes->notes[first].text);
	if (energy.is_known && energy.provenance != PROVENANCE_ESTIMATED)
		print_line(footer, "not counted", "%s%s%s%s%s",
			   footer->last->unread ? footer->last->unread : "",
			   footer->last->unread ? ", " : "",
			   is_machine ? "losses before the machine's meter"
				      : "fans, disks, network",
			   footer->campaign->psu > 0 || is_machine ? "" : ", power supply",
			   has_embodied(footer) ? "" : "; embodied");
	else
		print_advice(footer);
}

/* A share of a core says something only of a run that outlasts joulecart's own start and end. */
static const char *own_cost_text(const struct footer *footer)
{
	static const double long_enough_s = 1;
	const struct last_trial *last = footer->last;
	if (!footer->campaign->has_own_cost)
		return "";
	bool is_small = last->own_cpu_s < 1;
	const char *slowdown = sampling_slowdown_text(
	    &footer->campaign->sampling, &footer->campaign->last_run_j, footer->arena);
	const char *share = last->seconds < long_enough_s
				? ""
				: arena_format(
				      footer->arena, " (%s %% of a core)",
				      format_digits(last->own_cpu_s / last->seconds * 100,
						    3, footer->arena));
	return arena_format(
	    footer->arena, "; own cost %s CPU %s%s%s%s",
	    format_digits(last->own_cpu_s * (is_small ? 1e3 : 1), 3, footer->arena),
	    is_small ? "ms" : "s", share, slowdown ? "; it " : "",
	    slowdown ? slowdown : "");
}

/* Missed: the deadline passed before the reading began. Lost: read, and not stored. */
static const char *ticks_text(const struct footer *footer)
{
	const struct last_trial *last = footer->last;
	const char *missed = "", *lost = "";
	if (last->ticks_missed == 0 && last->ticks_dropped == 0)
		return ", no tick lost";
	if (last->ticks_missed > 0)
		missed = arena_format(footer->arena, ", %lld of %lld ticks missed",
				      (long long)last->ticks_missed,
				      (long long)last->ticks +
					  (long long)last->ticks_missed);
	if (last->ticks_dropped > 0)
		lost = arena_format(footer->arena, ", %lld ticks lost",
				    (long long)last->ticks_dropped);
	return arena_format(footer->arena, "%s%s", missed, lost);
}

/* Where what the run was asked to sample is to be seen. */
static void print_profile(const struct footer *footer, const char *path)
{
	const struct last_trial *last = footer->last;
	if (last->n_stacks < 0)
		return;
	print_line(footer, "profile", "%lld stack%s; joulecart report --functions%s%s",
		   (long long)last->n_stacks, last->n_stacks == 1 ? "" : "s",
		   path ? " " : "", path ? shell_path(footer->arena, path) : "");
}

static void print_stored(const struct footer *footer, const char *path)
{
	print_line(footer, "stored", "trial %lld%s%s%s%s",
		   (long long)footer->last->trial_id, path ? " in " : "", path ? path : "",
		   own_cost_text(footer), ticks_text(footer));
}

static void print_footer(const struct footer *footer, const char *path)
{
	print_end(footer);
	print_energy(footer);
	print_share(footer);
	print_query(footer);
	print_units(footer);
	print_carbon(footer);
	print_doubts(footer);
	print_profile(footer, path);
	print_stored(footer, path);
}

static int render(sqlite3 *db, const struct report *report, struct arena *arena, FILE *out)
{
	struct last_trial last;
	const struct model_campaign *campaign = &report->campaigns[0];
	if (campaign->n_rows == 0 ||
	    read_last(db, campaign->last_trial_id, arena, &last) != 0)
		return -1;
	const struct footer footer = { .db = db,
				       .campaign = campaign,
				       .row = &campaign->rows[0],
				       .last = &last,
				       .glyphs = glyphs_of_locale(),
				       .arena = arena,
				       .out = out };
	print_footer(&footer, report->path);
	return 0;
}

int footer_render(sqlite3 *db, FILE *out, const struct report_options *options,
		  struct problem *why)
{
	const struct report *report = report_read(db, options->campaign_id, options->path,
						  why);
	if (!report)
		return -1;
	struct arena *arena = arena_new();
	int code = arena ? render(db, report, arena, out) : -1;
	if (code != 0) {
		problem_what(why, "cannot print what the run cost");
		arena ? guard_why(db, why) : problem_why(why, "out of memory");
	}
	arena_free(arena);
	report_free(report);
	return code;
}
