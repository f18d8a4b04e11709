/* models/weights/model.h - a network: its shape, and the names of its tensors.
 *   embedding -> stage 1 (convolution over time, ReLU) -> stage 2 -> ...
 *   or picture      |-> head 1 (optional)                    |-> head of the last stage
 *
 * One that reads pictures has no embedding, and its convolutions have four dimensions. Each of its stages
 * halves the picture's side: the chain's widest kernel takes every second pixel each way.
 *
 * A head takes the maximum over time, or over all pixels, joins the profile, lets a gate decide how much of
 * each profile field counts (prof' = 2 x sigmoid(Wg [pool; prof]) x prof), and classifies [pool; prof']
 * through one hidden layer. The shape is read from the tensors themselves, so that every compressed network
 * of this form is run by the same code.
 *
 * Names: embedding, stageN.conv, headN.gate, headN.hidden, headN.out, N from 1, each followed by .weight and
 * .bias; an I8 layer also has .scale (what one step is worth, per output) and .input_max (the calibrated
 * largest input), and may have .zero (per output, the step that stands for 0; without it, 0 does).
 *
 * A convolution of low rank is a chain without an activation in between: stageN.reduce to `rank` channels
 * over the whole kernel and stageN.conv of kernel 1; or stageN.reduce of kernel 1, stageN.depthwise, in which
 * each channel has a kernel of its own, and stageN.conv of kernel 1; or these two alone. headN.reduce
 * likewise stands before headN.hidden. */
#ifndef JOULECART_MODELS_MODEL_H
#define JOULECART_MODELS_MODEL_H
#include "models/data/task.h"
#include "models/weights/weights.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

/* The teacher has three. */
enum { MODEL_MAX_STAGES = 4 };

struct stage_shape {
	size_t in, out, kernel;
	size_t side;      /* of the picture that it reads; 0: it reads positions in a row */
	size_t hidden;    /* neurons of this stage's head; 0: it has none */
	size_t rank;      /* channels that the chain reduces to; 0: it does not */
	bool depthwise;   /* the chain has one in which each channel sees itself alone */
	size_t head_rank; /* what the head reduces to; 0: it does not */
};

struct model_shape {
	size_t rows, embed; /* of a picture: 0, and its channels */
	size_t classes;     /* all that it puts out */
	size_t n_stages;
	/* Without stages (models/infer/shallow.h): n_stages is 1, of which nothing is known. */
	bool is_shallow;
	struct stage_shape stages[MODEL_MAX_STAGES];
};

/* The parts of a CP factorization. */
enum { MODEL_MAX_CHAIN = 3 };

/* One convolution of a stage; only the last one of the chain is activated. */
struct chain_link {
	const char *format; /* of its name: "stage%zu.conv" */
	size_t in, out, kernel;
	bool depthwise;
	size_t side;   /* of the picture that it reads; 0: it reads positions in a row */
	size_t stride; /* of 2 it takes every second pixel each way */
};
/* How many pixels or positions it puts out, of at most so many positions. */
size_t chain_link_places(const struct chain_link *link, size_t positions);

/* The stage's convolutions, in order; returns how many. */
size_t model_chain(const struct stage_shape *stage,
		   struct chain_link links[MODEL_MAX_CHAIN]);

/* One layer's tensors. */
struct model_layer {
	char name[WEIGHT_NAME_SIZE]; /* "stage1.conv" */
	const struct weight *weight;
	const float *bias;
	const float *scale; /* NULL but for I8 */
	const float *zero;  /* of I8 with zero points; else NULL */
	float input_max;    /* 0 but for I8 */
};

/* Random weights of that shape: He's initialisation, the embedding with deviation 0.1. The
 * same seed gives the same weights. NULL when memory is short. */
struct weights *model_init(const struct model_shape *shape, uint64_t seed);

/* Reads the shape back, and checks that every tensor a run needs is there and fits.
 * 0, or -1 with *why, which names what is missing. */
int model_shape_of(const struct weights *weights, struct model_shape *shape,
		   struct problem *why);

/* The layer whose name the format makes, which model_shape_of() has checked. */
struct model_layer model_layer(const struct weights *weights, const char *format,
			       size_t stage);
/* A tensor by name and part: model_tensor(w, "weight", "head%zu.out", 3), or NULL. */
const struct weight *model_tensor(const struct weights *weights, const char *part,
				  const char *format, size_t stage);
/* Multiply-adds of a query through all stages and the last head, zeros among them; of a linear model at most so
 * many; 0 of rules, which look up. */
uint64_t model_multiply_adds(const struct model_shape *shape);
/* What it is asked, and answers. */
enum task model_task(const struct model_shape *shape);
bool model_has_head(const struct model_shape *shape, size_t stage);

#endif
