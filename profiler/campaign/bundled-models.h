/* profiler/campaign/bundled-models.h - what the profiler must know of the bundled models: where their program
 * is, and which variants it has. */
#ifndef JOULECART_BUNDLED_MODELS_H
#define JOULECART_BUNDLED_MODELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

/* The path of joulecart-models: beside this very program (a build tree), else where it was
 * installed. 0, or -1 with *why. */
int models_path(char *path, size_t size, struct problem *why);

struct model_variant {
	char *name;
	char *parent;    /* another's name, or NULL */
	double cpu_s;    /* that training takes, about; 0: not known */
	bool is_trained; /* with the seed and samples that were asked about */
	int rank; /* 0: needs no other; else one more than the variant it is made from */
};

/* A variant that cannot run here, or not be made by this recipe. */
struct model_left_out {
	char *name, *why;
};

struct model_list {
	struct model_variant *variants;
	struct model_left_out *left_out; /* in none of the variants */
	size_t n, n_left_out;
};

/* With which options the models are trained. */
struct model_recipe {
	uint64_t seed;
	int64_t samples;  /* at most; 0: each its own number */
	const char *task; /* "mirror"; NULL: the agent */
	const char *data; /* file of queries; NULL: generated ones */
	const char *
	    mix; /* of sessions, to be checked before anything is trained; NULL: the usual one */
};

/* Asks 'joulecart-models list --json' about models of this recipe. 0, or -1 with *why. Free with models_free. */
int models_list(const char *path, const struct model_recipe *recipe,
		struct model_list *list, struct problem *why);
void model_variant_free(struct model_variant *variant);
/* NULL where that variant is not left out. */
const char *model_left_out_why(const struct model_list *list, const char *name);
void models_free_left_out(struct model_list *list);
void models_free(struct model_list *list);

#endif
