/* schema/store/writer.c - see writer.h. */
#include <config.h>

#include "schema/store/writer.h"

#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/database/migrate.h"
#include "schema/database/statement.h"

#include <math.h>

#define COUNT(values) ((int)(sizeof(values) / sizeof((values)[0])))
#define EXECUTE(store, sql, values, why) \
	store_execute(store, sql, values, COUNT(values), why)

static int64_t new_row(struct store *store, int code)
{
	return code == 0 ? sqlite3_last_insert_rowid(store_db(store)) : -1;
}

int64_t store_add_host(struct store *store, const struct host_facts *host,
		       struct problem *why)
{
	const struct value values[] = {
		text(host->boot_id),
		text(host->hostname),
		text(host->cpu_vendor),
		text(host->cpu_model),
		integer_if(host->cpu_family >= 0, host->cpu_family),
		integer_if(host->cpu_model_number >= 0, host->cpu_model_number),
		integer_if(host->cpu_stepping >= 0, host->cpu_stepping),
		text(host->microarchitecture),
		text(host->microcode),
		integer_if(host->n_packages >= 0, host->n_packages),
		integer_if(host->n_cores >= 0, host->n_cores),
		integer_if(host->n_threads >= 0, host->n_threads),
		integer_if(host->memory_bytes >= 0, host->memory_bytes),
		text(host->kernel),
		text(host->os),
		text(host->hypervisor),
		text(host->governor),
		integer_if(host->turbo >= 0, host->turbo),
		text(host->clocksource),
	};
	const char *sql =
	    "INSERT INTO host (boot_id, hostname, cpu_vendor, cpu_model, cpu_family,"
	    " cpu_model_number, cpu_stepping, microarchitecture, microcode, n_packages,"
	    " n_cores, n_threads, memory_bytes, kernel, os, hypervisor, governor, turbo,"
	    " clocksource) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	return new_row(store, EXECUTE(store, sql, values, why));
}

int64_t store_add_campaign(struct store *store, const struct campaign_facts *campaign,
			   struct problem *why)
{
	const struct value values[] = {
		integer(campaign->host_id),
		text(campaign->uuid),
		text(campaign->kind),
		text(campaign->command_line),
		text(campaign->tool_version),
		text(campaign->git_revision),
		integer_if(campaign->has_seed, (int64_t)campaign->seed),
		real(campaign->rate_hz),
		text(campaign->zone),
		real_if(campaign->pue > 0, campaign->pue),
		integer(campaign->utc_ns),
		integer(campaign->mono_ns),
		integer(campaign->boot_ns),
	};
	const char *sql =
	    "INSERT INTO campaign (host_id, uuid, kind, command_line, tool_version,"
	    " git_revision, seed, rate_hz, zone, pue, begin_utc_ns, begin_mono_ns,"
	    " begin_boot_ns) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)";
	int64_t campaign_id = new_row(store, EXECUTE(store, sql, values, why));
	if (campaign_id < 0 || bundled_add_used(store_db(store)) == SQLITE_OK)
		return campaign_id;
	return store_problem(store_db(store), "write",
			     sqlite3_db_filename(store_db(store), NULL), why);
}

int store_set_baseline(struct store *store, int64_t campaign_id, const char *variant,
		       struct problem *why)
{
	const struct value values[] = { text(variant), integer(campaign_id) };
	return EXECUTE(store, "UPDATE campaign SET baseline = ? WHERE campaign_id = ?",
		       values, why);
}

int store_end_campaign(struct store *store, int64_t campaign_id, int64_t utc_ns,
		       int64_t mono_ns, int64_t boot_ns, struct problem *why)
{
	const struct value values[] = { integer(utc_ns), integer(mono_ns), integer(boot_ns),
					integer(campaign_id) };
	return EXECUTE(
	    store,
	    "UPDATE campaign SET end_utc_ns = ?, end_mono_ns = ?, end_boot_ns = ?"
	    " WHERE campaign_id = ?",
	    values, why);
}

int store_forget_empty(struct store *store, int64_t campaign_id, struct problem *why)
{
	const struct value values[] = { integer(campaign_id) };
	int code = EXECUTE(store,
			   "DELETE FROM campaign WHERE campaign_id = ?"
			   " AND campaign_id NOT IN (SELECT campaign_id FROM trial)",
			   values, why);
	if (code != 0 || sqlite3_changes(store_db(store)) == 0)
		return code;
	return store_execute(store,
			     "DELETE FROM host WHERE host_id NOT IN"
			     " (SELECT host_id FROM campaign)",
			     NULL, 0, why);
}

