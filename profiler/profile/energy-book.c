/* profiler/profile/energy-book.c - see energy-book.h. */
#include <config.h>

#include "profiler/profile/energy-book.h"

#include "schema/samples/stack-chunk.h"

#include <stdlib.h>
#include <string.h>

/* Samples that wait for a counter to move. More wait where it stands still or changes once a minute under
 * hundreds of processors: then what it rises goes to the later ones. */
enum { WAITING_MOST = 1 << 20 };

/* A few samples more or less than belong to a step of a counter make no great difference to what each of
 * them gets: one too many or too few in eight is 12 %, and spread (see there) 1.02. */
enum { SAMPLES_LEAST = 8 };

struct sample {
	uint32_t node;
	uint64_t weight;
};

/* What the samples from the end of the one before on, up to end, got for each unit of their weights. */
struct gift {
	uint64_t end; /* a number of a sample */
	double per_weight;
};

struct split_channel {
	struct energy_channel facts;
	size_t from;               /* of the waiting samples, its first */
	int64_t seen;              /* of the open rollup's advance */
	double passed_ns, busy_ns; /* since the counter last moved */
	double held;               /* steps that no sample has got yet */
	double given, stored;      /* steps, to nodes and in rollups */
	double n, sum, squares;    /* samples that got steps; what each got */
	struct gift *gifts;
	size_t n_gifts, room_gifts;
};

struct energy_book {
	struct split_channel *channels;
	size_t n_channels;
	struct sample *waiting;
	size_t n_waiting, room_waiting;
	uint64_t n_gone;  /* samples before the first that waits */
	uint64_t *counts; /* of each node */
	double *parts;    /* of each node, its channels' */
	size_t n_nodes, room_nodes;
	struct energy_totals totals;
};

struct energy_book *energy_book_new(const struct energy_channel *channels, size_t n)
{
	struct energy_book *book = calloc(1, sizeof(*book));
	if (!book)
		return NULL;
	book->channels = calloc(n + 1, sizeof(*book->channels));
	if (!book->channels) {
		free(book);
		return NULL;
	}
	book->n_channels = n;
	for (size_t i = 0; i < n; i++)
		book->channels[i].facts = channels[i];
	return book;
}

void energy_book_free(struct energy_book *book)
{
	if (!book)
		return;
	for (size_t i = 0; i < book->n_channels; i++)
		free(book->channels[i].gifts);
	free(book->channels);
	free(book->waiting);
	free(book->counts);
	free(book->parts);
	free(book);
}

static bool make_node(struct energy_book *book, uint32_t node)
{
	size_t room = book->room_nodes ? book->room_nodes : 1024, n = book->n_channels;
	while (room <= node)
		room *= 2;
	if (room > book->room_nodes) {
		uint64_t *counts = reallocarray(book->counts, room, sizeof(*counts));
		book->counts = counts ? counts : book->counts;
		double *parts = counts ? reallocarray(book->parts, room * (n + 1),
						      sizeof(*parts))
				       : NULL;
		if (!parts)
			return false;
		book->parts = parts;
		size_t old = book->room_nodes;
		memset(counts + old, 0, (room - old) * sizeof(*counts));
		memset(parts + old * n, 0, (room - old) * n * sizeof(*parts));
		book->room_nodes = room;
	}
	if (book->n_nodes <= node)
		book->n_nodes = (size_t)node + 1;
	return true;
}

/* Samples that every channel has had make room; where none is left, so does the older half. */
static void let_go(struct energy_book *book)
{
	size_t least = book->n_waiting;
	for (size_t i = 0; i < book->n_channels; i++)
		if (book->channels[i].facts.is_split && book->channels[i].from < least)
			least = book->channels[i].from;
	/* One whose counter stands still does not keep them for ever. */
	if (least < book->n_waiting / 2 && book->n_waiting >= WAITING_MOST)
		least = book->n_waiting / 2;
	if (least < book->n_waiting / 2 || least == 0)
		return;
	memmove(book->waiting, book->waiting + least,
		(book->n_waiting - least) * sizeof(*book->waiting));
	book->n_waiting -= least;
	book->n_gone += least;
	for (size_t i = 0; i < book->n_channels; i++) {
		size_t from = book->channels[i].from;
		book->channels[i].from = from > least ? from - least : 0;
	}
}

static bool make_sample(struct energy_book *book)
{
	if (book->n_waiting >= WAITING_MOST)
		let_go(book);
	if (book->n_waiting < book->room_waiting)
		return true;
	size_t room = book->room_waiting ? 2 * book->room_waiting : 1024;
	struct sample *grown = reallocarray(book->waiting, room, sizeof(*grown));
	if (!grown)
		return false;
	book->waiting = grown;
	book->room_waiting = room;
	return true;
}

void energy_book_lose(struct energy_book *book)
{
	book->totals.n_lost++;
}

bool energy_book_sample(struct energy_book *book, uint32_t node, uint64_t weight)
{
	if (!make_node(book, node) || !make_sample(book)) {
		energy_book_lose(book);
		return false;
	}
	book->waiting[book->n_waiting++] = (struct sample){ node, weight };
	book->counts[node]++;
	book->totals.n++;
	book->totals.weight += (double)weight;
	return true;
}

void energy_book_tick(struct energy_book *book, int64_t passed_ns, int64_t used_ns)
{
	for (size_t i = 0; i < book->n_channels; i++) {
		struct split_channel *channel = &book->channels[i];
		channel->passed_ns += (double)passed_ns;
		channel->busy_ns += (double)used_ns;
	}
}

