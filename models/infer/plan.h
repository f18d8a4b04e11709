/* models/infer/plan.h - a model to run: the graph forward only, its kernels and weight layouts made
 * once, for batches up to one size.
 *
 * The queries of a batch stand side by side in one sequence, each at its own length in steps of
 * four (features_padded()), and kernels for sequences of several lengths are there: a short query costs
 * less than a long one, and is answered the same alone and in any batch.
 *
 * Layers whose weights are I8 run in integer kernels: their input is quantised on the way in,
 * and a chain of such convolutions stays in integers. BF16 ones run in bf16, and are refused
 * where the CPU would emulate that. Where most weights of all convolutions are zero, sparse
 * kernels run them (sparse.h), if there are such for this CPU. Weights with an exit rule
 * (exit.h) answer at the first head that is sure enough. One thread at a time per plan. */
#ifndef JOULECART_MODELS_PLAN_H
#define JOULECART_MODELS_PLAN_H
#include "models/infer/exit.h"
#include "models/kernels/span.h"
#include "models/weights/model.h"

struct features;
struct problem;
struct query;
struct shallow;
struct sparse_body;

enum {
	PLAN_MAX_CONVOLUTIONS = MODEL_MAX_STAGES * MODEL_MAX_CHAIN,
	PLAN_HEAD_LAYERS = 4,
	/* Each stage may have a head of its own. */
	PLAN_MAX_LAYERS = PLAN_MAX_CONVOLUTIONS + MODEL_MAX_STAGES * PLAN_HEAD_LAYERS,
	PLAN_MAX_PARTS = PLAN_MAX_LAYERS + 3, /* what else plan_part names */
	/* A layer, what converts its input, and what its zero points come to. */
	PLAN_MAX_OPS = 3 * PLAN_HEAD_LAYERS,
	PLAN_MAX_LENGTHS = 96,
	/* What each convolution reads, where that is converted, puts out, and what its zero points come to; and
	 * the first input. */
	PLAN_MAX_BUFFERS = 3 * PLAN_MAX_CONVOLUTIONS + 1,
	PLAN_MAX_LAYOUTS = 2 * PLAN_MAX_LAYERS,
	PLAN_MAX_BATCH = 1024
};

/* A layer and what it read in the last run, for calibration. */
struct plan_layer {
	char name[WEIGHT_NAME_SIZE];
	struct tensor input;
	size_t
	    width; /* numbers of a row of the input: of a position, or of a whole picture */
	size_t n_input; /* numbers that were of a query, or of what lies between two */
};

/* What can be told apart while a plan runs: a layer with its conversions, or "embedding", "pool",
 * "sparse stages". */
struct plan_part {
	char name[WEIGHT_NAME_SIZE];
	double weight_bytes; /* that a run reads; 0: not known */
	double flop;         /* of all runs that were counted, see plan_count_work() */
	size_t n_runs;
	unsigned region; /* as the marking numbers it */
};

/* Who is told of each part that begins and ends: joulecart.h has functions of these forms. */
struct plan_marking {
	unsigned (*region)(const char *name);
	void (*work)(unsigned region, double flop, double weight_bytes);
	void (*begin)(unsigned region);
	void (*end)(unsigned region);
};

struct ops {
	struct op op[PLAN_MAX_OPS];
	size_t n;
};

/* A convolution of a body. */
struct body_layer {
	struct plan_layer layer;
	struct ops ops;
	struct tensor output;
	bool
	    is_cleared; /* then between the queries: the next one reads across their ends */
};

/* Some stages in a row, for sequences of up to so many positions. A picture counts as one. */
struct body {
	size_t positions;
	struct body_layer layers[PLAN_MAX_CONVOLUTIONS];
	size_t n_layers;
	struct tensor input,
	    output; /* [positions][channels], or of pictures [positions][row][column][channels] */
	float output_step; /* of one that is u8 */
};

/* The head after a body, for batches of one size. */
struct plan_head {
	size_t batch;
	struct plan_layer layers[PLAN_HEAD_LAYERS];
	size_t n_layers;
	struct tensor joined, gate, gated, logits;
	struct ops gating, classify; /* between them: join, and gate */
};

