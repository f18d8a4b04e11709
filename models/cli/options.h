/* models/cli/options.h - what the subcommands share in reading their command lines.
 *
 * Every function that can fail returns -1 with a usage problem. */
#ifndef JOULECART_MODELS_OPTIONS_H
#define JOULECART_MODELS_OPTIONS_H
#include "models/cli/store.h"

#include <getopt.h>
#include <stdint.h>

struct variant;

/* The options that say which trained model is meant. */
enum {
	OPTION_SEED = 256,
	OPTION_QUICK,
	OPTION_SAMPLES,
	OPTION_EPOCHS,
	OPTION_DATA_DIR,
	OPTION_DATA,
	OPTION_LEVEL,
	OPTION_OWN /* the first that a command may use for itself */
};
#define RECIPE_OPTIONS                                               \
	{ "seed", required_argument, NULL, OPTION_SEED },            \
	    { "quick", no_argument, NULL, OPTION_QUICK },            \
	    { "samples", required_argument, NULL, OPTION_SAMPLES },  \
	    { "epochs", required_argument, NULL, OPTION_EPOCHS },    \
	    { "level", required_argument, NULL, OPTION_LEVEL },      \
	    { "data", required_argument, NULL, OPTION_DATA },        \
	{                                                            \
		"data-dir", required_argument, NULL, OPTION_DATA_DIR \
	}
#define RECIPE_USAGE                                                                     \
	"Which trained model (the same options as it was trained with):\n"               \
	"      --seed=N          of the data and the first weights [1]\n"                \
	"      --data=FILE       your own queries: JSON lines as 'data --json' prints\n" \
	"      --quick           trained on a quarter of the queries: fast, not good\n"  \
	"      --samples=N       trained on at most N queries\n"                         \
	"      --epochs=N        that often each [the variant's own]\n"                  \
	"      --level=X         how far the variant goes [its own; see models list "    \
	"--json]\n"                                                                      \
	"      --data-dir=DIR    where weights are kept\n"                               \
	"                        [$XDG_DATA_HOME/joulecart/models]\n"

struct recipe recipe_default(void);
/* Takes a key of getopt_long(). 1: taken; 0: not one of RECIPE_OPTIONS; -1: a bad value. */
int recipe_option(struct recipe *recipe, int key, const char *value, struct problem *why);

int option_count(const char *name, const char *text, uint64_t least, uint64_t most,
		 uint64_t *value, struct problem *why);
/* Sets oneDNN's threads; fails when its runtime cannot be told. */
int option_threads(uint64_t threads, struct problem *why);
/* The level, if one is given, is one that the variant has. */
int option_level(const struct variant *variant, const struct recipe *recipe,
		 struct problem *why);
/* What getopt_long() could not make sense of (it returned '?' or ':'). */
int option_refused(int key, char **argv, const char *command, struct problem *why);
/* The single argument VARIANT that is left after the options. */
const struct variant *option_variant(int argc, char **argv, const char *command,
				     struct problem *why);
/* Complains of arguments where none is taken. */
int option_none_left(int argc, char **argv, const char *command, struct problem *why);

#endif
