/* searches SEEDS [FIRST] - searches for the best candidate within a budget, on simulated candidates whose
 * joules and quality are known.
 *
 * Each seed makes a machine of its own: three techniques of nine levels, of which one may save nothing,
 * that hamper each other when combined; trials whose noise is lognormal with a few large ones,
 * on a machine that warms up and wanders (an autoregression); answers to 6000 test queries that
 * are the same for all candidates. A fifth of the seeds cannot be satisfied. Each search is held
 * against an exhaustive one that measures all combinations by as many trials as a report is made
 * of. Prints a line for each seed and their sum; exits with 1 where the search does not do what
 * doc/compress.md says of it. */
#include <config.h>

#include "profiler/search/search.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { TECHNIQUES = 3, LEVELS = 9, QUERIES = 6000, EXHAUSTIVE_TRIALS = 8 };
enum { ALL = LEVELS * LEVELS * LEVELS, INFEASIBLE_EACH = 5, TRIALS_MOST = 30 };

struct machine {
	double saving[TECHNIQUES][LEVELS]; /* log joules */
	double loss[TECHNIQUES][LEVELS];   /* of quality */
	double hampers;                    /* share of the smaller saving that is lost */
	double joules, quality;            /* of the mildest */
	double noise, wander, alike, warm;
	double difficulty[QUERIES];
	double now; /* the wander */
	size_t n_trials;
	double spent;
	double answered[ALL]; /* 0: not asked yet */
	gsl_rng *generator;
	struct search_limits limits;
	bool is_feasible;
	double best; /* quality of the best that is truly feasible */
};

/* --- the truth -------------------------------------------------------------------------- */

static double true_joules(const struct machine *machine, const struct search_point *point)
{
	double sum = 0, largest = 0;
	for (size_t t = 0; t < TECHNIQUES; t++) {
		double saving = machine->saving[t][point->level[t]];
		sum += saving;
		largest = fmax(largest, saving);
	}
	return machine->joules * exp(-(sum - machine->hampers * (sum - largest)));
}

static double true_quality(const struct machine *machine, const struct search_point *point)
{
	double kept = 1;
	for (size_t t = 0; t < TECHNIQUES; t++)
		kept *= 1 - machine->loss[t][point->level[t]];
	return machine->quality * kept;
}

/* Of the test queries those that are easy enough; each candidate has its luck with a few. */
static double answered(struct machine *machine, const struct search_point *point)
{
	size_t name = 0, right = 0;
	for (size_t t = TECHNIQUES; t-- > 0;)
		name = name * LEVELS + point->level[t];
	if (machine->answered[name] > 0)
		return machine->answered[name];
	double quality = true_quality(machine, point);
	gsl_rng *luck = gsl_rng_alloc(gsl_rng_taus2);
	gsl_rng_set(luck, name + 1);
	for (size_t i = 0; i < QUERIES; i++)
		right += machine->difficulty[i] + gsl_ran_gaussian_ziggurat(luck, 0.01) <
			 quality;
	gsl_rng_free(luck);
	return machine->answered[name] = (double)right / QUERIES;
}

static struct search_point point_of(size_t i)
{
	return (struct search_point){ { i % LEVELS, i / LEVELS % LEVELS,
					i / LEVELS / LEVELS } };
}

static void find_best(struct machine *machine)
{
	machine->is_feasible = false;
	machine->best = 0;
	for (size_t i = 0; i < ALL; i++) {
		struct search_point point = point_of(i);
		double quality = true_quality(machine, &point);
		if (true_joules(machine, &point) > machine->limits.budget ||
		    quality < machine->limits.least_quality)
			continue;
		machine->is_feasible = true;
		machine->best = fmax(machine->best, quality);
	}
}

static void make_techniques(struct machine *machine)
{
	gsl_rng *generator = machine->generator;
	size_t useless = gsl_rng_uniform_int(generator, 2 * TECHNIQUES);
	for (size_t t = 0; t < TECHNIQUES; t++) {
		double most = gsl_ran_flat(generator, 0.5, 1.6);
		double worst = gsl_ran_flat(generator, 0.03, 0.25);
		double bend = gsl_ran_flat(generator, 0.7, 1.3);
		double steep = gsl_ran_flat(generator, 1.5, 4);
		for (size_t l = 0; l < LEVELS; l++) {
			double share = (double)l / (LEVELS - 1);
			machine->saving[t][l] = t == useless ? 0 : most * pow(share, bend);
			/* some as a power, others as an exponential */
			machine->loss[t][l] = worst * (useless % 2 ? pow(share, steep)
								   : expm1(steep * share) /
									 expm1(steep));
		}
	}
}

