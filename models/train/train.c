/* models/train/train.c - see train.h. */
#include <config.h>

#include "models/train/train.h"

#include "base/problem.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/data/task.h"
#include "models/infer/plan.h"
#include "models/train/fake-quantize.h"
#include "models/train/feature-distillation.h"
#include "models/train/gradient-exchange.h"
#include "models/train/loss.h"
#include "models/train/network.h"
#include "models/weights/weights.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

/* Queries of like length are trained together, on a network that is no longer than they need (half of
 * them fill half of FEATURE_LENGTH): sorted within so many batches. */
enum { WINDOW = 32 /* batches */ };

float train_answer_loss(const struct train_job *job, size_t sample, const float *x,
			float weight, float *dx)
{
	const struct training *how = job->how;
	const struct query *query = &job->data->queries[sample];
	const struct task_outputs put_out = task_outputs(task_of(query));
	const float *teacher = job->teacher ? job->teacher + sample * put_out.outputs
					    : NULL;
	float soft = teacher ? how->soft_weight : 0.0f, loss = 0.0f;
	for (size_t i = 0; i < put_out.n_groups; i++) {
		const struct output_group *group = &put_out.groups[i];
		size_t from = group->first, n = group->n;
		float share = weight * group->weight;
		loss += loss_cross_entropy(x + from, n,
					   i == 0 ? query->taught : query->wants[i - 1],
					   share * (1.0f - soft), dx + from);
		if (teacher)
			loss += loss_distill(x + from, teacher + from, n, how->temperature,
					     share * soft, dx + from);
	}
	return loss;
}

struct session {
	const struct train_job *job;
	const struct training *how; /* the train job's */
	struct weights *weights;
	struct network *networks[N_FEATURE_LENGTHS];
	struct weights *gradients;
	size_t n_part; /* queries of a batch that are computed at once */
	/* Queries of each batch that this process computes: the first, and how many. */
	size_t own, n_own;
	struct shared_gradients *shared; /* NULL: a batch is computed as a whole */
	struct optimizer *optimizer;
	gsl_rng *rng;
	struct features *features; /* of every sample */
	size_t *order;
	size_t n; /* samples used */
	struct features batch[TRAIN_BATCH];
};

static void session_close(struct session *session)
{
	for (size_t i = 0; i < N_FEATURE_LENGTHS; i++)
		network_free(session->networks[i]);
	optimizer_free(session->optimizer);
	shared_gradients_free(session->shared);
	weights_free(session->gradients);
	gsl_rng_free(session->rng);
	free(session->features);
	free(session->order);
}

/* Which parts of each batch this process computes. A loss that is no sum over queries cannot be divided. */
static int divide(struct session *session, struct problem *why)
{
	const struct gradient_exchange *exchange = session->job->exchange;
	session->n_part = session->n_own = TRAIN_BATCH;
	if (!exchange || (session->job->distillation && !exchange_is_shared(exchange)))
		return 0;
	problem_what(why, "cannot train with %zu ranks", exchange->ranks);
	why->kind = PROBLEM_USAGE;
	if (TRAIN_BATCH % exchange->ranks != 0)
		return problem_refuse(
		    why, "start 2, 4, 8, 16 or 32 ranks",
		    "the %d queries of a batch cannot be dealt out evenly", TRAIN_BATCH);
	if (session->job->distillation)
		return problem_refuse(why, "train this variant without --mpi",
				      "its loss compares the queries of a whole batch");
	session->n_own = TRAIN_BATCH / exchange->ranks;
	session->own = exchange->rank * session->n_own;
	session->n_part = session->n_own < TRAIN_PART ? session->n_own : TRAIN_PART;
	session->shared = shared_gradients_create(exchange, session->gradients, TRAIN_BATCH,
						  why);
	return session->shared ? 0 : -1;
}

static int session_open(struct session *session, uint64_t seed, struct problem *why)
{
	struct weights *weights = session->weights;
	session->gradients = weights_like(weights);
	if (!session->gradients)
		return problem_what(why, "cannot train: out of memory");
	if (divide(session, why) < 0)
		return -1;
	struct model_shape shape;
	if (model_shape_of(weights, &shape, why) < 0)
		return -1;
	session->optimizer = optimizer_create(weights, session->gradients,
					      &session->how->optimizer, why);
	if (!session->optimizer)
		return -1;
	session->rng = gsl_rng_alloc(gsl_rng_mt19937);
	session->features = calloc(session->n, sizeof(*session->features));
	session->order = calloc(session->n, sizeof(*session->order));
	if (!session->rng || !session->features || !session->order)
		return problem_what(why, "cannot train: out of memory");
	gsl_rng_set(session->rng, seed);
	for (size_t i = 0; i < session->n; i++) {
		features_of(&session->job->data->queries[i], shape.rows,
			    &session->features[i]);
		session->order[i] = i;
	}
	return 0;
}