int64_t store_add_trial(struct store *store, const struct trial_facts *trial,
			struct problem *why)
{
	const struct value values[] = {
		integer(trial->campaign_id),
		integer(trial->ordinal),
		integer(trial->block),
		text(trial->variant),
		text(trial->job),
		integer(trial->is_warmup),
		text(trial->command),
		integer_if(trial->queries > 0, trial->queries),
		integer(trial->utc_ns),
		integer(trial->mono_ns),
	};
	const char *sql =
	    "INSERT INTO trial (campaign_id, ordinal, block, variant, job, is_warmup,"
	    " command, queries, begin_utc_ns, begin_mono_ns)"
	    " VALUES (?,?,?,?,?,?,?,?,?,?)";
	return new_row(store, EXECUTE(store, sql, values, why));
}

int store_end_trial(struct store *store, int64_t trial_id, const struct trial_end *end,
		    struct problem *why)
{
	const struct value values[] = {
		text(end->why_incomplete ? "incomplete" : "complete"),
		text(end->why_incomplete),
		integer_if(end->exit_code >= 0, end->exit_code),
		integer_if(end->exit_signal >= 0, end->exit_signal),
		integer(end->mono_ns),
		real(end->own_cpu_s),
		integer(end->ticks),
		integer(end->ticks_missed),
		integer(end->ticks_dropped),
		integer(end->tick_mean_ns),
		integer(end->tick_max_ns),
		integer(trial_id),
	};
	const char *sql =
	    "UPDATE trial SET state = ?, why_incomplete = ?, exit_code = ?,"
	    " exit_signal = ?, end_mono_ns = ?, own_cpu_s = ?, ticks = ?,"
	    " ticks_missed = ?, ticks_dropped = ?, tick_mean_ns = ?, tick_max_ns = ?"
	    " WHERE trial_id = ?";
	return EXECUTE(store, sql, values, why);
}

int store_add_sampler(struct store *store, const struct sampler_facts *sampler,
		      struct problem *why)
{
	const struct value values[] = {
		integer(sampler->trial_id),
		real(sampler->rate_begin_hz),
		real(sampler->rate_end_hz),
		integer(sampler->late_p50_ns),
		integer(sampler->late_p99_ns),
		integer(sampler->late_max_ns),
		real(sampler->cpu_s),
		integer_if(sampler->pinned_cpu >= 0, sampler->pinned_cpu),
		text(sampler->why_not_pinned),
		text(sampler->why_not_real_time),
		real_if(sampler->has_slowdown, sampler->slowdown),
		real_if(sampler->has_slowdown, sampler->slowdown_low),
		real_if(sampler->has_slowdown, sampler->slowdown_high),
	};
	return EXECUTE(store,
		       "INSERT INTO sampler (trial_id, rate_begin_hz, rate_end_hz,"
		       " late_p50_ns, late_p99_ns, late_max_ns, cpu_s, pinned_cpu,"
		       " why_not_pinned, why_not_real_time,"
		       " slowdown, slowdown_low, slowdown_high)"
		       " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
		       values, why);
}

int store_set_queries(struct store *store, int64_t trial_id, int64_t queries,
		      struct problem *why)
{
	const struct value values[] = { integer(queries), integer(trial_id) };
	return EXECUTE(store, "UPDATE trial SET queries = ? WHERE trial_id = ?", values,
		       why);
}

int store_set_uncounted(struct store *store, int64_t trial_id, int64_t uncounted,
			struct problem *why)
{
	const struct value values[] = { integer(uncounted), integer(trial_id) };
	return EXECUTE(store, "UPDATE trial SET queries_uncounted = ? WHERE trial_id = ?",
		       values, why);
}

int store_set_workload(struct store *store, int64_t trial_id, const char *workload,
		       struct problem *why)
{
	const struct value values[] = { text(workload), integer(trial_id) };
	return EXECUTE(store, "UPDATE trial SET workload = ? WHERE trial_id = ?", values,
		       why);
}

int store_set_parent(struct store *store, int64_t trial_id, const char *workload,
		     struct problem *why)
{
	const struct value values[] = { text(workload), integer(trial_id) };
	return EXECUTE(store, "UPDATE trial SET parent_workload = ? WHERE trial_id = ?",
		       values, why);
}

