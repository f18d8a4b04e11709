/* models/cli/options.h - what the subcommands share in reading their command lines.
 *
 * Every function that can fail returns -1 (or NULL) with a usage problem. */
#ifndef JOULECART_MODELS_OPTIONS_H
#define JOULECART_MODELS_OPTIONS_H
#include "base/option-table.h"
#include "models/cli/store.h"
#include "models/variants/stack.h"

#include <stdint.h>

struct variant;

/* The options that say which trained model is meant, of struct recipe. */
extern const struct option_row recipe_rows[];
/* Those of them that decide what the queries are: --seed and --data. */
extern const struct option_row query_rows[];

/* Reads the text of --mix into a struct session_mix. 0, or -1 with *why untouched: it is none. */
int take_mix(void *mix, const char *text, struct problem *why);
#define MIX_EXPECTED "CALLS:PARTS of 3 to 7 calls and at most 100 parts, such as 3:50,5:50"

/* Before any option: each variant's own settings. */
struct recipe recipe_default(void);

/* Sets oneDNN's threads; fails when its runtime cannot be told. */
int option_threads(int64_t threads, struct problem *why);
/* The variant is made for the task. The levels, if given, are ones that the variant and what it is made from
 * have; it has soft labels, where their weight or temperature is given, and shops, where they are. */
int option_level(const struct variant *variant, const struct recipe *recipe,
		 struct problem *why);
/* The task is the agent's: the command is for no other. */
int option_agent(const struct recipe *recipe, const char *command, struct problem *why);
/* The single operand, words[0..n), named VARIANT in the usage: a variant, or steps upon one, which the stack
 * holds. */
const struct variant *option_variant(const struct option_table *table, int n, char **words,
				     enum task task, struct variant_stack *stack,
				     struct problem *why);

#endif