/* Leaves n-grams out; a position that loses all counts as empty. */
static void drop_ngrams(struct features *features, gsl_rng *rng, float rate)
{
	for (size_t at = 0; at < features->n_positions; at++) {
		uint8_t kept = 0;
		for (size_t i = 0; i < features->n_ids[at]; i++)
			if (gsl_rng_uniform(rng) >= (double)rate)
				features->ids[at][kept++] = features->ids[at][i];
		features->n_ids[at] = kept;
	}
}

static int by_length(const void *left, const void *right, void *features)
{
	size_t a = *(const size_t *)left, b = *(const size_t *)right;
	const struct features *all = features;
	if (all[a].n_positions != all[b].n_positions)
		return all[a].n_positions < all[b].n_positions ? -1 : 1;
	return (a > b) - (a < b);
}

/* A new random order, in which a batch's queries are of like length: sorted within windows of
 * some batches, whose batches are shuffled again. */
static void reorder(struct session *session)
{
	size_t *order = session->order;
	gsl_ran_shuffle(session->rng, order, session->n, sizeof(order[0]));
	for (size_t from = 0; from < session->n; from += WINDOW * TRAIN_BATCH) {
		size_t left = session->n - from;
		size_t n = left < WINDOW * TRAIN_BATCH ? left : WINDOW * TRAIN_BATCH;
		qsort_r(order + from, n, sizeof(order[0]), by_length, session->features);
		gsl_ran_shuffle(session->rng, order + from, n / TRAIN_BATCH,
				TRAIN_BATCH * sizeof(order[0]));
	}
}

/* The shortest network that holds every query of the batch; made when it is first needed. NULL with *why
 * filled. */
static struct network *network_for(struct session *session, struct problem *why)
{
	size_t longest = 0, i = 0;
	for (size_t b = 0; b < TRAIN_BATCH; b++)
		if (session->batch[b].n_positions > longest)
			longest = session->batch[b].n_positions;
	while (feature_lengths[i] < features_padded(longest))
		i++;
	if (session->networks[i])
		return session->networks[i];
	session->networks[i] = network_create(session->weights, session->gradients,
					      session->n_part, feature_lengths[i], why);
	if (session->networks[i])
		session->networks[i]->rounding = session->job->rounding;
	return session->networks[i];
}

/* The loss of one head over a part of the batch, and its gradient on the logits. */
static float head_loss(struct session *session, struct network *network, size_t stage,
		       const size_t *samples)
{
	float head_weight = stage == network->shape.n_stages ? 1.0f
							     : session->how->early_weight;
	float loss = 0.0f;
	size_t outputs = network->shape.classes;
	const float *logits = network_logits(network, stage);
	float *d_logits = network_d_logits(network, stage);
	memset(d_logits, 0, session->n_part * outputs * sizeof(float));
	for (size_t b = 0; b < session->n_part; b++)
		loss += train_answer_loss(session->job, samples[b], logits + b * outputs,
					  head_weight / TRAIN_BATCH,
					  d_logits + b * outputs);
	return loss;
}

/* Forward and backward through a part of the batch; returns its loss. */
static float pass_part(struct session *session, struct network *network,
		       const struct features *features, const size_t *samples)
{
	float loss = 0.0f;
	network_forward(network, features);
	for (size_t stage = 1; stage <= network->shape.n_stages; stage++)
		if (model_has_head(&network->shape, stage))
			loss += head_loss(session, network, stage, samples);
	if (session->job->distillation)
		loss += distillation_loss(session->job->distillation, network, samples);
	network_backward(network, features);
	return loss;
}

/* The gradients of the batch; returns its loss, or with shared gradients that of the last part. */
static float pass_batch(struct session *session, struct network *network,
			const size_t *samples)
{
	float loss = 0.0f;
	if (session->shared)
		shared_gradients_begin(session->shared, session->batch, TRAIN_BATCH);
	if (session->job->rounding)
		rounding_begin(session->job->rounding, session->weights);
	for (size_t i = 0; i < session->n_own; i += session->n_part) {
		size_t from = session->own + i;
		loss = pass_part(session, network, session->batch + from, samples + from);
		if (session->shared)
			shared_gradients_take(session->shared, loss);
	}
	if (session->job->rounding)
		rounding_end(session->job->rounding, session->weights);
	return loss;
}

