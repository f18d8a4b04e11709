/* models/cli/cmd-infer.c - joulecart models infer: serves test queries, alone or as whole sessions, and says
 * how fast and how right. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "models/cli/command.h"
#include "models/cli/making.h"
#include "models/cli/options.h"
#include "models/cli/referral.h"
#include "models/data/data.h"
#include "models/data/features.h"
#include "models/data/sessions.h"
#include "models/infer/plan.h"
#include "models/infer/quality.h"
#include "models/weights/weights.h"
#include "profiler/markers/joulecart.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <zlib.h>

struct request {
	const struct variant *variant;
	struct variant_stack stack;
	struct recipe recipe;
	uint64_t queries, seconds; /* one of them is 0 */
	uint64_t warm_up, batch, threads;
	uint64_t also_batch; /* then all over again in batches of this; 0: not */
	bool layers;         /* each is a region */
	bool is_made;        /* first, where it is not there */
	bool sessions;       /* whole ones alone, in rounds of the mix */
	struct session_mix mix;
	double think_s; /* pause between rounds */
};

/* What a query was answered, to be graded when the clock has stopped. */
struct answer {
	float logits[MOST_OUTPUTS];
	uint8_t label, depth;
	uint8_t brands[RANKED]; /* the products shown, of the agent */
	size_t times;           /* that it was asked */
};

/* What serves: all that is loaded before the first query. */
struct server {
	struct weights *weights;
	struct plan *plan;
	struct dataset data;
	struct features *batch;
	struct answer *answers;    /* of each query of data */
	size_t next;               /* query */
	struct referral *referral; /* of a cascade */
	unsigned device; /* region of what a cascade does in this process; 0: it is none */
};

struct served {
	struct model_quality quality, once; /* once: each query counted once */
	double *latency_s;                  /* per batch */
	size_t n_batches, room;
	int64_t wall_ns, cpu_ns;
	struct referral_usage referred; /* cpu_ns above is without the other process's */
	size_t sessions;
	uint64_t depth[MODEL_MAX_STAGES]; /* queries answered after each stage */
};

static void server_close(struct server *server)
{
	referral_stop(server->referral);
	plan_free(server->plan);
	weights_free(server->weights);
	dataset_free(&server->data);
	free(server->batch);
	free(server->answers);
}

/* Each layer a region, whose work is the mean over a round of all queries. */
static void mark_layers(struct server *server, const struct request *request)
{
	const struct dataset *data = &server->data;
	for (size_t from = 0; from < data->n; from += request->batch) {
		size_t left = data->n - from;
		size_t n = left < request->batch ? left : request->batch;
		for (size_t b = 0; b < n; b++)
			features_of(&data->queries[from + b], server->plan->shape.rows,
				    &server->batch[b]);
		plan_count_work(server->plan, server->batch, n);
	}
	plan_mark(server->plan,
		  (struct plan_marking){ joulecart_region, joulecart_region_work,
					 joulecart_region_begin, joulecart_region_end });
}

static int server_open(struct server *server, const struct request *request,
		       struct problem *why)
{
	size_t tests = task_tests(request->recipe.source.task);
	size_t pool = request->queries && request->queries < tests ? request->queries
								   : tests;
	server->weights = store_load(request->variant, &request->recipe, why);
	if (!server->weights)
		return -1;
	server->plan = plan_create(server->weights, request->batch, why);
	if (!server->plan)
		return -1;
	server->batch = calloc(request->batch, sizeof(*server->batch));
	if (!server->batch)
		return problem_what(why, "cannot serve: out of memory");
	if (source_queries(&request->recipe.source, request->recipe.seed, SPLIT_TEST, pool,
			   &server->data, why) < 0)
		return -1;
	if (request->layers)
		mark_layers(server, request);
	server->answers = calloc(server->data.n, sizeof(*server->answers));
	if (!server->answers)
		return problem_what(why, "cannot serve: out of memory");
	if (referral_start(&server->referral, server->plan, server->weights,
			   request->variant, &request->recipe, why) < 0)
		return -1;
	if (server->referral)
		server->device = joulecart_region("device");
	return 0;
}

