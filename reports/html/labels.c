/* reports/html/labels.c - see labels.h. */
#include <config.h>

#include "reports/html/labels.h"

#include <math.h>

/* Around a point, as on a compass. */
enum { PLACES = 8 };
/* Pixels. */
static const double POINT_RADIUS = 5, DISTANCE = 9;
static const double ROUNDING = 1e-6; /* square pixels: less is none */

struct box {
	double left, top, right, bottom;
};

static double overlap(struct box a, struct box b)
{
	double width = fmin(a.right, b.right) - fmax(a.left, b.left);
	double height = fmin(a.bottom, b.bottom) - fmax(a.top, b.top);
	return width > 0 && height > 0 ? width * height : 0;
}

static struct box box_of(const struct label *label)
{
	return (struct box){ label->x, label->y - label->height / 2,
			     label->x + label->width, label->y + label->height / 2 };
}

static struct box point_of(const struct label *label)
{
	return (struct box){ label->point_x - POINT_RADIUS, label->point_y - POINT_RADIUS,
			     label->point_x + POINT_RADIUS, label->point_y + POINT_RADIUS };
}

static void put(struct label *label, int place)
{
	/* above and to the right first: the front's own line runs level and downwards */
	static const int across[PLACES] = { 1, 1, 0, -1, 1, 0, -1, -1 };
	static const int down[PLACES] = { -1, 0, -1, -1, 1, 1, 0, 1 };
	double free_x = down[place] ? DISTANCE * 0.7 : DISTANCE;
	label->x = across[place] > 0   ? label->point_x + free_x
		   : across[place] < 0 ? label->point_x - free_x - label->width
				       : label->point_x - label->width / 2;
	label->y = label->point_y + down[place] * (DISTANCE + label->height / 4);
}

static double cost(const struct label *labels, size_t n, size_t i, double right,
		   double bottom)
{
	struct box box = box_of(&labels[i]);
	struct box inside = { 0, 0, right, bottom };
	double area = labels[i].width * labels[i].height;
	double sum = 4 * (area - overlap(box, inside)); /* cut off is worse than touching */
	for (size_t j = 0; j < n; j++) {
		sum += j == i ? 0 : overlap(box, point_of(&labels[j]));
		sum += j < i ? overlap(box, box_of(&labels[j])) : 0;
	}
	return sum;
}

void labels_place(struct label *labels, size_t n, double right, double bottom)
{
	for (size_t i = 0; i < n; i++) {
		int best = 0;
		double least = INFINITY;
		for (int place = 0; place < PLACES && least > ROUNDING; place++) {
			put(&labels[i], place);
			double here = cost(labels, n, i, right, bottom);
			if (here < least) {
				least = here;
				best = place;
			}
		}
		put(&labels[i], best);
	}
}