/* Adds the batch's loss to *loss. */
static int train_batch(struct session *session, const size_t *samples, float schedule,
		       float *loss, struct problem *why)
{
	for (size_t b = 0; b < TRAIN_BATCH; b++) {
		session->batch[b] = session->features[samples[b]];
		if (session->how->ngram_dropout > 0.0f)
			drop_ngrams(&session->batch[b], session->rng,
				    session->how->ngram_dropout);
	}
	struct network *network = network_for(session, why);
	if (!network)
		return -1;
	float batch_loss = pass_batch(session, network, samples);
	if (compute_check(&network->compute, why) < 0 ||
	    (session->shared &&
	     shared_gradients_sum(session->shared, &batch_loss, why) < 0))
		return -1;
	if (session->job->distillation)
		distillation_step(session->job->distillation, schedule);
	optimizer_step(session->optimizer, schedule, session->batch, TRAIN_BATCH);
	*loss += batch_loss;
	return 0;
}

static int constrain(struct session *session, size_t done, size_t of, struct problem *why)
{
	const struct constraint *constraint = session->job->constraint;
	return constraint ? constraint->apply(constraint->self, session->weights,
					      session->gradients, done, of, why)
			  : 0;
}

static int run_epochs(struct session *session, float *loss, struct problem *why)
{
	const struct progress *progress = session->job->progress;
	size_t batches = session->n / TRAIN_BATCH, of = batches * session->how->epochs;
	for (size_t step = 0; step < of; step++) {
		size_t at = step % batches;
		if (at == 0) {
			reorder(session);
			*loss = 0.0f;
		}
		if (train_batch(session, session->order + at * TRAIN_BATCH,
				schedule_at(step, of), loss, why) < 0 ||
		    constrain(session, step + 1, of, why) < 0)
			return -1;
		if (progress)
			progress->step(progress->self, step + 1, of,
				       *loss / (float)(at + 1));
	}
	*loss /= (float)batches;
	return exchange_agree(session->job->exchange, weights_crc32(session->weights),
			      "trained weights", why);
}

int train(struct weights *weights, const struct train_job *job, float *loss,
	  struct problem *why)
{
	size_t asked = job->how->samples, all = job->data->n;
	size_t n = asked < all ? asked : all;
	struct session session = { .job = job,
				   .how = job->how,
				   .weights = weights,
				   .n = n / TRAIN_BATCH * TRAIN_BATCH };
	if (session.n == 0) {
		problem_what(why, "cannot train on %zu queries", n);
		return problem_refuse(why, "add training queries to the file",
				      "a batch has %d", TRAIN_BATCH);
	}
	int failed = session_open(&session, job->seed, why);
	if (!failed)
		failed = run_epochs(&session, loss, why);
	session_close(&session);
	return failed;
}

static int answer_batch(struct plan *plan, const struct dataset *data, size_t from,
			struct teacher_outputs *answers, struct problem *why)
{
	struct features batch[TRAIN_BATCH];
	size_t n = data->n - from < TRAIN_BATCH ? data->n - from : TRAIN_BATCH;
	for (size_t b = 0; b < n; b++)
		features_of(&data->queries[from + b], plan->shape.rows, &batch[b]);
	const float *logits = plan_run(plan, batch, n, why);
	if (!logits)
		return -1;
	memcpy(answers->logits + from * answers->outputs, logits,
	       n * answers->outputs * sizeof(float));
	memcpy(answers->pooled + from * answers->width, plan->segments[0].pooled,
	       n * answers->width * sizeof(float));
	return 0;
}

int train_teacher_outputs(const struct weights *weights, const struct dataset *data,
			  struct teacher_outputs *answers, struct problem *why)
{
	struct plan *plan = plan_create(weights, TRAIN_BATCH, why);
	if (!plan)
		return -1;
	size_t outputs = plan->shape.classes;
	size_t width = plan->shape.stages[plan->shape.n_stages - 1].out;
	*answers = (struct teacher_outputs){
		.logits = calloc(data->n * outputs, sizeof(float)),
		.pooled = calloc(data->n * width, sizeof(float)),
		.outputs = outputs,
		.width = width,
	};
	int failed = 0;
	if (!answers->logits || !answers->pooled)
		failed = problem_what(why, "cannot distil: out of memory");
	for (size_t from = 0; !failed && from < data->n; from += TRAIN_BATCH)
		failed = answer_batch(plan, data, from, answers, why);
	plan_free(plan);
	if (failed)
		teacher_outputs_free(answers);
	return failed;
}

void teacher_outputs_free(struct teacher_outputs *answers)
{
	free(answers->logits);
	free(answers->pooled);
	*answers = (struct teacher_outputs){ 0 };
}

float *train_soft_labels(const struct weights *weights, const struct dataset *data,
			 struct problem *why)
{
	struct teacher_outputs answers;
	if (train_teacher_outputs(weights, data, &answers, why) < 0)
		return NULL;
	free(answers.pooled);
	return answers.logits;
}