static int keep_answer(struct server *server, size_t query, size_t depth,
		       const float *logits, struct problem *why)
{
	struct answer *answer = &server->answers[query];
	enum task task = model_task(&server->plan->shape);
	bool unused;
	memcpy(answer->logits, logits, server->plan->shape.classes * sizeof(float));
	if (plan_refer(server->plan, &server->data.queries[query], answer->logits, &unused,
		       why) < 0)
		return -1;
	answer->label = (uint8_t)task_best_class(task, answer->logits);
	if (task == TASK_AGENT)
		catalogue_rank(answer->logits, answer->label, answer->brands);
	answer->depth = (uint8_t)depth;
	answer->times++;
	return 0;
}

/* Answers the next n queries, from text to products. */
static int serve(struct server *server, size_t n, struct problem *why)
{
	const struct dataset *data = &server->data;
	if (server->device)
		joulecart_region_begin(server->device);
	for (size_t b = 0; b < n; b++)
		features_of(&data->queries[(server->next + b) % data->n],
			    server->plan->shape.rows, &server->batch[b]);
	const float *logits = plan_run(server->plan, server->batch, n, why);
	int failed = logits ? 0 : -1;
	for (size_t b = 0; !failed && b < n; b++)
		failed = keep_answer(server, (server->next + b) % data->n,
				     server->plan->depth[b],
				     logits + b * server->plan->shape.classes, why);
	if (server->device)
		joulecart_region_end(server->device);
	server->next += n;
	return failed;
}

/* A query is answered the same whenever it is asked: each is graded once, and counted as
 * often as it was asked. */
static void grade(const struct server *server, struct served *served)
{
	for (size_t i = 0; i < server->data.n; i++) {
		const struct answer *answer = &server->answers[i];
		struct model_quality one = { 0 };
		if (answer->times == 0)
			continue;
		quality_add(&one, &server->data.queries[i], answer->logits);
		quality_add_all(&served->quality, &one, answer->times);
		quality_add_all(&served->once, &one, 1);
		served->depth[answer->depth - 1] += answer->times;
	}
}

static int warm_up(struct server *server, const struct request *request,
		   struct problem *why)
{
	for (uint64_t done = 0; done < request->warm_up; done += request->batch)
		if (serve(server, request->batch, why) < 0)
			return -1;
	server->next = 0;
	for (size_t i = 0; i < server->data.n; i++)
		server->answers[i].times = 0;
	return 0;
}

static int keep_latency(struct served *served, double seconds, struct problem *why)
{
	if (served->n_batches == served->room) {
		size_t room = served->room ? 2 * served->room : 65536;
		double *bigger = reallocarray(served->latency_s, room, sizeof(double));
		if (!bigger)
			return problem_what(why,
					    "cannot keep the latencies: out of memory");
		served->latency_s = bigger;
		served->room = room;
	}
	served->latency_s[served->n_batches++] = seconds;
	return 0;
}

/* Answers the next n queries, in batches, and times them. */
static int serve_timed(struct server *server, const struct request *request, size_t n,
		       struct served *served, struct problem *why)
{
	struct referral_usage before, after_all;
	if (referral_usage(server->referral, &before, why) < 0)
		return -1;
	int64_t cpu_begin = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	int64_t begin = monotonic_ns(), now = begin;
	for (size_t left = n; left > 0;) {
		size_t batch = left < request->batch ? left : request->batch;
		if (serve(server, batch, why) < 0)
			return -1;
		int64_t after = monotonic_ns();
		if (keep_latency(served, (double)(after - now) / (double)NS_PER_S, why) < 0)
			return -1;
		now = after;
		left -= batch;
	}
	served->wall_ns += now - begin;
	served->cpu_ns += clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_begin;
	if (referral_usage(server->referral, &after_all, why) < 0)
		return -1;
	served->referred.queries += after_all.queries - before.queries;
	served->referred.bytes += after_all.bytes - before.bytes;
	served->referred.cpu_ns += after_all.cpu_ns - before.cpu_ns;
	return 0;
}

/* With --seconds whole rounds of all test queries are served, so that a fast variant and a
 * slow one answer the same mix: they differ in rounds, not in work. */