int64_t store_add_channel(struct store *store, int64_t trial_id,
			  const struct channel_facts *channel, struct problem *why)
{
	const struct value values[] = {
		integer(trial_id),
		text(channel->collector),
		text(channel->name),
		text(channel->domain),
		text(channel->inside),
		text(channel->kind),
		text(channel->unit),
		text(channel->provenance),
		integer(channel->counted),
		real(channel->unit_per_raw),
		integer_if(channel->wrap_range > 0, (int64_t)channel->wrap_range),
		integer_if(channel->update_interval_ns > 0,
			   (int64_t)channel->update_interval_ns),
		real_if(channel->max_power_w > 0, channel->max_power_w),
		real_if(channel->uncertainty_k2 > 0, channel->uncertainty_k2),
		text(channel->uncertainty_basis),
	};
	const char *sql =
	    "INSERT INTO channel (trial_id, collector, name, domain, inside, kind, unit,"
	    " provenance, counted, unit_per_raw, wrap_range, update_interval_ns,"
	    " max_power_w, uncertainty_k2, uncertainty_basis)"
	    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	return new_row(store, store_execute_cached(store, ADD_CHANNEL, sql, values,
						   COUNT(values), why));
}

int store_set_seen_interval(struct store *store, int64_t channel_id, int64_t ns,
			    struct problem *why)
{
	const struct value values[] = { integer(ns), integer(channel_id) };
	return EXECUTE(store,
		       "UPDATE channel SET seen_interval_ns = ? WHERE channel_id = ?",
		       values, why);
}

int store_count_instead(struct store *store, int64_t counted_id, int64_t second_id,
			struct problem *why)
{
	const struct value ids[] = { integer(counted_id), integer(second_id) };
	const char *swap =
	    "UPDATE channel SET counted = channel_id = ?2, inside ="
	    " iif(channel_id = ?1, (SELECT name FROM channel WHERE channel_id = ?2), NULL)"
	    " WHERE channel_id IN (?1, ?2)";
	return EXECUTE(store, swap, ids, why);
}

int64_t store_add_phase(struct store *store, const struct phase_facts *phase,
			struct problem *why)
{
	const struct value values[] = {
		integer(phase->trial_id),
		integer(phase->ordinal),
		text(phase->name),
		integer_if(phase->pid > 0, phase->pid),
		integer(phase->begin_mono_ns),
		integer(phase->first_rollup),
		integer(phase->begin_lag_ns),
		integer(phase->begin_early_ns),
	};
	const char *sql = "INSERT INTO phase (trial_id, ordinal, name, pid, begin_mono_ns,"
			  " first_stretch, begin_lag_ns, begin_early_ns)"
			  " VALUES (?,?,?,?,?,?,?,?)";
	return new_row(store, EXECUTE(store, sql, values, why));
}

int store_end_phase(struct store *store, int64_t phase_id, const struct phase_end *end,
		    struct problem *why)
{
	const struct value values[] = {
		integer(end->mono_ns),
		integer(end->lag_ns),
		integer(end->early_ns),
		integer(end->last_rollup),
		integer_if(end->queries > 0, (int64_t)end->queries),
		integer(phase_id),
	};
	return EXECUTE(store,
		       "UPDATE phase SET end_mono_ns = ?, end_lag_ns = ?, end_early_ns = ?,"
		       " last_stretch = ?,"
		       " queries = ? WHERE phase_id = ?",
		       values, why);
}

static int add_chunk(struct store *store, int64_t channel_id, int64_t seq, int64_t n,
		     const struct rollup_pack *pack, int64_t times_of, struct problem *why)
{
	const struct value values[] = { integer(channel_id),
					integer(seq),
					integer(CHUNK_FORMAT),
					integer(n),
					integer_if(pack->uses_times_of, times_of),
					integer(chunk_crc32(pack->data, pack->size)),
					blob(pack->data, pack->size) };
	const char *sql =
	    "INSERT INTO chunk (channel_id, seq, format, n, times_of, crc32, data)"
	    " VALUES (?,?,?,?,?,?,?)";
	return store_execute_cached(store, ADD_CHUNK, sql, values, COUNT(values), why);
}

