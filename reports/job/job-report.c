/* reports/job/job-report.c - see job-report.h. */
#include <config.h>

#include "reports/job/job-report.h"

#include "reports/figure/column-text.h"
#include "reports/figure/format.h"
#include "reports/figure/rows.h"
#include "reports/job/job-rows.h"
#include "reports/render/marked-report.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* What a row is of; 'machine': all jobs of a node that has more than one. */
enum job_level { LEVEL_JOB, LEVEL_NODE, LEVEL_RANK, LEVEL_MACHINE };

struct job_row {
	enum job_level level;
	const char *job, *node, *state, *account, *partition, *command;
	int64_t rank, n_ranks, n_stated, n_nodes, n_cut; /* -1: not known */
	bool is_reader;
	struct figure joules, own;
	double seconds, cpu_s, idle_j, others_j, exchange_s, sacct_j, skew_s, queries,
	    efficiency; /* NAN: not known */
};

static const char people_sql[] = JOB_ROWS
    " SELECT level, job, node, rank, n_ranks, n_stated, n_nodes, n_cut, seconds, cpu_s,"
    " joules, joules_low, joules_high, own_j, own_low_j, own_high_j, idle_j, others_j,"
    " provenance, exchange_s, queries, efficiency, state, is_reader, account, partition,"
    " sacct_j, skew_s, command" JOB_ORDER;

static const char program_sql[] = JOB_ROWS
    " SELECT CASE level WHEN 0 THEN 'job' WHEN 1 THEN 'node' WHEN 2 THEN 'rank'"
    " ELSE 'machine' END AS level, job, node, rank, n_ranks, n_stated AS ranks_stated,"
    " n_nodes, n_cut AS ranks_cut_off, seconds, cpu_s, joules, joules_low, joules_high,"
    " own_j, own_low_j, own_high_j, idle_j, others_j, provenance, exchange_s, queries,"
    " joules_per_query, efficiency, state, is_reader, account, partition,"
    " sacct_j AS sacct_consumed_energy_j, skew_s AS begin_skew_s, command" JOB_ORDER;

/* joules, low and high in three columns from there on. */
static struct figure figure_at(sqlite3_stmt *row, int column, const char *provenance)
{
	struct figure figure = figure_unknown(NULL);
	figure.provenance = provenance_of_word(provenance);
	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		return figure;
	figure.is_known = true;
	figure.value = sqlite3_column_double(row, column);
	figure.has_interval = sqlite3_column_type(row, column + 1) != SQLITE_NULL &&
			      sqlite3_column_type(row, column + 2) != SQLITE_NULL;
	figure.low = sqlite3_column_double(row, column + 1);
	figure.high = sqlite3_column_double(row, column + 2);
	return figure;
}

static void take_job_row(sqlite3_stmt *row, const struct list_reading *reading)
{
	const char *provenance = text_of(row, 18, reading);
	const struct job_row one = {
		.level = (enum job_level)sqlite3_column_int(row, 0),
		.job = text_of(row, 1, reading),
		.node = text_of(row, 2, reading),
		.rank = count_or(row, 3, -1),
		.n_ranks = count_or(row, 4, -1),
		.n_stated = count_or(row, 5, -1),
		.n_nodes = count_or(row, 6, -1),
		.n_cut = count_or(row, 7, 0),
		.seconds = real_or(row, 8, NAN),
		.cpu_s = real_or(row, 9, NAN),
		.joules = figure_at(row, 10, provenance),
		.own = figure_at(row, 13, provenance),
		.idle_j = real_or(row, 16, NAN),
		.others_j = real_or(row, 17, NAN),
		.exchange_s = real_or(row, 19, NAN),
		.queries = real_or(row, 20, NAN),
		.efficiency = real_or(row, 21, NAN),
		.state = text_of(row, 22, reading),
		.is_reader = count_or(row, 23, 0) > 0,
		.account = text_of(row, 24, reading),
		.partition = text_of(row, 25, reading),
		.sacct_j = real_or(row, 26, NAN),
		.skew_s = real_or(row, 27, NAN),
		.command = text_of(row, 28, reading),
	};
	arena_append(reading->arena, &one, sizeof(one));
}

/* --- for people ------------------------------------------------------------------------- */

/* Where a job is being printed: all of its figures of joules have one scale. */
struct job_view {
	const struct marked_page *page;
	struct scale joules, seconds;
};

static const char *plain(double value, struct scale scale, const struct job_view *view)
{
	const struct figure figure = { .is_known = !isnan(value), .value = value };
	return format_value(figure, scale, view->page->glyphs, view->page->arena);
}

static struct scale scale_of_joules(const struct job_row *rows, size_t n,
				    const struct marked_page *page)
{
	struct figure *figures = arena_room(page->arena, 2 * n * sizeof(*figures));
	for (size_t i = 0; i < n; i++) {
		figures[2 * i] = rows[i].joules;
		figures[2 * i + 1] = rows[i].own;
	}
	return scale_of(figures, 2 * n, page->glyphs);
}