static int serve_all(struct server *server, const struct request *request,
		     struct served *served, struct problem *why)
{
	int64_t until = monotonic_ns() + (int64_t)request->seconds * NS_PER_S;
	if (request->queries)
		return serve_timed(server, request, request->queries, served, why);
	do
		if (serve_timed(server, request, server->data.n, served, why) < 0)
			return -1;
	while (monotonic_ns() < until);
	return 0;
}

static void think(double seconds)
{
	struct timespec pause = { .tv_sec = (time_t)seconds };
	pause.tv_nsec = (long)((seconds - (double)pause.tv_sec) * (double)NS_PER_S);
	joulecart_begin("think");
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, &pause) == EINTR)
		continue;
	joulecart_end("think", 0);
}

/* Rounds of whole sessions, each a steady phase. While one shopper thinks, the server answers others: what
 * nobody asks in stands between the rounds, as a phase of its own, and in no session. */
static int serve_sessions(struct server *server, const struct request *request,
			  struct served *served, struct problem *why)
{
	const struct session_round round = session_round_of(&request->mix, server->data.n);
	int64_t until = monotonic_ns() + (int64_t)request->seconds * NS_PER_S;
	do {
		if (served->sessions > 0 && request->think_s > 0)
			think(request->think_s);
		joulecart_begin("steady");
		int failed = serve_timed(server, request, round.calls, served, why);
		if (!failed)
			joulecart_units("sessions", round.sessions);
		joulecart_end("steady", failed ? 0 : round.calls);
		if (failed)
			return -1;
		served->sessions += round.sessions;
	} while (request->seconds ? monotonic_ns() < until
				  : server->next < request->queries);
	return 0;
}

static double latency(const struct served *served, double quantile)
{
	return gsl_stats_quantile_from_sorted_data(served->latency_s, 1, served->n_batches,
						   quantile);
}

/* Where queries left, for a plan that may leave early. */
static void tell_depth(const struct plan *plan, const struct served *served)
{
	for (size_t stage = 0; plan->rule != EXIT_NEVER && stage < plan->shape.n_stages;
	     stage++) {
		char name[40];
		snprintf(name, sizeof(name), "depth_%zu_share", stage + 1);
		joulecart_metric(name,
				 quality_rate(served->depth[stage], served->quality.n));
	}
}

static void print_depth(const struct plan *plan, const struct served *served)
{
	char depths[256] = "";
	size_t used = 0;
	for (size_t stage = 0; stage < plan->shape.n_stages && used < sizeof(depths);
	     stage++)
		used += (size_t)snprintf(
		    depths + used, sizeof(depths) - used, "%.1f %% after stage %zu%s",
		    100.0 * quality_rate(served->depth[stage], served->quality.n),
		    stage + 1, stage + 1 < plan->shape.n_stages ? ", " : "");
	wrap_say(stdout, 2, 14, "depth       %s (threshold %.2f)", depths,
		 (double)plan->threshold);
}

/* Of a cascade: what was sent on, and what each end needed. The network's joules follow from the bytes:
 * 'whatif' knows how many it needs for each. */
static void tell_referred(const struct server *server, const struct served *served)
{
	const struct referral_usage *referred = &served->referred;
	double n = (double)served->quality.n;
	double share = (double)referred->queries / n, bytes = (double)referred->bytes / n;
	double device_s = (double)served->cpu_ns / (double)NS_PER_S / n;
	double server_s = (double)referred->cpu_ns / (double)NS_PER_S / n;
	joulecart_metric("referred_share", share);
	joulecart_metric("network_bytes_per_query", bytes);
	joulecart_metric("device_cpu_s_per_query", device_s);
	joulecart_metric("server_cpu_s_per_query", server_s);
	wrap_say(
	    stdout, 2, 14,
	    "sent        %.1f %% to another process, where the confidence was below %.2f",
	    100 * share, (double)server->plan->referral.below);
	wrap_say(
	    stdout, 2, 14,
	    "of which    device %.4f ms CPU, server %.4f ms, network %.0f bytes per query",
	    device_s * 1e3, server_s * 1e3, bytes);
}

