/* models/cli/referral.c - see referral.h. */
#include <config.h>

#include "models/cli/referral.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/socket-bytes.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/infer/plan.h"
#include "models/weights/weights.h"
#include "profiler/markers/joulecart.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_QUERY = 'q', REQUEST_CLOCK = 'c', READY = 'r' };

struct wire_request {
	uint8_t kind;
	uint8_t length; /* of the text that follows */
	uint8_t skin, concern, budget, age, past_facet, past_category, older_category;
};

struct referral {
	int socket;
	pid_t process;
	float below;
	struct referral_usage usage;
	unsigned region; /* sending and receiving, in this process */
};

static int lost(struct problem *why)
{
	int err = errno;
	problem_what(why, "cannot ask the other process");
	return err ? problem_errno(why, err)
		   : problem_refuse(why, "what it said before stands above",
				    "it ended before it had answered");
}

/* --- the end that asks --------------------------------------------------------------------- */

static int ask(void *self, const struct query *query, float *logits, struct problem *why)
{
	struct referral *referral = self;
	const struct shopper *who = &query->shopper;
	size_t length = strnlen(query->text, QUERY_SIZE - 1),
	       n = N_OUTPUTS * sizeof(*logits);
	unsigned char message[sizeof(struct wire_request) + QUERY_SIZE];
	const struct wire_request request = { .kind = REQUEST_QUERY,
					      .length = (uint8_t)length,
					      .skin = who->skin,
					      .concern = who->concern,
					      .budget = who->budget,
					      .age = who->age,
					      .past_facet = who->past_facet,
					      .past_category = who->past_category,
					      .older_category = who->older_category };
	memcpy(message, &request, sizeof(request));
	memcpy(message + sizeof(request), query->text, length);
	joulecart_region_begin(referral->region);
	bool is_answered = socket_send_all(referral->socket, message,
					   sizeof(request) + length) &&
			   socket_receive_all(referral->socket, logits, n);
	joulecart_region_end(referral->region);
	referral->usage.queries++;
	referral->usage.bytes += sizeof(request) + length + n;
	return is_answered ? 0 : lost(why);
}

/* The command that serves the model at the end of the chain of parents: the options that its file was trained
 * with. */
struct serving {
	char *argv[20];
	size_t n;
	char numbers[3][32];
};

static void add_word(struct serving *serving, const char *word)
{
	serving->argv[serving->n++] = (char *)word;
}

static void add_number(struct serving *serving, size_t at, const char *option,
		       uint64_t value)
{
	snprintf(serving->numbers[at], sizeof(serving->numbers[at]), "%" PRIu64, value);
	add_word(serving, option);
	add_word(serving, serving->numbers[at]);
}

static void make_command(struct serving *serving, const char *variant,
			 const struct recipe *recipe)
{
	add_word(serving, "joulecart-models");
	add_word(serving, "serve");
	add_word(serving, variant);
	add_number(serving, 0, "--seed", recipe->seed);
	if (recipe->samples)
		add_number(serving, 1, "--samples", recipe->samples);
	if (recipe->epochs)
		add_number(serving, 2, "--epochs", recipe->epochs);
	if (recipe->quick)
		add_word(serving, "--quick");
	if (recipe->source.path) {
		add_word(serving, "--data");
		add_word(serving, recipe->source.path);
	}
	if (recipe->data_dir) {
		add_word(serving, "--data-dir");
		add_word(serving, recipe->data_dir);
	}
}

/* Starts the command with one end of a pair of sockets as its standard input. */
static int launch(struct referral *referral, struct serving *serving, struct problem *why)
{
	int ends[2], err;
	posix_spawn_file_actions_t files;
	problem_what(why, "cannot start the other process");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return problem_errno(why, errno);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, ends[1], STDIN_FILENO);
	err = posix_spawn(&referral->process, "/proc/self/exe", &files, NULL, serving->argv,
			  environ);
	posix_spawn_file_actions_destroy(&files);
	close(ends[1]);
	referral->socket = ends[0];
	return err ? problem_errno(why, err) : 0;
}