static const char *name_of(const struct job_row *row, struct arena *arena)
{
	const char *node = row->node ? shown_text(row->node, arena) : "";
	if (row->level == LEVEL_RANK && row->rank >= 0)
		return arena_format(arena, "rank %lld, %s%s", (long long)row->rank, node,
				    row->is_reader ? " (reads)" : "");
	if (row->level == LEVEL_RANK)
		return arena_format(arena, "%s, %s", shown_text(row->command, arena), node);
	return row->level == LEVEL_JOB ? "(job)" : node;
}

enum { N_CELLS = 9 };

static void cells_of(const struct job_row *row, const struct job_view *view,
		     const char *cells[N_CELLS])
{
	const struct glyphs *glyphs = view->page->glyphs;
	struct arena *arena = view->page->arena;
	bool is_rank = row->level == LEVEL_RANK;
	cells[0] = name_of(row, arena);
	cells[1] = plain(row->seconds, view->seconds, view);
	cells[2] = format_value(row->joules, view->joules, glyphs, arena);
	cells[3] = format_interval(row->joules, view->joules, arena);
	cells[4] = format_value(row->own, view->joules, glyphs, arena);
	cells[5] = format_interval(row->own, view->joules, arena);
	cells[6] = is_rank ? "" : plain(row->others_j, view->joules, view);
	cells[7] = is_rank ? "" : plain(row->idle_j, view->joules, view);
	cells[8] = is_rank && row->state ? shown_text(row->state, arena) : "";
}

static int print_table(const struct job_row *rows, size_t n, const struct job_view *view)
{
	const char *unit = view->joules.prefix;
	struct arena *arena = view->page->arena;
	const char *const headers[N_CELLS] = {
		"of",
		"seconds",
		arena_format(arena, "%sJ meanwhile", unit),
		"interval",
		arena_format(arena, "%sJ own", unit),
		"at least..most",
		arena_format(arena, "%sJ others", unit),
		arena_format(arena, "%sJ idle", unit),
		"end",
	};
	static const bool is_spared[N_CELLS] = { [3] = true };
	const char **cells = arena_room(arena, n * N_CELLS * sizeof(*cells));
	bool has_ends = false;
	size_t n_rows = 0;
	for (size_t i = 0; i < n; i++) {
		/* A job's one node has what the job has. */
		if (rows[i].level == LEVEL_NODE && rows->n_nodes == 1)
			continue;
		const char **row = cells + n_rows++ * N_CELLS;
		cells_of(&rows[i], view, row);
		has_ends = has_ends || *row[N_CELLS - 1];
	}
	size_t n_columns = has_ends ? N_CELLS : N_CELLS - 1;
	for (size_t i = 0; i < n_rows && !has_ends; i++)
		memmove(cells + i * n_columns, cells + i * N_CELLS,
			n_columns * sizeof(*cells));
	const struct marked_table table = { headers, is_spared, cells, n_columns, n_rows };
	return marked_table_print(&table, view->page);
}

/* Does any of them say which rank it is? Else they are trials of one campaign. */
static bool has_ranks(const struct job_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].level == LEVEL_RANK && rows[i].rank >= 0)
			return true;
	return false;
}

static void print_head(const struct job_row *job, const char *what,
		       const struct marked_page *page)
{
	struct arena *arena = page->arena;
	const struct figure total = { .is_known = true,
				      .provenance = job->joules.provenance };
	const char *paid =
	    job->account || job->partition
		? arena_format(arena, ", account %s, partition %s",
			       job->account ? shown_text(job->account, arena) : "-",
			       job->partition ? shown_text(job->partition, arena) : "-")
		: "";
	const char *rest = arena_format(
	    arena, "%lld %s%s on %lld node%s%s; %s", (long long)job->n_ranks, what,
	    job->n_ranks == 1 ? "" : "s", (long long)job->n_nodes,
	    job->n_nodes == 1 ? "" : "s", paid, format_provenance(total));
	marked_head_print(shown_text(job->command, arena),
			  arena_format(arena, "job %s", shown_text(job->job, arena)), rest,
			  page);
}

static void note_missing(const struct job_row *rows, size_t n,
			 const struct marked_page *page)
{
	const struct job_row *job = rows;
	int64_t n_here = 0, found = -1;
	for (size_t i = 1; i < n; i++) /* in the order of ranks, within a node */
		if (rows[i].level == LEVEL_RANK && rows[i].rank >= 0) {
			n_here++;
			found = rows[i].n_stated > found ? rows[i].n_stated : found;
		}
	if (found > n_here)
		marked_note_print(
		    page,
		    arena_format(page->arena,
				 "%lld of %lld ranks are missing: nothing of them is in "
				 "what was read, nor of nodes on which only they ran.",
				 (long long)(found - n_here), (long long)found));
	if (job->n_cut > 0)
		marked_note_print(
		    page,
		    arena_format(
			page->arena,
			"%lld rank%s cut off or interrupted: of %s the figures end with "
			"the last second that was stored. Others of the node read on.",
			(long long)job->n_cut, job->n_cut == 1 ? " was" : "s were",
			job->n_cut == 1 ? "it" : "them"));
}