int store_add_rollup(struct store *store, int64_t channel_id, int64_t seq,
		     const struct rollup_row *row, const struct rollup_pack *pack,
		     int64_t times_of, struct problem *why)
{
	const struct value values[] = {
		integer(channel_id),
		integer(seq),
		integer(row->begin_mono_ns),
		integer(row->end_mono_ns),
		integer(row->n),
		integer(row->n_failed),
		integer_if(row->has_raw, (int64_t)row->first_raw),
		integer_if(row->has_raw, (int64_t)row->last_raw),
		integer_if(row->has_raw, (int64_t)row->min_raw),
		integer_if(row->has_raw, (int64_t)row->max_raw),
		real_if(row->has_raw, row->mean_raw),
		integer(row->advance),
		integer(row->advance_low),
		integer(row->advance_high),
		integer(row->wraps),
	};
	const char *sql =
	    "INSERT INTO stretch (channel_id, seq, begin_mono_ns, end_mono_ns, n,"
	    " n_failed, first_raw, last_raw, min_raw, max_raw, mean_raw, advance,"
	    " advance_low, advance_high, wraps) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
	if (store_execute_cached(store, ADD_STRETCH, sql, values, COUNT(values), why) != 0)
		return -1;
	if (pack->size == 0)
		return 0;
	return add_chunk(store, channel_id, seq, row->n + row->n_failed, pack, times_of,
			 why);
}

int store_add_gap(struct store *store, const struct gap_facts *gap, struct problem *why)
{
	const struct value values[] = {
		integer(gap->trial_id),
		integer_if(gap->channel_id > 0, gap->channel_id),
		text(gap->collector),
		text(gap->name),
		text(gap->kind),
		integer_if(gap->begin_mono_ns > 0, gap->begin_mono_ns),
		integer_if(gap->end_mono_ns > 0, gap->end_mono_ns),
		text(gap->why),
		text(gap->todo),
	};
	const char *sql =
	    "INSERT INTO gap (trial_id, channel_id, collector, name, kind, begin_mono_ns,"
	    " end_mono_ns, why, todo) VALUES (?,?,?,?,?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_concurrent_run(struct store *store, int64_t trial_id, int64_t pid,
			     struct problem *why)
{
	const struct value values[] = { integer(trial_id), integer(pid) };
	return EXECUTE(store, "INSERT INTO neighbour (trial_id, pid) VALUES (?,?)", values,
		       why);
}

int store_add_rank(struct store *store, const struct rank_facts *rank, struct problem *why)
{
	const struct value values[] = {
		integer(rank->trial_id),
		text(rank->launcher),
		text(rank->job),
		text(rank->step),
		integer_if(rank->rank >= 0, rank->rank),
		integer_if(rank->n_ranks >= 0, rank->n_ranks),
		integer_if(rank->local_rank >= 0, rank->local_rank),
		integer_if(rank->node >= 0, rank->node),
		text(rank->account),
		text(rank->partition),
		integer_if(rank->read_from_mono_ns > 0, rank->read_from_mono_ns),
	};
	const char *sql = "INSERT INTO job_rank (trial_id, launcher, job, step, rank,"
			  " n_ranks, local_rank, node, account, partition,"
			  " read_from_mono_ns) VALUES (?,?,?,?,?,?,?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_set_turn(struct store *store, int64_t trial_id, int64_t mono_ns,
		   struct problem *why)
{
	const struct value values[] = { integer(mono_ns), integer(trial_id) };
	return EXECUTE(store,
		       "UPDATE job_rank SET read_from_mono_ns = ? WHERE trial_id = ?",
		       values, why);
}

int store_add_count(struct store *store, int64_t phase_id, const char *source,
		    const char *event, int64_t value, const char *reason,
		    struct problem *why)
{
	const struct value values[] = { integer(phase_id), text(source), text(event),
					integer_if(!reason, value), text(reason) };
	const char *sql =
	    "INSERT OR REPLACE INTO region_count (phase_id, source, event, value, why)"
	    " VALUES (?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_metric(struct store *store, int64_t trial_id, const char *name, double value,
		     struct problem *why)
{
	const struct value values[] = { integer(trial_id), text(name), real(value) };
	const char *sql =
	    "INSERT OR REPLACE INTO metric (trial_id, name, value) VALUES (?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_units(struct store *store, int64_t phase_id, const char *unit, int64_t n,
		    struct problem *why)
{
	const struct value values[] = { integer(phase_id), text(unit), integer(n) };
	const char *sql = "INSERT INTO phase_units (phase_id, unit, n) VALUES (?1,?2,?3)"
			  " ON CONFLICT (phase_id, unit) DO UPDATE"
			  " SET n = iif(n > 9223372036854775807 - ?3,"
			  "             9223372036854775807, n + ?3)";
	return EXECUTE(store, sql, values, why);
}

