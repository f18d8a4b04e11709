/* bench/storage.c - how fast readings go into a database, how many bytes each takes, and the same
 * as plain rows.
 *
 *   bench-storage packed|rows FILE.db SAMPLES
 *
 * The data: 12 channels read 1000 times a second, as RAPL shows them. Each counter rises by a
 * power of 20 to 180 W that drifts and has 1 % of noise, in steps of 61.035 uJ told in whole
 * microjoules; a tick begins 0 to 60 us after its deadline, mostly 5 to 15; a read takes 0.75 us
 * with 0.03 us of noise and now and then 5 us more; between two reads pass 25 to 30 ns. So noisy a
 * sensor is the harder case: on an idle machine steps and times are more even.
 *
 * Prints seconds spent storing (making up the data is not counted), samples a second of wall time and
 * of CPU time (which a loaded machine does not stretch), and bytes a sample of the file that is left. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "schema/samples/rollup.h"
#include "schema/store/writer.h"

#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { N_CHANNELS = 12, TICKS = 1000 };
static const int64_t PERIOD_NS = 1000000;

struct machine {
	uint64_t seed;
	double joules[N_CHANNELS];
	int64_t deadline_ns;
};

static double uniform(struct machine *machine)
{
	machine->seed = machine->seed * UINT64_C(6364136223846793005) +
			UINT64_C(1442695040888963407);
	return (double)(machine->seed >> 11) * 0x1p-53;
}

static double normal(struct machine *machine)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += uniform(machine);
	return sum;
}

static uint64_t energy_uj(struct machine *machine, int channel)
{
	double seconds = (double)machine->deadline_ns * 1e-9;
	double power_w = 20 + 12 * channel + 8 * sin(seconds * 0.7 + channel);
	machine->joules[channel] += power_w * 1e-3 * (1 + 0.01 * normal(machine));
	uint64_t steps = (uint64_t)(machine->joules[channel] * 16384);
	return steps * 61035 / 1000; /* as intel-rapl rounds */
}

/* One second of all channels. */
static void make_second(struct machine *machine, struct sample samples[][TICKS])
{
	for (int tick = 0; tick < TICKS; tick++) {
		double late_us = uniform(machine) < 0.01 ? 60 * uniform(machine)
							 : 10 + 2 * normal(machine);
		machine->deadline_ns += PERIOD_NS;
		int64_t at_ns = machine->deadline_ns + (int64_t)(fabs(late_us) * 1e3);
		for (int channel = 0; channel < N_CHANNELS; channel++) {
			double half_us = 0.375 + 0.015 * normal(machine) +
					 (uniform(machine) < 0.002 ? 2.5 : 0);
			int64_t half_ns = (int64_t)(fabs(half_us) * 1e3);
			samples[channel][tick] = (struct sample){
				at_ns + half_ns, half_ns, energy_uj(machine, channel), 0
			};
			at_ns += 2 * half_ns + 25 + (int64_t)(5 * uniform(machine));
		}
	}
}

struct spent {
	int64_t wall_ns, cpu_ns;
};
static const struct spent nothing = { -1, -1 }; /* what failed took */

static struct spent now(void)
{
	return (struct spent){ monotonic_ns(), clock_ns(CLOCK_PROCESS_CPUTIME_ID) };
}

static void add_since(struct spent *spent, struct spent begin)
{
	struct spent end = now();
	spent->wall_ns += end.wall_ns - begin.wall_ns;
	spent->cpu_ns += end.cpu_ns - begin.cpu_ns;
}

/* As the recorder does: a transaction for each second spent storing, whose commit is synced. */
static bool is_time(int64_t spent_ns, int64_t *synced_ns)
{
	if (spent_ns - *synced_ns < NS_PER_S)
		return false;
	*synced_ns = spent_ns;
	return true;
}

static int fail(const struct problem *why)
{
	char text[1024];
	fprintf(stderr, "bench-storage: %s\n", problem_text(why, text, sizeof(text)));
	return 1;
}

