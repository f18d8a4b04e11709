/* Names of points: beside their point, apart from each other, inside the picture. */
#include <config.h>

#include "reports/html/labels.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>

static int overlap(const struct label *a, const struct label *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width &&
	       fabs(a->y - b->y) < (a->height + b->height) / 2;
}

static void a_lone_name_stands_above_right_of_its_point(void **state)
{
	(void)state;
	struct label label = { .point_x = 100, .point_y = 100, .width = 40, .height = 14 };
	labels_place(&label, 1, 400, 300);
	assert_true(label.x > 100 && label.y < 100);
}

static void names_of_close_points_do_not_touch(void **state)
{
	(void)state;
	struct label labels[6];
	for (size_t i = 0; i < 6; i++)
		labels[i] = (struct label){ .point_x = 200 + (double)i * 30,
					    .point_y = 150,
					    .width = 60,
					    .height = 14 };
	labels_place(labels, 3, 400, 300);
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < i; j++)
			assert_false(overlap(&labels[i], &labels[j]));
}

static void names_at_the_edge_stay_inside(void **state)
{
	(void)state;
	struct label labels[] = {
		{ .point_x = 395, .point_y = 4, .width = 60, .height = 14 },
		{ .point_x = 395, .point_y = 296, .width = 60, .height = 14 },
	};
	labels_place(labels, 2, 400, 300);
	for (size_t i = 0; i < 2; i++) {
		assert_true(labels[i].x >= 0 && labels[i].x + labels[i].width <= 400);
		assert_true(labels[i].y - 7 >= 0 && labels[i].y + 7 <= 300);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lone_name_stands_above_right_of_its_point),
		cmocka_unit_test(names_of_close_points_do_not_touch),
		cmocka_unit_test(names_at_the_edge_stay_inside),
	};
	return cmocka_run_group_tests_name("labels", tests, NULL, NULL);
}
