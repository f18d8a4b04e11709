/* reports/html/document.h - the audit report as a list of sections, and what each may use. */
#ifndef JOULECART_HTML_DOCUMENT_H
#define JOULECART_HTML_DOCUMENT_H
#include "reports/account/account-show.h"
#include "reports/campaign/summary.h"
#include "reports/changes/change-list.h"
#include "reports/figure/arena.h"
#include "reports/figure/format.h"
#include "reports/html/carbon-facts.h"
#include "reports/html/evidence.h"
#include "reports/html/findings.h"
#include "reports/html/seal-facts.h"
#include "reports/html/spread.h"
#include "reports/html/writer.h"
#include "reports/stated/stated.h"

#include <libintl.h>

/* Texts for readers are whole sentences, so that a translation can turn them around. */
#define _(text) gettext(text)
/* Marks a text in a table for xgettext; gettext() comes where it is shown. */
#define N_(text) text

struct document {
	struct html *html;
	struct arena *arena;
	const struct glyphs *glyphs;
	const char *path; /* the database's name as given */
	const struct seal_facts *seal;
	const struct statement *stated; /* NULL: nothing was */
	const struct change_list *changes;
	const struct matching *matching;
	const struct exclusions *exclusions;
	const struct model_campaign *campaign;
	double sessions_per_day; /* the traffic that a year is of; 0: not stated */
	const struct evidence *evidence;
	const struct carbon_facts *carbon;
	const struct spread_row *spread;
	size_t n_spread;
	const struct findings *findings;
	const struct layers_read *layers; /* layer-bars.h */
	const struct tornado *tornado;    /* reports/sensitivity/tornado.h */
	int n_tables, n_figures;          /* numbered so far */
};

struct section {
	const char *id;
	const char *name; /* short, for the contents */
	/* a sentence made from the data; NULL: there is nothing to tell, and no section */
	const char *(*heading)(const struct document *);
	void (*write)(struct document *);
};

/* sections.c, in the order of the report; each is one file, section-ID.c. */
extern const struct section section_boundary, section_break_even, section_carbon,
    section_changes, section_factors, section_glossary, section_instruments, section_layers,
    section_limits, section_power, section_quality, section_reproduce, section_sensitivity,
    section_sessions, section_stated, section_summary, section_uncertainty,
    section_variants;

/* NULL-terminated. */
extern const struct section *const document_sections[];

#endif
