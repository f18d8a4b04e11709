/* profiler/campaign/campaign.c - see campaign.h. */
#include <config.h>

#include "profiler/campaign/campaign.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/revision.h"
#include "base/text-stream.h"
#include "base/text.h"
#include "profiler/campaign/host.h"
#include "profiler/launch/privileges.h"
#include "profiler/sample/marker-folder.h"
#include "profiler/sample/tick-schedule.h"
#include "reports/figure/column-text.h"
#include "schema/factors/zone.h"
#include "schema/store/network-disk.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *campaign_command(char *const *argv)
{
	json_t *array = json_array();
	for (size_t i = 0; argv[i]; i++) {
		size_t n = strlen(argv[i]);
		char *text = malloc(TEXT_GROWTH * n + 1);
		size_t length = text ? text_unicode(argv[i], n, text) : 0;
		json_array_append_new(array, json_stringn(text ? text : "", length));
		free(text);
	}
	char *dump = json_dumps(array, JSON_COMPACT);
	json_decref(array);
	return dump;
}

static int add_campaign(struct campaign *campaign, const struct campaign_options *options,
			const char *zone, struct problem *why)
{
	char uuid[40];
	struct host_facts facts;
	struct host *host = host_read(&facts);
	char *command_line = campaign_command(options->argv);
	const struct campaign_facts row = {
		.host_id = store_add_host(campaign->store, &facts, why),
		.uuid = host_new_uuid(uuid, sizeof(uuid)),
		.kind = options->kind,
		.command_line = command_line,
		.tool_version = PACKAGE_VERSION,
		.git_revision = GIT_REVISION,
		.zone = zone,
		.seed = options->seed,
		.has_seed = options->has_seed,
		.rate_hz = options->trial.rate_hz > 0 ? options->trial.rate_hz
						      : PACE_AUTO_HZ,
		.pue = options->pue,
		.utc_ns = clock_ns(CLOCK_REALTIME),
		.mono_ns = monotonic_ns(),
		.boot_ns = clock_ns(CLOCK_BOOTTIME),
	};
	if (row.host_id > 0)
		campaign->campaign_id = store_add_campaign(campaign->store, &row, why);
	host_free(host);
	free(command_line);
	return campaign->campaign_id > 0 ? 0 : -1;
}

static int begin_in_store(struct campaign *campaign, const struct campaign_options *options,
			  struct problem *why)
{
	char zone[32];
	if (options->zone && zone_resolve(store_db(campaign->store), options->zone, zone,
					  sizeof(zone), why) != 0)
		return -1;
	if (store_begin(campaign->store, why) != 0)
		return -1;
	if (add_campaign(campaign, options, options->zone ? zone : NULL, why) == 0) {
		/* Of a new number there can be another holder only while that one takes an
		 * empty campaign away: nobody goes on with that. */
		struct problem ignored;
		store_claim_campaign(campaign->store, campaign->campaign_id, &ignored);
		if (store_commit(campaign->store, why) == 0)
			return 0;
	}
	store_rollback(campaign->store);
	return -1;
}

/* Is each node's file, or each rank's, another one by its name? */
static bool names_host(const char *pattern)
{
	const char *at = strchr(pattern, '%');
	for (; at && at[1]; at = strchr(at + 2, '%')) /* "%%" is a sign of its own */
		if (strchr("hnr", at[1]))
			return true;
	return false;
}

/* Where its ending begins: ".db", or its end. */
static const char *end_of_stem(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	return dot && dot != path && dot[-1] != '/' ? dot : path + strlen(path);
}

int campaign_name_file(struct campaign_options *options, char *path, size_t size,
		       struct problem *why)
{
	struct job_rank rank;
	char with_host[PATH_MAX];
	const char *pattern = options->path;
	job_rank_read(&rank, privileges_command_environment(), options->job);
	const char *shared = rank.facts.n_ranks > 1 ? network_disk(options->path) : NULL;
	if (shared && !names_host(options->path)) {
		const char *end = end_of_stem(options->path);
		problem_what(why, "cannot name a file by '%s'", options->path);
		if ((size_t)snprintf(with_host, sizeof(with_host), "%.*s-%%h%s",
				     (int)(end - options->path), options->path,
				     end) >= sizeof(with_host))
			return problem_errno(why, ENAMETOOLONG);
		pattern = with_host;
	} else {
		shared = NULL;
	}
	if (!strchr(pattern, '%'))
		return 0;
	if (job_rank_file(&rank, pattern, path, size, why) != 0)
		return -1;
	if (shared && rank.facts.local_rank <= 0)
		text_say(
		    stderr,
		    "joulecart: warning: '%s' is on a network file system (%s), where "
		    "nodes cannot write into one file: this node's is '%s' (name it by "
		    "%%h; 'joulecart job' and 'merge' read several)",
		    options->path, shared, path);
	options->path = path;
	return 0;
}

int campaign_begin(struct campaign *campaign, const struct campaign_options *options,
		   struct problem *why)
{
	*campaign = (struct campaign){ .trial = options->trial };
	job_rank_read(&campaign->rank, privileges_command_environment(), options->job);
	marker_folder_clear_left();
	/* a database that holds nothing is not left behind for a slip of the pen */
	if (options->zone && access(options->path, F_OK) != 0 &&
	    zone_check_bundled(options->zone, why) != 0)
		return -1;
	campaign->store = store_open(options->path, why);
	if (!campaign->store)
		return -1;
	if (begin_in_store(campaign, options, why) == 0)
		return 0;
	store_close(campaign->store);
	campaign->store = NULL;
	return -1;
}