/* The answer to each query that was asked, in their order, by one metric. */
static void tell_answers(const struct server *server, const char *metric,
			 double (*score)(const struct model_quality *),
			 bool (*is_of)(const struct query *))
{
	float *answers = calloc(server->data.n, sizeof(*answers));
	size_t n = 0;
	for (size_t i = 0; answers && i < server->data.n; i++) {
		struct model_quality one = { 0 };
		if (server->answers[i].times == 0 || !is_of(&server->data.queries[i]))
			continue;
		quality_add(&one, &server->data.queries[i], server->answers[i].logits);
		answers[n++] = (float)score(&one);
	}
	joulecart_answers(metric, answers, n);
	free(answers);
}

static double score_top1(const struct model_quality *one)
{
	return (double)one->top1;
}

static double score_top5(const struct model_quality *one)
{
	return (double)one->top5;
}

static bool is_any(const struct query *query)
{
	(void)query;
	return true;
}

static bool is_cold(const struct query *query)
{
	return query->cold;
}

static bool is_warm(const struct query *query)
{
	return !query->cold;
}

static void tell_profiler(const struct server *server, const struct request *request,
			  const struct served *served)
{
	struct rusage usage;
	struct stat about = { 0 };
	struct problem unused;
	char path[PATH_MAX];
	const struct model_quality *quality = &served->quality;
	getrusage(RUSAGE_SELF, &usage);
	if (store_path(request->variant, &request->recipe, path, &unused) == 0 &&
	    stat(path, &about) == 0)
		joulecart_metric("file_bytes", (double)about.st_size);
	quality_tell(quality, &served->once, joulecart_metric);
	tell_answers(server, "top1", score_top1, is_any);
	tell_answers(server, "top5", score_top5, is_any);
	if (quality->ranked) {
		tell_answers(server, "ndcg10", quality_ndcg10, is_any);
		tell_answers(server, "warm_top1", score_top1, is_warm);
		tell_answers(server, "cold_top1", score_top1, is_cold);
	}
	joulecart_metric("test_queries", (double)server->data.n);
	joulecart_metric("latency_p50_s", latency(served, 0.50));
	joulecart_metric("latency_p95_s", latency(served, 0.95));
	joulecart_metric("latency_p99_s", latency(served, 0.99));
	joulecart_metric("parameters", (double)weights_parameters(server->weights));
	joulecart_metric("nonzeros", (double)weights_nonzeros(server->weights));
	joulecart_metric("peak_rss_bytes", (double)usage.ru_maxrss * 1024.0);
}

static void print_served(const struct request *request, const struct served *served,
			 const char *kernels)
{
	const struct model_quality *quality = &served->quality;
	double seconds = (double)served->wall_ns / (double)NS_PER_S;
	wrap_say(stdout, 0, 2,
		 "%s: %zu queries in %.3f s, batch %" PRIu64 ", %s %s kernels",
		 request->variant->name, quality->n, seconds, request->batch, kernels,
		 compute_isa());
	printf("  throughput  %.0f queries/s\n", (double)quality->n / seconds);
	printf("  CPU         %.4f ms per query\n",
	       (double)(served->cpu_ns + served->referred.cpu_ns) / 1e6 /
		   (double)quality->n);
	wrap_say(stdout, 2, 14, "latency     p50 %.4f ms, p95 %.4f ms, p99 %.4f ms%s",
		 latency(served, 0.50) * 1e3, latency(served, 0.95) * 1e3,
		 latency(served, 0.99) * 1e3, request->batch > 1 ? " per batch" : "");
	printf("  top-1       %.4f of these queries\n",
	       quality_rate(quality->top1, quality->n));
	printf("  top-5       %.4f\n", quality_rate(quality->top5, quality->n));
	if (quality->ranked)
		printf("  NDCG@10     %.4f\n", quality_ndcg10(quality));
}

/* The same queries in the same batches are the same work, whatever the variant. */
static void name_workload(const struct server *server, const struct request *request)
{
	char text[64];
	uint64_t how[] = { request->queries, request->seconds, request->batch };
	uLong crc = crc32_z(dataset_crc32(&server->data), (const Bytef *)how, sizeof(how));
	if (request->sessions)
		crc = crc32_z(crc, (const Bytef *)&request->mix, sizeof(request->mix));
	snprintf(text, sizeof(text), "%08lx", crc);
	joulecart_workload(text);
}

