/* schema/gate/domain-table.c - what each column of each table holds. See domain.h. */
#include <config.h>

#include "schema/gate/domain.h"

#define OPTIONAL .is_optional = 1
#define SUMMED   .is_summed = 1

static const struct column_domain of_host[] = {
	{ .name = "host_id", .domain = POSITIVE },
	{ .name = "boot_id", .domain = TEXT },
	{ .name = "hostname", .domain = TEXT, OPTIONAL },
	{ .name = "cpu_vendor", .domain = TEXT, OPTIONAL },
	{ .name = "cpu_model", .domain = TEXT, OPTIONAL },
	{ .name = "cpu_family", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "cpu_model_number", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "cpu_stepping", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "microarchitecture", .domain = TEXT, OPTIONAL },
	{ .name = "microcode", .domain = TEXT, OPTIONAL },
	{ .name = "n_packages", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "n_cores", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "n_threads", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "memory_bytes", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "kernel", .domain = TEXT, OPTIONAL },
	{ .name = "os", .domain = TEXT, OPTIONAL },
	{ .name = "hypervisor", .domain = TEXT, OPTIONAL },
	{ .name = "governor", .domain = TEXT, OPTIONAL },
	{ .name = "turbo", .domain = FLAG, OPTIONAL },
	{ .name = "clocksource", .domain = TEXT, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_campaign[] = {
	{ .name = "campaign_id", .domain = POSITIVE },
	{ .name = "uuid", .domain = TEXT },
	{ .name = "host_id", .domain = POSITIVE },
	{ .name = "kind", .domain = WORD, .words = "|run|bench|" },
	{ .name = "command_line", .domain = JSON },
	{ .name = "tool_version", .domain = TEXT },
	{ .name = "git_revision", .domain = TEXT, OPTIONAL },
	{ .name = "seed", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "rate_hz", .domain = REAL_POSITIVE },
	{ .name = "zone", .domain = TEXT, OPTIONAL },
	{ .name = "pue", .domain = REAL_POSITIVE, OPTIONAL },
	{ .name = "begin_utc_ns", .domain = TIME_NS },
	{ .name = "begin_mono_ns", .domain = TIME_NS },
	{ .name = "begin_boot_ns", .domain = TIME_NS },
	{ .name = "end_utc_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "end_mono_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "end_boot_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "baseline", .domain = TEXT, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_trial[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "campaign_id", .domain = POSITIVE },
	{ .name = "ordinal", .domain = POSITIVE },
	{ .name = "block", .domain = NOT_NEGATIVE },
	{ .name = "variant", .domain = TEXT },
	{ .name = "job", .domain = WORD, .words = "|train|infer|command|idle|" },
	{ .name = "is_warmup", .domain = FLAG },
	{ .name = "command", .domain = JSON },
	{ .name = "workload", .domain = TEXT, OPTIONAL },
	{ .name = "queries", .domain = POSITIVE, OPTIONAL, SUMMED },
	{ .name = "state", .domain = WORD, .words = "|running|complete|incomplete|" },
	{ .name = "why_incomplete", .domain = TEXT, OPTIONAL },
	{ .name = "exit_code", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "exit_signal", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "begin_utc_ns", .domain = TIME_NS },
	{ .name = "begin_mono_ns", .domain = TIME_NS },
	{ .name = "end_mono_ns", .domain = END_NS, OPTIONAL },
	{ .name = "own_cpu_s", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ .name = "ticks", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "ticks_missed", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "ticks_dropped", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "tick_mean_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "tick_max_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "parent_workload", .domain = TEXT, OPTIONAL },
	{ .name = "queries_uncounted", .domain = NOT_NEGATIVE, SUMMED },
	{ 0 },
};

static const struct column_domain of_phase[] = {
	{ .name = "phase_id", .domain = POSITIVE },
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "ordinal", .domain = NOT_NEGATIVE },
	{ .name = "name", .domain = TEXT },
	{ .name = "pid", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "begin_mono_ns", .domain = TIME_NS },
	{ .name = "end_mono_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "first_stretch", .domain = NOT_NEGATIVE },
	{ .name = "last_stretch", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "begin_lag_ns", .domain = STEPS },
	{ .name = "end_lag_ns", .domain = STEPS, OPTIONAL },
	{ .name = "queries", .domain = POSITIVE, OPTIONAL, SUMMED },
	{ .name = "begin_early_ns", .domain = TIME_NS },
	{ .name = "end_early_ns", .domain = TIME_NS },
	{ 0 },
};

static const struct column_domain of_channel[] = {
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "collector", .domain = TEXT },
	{ .name = "name", .domain = TEXT },
	{ .name = "domain", .domain = TEXT, OPTIONAL },
	{ .name = "inside", .domain = TEXT, OPTIONAL },
	{ .name = "kind", .domain = WORD, .words = "|counter|gauge|" },
	{ .name = "unit", .domain = WORD, .words = "|J|W|s|count|" },
	{ .name = "provenance",
	  .domain = WORD,
	  .words = "|measured|modelled|estimated|assumed|" },
	{ .name = "counted", .domain = FLAG },
	{ .name = "unit_per_raw", .domain = REAL_POSITIVE },
	{ .name = "wrap_range", .domain = POSITIVE, OPTIONAL },
	{ .name = "update_interval_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "max_power_w", .domain = REAL_POSITIVE, OPTIONAL },
	{ .name = "uncertainty_k2", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ .name = "uncertainty_basis", .domain = TEXT, OPTIONAL },
	{ .name = "seen_interval_ns", .domain = TIME_NS, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_stretch[] = {
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "seq", .domain = NOT_NEGATIVE },
	{ .name = "begin_mono_ns", .domain = TIME_NS },
	{ .name = "end_mono_ns", .domain = END_NS },
	{ .name = "n", .domain = NOT_NEGATIVE, SUMMED },
	{ .name = "n_failed", .domain = NOT_NEGATIVE, SUMMED },
	{ .name = "first_raw", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "last_raw", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "min_raw", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "max_raw", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "mean_raw", .domain = QUANTITY, OPTIONAL },
	{ .name = "advance", .domain = STEPS },
	{ .name = "advance_low", .domain = STEPS },
	{ .name = "advance_high", .domain = STEPS },
	{ .name = "wraps", .domain = NOT_NEGATIVE, SUMMED },
	{ 0 },
};

static const struct column_domain of_chunk[] = {
	{ .name = "chunk_id", .domain = POSITIVE },
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "seq", .domain = NOT_NEGATIVE },
	{ .name = "format", .domain = NOT_NEGATIVE },
	{ .name = "n", .domain = POSITIVE },
	{ .name = "times_of", .domain = POSITIVE, OPTIONAL },
	{ .name = "crc32", .domain = NOT_NEGATIVE },
	{ .name = "data", .domain = BLOB },
	{ 0 },
};

static const struct column_domain of_gap[] = {
	{ .name = "gap_id", .domain = POSITIVE },
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "channel_id", .domain = POSITIVE, OPTIONAL },
	{ .name = "collector", .domain = TEXT },
	{ .name = "name", .domain = TEXT, OPTIONAL },
	{ .name = "kind",
	  .domain = WORD,
	  .words =
	      "|unavailable|read-error|ambiguous-wrap|implausible-step|stuck|lost-ticks|" },
	{ .name = "begin_mono_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "end_mono_ns", .domain = TIME_NS, OPTIONAL },
	{ .name = "why", .domain = TEXT },
	{ .name = "todo", .domain = TEXT, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_region_count[] = {
	{ .name = "phase_id", .domain = POSITIVE },
	{ .name = "source", .domain = TEXT },
	{ .name = "event", .domain = TEXT },
	{ .name = "value", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "why", .domain = TEXT, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_metric[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "name", .domain = TEXT },
	{ .name = "value", .domain = QUANTITY },
	{ 0 },
};

static const struct column_domain of_factor[] = {
	{ .name = "factor_id", .domain = POSITIVE },
	{ .name = "kind", .domain = TEXT },
	{ .name = "key", .domain = TEXT },
	{ .name = "parameter", .domain = TEXT },
	{ .name = "value", .domain = QUANTITY },
	{ .name = "unit", .domain = TEXT },
	{ .name = "low", .domain = QUANTITY, OPTIONAL },
	{ .name = "high", .domain = QUANTITY, OPTIONAL },
	{ .name = "name", .domain = TEXT },
	{ .name = "year", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "method",
	  .domain = WORD,
	  OPTIONAL,
	  .words = "|average|marginal|residual|contract|" },
	{ .name = "scope", .domain = WORD, OPTIONAL, .words = "|direct|lifecycle|" },
	{ .name = "basis", .domain = WORD, OPTIONAL, .words = "|production|consumption|" },
	{ .name = "boundary", .domain = TEXT },
	{ .name = "publisher", .domain = TEXT },
	{ .name = "edition", .domain = TEXT },
	{ .name = "source", .domain = TEXT },
	{ .name = "licence", .domain = TEXT },
	{ .name = "retrieved", .domain = TEXT, OPTIONAL },
	{ .name = "file", .domain = TEXT, OPTIONAL },
	{ .name = "sha256", .domain = TEXT, OPTIONAL },
	{ .name = "origin", .domain = WORD, .words = "|bundled|imported|set|" },
	{ .name = "note", .domain = TEXT, OPTIONAL },
	{ .name = "address", .domain = TEXT, OPTIONAL },
	{ .name = "place", .domain = TEXT, OPTIONAL },
	{ .name = "gwp", .domain = WORD, OPTIONAL, .words = "|SAR|AR4|AR5|AR6|" },
	{ .name = "gases", .domain = TEXT, OPTIONAL },
	{ .name = "compared", .domain = TEXT, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_cloud_region[] = {
	{ .name = "provider", .domain = TEXT },
	{ .name = "region", .domain = TEXT },
	{ .name = "location", .domain = TEXT },
	{ .name = "zone", .domain = TEXT },
	{ .name = "pue", .domain = REAL_POSITIVE, OPTIONAL },
	{ .name = "wue_l_per_kwh", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ .name = "year", .domain = ANY_INTEGER },
	{ 0 },
};

static const struct column_domain of_setting[] = {
	{ .name = "name",
	  .domain = WORD,
	  .words = "|zone|pue|pue_category|pue_year|psu|embodied|life|share|training_"
		   "queries|market|instrument|upstream|wue|" },
	{ .name = "campaign_id", .domain = NOT_NEGATIVE },
	{ .name = "value", .domain = QUANTITY, OPTIONAL },
	{ .name = "text", .domain = TEXT, OPTIONAL },
	{ .name = "source", .domain = TEXT },
	{ 0 },
};

static const struct column_domain of_grid_series[] = {
	{ .name = "series_id", .domain = POSITIVE },
	{ .name = "zone", .domain = TEXT },
	{ .name = "method", .domain = WORD, .words = "|average|marginal|" },
	{ .name = "scope", .domain = WORD, .words = "|direct|lifecycle|" },
	{ .name = "basis", .domain = WORD, OPTIONAL, .words = "|production|consumption|" },
	{ .name = "format", .domain = TEXT },
	{ .name = "unit", .domain = TEXT },
	{ .name = "step_ns", .domain = TIME_NS },
	{ .name = "publisher", .domain = TEXT },
	{ .name = "edition", .domain = TEXT },
	{ .name = "source", .domain = TEXT },
	{ .name = "licence", .domain = TEXT },
	{ .name = "retrieved", .domain = TEXT },
	{ .name = "file", .domain = TEXT },
	{ .name = "sha256", .domain = TEXT },
	{ .name = "note", .domain = TEXT, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_grid_point[] = {
	{ .name = "series_id", .domain = POSITIVE },
	{ .name = "begin_utc_ns", .domain = STEPS },
	{ .name = "end_utc_ns", .domain = STEPS },
	{ .name = "g_per_kwh", .domain = QUANTITY },
	{ .name = "is_estimated", .domain = FLAG, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_change_log[] = {
	{ .name = "change_id", .domain = POSITIVE },
	{ .name = "made_utc_ns", .domain = TIME_NS },
	{ .name = "who", .domain = TEXT },
	{ .name = "tool_version", .domain = TEXT },
	{ .name = "kind", .domain = WORD, .words = "|setting|factor|series|certificates|" },
	{ .name = "name", .domain = TEXT },
	{ .name = "campaign_id", .domain = NOT_NEGATIVE },
	{ .name = "old", .domain = TEXT, OPTIONAL },
	{ .name = "new", .domain = TEXT, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_certificate_file[] = {
	{ .name = "file_id", .domain = POSITIVE }, { .name = "zone", .domain = TEXT },
	{ .name = "publisher", .domain = TEXT },   { .name = "edition", .domain = TEXT },
	{ .name = "source", .domain = TEXT },      { .name = "licence", .domain = TEXT },
	{ .name = "retrieved", .domain = TEXT },   { .name = "file", .domain = TEXT },
	{ .name = "sha256", .domain = TEXT },      { 0 },
};

static const struct column_domain of_certificate[] = {
	{ .name = "certificate", .domain = TEXT },
	{ .name = "begin_utc_ns", .domain = TIME_NS },
	{ .name = "file_id", .domain = POSITIVE },
	{ .name = "kwh", .domain = REAL_POSITIVE },
	{ .name = "g_per_kwh", .domain = REAL_NOT_NEGATIVE },
	{ .name = "technology", .domain = TEXT },
	{ 0 },
};

static const struct column_domain of_meter[] = {
	{ .name = "campaign_id", .domain = POSITIVE },
	{ .name = "name", .domain = TEXT },
	{ .name = "model", .domain = TEXT, OPTIONAL },
	{ .name = "certificate", .domain = TEXT, OPTIONAL },
	{ .name = "certified", .domain = TEXT, OPTIONAL },
	{ .name = "laboratory", .domain = TEXT, OPTIONAL },
	{ .name = "uncertainty_k2", .domain = REAL_POSITIVE, OPTIONAL },
	{ .name = "file", .domain = TEXT, OPTIONAL },
	{ .name = "sha256", .domain = TEXT, OPTIONAL },
	{ .name = "offset_ns", .domain = STEPS, OPTIONAL },
	{ .name = "offset_low_ns", .domain = STEPS, OPTIONAL },
	{ .name = "offset_high_ns", .domain = STEPS, OPTIONAL },
	{ .name = "correlation", .domain = QUANTITY, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_seal[] = {
	{ .name = "seal_id", .domain = POSITIVE },
	{ .name = "made_utc_ns", .domain = ANY_INTEGER },
	{ .name = "tool_version", .domain = TEXT },
	{ .name = "n_links", .domain = ANY_INTEGER },
	{ .name = "head", .domain = BLOB, .size = 32 },
	{ .name = "supersedes", .domain = BLOB, OPTIONAL, .size = 32 },
	{ .name = "public_key", .domain = BLOB, OPTIONAL, .size = 32 },
	{ .name = "signature", .domain = BLOB, OPTIONAL, .size = 64 },
	{ 0 },
};

/* seal_check says what is wrong with their numbers. */
static const struct column_domain of_seal_link[] = {
	{ .name = "ordinal", .domain = POSITIVE },
	{ .name = "table_name", .domain = TEXT },
	{ .name = "channel_id", .domain = ANY_INTEGER, OPTIONAL },
	{ .name = "n", .domain = ANY_INTEGER },
	{ .name = "rows", .domain = BLOB },
	{ .name = "sha256", .domain = BLOB, .size = 32 },
	{ 0 },
};

static const struct column_domain of_sampler[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "rate_begin_hz", .domain = REAL_NOT_NEGATIVE },
	{ .name = "rate_end_hz", .domain = REAL_NOT_NEGATIVE },
	{ .name = "late_p50_ns", .domain = TIME_NS },
	{ .name = "late_p99_ns", .domain = TIME_NS },
	{ .name = "late_max_ns", .domain = TIME_NS },
	{ .name = "cpu_s", .domain = REAL_NOT_NEGATIVE },
	{ .name = "pinned_cpu", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "why_not_pinned", .domain = TEXT, OPTIONAL },
	{ .name = "why_not_real_time", .domain = TEXT, OPTIONAL },
	{ .name = "slowdown", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ .name = "slowdown_low", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ .name = "slowdown_high", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_trimmed[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "utc_ns", .domain = TIME_NS },
	{ .name = "tool_version", .domain = TEXT },
	{ .name = "n_chunks", .domain = NOT_NEGATIVE },
	{ .name = "n_readings", .domain = NOT_NEGATIVE },
	{ .name = "bytes", .domain = NOT_NEGATIVE },
	{ 0 },
};

static const struct column_domain of_merged[] = {
	{ .name = "campaign_id", .domain = POSITIVE },
	{ .name = "utc_ns", .domain = TIME_NS },
	{ .name = "tool_version", .domain = TEXT },
	{ .name = "source", .domain = TEXT },
	{ 0 },
};

static const struct column_domain of_neighbour[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "pid", .domain = NOT_NEGATIVE },
	{ 0 },
};

static const struct column_domain of_job_rank[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "launcher",
	  .domain = WORD,
	  .words = "|slurm|openmpi|mpich|mvapich|pals|stated|" },
	{ .name = "job", .domain = TEXT, OPTIONAL },
	{ .name = "step", .domain = TEXT, OPTIONAL },
	{ .name = "rank", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "n_ranks", .domain = POSITIVE, OPTIONAL },
	{ .name = "local_rank", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "node", .domain = NOT_NEGATIVE, OPTIONAL },
	{ .name = "account", .domain = TEXT, OPTIONAL },
	{ .name = "partition", .domain = TEXT, OPTIONAL },
	{ .name = "read_from_mono_ns", .domain = TIME_NS, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_phase_units[] = {
	{ .name = "phase_id", .domain = POSITIVE },
	{ .name = "unit", .domain = TEXT },
	{ .name = "n", .domain = POSITIVE, SUMMED },
	{ .name = "n_uncounted", .domain = NOT_NEGATIVE, SUMMED },
	{ 0 },
};

static const struct column_domain of_answers[] = {
	{ .name = "trial_id", .domain = POSITIVE }, { .name = "name", .domain = TEXT },
	{ .name = "n", .domain = POSITIVE },        { .name = "bits", .domain = POSITIVE },
	{ .name = "data", .domain = BLOB },         { 0 },
};

static const struct column_domain of_region[] = {
	{ .name = "region_id", .domain = POSITIVE },
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "ordinal", .domain = POSITIVE },
	{ .name = "name", .domain = TEXT },
	{ .name = "flop", .domain = REAL_POSITIVE, OPTIONAL },
	{ .name = "weight_bytes", .domain = REAL_POSITIVE, OPTIONAL },
	{ 0 },
};

static const struct column_domain of_region_time[] = {
	{ .name = "region_id", .domain = POSITIVE },
	{ .name = "seq", .domain = NOT_NEGATIVE },
	{ .name = "cpu_ns", .domain = TIME_NS, SUMMED },
	{ .name = "n", .domain = NOT_NEGATIVE, SUMMED },
	{ 0 },
};

static const struct column_domain of_region_energy[] = {
	{ .name = "region_id", .domain = POSITIVE },
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "seq", .domain = NOT_NEGATIVE },
	{ .name = "advance", .domain = STEPS },
	{ .name = "advance_low", .domain = STEPS },
	{ .name = "advance_high", .domain = STEPS },
	{ 0 },
};

static const struct column_domain of_region_rest[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "seq", .domain = NOT_NEGATIVE },
	{ .name = "outside_ns", .domain = TIME_NS, SUMMED },
	{ .name = "idle_ns", .domain = TIME_NS, SUMMED },
	{ 0 },
};

static const struct column_domain of_region_idle[] = {
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "seq", .domain = NOT_NEGATIVE },
	{ .name = "advance", .domain = STEPS },
	{ .name = "advance_low", .domain = STEPS },
	{ .name = "advance_high", .domain = STEPS },
	{ 0 },
};

static const struct column_domain of_region_power[] = {
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "ordinal", .domain = ANY_INTEGER },
	{ .name = "fitted", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ .name = "power", .domain = REAL_NOT_NEGATIVE },
	{ .name = "standard_error", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ .name = "half_width", .domain = REAL_NOT_NEGATIVE, OPTIONAL },
	{ .name = "rise_seconds", .domain = REAL_NOT_NEGATIVE },
	{ 0 },
};

static const struct column_domain of_region_product[] = {
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "ordinal", .domain = ANY_INTEGER },
	{ .name = "other", .domain = ANY_INTEGER },
	{ .name = "seconds2", .domain = REAL_NOT_NEGATIVE },
	{ 0 },
};

static const struct column_domain of_profile[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "event", .domain = WORD, .words = "|cycles|cpu-clock|" },
	{ .name = "hz", .domain = REAL_POSITIVE },
	{ .name = "n", .domain = NOT_NEGATIVE },
	{ .name = "n_lost", .domain = NOT_NEGATIVE },
	{ .name = "weight", .domain = REAL_NOT_NEGATIVE },
	{ .name = "counted", .domain = REAL_NOT_NEGATIVE },
	{ .name = "has_kernel", .domain = FLAG },
	{ .name = "n_cut", .domain = NOT_NEGATIVE },
	{ .name = "spread", .domain = REAL_POSITIVE },
	{ .name = "rhythm_error", .domain = REAL_NOT_NEGATIVE },
	{ .name = "take_cpu_s", .domain = REAL_NOT_NEGATIVE },
	{ .name = "name_cpu_s", .domain = REAL_NOT_NEGATIVE },
	{ .name = "stack_bytes", .domain = NOT_NEGATIVE },
	{ 0 },
};

static const struct column_domain of_profile_frame[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "ordinal", .domain = POSITIVE },
	{ .name = "kind",
	  .domain = WORD,
	  .words = "|process|function|inlined|kernel|cut|" },
	{ .name = "name", .domain = TEXT, OPTIONAL },
	{ .name = "module", .domain = TEXT, OPTIONAL },
	{ .name = "file", .domain = TEXT, OPTIONAL },
	{ .name = "line", .domain = POSITIVE, OPTIONAL },
	{ .name = "lack",
	  .domain = WORD,
	  OPTIONAL,
	  .words = "|no-symbols|file-gone|file-replaced|not-readable|not-named|"
		   "not-mapped|" },
	{ 0 },
};

static const struct column_domain of_profile_node[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "ordinal", .domain = POSITIVE },
	{ .name = "parent", .domain = POSITIVE, OPTIONAL },
	{ .name = "frame", .domain = POSITIVE },
	{ .name = "n", .domain = NOT_NEGATIVE },
	{ 0 },
};

static const struct column_domain of_profile_energy[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "node", .domain = POSITIVE },
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "advance", .domain = STEPS },
	{ 0 },
};

static const struct column_domain of_profile_thread[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "ordinal", .domain = POSITIVE },
	{ .name = "pid", .domain = NOT_NEGATIVE },
	{ .name = "tid", .domain = NOT_NEGATIVE },
	{ 0 },
};

static const struct column_domain of_profile_chunk[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "seq", .domain = NOT_NEGATIVE },
	{ .name = "n", .domain = POSITIVE },
	{ .name = "begin_mono_ns", .domain = TIME_NS },
	{ .name = "crc32", .domain = NOT_NEGATIVE },
	{ .name = "data", .domain = BLOB },
	{ 0 },
};

static const struct column_domain of_profile_chunk_energy[] = {
	{ .name = "trial_id", .domain = POSITIVE },
	{ .name = "seq", .domain = NOT_NEGATIVE },
	{ .name = "channel_id", .domain = POSITIVE },
	{ .name = "scale", .domain = ANY_INTEGER },
	{ .name = "crc32", .domain = NOT_NEGATIVE },
	{ .name = "data", .domain = BLOB },
	{ 0 },
};

const struct table_domain table_domains[] = {
	{ "host", 1, 0, of_host },
	{ "campaign", 1, 0, of_campaign },
	{ "trial", 1, 0, of_trial },
	{ "phase", 1, 0, of_phase },
	{ "channel", 1, 0, of_channel },
	{ "stretch", 2, 1, of_stretch },
	{ "chunk", 1, 1, of_chunk },
	{ "gap", 1, 0, of_gap },
	{ "region_count", 3, 0, of_region_count },
	{ "metric", 2, 0, of_metric },
	{ "phase_units", 2, 0, of_phase_units },
	{ "answers", 2, 0, of_answers },
	{ "factor", 1, 1, of_factor },
	{ "cloud_region", 2, 1, of_cloud_region },
	{ "setting", 2, 0, of_setting },
	{ "grid_series", 1, 0, of_grid_series },
	{ "grid_point", 2, 1, of_grid_point },
	{ "seal", 1, 0, of_seal },
	{ "seal_link", 1, 1, of_seal_link },
	{ "sampler", 1, 0, of_sampler },
	{ "trimmed", 1, 0, of_trimmed },
	{ "merged", 1, 0, of_merged },
	{ "neighbour", 2, 0, of_neighbour },
	{ "job_rank", 1, 0, of_job_rank },
	{ "region", 1, 0, of_region },
	{ "region_time", 2, 1, of_region_time },
	{ "region_energy", 3, 1, of_region_energy },
	{ "region_rest", 2, 1, of_region_rest },
	{ "region_idle", 2, 1, of_region_idle },
	{ "region_power", 2, 0, of_region_power },
	{ "region_product", 3, 0, of_region_product },
	{ "profile", 1, 0, of_profile },
	{ "profile_frame", 2, 1, of_profile_frame },
	{ "profile_node", 2, 1, of_profile_node },
	{ "profile_energy", 3, 1, of_profile_energy },
	{ "profile_thread", 2, 1, of_profile_thread },
	{ "profile_chunk", 2, 1, of_profile_chunk },
	{ "profile_chunk_energy", 3, 1, of_profile_chunk_energy },
	{ "change_log", 1, 0, of_change_log },
	{ "certificate_file", 1, 0, of_certificate_file },
	{ "certificate", 2, 1, of_certificate },
	{ "meter", 2, 0, of_meter },
	{ 0 },
};