static int unreadable(sqlite3 *db, struct problem *why)
{
	problem_why(why, "%s", sqlite3_errmsg(db));
	return problem_todo(why, "'joulecart verify' says whether the file is damaged");
}

/* The campaign to go on with, as of which boot. */
static int find_newest(struct campaign *campaign, const char *command, const char *boot,
		       struct problem *why)
{
	static const char sql[] = "SELECT c.campaign_id, h.boot_id = ?2"
				  " FROM campaign c JOIN host h ON h.host_id = c.host_id"
				  " WHERE iif(json_valid(c.command_line), "
				  "json_extract(c.command_line, '$[0]'), '') = ?1"
				  " ORDER BY c.campaign_id DESC LIMIT 1";
	sqlite3 *db = store_db(campaign->store);
	sqlite3_stmt *row = NULL;
	bool is_same_boot = false;
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		return unreadable(db, why);
	bind_text(row, 1, command);
	bind_text(row, 2, boot);
	if (sqlite3_step(row) == SQLITE_ROW) {
		campaign->campaign_id = sqlite3_column_int64(row, 0);
		is_same_boot = sqlite3_column_int(row, 1) != 0;
	}
	sqlite3_finalize(row);
	why->kind = PROBLEM_USAGE;
	if (campaign->campaign_id == 0)
		problem_why(why, "no '%s' is in the file", command);
	else if (!is_same_boot)
		problem_why(why,
			    "campaign %lld is of another machine, or of before it was last "
			    "started",
			    (long long)campaign->campaign_id);
	if (!is_same_boot)
		return problem_todo(why, "start anew, without --resume");
	return 0;
}

/* Trials are numbered on from those that it has. */
static int count_trials(struct campaign *campaign, struct problem *why)
{
	sqlite3_stmt *row = NULL;
	if (sqlite3_prepare_v2(store_db(campaign->store),
			       "SELECT max(ordinal) FROM trial WHERE campaign_id = ?1", -1,
			       &row, NULL) != SQLITE_OK)
		return unreadable(store_db(campaign->store), why);
	sqlite3_bind_int64(row, 1, campaign->campaign_id);
	bool is_read = sqlite3_step(row) == SQLITE_ROW;
	if (is_read)
		campaign->n_trials = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	campaign->has_trial = campaign->n_trials > 0;
	return is_read ? 0 : unreadable(store_db(campaign->store), why);
}

/* Its trials are counted once nobody else adds to them. */
static int take_over(struct campaign *campaign, const struct campaign_options *options,
		     const char *boot, struct problem *why)
{
	problem_what(why, "cannot go on with what is in '%s'", options->path);
	if (find_newest(campaign, options->argv[0], boot, why) != 0)
		return -1;
	why->kind = PROBLEM_FAILED;
	if (store_claim_campaign(campaign->store, campaign->campaign_id, why) == 0)
		return count_trials(campaign, why);
	return -1;
}

int campaign_resume(struct campaign *campaign, const struct campaign_options *options,
		    struct problem *why)
{
	struct host_facts facts;
	*campaign = (struct campaign){ .trial = options->trial };
	job_rank_read(&campaign->rank, privileges_command_environment(), options->job);
	problem_what(why, "cannot go on with what is in '%s'", options->path);
	if (access(options->path, F_OK) != 0)
		return problem_errno(why, errno);
	campaign->store = store_open(options->path, why);
	if (!campaign->store)
		return -1;
	struct host *host = host_read(&facts);
	int code = take_over(campaign, options, facts.boot_id, why);
	host_free(host);
	if (code == 0)
		return 0;
	store_close(campaign->store);
	campaign->store = NULL;
	return -1;
}

int campaign_run(struct campaign *campaign, const struct campaign_trial *trial,
		 struct trial_result *result, struct problem *why)
{
	char *command = campaign_command(trial->argv);
	struct trial_facts facts = {
		.campaign_id = campaign->campaign_id,
		.ordinal = ++campaign->n_trials,
		.block = trial->block,
		.variant = trial->variant,
		.job = trial->job,
		.command = command,
		.is_warmup = trial->is_warmup,
		.queries = trial->queries,
		.rank = campaign->rank.is_known ? &campaign->rank.facts : NULL,
	};
	int code = trial_run(campaign->store, &facts, trial->argv, &campaign->trial, result,
			     why);
	campaign->has_trial = campaign->has_trial || result->trial_id > 0;
	campaign->trial.has_told_meter = true;
	free(command);
	return code;
}

int campaign_end(struct campaign *campaign, struct problem *why)
{
	int code = store_end_campaign(campaign->store, campaign->campaign_id,
				      clock_ns(CLOCK_REALTIME), monotonic_ns(),
				      clock_ns(CLOCK_BOOTTIME), why);
	if (code == 0)
		store_settle(campaign->store);
	return code;
}

void campaign_close(struct campaign *campaign)
{
	struct problem ignored;
	if (campaign->store && campaign->campaign_id > 0 && !campaign->has_trial)
		store_forget_empty(campaign->store, campaign->campaign_id, &ignored);
	store_close(campaign->store);
	campaign->store = NULL;
}