/* What its sessions were, and what of them stands outside the count. */
static void print_sessions(const struct request *request, const struct served *served)
{
	wrap_say(
	    stdout, 2, 14,
	    "sessions    %zu of %.4g calls on average: search, refine, compare, answer; "
	    "the pauses of %.4g s between rounds are in no session",
	    served->sessions, session_mix_calls(&request->mix), request->think_s);
	for (unsigned calls = SESSION_LEAST_CALLS; calls <= SESSION_MOST_CALLS; calls++) {
		struct session_calls of = session_calls_of(calls);
		if (request->mix.parts[calls] > 0)
			printf("    %2" PRIu32 " part%s of %u calls: %u search, %u refine, "
			       "%u compare, %u answer\n",
			       request->mix.parts[calls],
			       request->mix.parts[calls] == 1 ? "" : "s", calls,
			       of.searches, of.refinements, of.comparisons, of.answers);
	}
}

static int make_missing(const struct request *request, struct problem *why)
{
	struct making outcome;
	if (store_has(request->variant, &request->recipe))
		return 0;
	struct weights *made = making_run(request->variant, &request->recipe, NULL,
					  &outcome, why);
	weights_free(made);
	return made ? 0 : -1;
}

static int load_and_serve(struct server *server, const struct request *request,
			  struct served *served, struct problem *why)
{
	if (request->is_made && make_missing(request, why) != 0)
		return -1;
	joulecart_begin("load");
	int failed = server_open(server, request, why);
	joulecart_end("load", 0);
	if (failed)
		return -1;
	name_workload(server, request);
	joulecart_begin("warm-up");
	failed = warm_up(server, request, why);
	joulecart_end("warm-up", 0);
	if (failed)
		return -1;
	if (request->sessions) {
		failed = serve_sessions(server, request, served, why);
	} else {
		joulecart_begin("steady");
		failed = serve_all(server, request, served, why);
		joulecart_end("steady", server->next);
	}
	if (failed)
		return -1;
	grade(server, served);
	gsl_sort(served->latency_s, 1, served->n_batches);
	return 0;
}

/* The same once more in other batches, in a phase of its own: "batch-32". */
static int serve_also(struct server *server, const struct request *request,
		      struct problem *why)
{
	struct request again = *request;
	struct served served = { 0 };
	char phase[32];
	again.batch = request->also_batch;
	plan_free(server->plan);
	free(server->batch);
	server->batch = calloc(again.batch, sizeof(*server->batch));
	server->plan = plan_create(server->weights, again.batch, why);
	if (!server->plan)
		return -1;
	referral_join(server->referral, server->plan);
	if (!server->batch)
		return problem_what(why, "cannot serve: out of memory");
	if (warm_up(server, &again, why) < 0)
		return -1;
	snprintf(phase, sizeof(phase), "batch-%" PRIu64, again.batch);
	joulecart_begin(phase);
	int failed = serve_all(server, &again, &served, why);
	joulecart_end(phase, server->next);
	if (!failed)
		printf("  batch %-5" PRIu64 " CPU %.4f ms per query\n", again.batch,
		       (double)(served.cpu_ns + served.referred.cpu_ns) / 1e6 /
			   (double)server->next);
	free(served.latency_s);
	return failed;
}

static int infer(const struct request *request, struct problem *why)
{
	struct server server = { 0 };
	struct served served = { 0 };
	joulecart_attach();
	joulecart_count();
	int failed = load_and_serve(&server, request, &served, why);
	if (!failed) {
		tell_profiler(&server, request, &served);
		tell_depth(server.plan, &served);
		print_served(request, &served, plan_kernels(server.plan));
		if (request->sessions)
			print_sessions(request, &served);
		if (server.plan->rule != EXIT_NEVER)
			print_depth(server.plan, &served);
		if (server.referral)
			tell_referred(&server, &served);
		if (request->also_batch)
			failed = serve_also(&server, request, why);
	}
	free(served.latency_s);
	server_close(&server);
	joulecart_detach();
	return failed;
}

#define USUAL_MIX   "3:25,4:30,5:25,6:12,7:8"
#define USUAL_THINK "0.1"

