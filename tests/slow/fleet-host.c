/* tests/slow/fleet-host.c - a file as one host of a fleet makes it, with readings made up.
 *
 *   fleet-host FILE.db NUMBER SECONDS
 *
 * 8 counters of joules read 100 times a second, packed and summed by what the recorder uses. Each rises by a
 * power that drifts and has 1 % of noise, in RAPL's steps of 61.035 uJ, told in whole microjoules; a tick begins
 * some 10 us after its deadline, a read takes about 0.75 us. NUMBER gives the seed, the host's name and the
 * campaign's UUID: the same file again from the same number. */
#include <config.h>

#include "base/problem.h"
#include "schema/samples/rollup.h"
#include "schema/store/writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_CHANNELS = 8, TICKS = 100 };
static const int64_t PERIOD_NS = 10000000, SECOND_NS = 1000000000;
static const int64_t BEGIN_UTC_NS = INT64_C(1793491200000000000); /* 2026-11-01 */

struct host {
	struct store *store;
	uint64_t seed;
	double joules[N_CHANNELS];
	int64_t deadline_ns, campaign_id, trial_id, phase_id;
	int64_t channel_ids[N_CHANNELS];
	struct rollup_builder *builders[N_CHANNELS];
};

static double uniform(struct host *host)
{
	host->seed = host->seed * UINT64_C(6364136223846793005) +
		     UINT64_C(1442695040888963407);
	return (double)(host->seed >> 11) * 0x1p-53;
}

static double normal(struct host *host)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += uniform(host);
	return sum;
}

static uint64_t energy_uj(struct host *host, int channel)
{
	double seconds = (double)host->deadline_ns * 1e-9;
	double power_w = 20 + 12 * channel + 8 * sin(seconds * 0.7 + channel);
	host->joules[channel] += power_w * 1e-2 * (1 + 0.01 * normal(host));
	return (uint64_t)(host->joules[channel] * 16384) * 61035 / 1000;
}

static void tick(struct host *host)
{
	host->deadline_ns += PERIOD_NS;
	int64_t at_ns = host->deadline_ns + (int64_t)(fabs(10 + 2 * normal(host)) * 1e3);
	for (int i = 0; i < N_CHANNELS; i++) {
		int64_t half_ns = (int64_t)(fabs(0.375 + 0.015 * normal(host)) * 1e3);
		const struct sample sample = { at_ns + half_ns, half_ns, energy_uj(host, i),
					       0 };
		rollup_add(host->builders[i], &sample);
		at_ns += 2 * half_ns + 25 + (int64_t)(5 * uniform(host));
	}
}

static int second(struct host *host, int64_t seq, struct problem *why)
{
	int code = 0;
	for (int i = 0; i < TICKS; i++)
		tick(host);
	for (int i = 0; code == 0 && i < N_CHANNELS; i++) {
		struct rollup_row row;
		struct rollup_pack pack;
		struct finding_list findings;
		rollup_cut(host->builders[i], 0, i ? host->builders[i - 1] : NULL, &row,
			   &pack, &findings);
		code = store_add_rollup(host->store, host->channel_ids[i], seq, &row, &pack,
					i ? host->channel_ids[i - 1] : 0, why);
	}
	return code;
}

static int add_channels(struct host *host, struct problem *why)
{
	static const struct rollup_channel shape = {
		.is_counter = true,
		.is_energy = true,
		.rule = { .wrap_range = UINT64_C(262143328850),
			  .unit_per_raw = 1e-6,
			  .update_interval_ns = 1000000 },
	};
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
		host->channel_ids[i] = store_add_channel(host->store, host->trial_id,
							 &channel, why);
		host->builders[i] = rollup_new(&shape, TICKS);
		if (host->channel_ids[i] < 0 || !host->builders[i])
			return -1;
	}
	return 0;
}

static int begin(struct host *host, const char *path, int number, struct problem *why)
{
	char uuid[40], boot[24], name[24];
	snprintf(uuid, sizeof(uuid), "%08x-0000-4000-8000-000000000000", number);
	snprintf(boot, sizeof(boot), "boot-%d", number);
	snprintf(name, sizeof(name), "host-%03d", number);
	const struct host_facts facts = { .boot_id = boot, .hostname = name, .turbo = -1 };
	struct campaign_facts campaign = { .uuid = uuid,
					   .kind = "run",
					   .command_line = "[]",
					   .tool_version = PACKAGE_VERSION,
					   .zone = number % 2 ? "DE" : "FR",
					   .utc_ns = BEGIN_UTC_NS + number * SECOND_NS,
					   .rate_hz = 100 };
	struct trial_facts trial = { .ordinal = 1,
				     .block = 1,
				     .variant = number % 3 ? "int8" : "fp32",
				     .job = "command",
				     .queries = 100000,
				     .utc_ns = campaign.utc_ns,
				     .mono_ns = SECOND_NS,
				     .command = "[]" };
	*host = (struct host){ .seed = (uint64_t)number, .deadline_ns = SECOND_NS };
	host->store = store_open(path, why);
	if (!host->store || store_begin(host->store, why) != 0)
		return -1;
	campaign.host_id = store_add_host(host->store, &facts, why);
	host->campaign_id = store_add_campaign(host->store, &campaign, why);
	trial.campaign_id = host->campaign_id;
	host->trial_id = store_add_trial(host->store, &trial, why);
	const struct phase_facts whole = { .trial_id = host->trial_id,
					   .name = "whole",
					   .begin_mono_ns = SECOND_NS };
	host->phase_id = store_add_phase(host->store, &whole, why);
	return host->phase_id < 0 ? -1 : add_channels(host, why);
}

static int finish(struct host *host, int64_t last, struct problem *why)
{
	const struct trial_end end = { .exit_signal = -1, .mono_ns = host->deadline_ns };
	const struct phase_end phase = { .mono_ns = host->deadline_ns,
					 .last_rollup = last };
	return store_end_phase(host->store, host->phase_id, &phase, why) != 0 ||
		       store_end_trial(host->store, host->trial_id, &end, why) != 0 ||
		       store_end_campaign(host->store, host->campaign_id,
					  BEGIN_UTC_NS + host->deadline_ns,
					  host->deadline_ns, host->deadline_ns, why) != 0
		   ? -1
		   : store_commit(host->store, why);
}

int main(int argc, char **argv)
{
	struct problem why = { 0 };
	struct host host = { 0 };
	char text[1024];
	if (argc != 4) {
		fputs("Usage: fleet-host FILE.db NUMBER SECONDS\n", stderr);
		return 2;
	}
	int64_t seconds = strtoll(argv[3], NULL, 10);
	int code = begin(&host, argv[1], atoi(argv[2]), &why);
	for (int64_t seq = 0; code == 0 && seq < seconds; seq++)
		code = second(&host, seq, &why);
	if (code == 0)
		code = finish(&host, seconds - 1, &why);
	store_close(host.store);
	for (int i = 0; i < N_CHANNELS; i++)
		rollup_free(host.builders[i]);
	if (code != 0)
		fprintf(stderr, "fleet-host: %s\n", problem_text(&why, text, sizeof(text)));
	return code != 0;
}
