/* reports/flame/flame-svg.h - a flame graph that needs no script: the run above, below each frame what it
 * called.
 *
 * A frame's place and width are numbers of the style sheet (--x, --w: parts of the whole), and so a link to
 * a target before the picture can zoom, or mark all frames of a function, by the style sheet alone
 * (flame_rules). */
#ifndef JOULECART_FLAME_SVG_H
#define JOULECART_FLAME_SVG_H
#include "reports/flame/flame-tree.h"
#include "reports/html/writer.h"

/* How much of a tree is drawn, and what stands for it in links. */
struct flame_drawing {
	const struct flame_tree *tree;
	struct arena *arena;
	size_t most; /* frames of the highest ranks; the others are drawn together */
	size_t most_zooms;
	const char *prefix;    /* of links, no other picture's */
	const bool *is_marked; /* by a function's number: the page links to its frames */
};

/* The rules for the page's style element. */
void flame_rules(const struct flame_drawing *drawing, struct html *html);
/* The targets: before the picture, within the same element. */
void flame_targets(const struct flame_drawing *drawing, struct html *html);
/* The picture. */
void flame_svg(const struct flame_drawing *drawing, struct html *html);

/* How many frames are not drawn by themselves, and the most joules that one of them has. */
size_t flame_left_out(const struct flame_drawing *drawing, double *joules);

/* A name, cut where it is longer than anybody reads. The arena owns it; never NULL. */
const char *flame_cut(const char *name, struct arena *arena);

/* "1.23 J (0.9..1.6 J)". The arena owns it; never NULL. */
const char *flame_energy_words(struct figure figure, struct arena *arena);

#endif