static struct machine *machine_new(unsigned long seed)
{
	struct machine *machine = calloc(1, sizeof(*machine));
	gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(generator, seed);
	machine->generator = generator;
	make_techniques(machine);
	machine->hampers = gsl_ran_flat(generator, 0, 0.3);
	machine->joules = gsl_ran_flat(generator, 0.5, 2);
	machine->quality = gsl_ran_flat(generator, 0.85, 0.92);
	machine->noise = gsl_ran_flat(generator, 0.01, 0.04);
	machine->wander = gsl_ran_flat(generator, 0, 0.02);
	machine->alike = gsl_ran_flat(generator, 0.8, 0.99);
	machine->warm = gsl_ran_flat(generator, 0, 0.02);
	for (size_t i = 0; i < QUERIES; i++)
		machine->difficulty[i] = gsl_rng_uniform(generator);
	struct search_point strongest = { { LEVELS - 1, LEVELS - 1, LEVELS - 1 } };
	double least = log(true_joules(machine, &strongest) / machine->joules);
	double share = gsl_ran_flat(generator, 0.2, 0.75);
	machine->limits.budget = machine->joules * exp(share * least);
	find_best(machine);
	machine->limits.has_quality = true;
	machine->limits.least_quality = machine->best - gsl_ran_flat(generator, 0.02, 0.06);
	if (seed % INFEASIBLE_EACH == 0 && seed % 2 == 0)
		machine->limits.budget = machine->joules * exp(least) * 0.9;
	else if (seed % INFEASIBLE_EACH == 0)
		machine->limits.least_quality = machine->best + 0.01;
	find_best(machine);
	return machine;
}

static void machine_free(struct machine *machine)
{
	gsl_rng_free(machine->generator);
	free(machine);
}

/* --- trials ----------------------------------------------------------------------------- */

static double trial_joules(struct machine *machine, const struct search_point *point)
{
	gsl_rng *generator = machine->generator;
	double step = sqrt(1 - machine->alike * machine->alike);
	machine->now = machine->alike * machine->now +
		       gsl_ran_gaussian(generator, step * machine->wander);
	double warm = -machine->warm * exp(-(double)machine->n_trials++ / 30);
	double noise = gsl_ran_gaussian(generator, machine->noise);
	if (gsl_rng_uniform(generator) < 0.03)
		noise += gsl_ran_exponential(generator, 0.05);
	double joules = true_joules(machine, point) * exp(machine->now + warm + noise);
	machine->spent += joules;
	return joules;
}

static int measure(void *state, const struct search_point *point, size_t block,
		   struct outcome *outcome)
{
	struct machine *machine = state;
	(void)block;
	*outcome = (struct outcome){ .cost = trial_joules(machine, point),
				     .has_quality = true,
				     .quality = answered(machine, point),
				     .n_queries = QUERIES };
	return 0;
}

/* --- a seed ----------------------------------------------------------------------------- */

struct score {
	bool is_feasible, is_found, is_truly_feasible;
	double excess; /* of its error rate over that of the best, a share */
	double behind; /* the same, over what the exhaustive search found */
	bool is_worse; /* by more than 3 % */
	bool exhaustive_found;
	double joules; /* a share of the exhaustive search's */
	size_t n_trials;
};

/* A search that measures everything by so many trials each, on a machine that does not even drift, and
 * takes what answers best of all that is within the budget and above the limit with their intervals. */
struct exhaustive {
	double joules,
	    quality; /* quality: the true one of its choice; 0: it found nothing */
};

static bool is_within(struct machine *machine, const struct search_point *point,
		      double answers)
{
	double sum = 0, squares = 0, n = EXHAUSTIVE_TRIALS;
	for (size_t i = 0; i < EXHAUSTIVE_TRIALS; i++) {
		double value = log(true_joules(machine, point)) +
			       gsl_ran_gaussian(machine->generator, machine->noise);
		sum += value;
		squares += value * value;
	}
	double error = sqrt((squares - sum * sum / n) / (n - 1) / n);
	double high = exp(sum / n + gsl_cdf_tdist_Qinv(0.025, n - 1) * error);
	double below = 1.96 * sqrt(answers * (1 - answers) / QUERIES);
	return high <= machine->limits.budget &&
	       answers - below >= machine->limits.least_quality;
}

static struct exhaustive search_exhaustively(struct machine *machine)
{
	struct exhaustive result = { 0 };
	double best = 0;
	for (size_t i = 0; i < ALL; i++) {
		struct search_point point = point_of(i);
		double answers = answered(machine, &point);
		result.joules += EXHAUSTIVE_TRIALS * true_joules(machine, &point);
		if (answers > best && is_within(machine, &point, answers)) {
			best = answers;
			result.quality = true_quality(machine, &point);
		}
	}
	return result;
}

