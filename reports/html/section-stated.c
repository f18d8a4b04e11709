/* reports/html/section-stated.c - what somebody stated beside the database, and what an assurer asks for that nobody
 * did. */
#include <config.h>

#include "reports/html/parts.h"
#include "reports/html/words.h"

static const char *value_of(const struct document *document, enum stated stated)
{
	return document->stated ? statement_shown(document->stated, stated, document->arena)
				: NULL;
}

static const char *heading(const struct document *document)
{
	int n = 0, known = 0;
	for (int i = STATED_FOR_ASSURANCE; i < N_STATED; i++) {
		if (!stated_is_shown((enum stated)i))
			continue;
		n++;
		known += value_of(document, (enum stated)i) != NULL;
	}
	return arena_format(document->arena,
			    _("%d of %d things that an assurer asks first are stated"),
			    known, n);
}

static void write_section(struct document *document)
{
	part_paragraph(document,
		       _("They stand in report.ini beside the database. The seal does not "
			 "cover that file, and no figure is computed from it."));
	if (document->stated && document->stated->refusal)
		part_note(document,
			  arena_format(document->arena, _("report.ini is not used: %s"),
				       document->stated->refusal));
	html_open(document->html, "dl", "class", "facts", NULL);
	for (int i = 0; i < N_STATED; i++) {
		const char *value = value_of(document, (enum stated)i);
		if (!stated_is_shown((enum stated)i) ||
		    (i < STATED_FOR_ASSURANCE && !value))
			continue;
		part_fact(document, words_of(document->arena, stated_words((enum stated)i)),
			  value ? value : _("not stated"));
	}
	html_close(document->html);
	html_line(document->html);
}

const struct section section_stated = { "stated", N_("Statements"), heading,
					write_section };