/* --- packed, by what the recorder does every second --------------------------------------- */

static const struct rollup_channel shape = {
	.is_counter = true,
	.is_energy = true,
	.rule = { .wrap_range = UINT64_C(262143328850),
		  .unit_per_raw = 1e-6,
		  .update_interval_ns = 1000000 },
};

struct packed {
	struct store *store;
	int64_t trial_id, channel_ids[N_CHANNELS];
	struct rollup_builder *builders[N_CHANNELS];
};

static int open_packed(struct packed *packed, const char *path, struct problem *why)
{
	const struct host_facts host = { .boot_id = "bench", .turbo = -1 };
	struct campaign_facts campaign = { .uuid = path,
					   .kind = "run",
					   .command_line = "[]",
					   .tool_version = PACKAGE_VERSION,
					   .rate_hz = 1000 };
	struct trial_facts trial = { .ordinal = 1,
				     .block = 1,
				     .variant = "bench",
				     .job = "command",
				     .command = "[]" };
	packed->store = store_open(path, why);
	if (!packed->store || store_begin(packed->store, why) != 0)
		return -1;
	campaign.host_id = store_add_host(packed->store, &host, why);
	trial.campaign_id = store_add_campaign(packed->store, &campaign, why);
	packed->trial_id = store_add_trial(packed->store, &trial, why);
	for (int i = 0; i < N_CHANNELS; i++) {
		char name[16];
		snprintf(name, sizeof(name), "package-%d", i);
		const struct channel_facts channel = { .collector = "powercap",
						       .name = name,
						       .domain = "package",
						       .kind = "counter",
						       .unit = "J",
						       .provenance = "measured",
						       .counted = true,
						       .unit_per_raw = 1e-6,
						       .wrap_range = shape.rule.wrap_range,
						       .update_interval_ns = 1000000 };
		packed->channel_ids[i] = store_add_channel(packed->store, packed->trial_id,
							   &channel, why);
		packed->builders[i] = rollup_new(&shape, TICKS);
	}
	const struct phase_facts whole = { .trial_id = packed->trial_id, .name = "whole" };
	return store_add_phase(packed->store, &whole, why) < 0
		   ? -1
		   : store_commit(packed->store, why);
}

static int store_second(struct packed *packed, struct sample samples[][TICKS], int64_t seq,
			struct problem *why)
{
	for (int i = 0; i < N_CHANNELS; i++) {
		struct rollup_row row;
		struct rollup_pack pack;
		struct finding_list findings;
		for (int tick = 0; tick < TICKS; tick++)
			rollup_add(packed->builders[i], &samples[i][tick]);
		rollup_cut(packed->builders[i], 0, i ? packed->builders[i - 1] : NULL, &row,
			   &pack, &findings);
		if (store_add_rollup(packed->store, packed->channel_ids[i], seq, &row,
				     &pack, i ? packed->channel_ids[i - 1] : 0, why) != 0)
			return -1;
	}
	return 0;
}

static int close_packed(struct packed *packed, int64_t end_ns, struct problem *why)
{
	const struct trial_end end = { .exit_code = 0,
				       .exit_signal = -1,
				       .mono_ns = end_ns };
	int code = store_end_trial(packed->store, packed->trial_id, &end, why);
	store_close(packed->store);
	for (int i = 0; i < N_CHANNELS; i++)
		rollup_free(packed->builders[i]);
	return code;
}

static struct spent run_packed(const char *path, int64_t n_seconds, struct problem *why)
{
	static struct sample samples[N_CHANNELS][TICKS];
	struct machine machine = { .seed = 1, .deadline_ns = NS_PER_S };
	struct packed packed = { 0 };
	struct spent spent = { 0 };
	int64_t synced_ns = 0;
	if (open_packed(&packed, path, why) != 0 ||
	    store_begin_synced(packed.store, why) != 0)
		return nothing;
	for (int64_t seq = 0; seq < n_seconds; seq++) {
		make_second(&machine, samples);
		struct spent begin = now();
		if (store_second(&packed, samples, seq, why) != 0)
			return nothing;
		if (is_time(spent.wall_ns, &synced_ns) &&
		    (store_commit(packed.store, why) != 0 ||
		     store_begin_synced(packed.store, why) != 0))
			return nothing;
		add_since(&spent, begin);
	}
	struct spent begin = now();
	if (store_commit(packed.store, why) != 0 ||
	    close_packed(&packed, machine.deadline_ns, why) != 0)
		return nothing;
	add_since(&spent, begin);
	return spent;
}

