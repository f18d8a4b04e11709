/* models/variants/variant.h - a variant of the model: one file and one row of the table in variants.c.
 *
 * A variant makes its weights, from nothing or from its parent's. Every variant of the form in
 * model.h is run by the same plan. */
#ifndef JOULECART_MODELS_VARIANT_H
#define JOULECART_MODELS_VARIANT_H
#include "models/data/task.h"
#include "models/federate/federate.h"
#include "models/train/train.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dataset;
struct gradient_exchange;
struct problem;
struct source;
struct weights;

/* What a variant gets to make its weights, and what it tells of it. */
struct build {
	struct training training; /* as asked for: may be shorter than the variant's own */
	uint64_t seed;
	const struct weights *parent; /* NULL for a variant without one */
	const struct dataset *data;   /* training.samples queries */
	const struct source *source;  /* where those came from */
	const struct progress *progress;
	const struct gradient_exchange *exchange; /* NULL: this process trains alone */
	double level; /* the variant's own, or what was asked for */
	float loss;   /* out: mean of the last epoch; NAN where nothing is trained */
	/* Of a federation: each shop takes part in a round with this chance; in a process of its own. */
	double participation;
	bool processes;
	struct federation_outcome federation; /* out: without bytes where there was none */
};

/* How far a variant goes: one number that can be asked for in place of its own. */
struct level {
	const char *name; /* "channels kept of each convolution"; NULL: there is none */
	double own, least, most;
};

/* The train job that was asked for; teacher: soft labels of its data, or NULL. */
struct train_job variant_train_job(const struct build *build, const float *teacher);
/* Trains the weights, and returns them. Owns them: they are freed on failure, which returns
 * NULL with *why filled; for weights == NULL as it was filled by their maker. */
struct weights *variant_train(struct build *build, struct weights *weights,
			      const struct train_job *job, struct problem *why);

/* What differs from task to task. */
struct variant_setting {
	/* What building it takes, so that one can be told beforehand: CPU seconds on one core of
	 * an AMD EPYC with AVX-512, of the mirror with AVX2, see doc/models.md. 0: not measured.
	 * models list makes the seconds of this machine of it. */
	double cpu_s;
	struct training
	    training; /* without samples: the variant is not made for the task */
	struct level level;
};

/* What keeps a variant from being made and run. */
struct lacking {
	const char *why, *todo;
	bool is_usage; /* another command would do */
};

struct variant {
	const char *name;
	const char *summary;          /* one line */
	const char *caveat;           /* what it does not save, and why; or NULL */
	const struct variant *parent; /* what it is made from, or NULL */
	/* As a step upon others (stack.h): comes after steps of a lower place. 0: it is no step. */
	unsigned place;
	/* Without layers that a step could change: models/infer/shallow.h. */
	bool is_shallow;
	const char *numbers; /* "f32", "int8": what most of the arithmetic is done in */
	double cpu_s;        /* of the agent: as in struct variant_setting */
	struct training training;
	double participation; /* of a federation: each shop's, its own; 0: it is none */
	struct level level;
	struct variant_setting mirror;
	/* What keeps it from running on this machine or being made of these queries, or NULL: a constant.
	 * NULL itself for what always can. */
	const struct lacking *(*lacking)(const struct source *source);
	/* New weights, or NULL with *why filled. */
	struct weights *(*make)(struct build *build, struct problem *why);
};

extern const struct variant variant_teacher;
extern const struct variant variant_student;
extern const struct variant variant_student_feature;
extern const struct variant variant_student_relation;
extern const struct variant variant_student_angle;
extern const struct variant variant_student_hard;
extern const struct variant variant_pruned_channel;
extern const struct variant variant_int8;
extern const struct variant variant_int8_qat;
extern const struct variant variant_asymmetric;
extern const struct variant variant_mixed;
extern const struct variant variant_rules;
extern const struct variant variant_cascade;
extern const struct variant variant_hashed_linear;
extern const struct variant variant_l1;
extern const struct variant variant_finetuned;
extern const struct variant variant_augmented;
extern const struct variant variant_federated;
extern const struct variant variant_federated_dp;
extern const struct variant variant_bag_of_words;
extern const struct variant variant_bf16;
extern const struct variant variant_lowrank_svd;
extern const struct variant variant_lowrank_cp;
extern const struct variant variant_codebook;
extern const struct variant variant_pruned_magnitude;
extern const struct variant variant_pruned_activation;
extern const struct variant variant_pruned_gradient;
extern const struct variant variant_early_exit_softmax;
extern const struct variant variant_early_exit_entropy;
extern const struct variant variant_student_pruned_int8;
extern const struct variant variant_lowrank_svd_int8;
extern const struct variant variant_pruned_channel_int8;
extern const struct variant variant_early_exit_softmax_int8;

/* NULL-terminated; parents come before their children. */
extern const struct variant *const variants[];

struct variant_setting variant_setting(const struct variant *variant, enum task task);
/* What keeps it from running here or being made of these queries; NULL: nothing. */
const struct lacking *variant_lacking(const struct variant *variant,
				      const struct source *source);

/* NULL with *why filled (a usage problem), which names the ones there are. */
const struct variant *variant_find(const char *name, struct problem *why);

#endif
