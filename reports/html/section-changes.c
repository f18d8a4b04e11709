/* reports/html/section-changes.c - the file's change log: who changed which setting or factor, when, from what
 * to what. */
#include <config.h>

#include "reports/html/parts.h"
#include "reports/html/words.h"

static const char *heading(const struct document *document)
{
	size_t n = document->changes->n;
	return n == 0 ? _("Nothing that was stated was changed")
		      : arena_format(document->arena,
				     ngettext("%zu change of what was stated",
					      "%zu changes of what was stated", n),
				     n);
}

static const char *name_of(const struct change_row *row, struct arena *arena)
{
	return row->campaign_id == 0 ? row->name
				     : arena_format(arena, _("%s of campaign %lld"),
						    row->name, (long long)row->campaign_id);
}

static void write_table(struct document *document)
{
	const struct table_column columns[] = { { _("When"), false },
						{ _("Who"), false },
						{ _("What"), false },
						{ _("Before"), false },
						{ _("After"), false } };
	part_table(document, _("Settings and factors that were changed in this file."),
		   columns, 5);
	for (size_t i = 0; i < document->changes->n; i++) {
		const struct change_row *row = &document->changes->rows[i];
		part_row(document, row->made_utc);
		part_cell(document, row->who);
		part_cell(document, name_of(row, document->arena));
		part_cell(document, row->old ? row->old : _("nothing"));
		part_cell(document, row->new ? row->new : _("nothing"));
		part_row_end(document);
	}
	part_table_end(document);
}

static void write_section(struct document *document)
{
	if (document->changes->n > 0)
		write_table(document);
	part_note(document,
		  _("Noted by 'joulecart factors' and 'joulecart merge' in the database "
		    "itself, of schema version 22 and later. Times and names are those of "
		    "the machines where it was changed: nothing proves them, but a seal "
		    "covers the log."));
}

const struct section section_changes = { "changes", N_("Changes"), heading, write_section };