static const struct option_row rows[] = {
	{ OPTION_HEADING("How much") },
	{ "queries", 0, "N", NULL, "serve N queries [20000]",
	  OPTION_COUNT(struct request, queries, 1, 1e9) },
	{ "seconds", 0, "S", NULL,
	  "instead serve rounds of all test queries for at least S seconds",
	  OPTION_COUNT(struct request, seconds, 1, 86400) },
	{ "batch", 0, "N", "1", "answer N queries at once",
	  OPTION_COUNT(struct request, batch, 1, 1024) },
	{ "also-batch", 0, "N", NULL,
	  "then serve all again in batches of N, as phase batch-N",
	  OPTION_COUNT(struct request, also_batch, 1, 1024) },
	{ "sessions", 0, NULL, NULL,
	  "serve rounds of whole sessions of a shopper, each of 3 to 7 queries",
	  OPTION_FLAG(struct request, sessions) },
	{ "mix", 0, "LIST", USUAL_MIX,
	  "with --sessions: parts of them that take so many queries",
	  OPTION_OWN(struct request, mix, take_mix), .expected = MIX_EXPECTED },
	{ "think", 0, "S", USUAL_THINK,
	  "with --sessions: seconds without a query between rounds",
	  OPTION_REAL(struct request, think_s, 0, 60) },
	{ "warmup", 0, "N", "500", "serve N queries first, uncounted",
	  OPTION_COUNT(struct request, warm_up, 0, 1e9) },
	{ "threads", 0, "N", "1", "threads of oneDNN",
	  OPTION_COUNT(struct request, threads, 1, 1024) },
	{ "make", 0, NULL, NULL, "first train what is not trained yet",
	  OPTION_FLAG(struct request, is_made) },
	{ "layers", 0, NULL, NULL,
	  "mark each layer as a region, for 'joulecart report --layers'",
	  OPTION_FLAG(struct request, layers) },
	{ OPTION_INCLUDE(recipe_rows, struct request, recipe) },
	{ 0 },
};

static const struct option_table table = {
	.command = "models infer",
	.usage = "Usage: joulecart models infer VARIANT [OPTION]...\n"
		 "Serve test queries with a trained VARIANT, from text to class, again and "
		 "again.\n"
		 "\n"
		 "  joulecart models infer int8 --queries 50k\n"
		 "  joulecart models infer student+pruned-channel:32+int8 --make\n"
		 "  joulecart run -- joulecart models infer student --batch 32\n",
	.rows = rows,
	.operands = { VALUES_VARIANTS },
};

/* Does it say of sessions what is not asked for? What is said as it is anyhow does no harm. */
static bool says_of_sessions(const struct request *request)
{
	struct session_mix usual = { 0 };
	session_mix_read(USUAL_MIX, &usual);
	return memcmp(&usual, &request->mix, sizeof(usual)) != 0 ||
	       request->think_s != strtod(USUAL_THINK, NULL);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct request request = { .recipe = recipe_default() };
	int first = options_parse(&table, argc, argv, &request, why);
	if (first <= 0)
		return first;
	request.variant = option_variant(&table, argc - first, argv + first,
					 request.recipe.source.task, &request.stack, why);
	if (!request.variant || option_level(request.variant, &request.recipe, why) < 0)
		return -1;
	if (request.queries && request.seconds) {
		problem_what(why, "--queries and --seconds both given");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "give one of the two",
				      "each says how long to serve");
	}
	if (!request.queries && !request.seconds)
		request.queries = 20000;
	if (request.sessions && option_agent(&request.recipe, "--sessions", why) < 0)
		return -1;
	if (!request.sessions && says_of_sessions(&request)) {
		problem_what(why, "--mix or --think without --sessions");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "add --sessions", "both are of sessions");
	}
	if (request.sessions && (request.batch > 1 || request.also_batch > 0)) {
		problem_what(why, "--sessions and batches both asked for");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "leave --batch and --also-batch out",
				      "a session's queries come one after the other");
	}
	if (option_threads((int64_t)request.threads, why) < 0)
		return -1;
	return infer(&request, why);
}

const struct models_command command_infer = {
	.name = "infer",
	.summary = "serve test queries: throughput, latency, top-1",
	.options = &table,
	.run = run,
};