int store_add_answers(struct store *store, const struct answers_facts *facts,
		      struct problem *why)
{
	const struct value values[] = { integer(facts->trial_id), text(facts->name),
					integer(facts->n), integer(facts->bits),
					blob(facts->data, facts->size) };
	const char *sql = "INSERT OR REPLACE INTO answers (trial_id, name, n, bits, data)"
			  " VALUES (?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_trial_units(struct store *store, int64_t trial_id, const char *unit,
			  int64_t n, int64_t uncounted, struct problem *why)
{
	const struct value values[] = { integer(trial_id), text(unit), integer(n),
					integer(uncounted) };
	const char *sql = "INSERT INTO phase_units (phase_id, unit, n, n_uncounted)"
			  " SELECT phase_id, ?2, ?3, ?4 FROM phase"
			  " WHERE trial_id = ?1 AND ordinal = 0";
	return EXECUTE(store, sql, values, why);
}

int64_t store_add_region(struct store *store, const struct stored_region *region,
			 struct problem *why)
{
	const struct value values[] = {
		integer(region->trial_id),
		integer(region->ordinal),
		text(region->name),
		real_if(region->flop > 0, region->flop),
		real_if(region->weight_bytes > 0, region->weight_bytes),
	};
	const char *sql = "INSERT INTO region (trial_id, ordinal, name, flop, weight_bytes)"
			  " VALUES (?,?,?,?,?)";
	return new_row(store, EXECUTE(store, sql, values, why));
}

int store_add_region_time(struct store *store, int64_t region_id, int64_t seq,
			  int64_t cpu_ns, int64_t n, struct problem *why)
{
	const struct value values[] = { integer(region_id), integer(seq), integer(cpu_ns),
					integer(n) };
	const char *sql = "INSERT INTO region_time (region_id, seq, cpu_ns, n)"
			  " VALUES (?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_region_part(struct store *store, const struct region_part *part,
			  struct problem *why)
{
	const struct value values[] = { integer(part->region_id), integer(part->channel_id),
					integer(part->seq),       integer(part->advance),
					integer(part->low),       integer(part->high) };
	const char *sql = "INSERT INTO region_energy (region_id, channel_id, seq, advance,"
			  " advance_low, advance_high) VALUES (?,?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_region_rest(struct store *store, int64_t trial_id, int64_t seq,
			  int64_t outside_ns, int64_t idle_ns, struct problem *why)
{
	const struct value values[] = { integer(trial_id), integer(seq),
					integer(outside_ns), integer(idle_ns) };
	const char *sql = "INSERT INTO region_rest (trial_id, seq, outside_ns, idle_ns)"
			  " VALUES (?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_region_idle(struct store *store, const struct region_part *part,
			  struct problem *why)
{
	const struct value values[] = { integer(part->channel_id), integer(part->seq),
					integer(part->advance), integer(part->low),
					integer(part->high) };
	const char *sql = "INSERT INTO region_idle (channel_id, seq, advance, advance_low,"
			  " advance_high) VALUES (?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_region_power(struct store *store, const struct region_power *power,
			   struct problem *why)
{
	const struct value values[] = {
		integer(power->channel_id),
		integer(power->ordinal),
		real_if(isfinite(power->fitted), power->fitted),
		real(power->power),
		real_if(isfinite(power->standard_error), power->standard_error),
		real_if(isfinite(power->half_width), power->half_width),
		real(power->rise_seconds),
	};
	const char *sql = "INSERT INTO region_power (channel_id, ordinal, fitted, power,"
			  " standard_error, half_width, rise_seconds)"
			  " VALUES (?,?,?,?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}

int store_add_region_product(struct store *store, int64_t channel_id,
			     const int64_t ordinals[2], double seconds2,
			     struct problem *why)
{
	const struct value values[] = { integer(channel_id), integer(ordinals[0]),
					integer(ordinals[1]), real(seconds2) };
	const char *sql =
	    "INSERT INTO region_product (channel_id, ordinal, other, seconds2)"
	    " VALUES (?,?,?,?)";
	return EXECUTE(store, sql, values, why);
}
