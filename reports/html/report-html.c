/* reports/html/report-html.c - see report-html.h: the frame around the sections. */
#include <config.h>

#include "reports/html/report-html.h"

#include "base/problem.h"
#include "reports/campaign/variants.h"
#include "reports/html/document.h"
#include "reports/html/layer-bars.h"
#include "reports/html/parts.h"
#include "reports/html/role-facts.h"
#include "reports/sensitivity/tornado.h"
#include "schema/database/guard.h"
#include "schema/store/reader.h"

#include <errno.h>
#include <string.h>

static const char policy[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

static void write_head(struct document *document, const char *language, const char *title)
{
	struct html *html = document->html;
	part_head(html, language, policy, title);
	html_close(html);
	html_close(html);
	html_line(html);
}

static void write_contents(struct document *document)
{
	struct html *html = document->html;
	html_open(html, "nav", "aria-label", _("Contents"), NULL);
	html_element(html, "p", NULL, document->campaign->begin_utc);
	html_open(html, "ol", NULL);
	for (size_t i = 0; document_sections[i]; i++) {
		if (!document_sections[i]->heading(document))
			continue;
		html_open(html, "li", NULL);
		html_open(html, "a", "href",
			  arena_format(document->arena, "#%s", document_sections[i]->id),
			  NULL);
		html_text(html, _(document_sections[i]->name));
		html_close(html);
		html_close(html);
	}
	html_close(html);
	html_close(html);
	html_line(html);
}

static const char *title_of(const struct document *document)
{
	size_t n = document->findings->n_variants;
	if (n > 1)
		return arena_format(
		    document->arena,
		    ngettext("One query, %zu model", "One query, %zu models", n), n);
	return _("Energy and carbon of what was run");
}

static void write_banner(struct document *document)
{
	bool is_part = carbon_facts_any_measured(document->carbon);
	html_open(document->html, "p", "class", "banner", NULL);
	html_element(document->html, "strong", NULL,
		     is_part ? _("ESTIMATED in part.") : _("ESTIMATED, not measured."));
	html_format(
	    document->html, " %s",
	    is_part ? _("Some joules were read from a sensor, the others are CPU time × "
			"published coefficients.")
		    : _("No energy counter could be read. Joules are CPU time × published "
			"coefficients."));
	html_close(document->html);
}

/* What of SCI the report holds: of its rows of queries or runs, trainings apart. */
static const char *method_of(const struct document *document)
{
	size_t n_sci = 0, n = 0;
	for (size_t i = 0; i < document->carbon->n_sci; i++) {
		const struct sci_row *sci = &document->carbon->sci[i];
		n += sci->figures[FIGURE_O_G].is_known;
		n_sci += sci->figures[FIGURE_SCI_G].is_known;
	}
	if (n == 0)
		return _("ISO/IEC 21031:2024 (SCI), energy alone: no grid factor");
	if (n_sci == 0)
		return _("ISO/IEC 21031:2024 (SCI), operational part");
	return n_sci == n ? _("ISO/IEC 21031:2024 (SCI), operational and embodied")
			  : _("ISO/IEC 21031:2024 (SCI), embodied for some rows only");
}

static void write_cover(struct document *document, const char *title)
{
	struct html *html = document->html;
	const struct evidence *evidence = document->evidence;
	html_open(html, "header", NULL);
	html_element(html, "p", "kicker", _("Energy and carbon audit"));
	html_element(html, "h1", NULL, title);
	html_open(html, "dl", "class", "facts", NULL);
	part_fact(document, _("Report"), document->campaign->uuid);
	part_fact(
	    document, document->findings->is_any_estimated ? _("Recorded") : _("Measured"),
	    arena_format(document->arena,
			 evidence->end_utc ? _("%s to %s UTC") : _("%s UTC%s, cut off"),
			 evidence->begin_utc, evidence->end_utc ? evidence->end_utc : ""));
	part_fact(document, _("Machine"), document->campaign->cpu_model);
	part_fact(document, _("Method"), method_of(document));
	part_fact(document, _("Evidence"),
		  arena_format(document->arena, "%s, %.8s\u2026%s", document->path,
			       document->seal->head,
			       document->seal->head + strlen(document->seal->head) - 4));
	part_fact(document, _("Seal"), part_seal(document));
	role_facts(document);
	if (*document->seal->standing.departures)
		part_fact(document, _("Left aside"), document->seal->standing.departures);
	html_close(html);
	if (document->findings->is_any_estimated)
		write_banner(document);
	html_close(html);
	html_line(html);
}

static void write_sections(struct document *document)
{
	struct html *html = document->html;
	size_t n = 0;
	for (size_t i = 0; document_sections[i]; i++) {
		const struct section *section = document_sections[i];
		const char *heading = section->heading(document);
		if (!heading)
			continue;
		const char *heading_id = arena_format(document->arena, "%s-heading",
						      section->id);
		html_open(html, "section", "id", section->id, "aria-labelledby", heading_id,
			  NULL);
		html_open(html, "p", "class", "kicker", NULL);
		html_format(html, "%zu  %s", ++n, _(section->name));
		html_close(html);
		html_open(html, "h2", "id", heading_id, NULL);
		html_text(html, heading);
		html_close(html);
		html_line(html);
		section->write(document);
		html_close(html);
		html_line(html);
	}
}

static void write_document(struct document *document, const char *language)
{
	struct html *html = document->html;
	const char *title = title_of(document);
	write_head(document, language, title);
	html_open(html, "body", NULL);
	write_contents(document);
	html_open(html, "main", NULL);
	write_cover(document, title);
	write_sections(document);
	html_open(html, "footer", NULL);
	html_format(html, "joulecart %s \u00b7 %s \u00b7 %s",
		    document->campaign->tool_version, document->campaign->uuid,
		    document->seal->head);
	for (int i = 0; i < 4; i++)
		html_close(html); /* footer, main, body, html */
	html_line(html);
}

static int no_campaign(const struct html_options *options, struct problem *why)
{
	problem_what(why, "cannot report on '%s'", options->path);
	if (options->campaign_id == 0) {
		problem_why(why, "no trial in it was completed");
		return problem_todo(
		    why, "measure something into it: joulecart run -o FILE.db -- COMMAND");
	}
	return campaign_missing(options->campaign_id, why);
}

/* The campaign asked for, or the last one that has something to tell. 0: there is none. */
static int64_t choose_campaign(sqlite3 *db, int64_t asked)
{
	static const char sql[] =
	    "SELECT max(campaign_id) FROM trial "
	    "WHERE state = 'complete' AND (?1 = 0 OR campaign_id = ?1)";
	sqlite3_stmt *row = NULL;
	int64_t found = 0;
	if (asked > 0)
		return asked;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return 0;
	sqlite3_bind_int64(row, 1, asked);
	if (sqlite3_step(row) == SQLITE_ROW)
		found = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return found;
}

/* What the page is made of, beside the report itself. */
struct sources {
	struct evidence evidence;
	struct carbon_facts carbon;
	struct change_list changes;
	struct matching matching;
	struct exclusions exclusions;
	struct seal_facts seal;
	const struct spread_row *spread;
	size_t n_spread;
	const struct comparison *comparison; /* NULL: nothing can be compared */
	struct layers_read layers;
	struct tornado tornado;
};

static int write_campaign(const struct report *report, const struct sources *sources,
			  const struct html_options *options, struct arena *arena,
			  FILE *out)
{
	struct findings findings = findings_of(&report->campaigns[0], sources->comparison,
					       arena);
	struct document document = {
		.html = html_new(),
		.arena = arena,
		.glyphs = glyphs_utf8(),
		.path = options->path,
		.campaign = &report->campaigns[0],
		.sessions_per_day = options->sessions_per_day,
		.evidence = &sources->evidence,
		.carbon = &sources->carbon,
		.seal = &sources->seal,
		.stated = options->stated,
		.changes = &sources->changes,
		.matching = &sources->matching,
		.exclusions = &sources->exclusions,
		.spread = sources->spread,
		.n_spread = sources->n_spread,
		.findings = &findings,
		.layers = &sources->layers,
		.tornado = &sources->tornado,
	};
	if (!document.html)
		return -1;
	write_document(&document, options->language);
	return html_finish(document.html, out);
}

static int cannot_write(struct problem *why, int err)
{
	problem_what(why, "cannot write the report");
	return problem_errno(why, err);
}

/* What cannot be compared (one variant, other workloads, measured against estimated) is
 * reported all the same, without a comparison. */
static const struct comparison *compare_all(sqlite3 *db, int64_t campaign_id,
					    const char *path, struct arena *arena)
{
	struct problem not_comparable;
	const struct compare_options options = { .path = path, .campaign_id = campaign_id };
	return compare_read(db, &options, arena, &not_comparable);
}

static int gather(sqlite3 *db, const struct model_campaign *campaign,
		  const struct html_options *options, struct arena *arena,
		  struct sources *sources, struct problem *why)
{
	int64_t campaign_id = campaign->campaign_id;
	if (evidence_read(db, campaign_id, arena, &sources->evidence) != 0 ||
	    carbon_facts_read(db, campaign, arena, &sources->carbon) != 0 ||
	    change_list_read(db, campaign_id, arena, &sources->changes) != 0 ||
	    layers_read(db, campaign_id, arena, &sources->layers) != 0 ||
	    tornado_read(db, campaign, arena, &sources->tornado) != 0 ||
	    spread_read(db, campaign_id, arena, &sources->spread, &sources->n_spread) !=
		0) {
		problem_what(why, "cannot read '%s'", options->path);
		return guard_why(db, why);
	}
	if (matching_read(db, campaign_id, arena, &sources->matching, why) != 0 ||
	    exclusions_read(db, campaign_id, arena, &sources->exclusions, why) != 0)
		return -1;
	if (seal_facts_read(db, options->path, options->trust, arena, &sources->seal,
			    why) != 0)
		return -1;
	sources->comparison = compare_all(db, campaign_id, options->path, arena);
	return 0;
}

static int flush(FILE *out, struct problem *why)
{
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return cannot_write(why, errno ? errno : EIO);
}

int report_html(sqlite3 *db, const struct html_options *options, FILE *out,
		struct problem *why)
{
	struct sources sources = { 0 };
	int64_t campaign_id = choose_campaign(db, options->campaign_id);
	if (campaign_id == 0)
		return no_campaign(options, why);
	const struct report *report = report_read(db, campaign_id, options->path, why);
	if (!report)
		return -1;
	struct arena *arena = arena_new();
	int code = arena ? gather(db, &report->campaigns[0], options, arena, &sources, why)
			 : cannot_write(why, ENOMEM);
	if (code == 0)
		code = write_campaign(report, &sources, options, arena, out) == 0
			   ? flush(out, why)
			   : cannot_write(why, ENOMEM);
	if (arena)
		arena_free(arena);
	report_free(report);
	return code;
}
