/* reports/html/svg-theme.h - makes gnuplot's picture part of the page.
 *
 * Charts are drawn with sentinel colours, #010101 to #0e0e0e; here they become the style
 * sheet's variables, so that one picture serves light, dark and paper. */
#ifndef JOULECART_HTML_SVG_THEME_H
#define JOULECART_HTML_SVG_THEME_H

/* What a chart may draw with; the enumerator's value is the sentinel's byte. */
enum ink {
	INK_TEXT = 1,  /* axis labels */
	INK_QUIET,     /* ticks' text, notes */
	INK_LINE,      /* axes, grid */
	INK_FRONT,     /* what counts most */
	INK_DOMINATED, /* what is dominated */
	INK_WARN,      /* gaps */
	INK_TINT,      /* areas behind the data */
	INK_PACKAGE,   /* one series each: */
	INK_DRAM,
	INK_PSU,
	INK_PUE,
	INK_EMBODIED,
	INK_OTHER,
	INK_END
};

/* "#010101" of INK_TEXT, as gnuplot takes it. A constant text; NULL for no ink. */
const char *ink_colour(enum ink ink);

/* The picture with variables for colours, prefix before each id, its own title and
 * description, and no filter, font or size of its own. To be freed; NULL: not a picture. */
char *svg_themed(const char *svg, const char *prefix, const char *title,
		 const char *description);

#endif