static int start(struct referral *referral, const struct variant *variant,
		 const struct recipe *recipe, struct problem *why)
{
	struct recipe parents = store_parents(recipe);
	struct serving serving = { .n = 0 };
	uint8_t ready;
	parents = store_parents(&parents);
	make_command(&serving, variant->parent->parent->name, &parents);
	if (launch(referral, &serving, why) < 0)
		return -1;
	return socket_receive_all(referral->socket, &ready, 1) && ready == READY
		   ? 0
		   : lost(why);
}

int referral_start(struct referral **referral, struct plan *plan,
		   const struct weights *weights, const struct variant *variant,
		   const struct recipe *recipe, struct problem *why)
{
	const char *below = weights_note(weights, "referred_below");
	*referral = NULL;
	if (!below[0] || !variant->parent || !variant->parent->parent)
		return 0;
	struct referral *started = calloc(1, sizeof(*started));
	if (!started)
		return problem_what(why, "cannot start the other process: out of memory");
	*started = (struct referral){ .socket = -1,
				      .process = -1,
				      .below = strtof(below, NULL),
				      .region = joulecart_region("network") };
	if (start(started, variant, recipe, why) < 0) {
		referral_stop(started);
		return -1;
	}
	referral_join(started, plan);
	*referral = started;
	return 0;
}

void referral_join(struct referral *referral, struct plan *plan)
{
	if (referral)
		plan->referral = (struct plan_referral){ .below = referral->below,
							 .ask = ask,
							 .self = referral };
}

int referral_usage(struct referral *referral, struct referral_usage *usage,
		   struct problem *why)
{
	const struct wire_request request = { .kind = REQUEST_CLOCK };
	*usage = (struct referral_usage){ 0 };
	if (!referral)
		return 0;
	if (!socket_send_all(referral->socket, &request, sizeof(request)) ||
	    !socket_receive_all(referral->socket, &referral->usage.cpu_ns, sizeof(int64_t)))
		return lost(why);
	*usage = referral->usage;
	return 0;
}

void referral_stop(struct referral *referral)
{
	if (!referral)
		return;
	if (referral->socket >= 0)
		close(referral->socket);
	while (referral->process > 0 && waitpid(referral->process, NULL, 0) < 0 &&
	       errno == EINTR)
		continue;
	free(referral);
}

/* --- the end that answers ------------------------------------------------------------------ */

static bool is_shopper(const struct wire_request *request)
{
	return request->skin < N_SKINS && request->concern < N_CONCERNS &&
	       request->budget < N_BUDGETS && request->age < N_AGES &&
	       request->past_facet < N_FACETS && request->past_category < N_CATEGORIES &&
	       request->older_category < N_CATEGORIES && request->length < QUERY_SIZE;
}

static int answer_query(int socket, const struct wire_request *request, struct plan *plan,
			struct problem *why)
{
	struct features features;
	struct query query = { .shopper = { .skin = request->skin,
					    .concern = request->concern,
					    .budget = request->budget,
					    .age = request->age,
					    .past_facet = request->past_facet,
					    .past_category = request->past_category,
					    .older_category = request->older_category } };
	if (request->length && !socket_receive_all(socket, query.text, request->length))
		return lost(why);
	features_of(&query, plan->shape.rows, &features);
	const float *logits = plan_run(plan, &features, 1, why);
	if (!logits)
		return -1;
	return socket_send_all(socket, logits, N_OUTPUTS * sizeof(*logits)) ? 0 : lost(why);
}

static int answer(int socket, const struct wire_request *request, struct plan *plan,
		  struct problem *why)
{
	if (request->kind == REQUEST_CLOCK) {
		int64_t cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
		return socket_send_all(socket, &cpu_ns, sizeof(cpu_ns)) ? 0 : lost(why);
	}
	if (request->kind == REQUEST_QUERY && is_shopper(request))
		return answer_query(socket, request, plan, why);
	problem_what(why, "cannot answer");
	return problem_refuse(why, "ask with the same version of this program",
			      "expected a query with a shopper's profile");
}

int referral_serve(int socket, struct plan *plan, struct problem *why)
{
	const uint8_t ready = READY;
	struct wire_request request;
	unsigned region = joulecart_region("server");
	int failed = socket_send_all(socket, &ready, 1) ? 0 : lost(why);
	while (!failed && socket_receive_all(socket, &request, sizeof(request))) {
		joulecart_region_begin(region);
		failed = answer(socket, &request, plan, why);
		joulecart_region_end(region);
	}
	return failed;
}