static bool make_gifts(struct split_channel *channel)
{
	enum { AT_ONCE = 2 }; /* as remember() needs */
	if (channel->n_gifts + AT_ONCE <= channel->room_gifts)
		return true;
	size_t room = channel->room_gifts ? 2 * channel->room_gifts : 256;
	struct gift *grown = reallocarray(channel->gifts, room, sizeof(*grown));
	if (!grown)
		return false;
	channel->gifts = grown;
	channel->room_gifts = room;
	return true;
}

/* Samples that were let go meanwhile got nothing. Without memory, neither do these: the parts of nodes are
 * right all the same. */
static void remember(const struct energy_book *book, struct split_channel *channel,
		     double per_weight)
{
	uint64_t begin = book->n_gone + channel->from;
	uint64_t known = channel->n_gifts ? channel->gifts[channel->n_gifts - 1].end : 0;
	if (begin >= STACK_SAMPLES_MOST || !make_gifts(channel))
		return;
	if (known < begin)
		channel->gifts[channel->n_gifts++] = (struct gift){ begin, 0 };
	channel->gifts[channel->n_gifts++] = (struct gift){ book->n_gone + book->n_waiting,
							    per_weight };
}

/* What is held, to the samples since the last time, if they are so many. */
static void give(struct energy_book *book, size_t number, size_t least)
{
	struct split_channel *channel = &book->channels[number];
	double weight = 0;
	for (size_t i = channel->from; i < book->n_waiting; i++)
		weight += (double)book->waiting[i].weight;
	if (weight <= 0 || book->n_waiting - channel->from < least)
		return;
	for (size_t i = channel->from; i < book->n_waiting; i++) {
		const struct sample *sample = &book->waiting[i];
		double part = channel->held * ((double)sample->weight / weight);
		book->parts[sample->node * book->n_channels + number] += part;
		channel->n++;
		channel->sum += part;
		channel->squares += part * part;
	}
	remember(book, channel, channel->held / weight);
	channel->given += channel->held;
	channel->held = 0;
	channel->from = book->n_waiting;
}

void energy_book_split(struct energy_book *book, size_t number, int64_t advance)
{
	struct split_channel *channel = &book->channels[number];
	double steps = (double)(advance - channel->seen), share = 1;
	if (!channel->facts.is_split || advance == channel->seen)
		return;
	channel->seen = advance;
	if (!channel->facts.is_by_share)
		share = channel->passed_ns > 0 ? channel->busy_ns / channel->passed_ns : 0;
	channel->passed_ns = channel->busy_ns = 0;
	channel->held += (steps > 0 ? steps : 0) * (share < 1 ? share : 1);
	give(book, number, SAMPLES_LEAST);
	let_go(book);
}

void energy_book_end(struct energy_book *book)
{
	for (size_t i = 0; i < book->n_channels; i++)
		if (book->channels[i].facts.is_split)
			give(book, i, 1);
}

void energy_book_cut(struct energy_book *book, size_t channel, int64_t advance)
{
	book->channels[channel].seen = 0;
	book->channels[channel].stored += (double)(advance > 0 ? advance : 0);
}

bool energy_book_move(struct energy_book *book, uint32_t node, uint32_t to)
{
	size_t n = book->n_channels;
	if (node >= book->n_nodes || node == to)
		return true;
	if (!make_node(book, to))
		return false;
	book->counts[to] += book->counts[node];
	book->counts[node] = 0;
	for (size_t i = 0; i < n; i++) {
		book->parts[to * n + i] += book->parts[node * n + i];
		book->parts[node * n + i] = 0;
	}
	return true;
}

size_t energy_book_nodes(const struct energy_book *book)
{
	return book->n_nodes;
}

uint64_t energy_book_count(const struct energy_book *book, uint32_t node)
{
	return node < book->n_nodes ? book->counts[node] : 0;
}

struct energy_totals energy_book_totals(const struct energy_book *book)
{
	return book->totals;
}

/* So that no more is given than was stored. */
static double fit_of(const struct split_channel *channel)
{
	return channel->given > channel->stored ? channel->stored / channel->given : 1;
}

double energy_book_part(const struct energy_book *book, uint32_t node, size_t number,
			double coverage)
{
	const struct split_channel *channel = &book->channels[number];
	if (node >= book->n_nodes || !channel->facts.is_split)
		return 0;
	return book->parts[node * book->n_channels + number] * coverage * fit_of(channel);
}

double energy_book_per_weight(const struct energy_book *book, uint64_t sample,
			      size_t number, double coverage)
{
	const struct split_channel *channel = &book->channels[number];
	size_t low = 0, high = channel->n_gifts; /* the first gift that ends behind it */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (channel->gifts[middle].end > sample)
			high = middle;
		else
			low = middle + 1;
	}
	return low < channel->n_gifts
		   ? channel->gifts[low].per_weight * coverage * fit_of(channel)
		   : 0;
}

double energy_book_spread(const struct energy_book *book)
{
	double most = 1;
	for (size_t i = 0; i < book->n_channels; i++) {
		const struct split_channel *channel = &book->channels[i];
		double spread = channel->sum > 0 ? channel->n * channel->squares /
						       (channel->sum * channel->sum)
						 : 1;
		most = spread > most ? spread : most;
	}
	return most;
}