static int score_seed(unsigned long seed, struct score *score)
{
	static struct search_result result;
	struct machine *machine = machine_new(seed);
	const struct search_options options = {
		.space = { TECHNIQUES, { LEVELS, LEVELS, LEVELS } },
		.limits = machine->limits,
		.trials_most = TRIALS_MOST,
		.seed = seed,
	};
	const struct search_rig rig = { measure, machine };
	bool is_out_of_memory;
	int code = search_run(&options, &rig, &result, &is_out_of_memory);
	struct exhaustive exhaustive = search_exhaustively(machine);
	*score = (struct score){ .is_feasible = machine->is_feasible,
				 .is_found = result.is_found,
				 .joules = machine->spent / exhaustive.joules,
				 .n_trials = result.n_trials };
	const struct search_point *chosen = &result.candidates[result.chosen].point;
	double joules = true_joules(machine, chosen);
	double quality = true_quality(machine, chosen);
	score->is_truly_feasible = joules <= machine->limits.budget &&
				   quality >= machine->limits.least_quality;
	score->excess = (1 - quality) / (1 - machine->best) - 1;
	score->behind = (1 - quality) / (1 - exhaustive.quality) - 1;
	score->is_worse = exhaustive.quality > 0 && score->behind > 0.03;
	score->exhaustive_found = exhaustive.quality > 0;
	printf("# %lu %s %s", seed, machine->is_feasible ? "can" : "cannot",
	       result.is_found ? "found" : "nothing");
	if (result.is_found)
		printf(
		    " joules %.4f of the budget, error rate %+.2f %% (exhaustive %+.2f %%)",
		    joules / machine->limits.budget, 100 * score->excess,
		    100 * ((1 - exhaustive.quality) / (1 - machine->best) - 1));
	printf(", %zu candidates, %zu trials, %.3f of the exhaustive joules\n", result.n,
	       result.n_trials, score->joules);
	machine_free(machine);
	return code;
}

/* --- all seeds -------------------------------------------------------------------------- */

struct sums {
	size_t n, n_feasible, n_found, n_truly_feasible, n_worse, n_exhaustive,
	    n_wrongly_found;
	double excess, behind, most_joules, trials;
};

static void add(struct sums *sums, const struct score *score)
{
	sums->n++;
	sums->trials += (double)score->n_trials;
	sums->most_joules = fmax(sums->most_joules, score->joules);
	sums->n_wrongly_found += !score->is_feasible && score->is_found;
	if (!score->is_feasible)
		return;
	sums->n_feasible++;
	sums->n_found += score->is_found;
	sums->n_truly_feasible += score->is_found && score->is_truly_feasible;
	sums->n_worse += score->exhaustive_found && (!score->is_found || score->is_worse);
	sums->n_exhaustive += score->exhaustive_found;
	if (score->exhaustive_found && score->is_found)
		sums->behind += score->behind;
	sums->excess += score->is_found ? score->excess : 0;
}

static int say(int number, bool is_so, const char *what)
{
	printf("%s %d - %s\n", is_so ? "ok" : "not ok", number, what);
	return is_so ? 0 : 1;
}

static int judge(const struct sums *sums)
{
	double n = (double)sums->n_feasible, found = (double)sums->n_found;
	printf(
	    "# %zu of %zu can be satisfied: %zu of them found, %zu truly feasible; the "
	    "exhaustive search finds %zu\n# error rate %+.2f %% over the truly best on "
	    "average, %+.2f %% over the exhaustive search's, more than 3 %% over that in "
	    "%zu\n# %.0f trials on average, at most %.3f of the exhaustive joules\n",
	    sums->n_feasible, sums->n, sums->n_found, sums->n_truly_feasible,
	    sums->n_exhaustive, 100 * sums->excess / found, 100 * sums->behind / found,
	    sums->n_worse, sums->trials / (double)sums->n, sums->most_joules);
	return say(1, (double)sums->n_truly_feasible >= 0.95 * n,
		   "what is found is truly feasible in at least 95 % of the seeds") |
	       say(2, sums->n_wrongly_found == 0, "nothing is found where nothing fits") |
	       say(3, sums->behind / found <= 0.03 && (double)sums->n_worse <= 0.1 * n,
		   "its error rate is within 3 % of the exhaustive search's: on average, "
		   "and in "
		   "9 of 10") |
	       say(4, sums->most_joules <= 1.0 / 3,
		   "each search takes at most a third of the exhaustive one's joules");
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 200;
	unsigned long first = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	struct sums sums = { 0 };
	struct score score;
	puts("1..4");
	for (unsigned long seed = first; seed < first + n; seed++) {
		if (score_seed(seed, &score) != 0)
			return 1;
		add(&sums, &score);
	}
	return judge(&sums);
}