/* --- one row a reading -------------------------------------------------------------------- */

static int insert_second(sqlite3_stmt *insert, struct sample samples[][TICKS])
{
	int code = SQLITE_OK;
	for (int i = 0; code == SQLITE_OK && i < N_CHANNELS * TICKS; i++) {
		const struct sample *sample = &samples[i % N_CHANNELS][i / N_CHANNELS];
		sqlite3_bind_int(insert, 1, i % N_CHANNELS);
		sqlite3_bind_int64(insert, 2, sample->mono_ns);
		sqlite3_bind_int64(insert, 3, sample->half_ns);
		sqlite3_bind_int64(insert, 4, (int64_t)sample->raw);
		code = sqlite3_step(insert) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
		sqlite3_reset(insert);
	}
	return code;
}

static struct spent run_rows(const char *path, int64_t n_seconds, struct problem *why)
{
	static struct sample samples[N_CHANNELS][TICKS];
	struct machine machine = { .seed = 1, .deadline_ns = NS_PER_S };
	sqlite3 *db = NULL;
	sqlite3_stmt *insert = NULL;
	struct spent spent = { 0 };
	int64_t synced_ns = 0;
	int code = sqlite3_open(path, &db);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db,
				    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				    "CREATE TABLE sample (channel INTEGER, mono_ns INTEGER,"
				    " half_ns INTEGER, raw INTEGER) STRICT; BEGIN",
				    NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, "INSERT INTO sample VALUES (?,?,?,?)", -1,
					  &insert, NULL);
	for (int64_t i = 0; code == SQLITE_OK && i < n_seconds; i++) {
		make_second(&machine, samples);
		struct spent begin = now();
		code = insert_second(insert, samples);
		if (code == SQLITE_OK && is_time(spent.wall_ns, &synced_ns))
			code = sqlite3_exec(db, "COMMIT; BEGIN", NULL, NULL, NULL);
		add_since(&spent, begin);
	}
	struct spent begin = now();
	if (code != SQLITE_OK)
		problem_what(why, "cannot write '%s'", path);
	sqlite3_finalize(insert);
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(db);
	add_since(&spent, begin);
	return code == SQLITE_OK ? spent : nothing;
}

int main(int argc, char **argv)
{
	struct problem why = { 0 };
	struct stat status;
	if (argc != 4 || (strcmp(argv[1], "packed") != 0 && strcmp(argv[1], "rows") != 0)) {
		fputs("Usage: bench-storage packed|rows FILE.db SAMPLES\n", stderr);
		return 2;
	}
	int64_t n_seconds = (int64_t)(strtod(argv[3], NULL) / (N_CHANNELS * TICKS));
	bool is_packed = strcmp(argv[1], "packed") == 0;
	struct spent spent = is_packed ? run_packed(argv[2], n_seconds, &why)
				       : run_rows(argv[2], n_seconds, &why);
	if (spent.wall_ns < 0)
		return fail(&why);
	double n = (double)n_seconds * N_CHANNELS * TICKS;
	stat(argv[2], &status);
	printf("%-6s %10.0f samples  %7.2f s  %6.2f M/s  %6.2f M per CPU second  %6.2f "
	       "bytes each\n",
	       argv[1], n, (double)spent.wall_ns * 1e-9, n / (double)spent.wall_ns * 1e3,
	       n / (double)spent.cpu_ns * 1e3, (double)status.st_size / n);
	return 0;
}
