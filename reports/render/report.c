/* reports/render/report.c - see report.h. */
#include <config.h>

#include "reports/render/report.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "reports/account/account-show.h"
#include "reports/campaign/standing.h"
#include "reports/render/accounts.h"
#include "reports/render/factor-line.h"
#include "reports/render/render.h"
#include "reports/signed/signatures.h"

#include <errno.h>
#include <string.h>

static const struct renderer *find_renderer(const char *format)
{
	for (size_t i = 0; renderers[i]; i++)
		if (strcmp(renderers[i]->name, format) == 0)
			return renderers[i];
	return NULL;
}

static int unknown_format(const char *format, struct problem *why)
{
	const char *names[8];
	size_t n = 0;
	for (; renderers[n] && n < sizeof(names) / sizeof(names[0]); n++)
		names[n] = renderers[n]->name;
	problem_what(why, "unknown format '%s'", format);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "reports are text, json, csv, markdown or html");
	const char *near = nearest_name(format, names, n);
	return near ? problem_todo(why, "did you mean '%s'?", near)
		    : problem_todo(why, "name one of these");
}

static int check_stream(FILE *out, struct problem *why)
{
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	int err = errno ? errno : EIO;
	problem_what(why, "cannot write the report");
	return problem_errno(why, err);
}

/* What stands around the campaigns. */
struct frame {
	char *accounts;
	struct arena *arena;
	struct model_campaign *campaigns; /* the report's, with what text says of factors */
	struct standing standing;
	struct signature_list signatures;
	struct matching matching;
	struct exclusions exclusions;
	const struct statement *stated;
	double sessions_per_day;
};

static int read_factor_lines(sqlite3 *db, const struct report *report, struct frame *frame,
			     struct problem *why)
{
	const size_t n = report->n_campaigns;
	int code = 0;
	frame->campaigns = arena_room(frame->arena, n * sizeof(*frame->campaigns));
	for (size_t i = 0; code == 0 && i < n; i++) {
		frame->campaigns[i] = report->campaigns[i];
		code = factor_line_read(db, report->campaigns[i].campaign_id, frame->arena,
					&frame->campaigns[i].factor_line, why);
	}
	return code;
}

/* What stands beside the grams, as lines of the campaign's notes. */
static void add_account_lines(struct frame *frame, struct model_campaign *campaign)
{
	struct arena *arena = frame->arena;
	for (size_t i = 0; i < frame->matching.n; i++) {
		const struct matching_row *row = &frame->matching.rows[i];
		if (row->campaign_id != campaign->campaign_id)
			continue;
		const char *line = matching_line(row, arena);
		arena_append(arena, &line, sizeof(line));
	}
	const char *left_out = exclusions_line(&frame->exclusions, campaign->campaign_id,
					       arena);
	if (left_out)
		arena_append(arena, &left_out, sizeof(left_out));
	campaign->n_account_lines = arena_appended(arena) / sizeof(left_out);
	campaign->account_lines = arena_take(arena);
}

static int read_lines(sqlite3 *db, const struct report *report, struct frame *frame,
		      struct problem *why)
{
	if (read_factor_lines(db, report, frame, why) != 0)
		return -1;
	for (size_t i = 0; i < report->n_campaigns; i++)
		add_account_lines(frame, &frame->campaigns[i]);
	return 0;
}

static int frame_read(sqlite3 *db, const struct renderer *renderer,
		      const struct report_options *options, const struct report *report,
		      struct frame *frame, struct problem *why)
{
	*frame = (struct frame){ .arena = arena_new(),
				 .stated = options->stated,
				 .sessions_per_day = options->sessions_per_day };
	if (!frame->arena) {
		problem_what(why, "cannot make a report");
		return problem_errno(why, ENOMEM);
	}
	if (standing_read(db, options->trust, &frame->standing, why) != 0)
		return -1;
	if (options->path &&
	    signatures_read(options->path, &frame->standing.seal, options->trust,
			    frame->arena, &frame->signatures, why) != 0)
		return -1;
	if (renderer != &renderer_csv &&
	    (matching_read(db, options->campaign_id, frame->arena, &frame->matching, why) !=
		 0 ||
	     exclusions_read(db, options->campaign_id, frame->arena, &frame->exclusions,
			     why) != 0))
		return -1;
	if (renderer == &renderer_text || renderer == &renderer_markdown)
		return read_lines(db, report, frame, why);
	return renderer == &renderer_json
		   ? accounts_read(db, options->campaign_id, &frame->accounts, why)
		   : 0;
}

static int write_framed(const struct report *report, const struct frame *frame,
			const struct renderer *renderer, FILE *out, struct problem *why)
{
	struct report framed = *report;
	framed.stated = frame->stated;
	framed.sessions_per_day = frame->sessions_per_day;
	framed.accounts = frame->accounts;
	if (frame->campaigns)
		framed.campaigns = frame->campaigns;
	framed.standing = &frame->standing;
	framed.signatures = &frame->signatures;
	framed.matching = &frame->matching;
	framed.exclusions = &frame->exclusions;
	errno = 0;
	int code = renderer->render(&framed, out);
	int err = errno;
	if (code == 0)
		return check_stream(out, why);
	problem_what(why, "cannot write the report");
	/* jansson stops at a full disk: that is no lack of memory */
	return problem_errno(why, !ferror(out) ? ENOMEM : err ? err : EIO);
}

int report_render(sqlite3 *db, const char *format, FILE *out,
		  const struct report_options *options, struct problem *why)
{
	struct frame frame;
	const struct renderer *renderer = find_renderer(format);
	if (!renderer)
		return unknown_format(format, why);
	const struct report *report = report_read(db, options->campaign_id, options->path,
						  why);
	if (!report)
		return -1;
	int code = frame_read(db, renderer, options, report, &frame, why);
	if (code == 0)
		code = write_framed(report, &frame, renderer, out, why);
	sqlite3_free(frame.accounts);
	arena_free(frame.arena);
	report_free(report);
	return code;
}