/* Slurm counts a node's energy for each job on it, from the first step's begin to the last one's end. */
static void note_sacct(const struct job_row *job, const struct job_view *view)
{
	struct arena *arena = view->page->arena;
	if (isnan(job->sacct_j))
		return;
	if (!job->joules.is_known) {
		marked_note_print(view->page,
				  arena_format(arena, "sacct's ConsumedEnergyRaw is %s J.",
					       format_digits(job->sacct_j, 6, arena)));
		return;
	}
	double others = isnan(job->others_j) ? 0 : job->others_j;
	marked_note_print(
	    view->page,
	    arena_format(arena,
			 "sacct's ConsumedEnergyRaw is %s J, %s J %s. It is the nodes' "
			 "energy from the begin of the job's first step to its end, in "
			 "whole joules: true of a job that has its nodes alone. %s",
			 format_digits(job->sacct_j, 6, arena),
			 format_digits(fabs(job->sacct_j - job->joules.value), 4, arena),
			 job->sacct_j < job->joules.value ? "less" : "more",
			 others > 0.02 * job->joules.value
			     ? "This one had not: what other processes drew is in it, too."
			     : "Nothing else to speak of ran here; the rest of the "
			       "difference is time before and after the ranks, or "
			       "sensors that only one of the two has."));
}

static void print_notes(const struct job_row *rows, size_t n, const struct job_view *view)
{
	const struct job_row *job = rows;
	struct arena *arena = view->page->arena;
	note_missing(rows, n, view->page);
	if (!isnan(job->exchange_s))
		marked_note_print(
		    view->page,
		    arena_format(arena,
				 "In exchanges between ranks, by their marks: %s s of the "
				 "ranks' %s CPU seconds.",
				 format_digits(job->exchange_s, 3, arena),
				 isnan(job->cpu_s) ? "unknown"
						   : format_digits(job->cpu_s, 3, arena)));
	if (job->n_nodes > 1 && !isnan(job->skew_s))
		marked_note_print(
		    view->page,
		    arena_format(
			arena,
			"By the nodes' own clocks their first ranks began within %s s.",
			format_digits(job->skew_s, 3, arena)));
	if (!isnan(job->queries) && job->joules.is_known && job->queries > 0)
		marked_note_print(
		    view->page,
		    arena_format(arena, "%s J a query, of %s queries.",
				 format_digits(job->joules.value / job->queries, 4, arena),
				 format_digits(job->queries, 7, arena)));
	if (!isnan(job->efficiency))
		marked_note_print(
		    view->page,
		    arena_format(
			arena,
			"Parallel efficiency in joules: %s %% of the same command on "
			"the fewest ranks.",
			format_percent(100 * job->efficiency, 1, arena)));
	note_sacct(job, view);
}

static int print_job(const struct job_row *rows, size_t n, const struct marked_page *page)
{
	struct job_view view = { .page = page, .joules = scale_of_joules(rows, n, page) };
	view.seconds = (struct scale){ "", 1, 1 };
	if (rows->level == LEVEL_JOB)
		print_head(rows, has_ranks(rows, n) ? "rank" : "trial", page);
	else if (page->is_markdown)
		fputs("## All jobs of a node together\n", page->out);
	else
		fputs("All jobs of a node together\n", page->out);
	int code = print_table(rows, n, &view);
	if (rows->level == LEVEL_JOB)
		print_notes(rows, n, &view);
	return code;
}

/* A job and what is its; or the nodes of several jobs, at the end. */
static size_t group_at(const struct job_row *rows, size_t at, size_t n)
{
	size_t size = 1;
	while (at + size < n && rows[at + size].level != LEVEL_JOB &&
	       (rows[at + size].level == LEVEL_MACHINE) ==
		   (rows[at].level == LEVEL_MACHINE))
		size++;
	return size;
}

static int print_jobs(const void *items, size_t n, const struct marked_page *page)
{
	const struct job_row *rows = items;
	int code = 0;
	for (size_t at = 0; at < n && code == 0;) {
		size_t size = group_at(rows, at, n);
		if (at > 0)
			fputc('\n', page->out);
		code = print_job(rows + at, size, page);
		at += size;
	}
	if (!page->is_markdown)
		fputc('\n', page->out);
	marked_note_print(page,
			  "J meanwhile: of the machine while it ran, each node's once. "
			  "J own: its CPU time's part; at most, if idle processors are "
			  "its, too. Others: processes that are not of the job.");
	return code;
}

static const struct marked_report report = {
	.what = "cannot show the joules of jobs",
	.schema = "joulecart-job-1",
	.program_sql = program_sql,
	.people_sql = people_sql,
	.take = take_job_row,
	.item_size = sizeof(struct job_row),
	.print = print_jobs,
	.lack = "no trial is in it",
	.todo = "measure one: 'mpirun -n 4 joulecart run -o job.db -- COMMAND'",
};

int job_report_print(sqlite3 *db, const char *format, FILE *out, struct problem *why)
{
	return marked_report_print(&report, db, 0, format, out, why);
}
