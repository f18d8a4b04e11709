/* reports/statistics/pairing.c - see pairing.h. */
#include <config.h>

#include "reports/statistics/pairing.h"

#include "reports/statistics/outliers.h"
#include "reports/statistics/wilcoxon.h"

static struct pairs room_for(size_t n, struct arena *arena)
{
	return (struct pairs){ .differences = arena_room(arena, (n + 1) * sizeof(double)),
			       .places = arena_room(arena, (n + 1) * sizeof(double)),
			       .blocks = arena_room(arena, (n + 1) * sizeof(int64_t)) };
}

static struct pairing paired(struct pairs pairs, struct resolution step)
{
	return (struct pairing){ .is_paired = true,
				 .differences = pairs.differences,
				 .places = pairs.places,
				 .blocks = pairs.blocks,
				 .n = pairs.n,
				 .t = t_with_resolution(
				     t_paired(pairs.differences, pairs.n), step) };
}

struct pairing pairing_of(struct block_list a, struct block_list b, bool is_one_campaign,
			  struct arena *arena)
{
	struct pairs pairs = room_for(a.n, arena);
	struct resolution step = blocks_resolution(a, b);
	if (is_one_campaign)
		blocks_pair(a, b, &pairs);
	if (pairs.n > 0)
		return paired(pairs, step);
	double *room = arena_room(arena, (a.n + b.n + 1) * sizeof(*room));
	struct t_test apart = t_with_resolution(blocks_apart(a, b, room), step);
	return (struct pairing){ .n = apart.n, .t = apart };
}

static void add_pair(struct pairs *pairs, double difference, double place, int64_t block)
{
	pairs->differences[pairs->n] = difference;
	pairs->places[pairs->n] = place;
	pairs->blocks[pairs->n++] = block;
}

static double alternating(size_t i)
{
	return i % 2 ? -1 : 1;
}

struct pairing pairing_null(struct block_list a, bool *is_within_blocks,
			    struct arena *arena)
{
	struct pairs pairs = room_for(a.n, arena);
	struct resolution step = blocks_resolution(a, a);
	for (size_t i = 0; i < a.n; i++)
		if (a.blocks[i].n >= 2)
			add_pair(&pairs,
				 alternating(pairs.n) *
				     (a.blocks[i].second - a.blocks[i].first),
				 alternating(pairs.n), a.blocks[i].block);
	*is_within_blocks = pairs.n >= 2;
	if (*is_within_blocks)
		return paired(pairs, step);
	pairs.n = 0;
	for (size_t i = 1; i < a.n; i += 2)
		add_pair(&pairs,
			 alternating(pairs.n) * (a.blocks[i].value - a.blocks[i - 1].value),
			 alternating(pairs.n), a.blocks[i].block);
	return paired(pairs, step);
}

int pairing_robust(const struct pairing *pairing, struct robust *robust,
		   struct arena *arena)
{
	size_t n = pairing->is_paired ? pairing->n : 0;
	double *room = arena_room(arena, (n + 1) * sizeof(*room));
	size_t *found = arena_room(arena, (n + 1) * sizeof(*found));
	struct wilcoxon ranks;
	*robust = (struct robust){ 0 };
	size_t n_found = n ? outliers_find(pairing->differences, n, room, found) : 0;
	if (n_found == 0)
		return 0;
	if (wilcoxon_signed_rank(pairing->differences, n, &ranks) != 0)
		return -1;
	*robust = (struct robust){ n_found, pairing->blocks[found[0]],
				   pairing->differences[found[0]], ranks.shift,
				   ranks.ci95 };
	return 0;
}
