/* reports/render/notes.h - the lines below a campaign's tables: how its figures were got, what they
 * leave out, what went wrong, what to do next, and what joulecart itself cost. */
#ifndef JOULECART_NOTES_H
#define JOULECART_NOTES_H
#include "reports/campaign/summary.h"
#include "reports/figure/arena.h"
#include "reports/figure/format.h"

struct line_list {
	const char *const *lines;
	size_t n;
};

/* The last line is joulecart's own cost. path is for the "next" line, or NULL. */
struct line_list lines_of(const struct model_campaign *campaign, const char *path,
			  const struct glyphs *glyphs, struct arena *arena);

/* "GB 215.79 g/kWh, PUE 1.40"; say_assumed adds which of the two nobody gave. The
 * arena owns it; never NULL. */
const char *line_of_carbon(const struct model_campaign *campaign, bool say_assumed,
			   struct arena *arena);

#endif
