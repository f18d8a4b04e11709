/* models/cli/store.h - trained weights in the user's data directory.
 *
 * A file's name holds a hash of everything that decides its content: the version of the code,
 * the variant's own settings, its parent's, and the seed. What is found under the name is what
 * would be made again; anything older has another name. */
#ifndef JOULECART_MODELS_STORE_H
#define JOULECART_MODELS_STORE_H
#include "models/data/data-file.h"
#include "models/variants/variant.h"

#include <limits.h>
#include <stdbool.h>

/* Which model of that name: the options that train, infer, eval and list share. */
struct recipe {
	const char *data_dir; /* NULL: $XDG_DATA_HOME/joulecart/models */
	uint64_t seed;
	struct source source; /* of queries */
	bool quick;           /* a quarter of the training queries */
	uint64_t samples;     /* at most so many training queries; 0: the variant's own */
	uint64_t epochs;      /* 0: the variant's own */
	double level;         /* of the variant itself, not of its parents; NAN: its own */
	double parent_level;  /* of the variant that it is made from; NAN: its own */
	/* How the variant itself learns from its teacher's soft labels; NAN: its own. */
	double soft_weight, temperature;
	/* Share of a federation's shops in each round; 0: the variant's own. */
	double participation;
	bool processes; /* each shop in its own; the weights and the file are the same */
};

/* The variant's training under this recipe. */
struct training store_training(const struct variant *variant, const struct recipe *recipe);

/* How far the variant goes under this recipe. */
double store_level(const struct variant *variant, const struct recipe *recipe);
/* The share of a federation's shops that take part in a round; 0 for a variant that is none. */
double store_participation(const struct variant *variant, const struct recipe *recipe);
/* The same recipe for the variant's parent, at parent_level; what that is made from keeps its own
 * level. */
struct recipe store_parents(const struct recipe *recipe);

/* Where the file of these weights is or will be. 0, or -1 with *why: there is no data folder, or
 * its name is too long. */
int store_path(const struct variant *variant, const struct recipe *recipe,
	       char path[PATH_MAX], struct problem *why);
/* The hash in the file's name, as text. */
void store_hash(const struct variant *variant, const struct recipe *recipe, char hash[9]);

bool store_has(const struct variant *variant, const struct recipe *recipe);
/* The weights, checked to be those of this recipe; NULL with *why filled: not trained yet says
 * how to train it. */
struct weights *store_load(const struct variant *variant, const struct recipe *recipe,
			   struct problem *why);
/* Completes the record and writes the file, making the directory. */
int store_save(const struct variant *variant, const struct recipe *recipe,
	       struct weights *weights, const struct weights *parent, struct problem *why);

#endif