/* What is run up to an exit. */
struct segment {
	size_t first, last;  /* stages, from 1 */
	struct body *bodies; /* plan->n_lengths, from the longest on */
	/* plan->n_sizes, for batches of `batch`, batch / 2, ... 1: what is left after an exit is
	 * fewer. */
	struct plan_head *heads;
	float *pooled;              /* [batch][channels] */
	struct sparse_body *sparse; /* instead of the bodies; or NULL */
	/* In the last run: NULL where it got no query, or the sparse kernels ran. */
	const struct body *ran;
	const struct plan_head *led;
	size_t n, positions; /* queries, and where the last one ended */
};

/* A layer's parameters in oneDNN's layout, which kernels of several sizes share. */
struct layout {
	char name[WEIGHT_NAME_SIZE];
	struct tensor tensor;
};

/* The values between layers, which the bodies for all lengths share: one of them runs at a time. Made
 * for the longest one, which is built first. */
struct buffers {
	void *data[PLAN_MAX_BUFFERS];
	size_t n, next;
	bool is_open; /* a body is being built */
};

/* Who answers what the model is not sure of. */
struct plan_referral {
	float below; /* this confidence: the class's probability, see exit.h */
	/* Overwrites the logits, [classes], with better ones. 0, or -1 with *why filled. */
	int (*ask)(void *self, const struct query *query, float *logits,
		   struct problem *why);
	void *self;
};

struct plan {
	struct compute compute;
	struct model_shape shape;
	size_t batch;
	struct weight table; /* the embedding; data is the weights' own */
	const float *table_scale;
	struct shallow *shallow;  /* instead of segments; NULL: there are those */
	struct segment *segments; /* one; with an exit rule one for each head */
	size_t n_exits, n_sizes;
	size_t lengths[PLAN_MAX_LENGTHS]; /* of sequences, from the longest on */
	size_t n_lengths;
	size_t gap; /* positions between two queries */
	enum exit_rule rule;
	float threshold;
	float *answers; /* [batch][classes], with an exit rule, or of a shallow model */
	size_t *rows;   /* which queries are left */
	struct query_span *spans; /* where these stand */
	size_t positions;         /* up to the end of the last one */
	uint8_t *depth;           /* the stage that answered each query of the last run */
	struct plan_part parts[PLAN_MAX_PARTS];
	size_t n_parts;
	struct layout layouts[PLAN_MAX_LAYOUTS];
	size_t n_layouts;
	struct buffers buffers;
	struct plan_marking marking;   /* all NULL: nobody is told */
	struct plan_referral referral; /* .ask is NULL: nobody is asked */
};

/* Bytes of a position in a tensor of a body; of a picture there all pixels are. */
size_t plan_row_bytes(const struct tensor *rows);

/* The weights must outlive the plan (the embedding is read in place). NULL, *why filled. */
struct plan *plan_create(const struct weights *weights, size_t batch, struct problem *why);
void plan_free(struct plan *plan); /* takes NULL */

/* Serves n <= batch queries; the logits, [n][classes], are good until the next run. NULL with
 * *why filled when a kernel fails. */
const float *plan_run(struct plan *plan, const struct features *features, size_t n,
		      struct problem *why);

/* After a run: asks the referral, if there is one, where the model was not sure of its answer to the query.
 * *is_asked: whether it was. 0, or -1 with *why filled. */
int plan_refer(const struct plan *plan, const struct query *query, float *logits,
	       bool *is_asked, struct problem *why);

/* Every layer that the last run of the plan went through, with what it read there. Returns how many;
 * none of a sparse body's. */
size_t plan_layers(const struct plan *plan, struct plan_layer layers[PLAN_MAX_LAYERS]);

/* Counts what serving n <= batch queries computes, without serving them: how much depends on how long
 * they are. */
void plan_count_work(struct plan *plan, const struct features *features, size_t n);
/* From now on the marking is told of each part. The work of a passage is the mean of what was counted
 * before; with an exit rule it is not known. */
void plan_mark(struct plan *plan, struct plan_marking marking);

/* What runs the convolutions: "dense", or "sparse"; "no" where there are none. */
const char *plan_kernels(const struct plan *plan);

#endif
