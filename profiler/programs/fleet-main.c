/* profiler/programs/fleet-main.c - joulecart-fleet: the program behind 'joulecart push', 'pull' and 'fleet'.
 *
 * It is a program of its own, so that measuring does not load libpq. */
#include <config.h>

#include "base/problem.h"
#include "base/text-stream.h"
#include "base/wrap.h"
#include "profiler/config/config.h"
#include "profiler/options/fleet-options.h"
#include "schema/database/sqlite-memory.h"
#include "schema/fleet/care.h"
#include "schema/fleet/fleet-schema.h"
#include "schema/fleet/pull.h"
#include "schema/fleet/push.h"

#include <inttypes.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *plural(int64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

/* --- push -------------------------------------------------------------------------------- */

static void tell_pushed(const char *path, const struct push_result *result)
{
	wrap_say(stdout, 0, 2,
		 "%s: %" PRId64 " %s with %" PRId64 " readings pushed, %" PRId64
		 " already there",
		 path, result->n_pushed, plural(result->n_pushed, "campaign", "campaigns"),
		 result->n_readings, result->n_known);
	if (result->n_refused > 0)
		wrap_say(stdout, 2, 2, "%" PRId64 " %s refused", result->n_refused,
			 plural(result->n_refused, "was", "were"));
	if (result->n_running > 0)
		wrap_say(stdout, 2, 2,
			 "%" PRId64 " %s still running: push the file again when they end",
			 result->n_running, plural(result->n_running, "is", "are"));
	if (result->n_trimmed > 0)
		wrap_say(
		    stdout, 2, 2,
		    "%" PRId64 " of them %s raw readings only there: the file was trimmed",
		    result->n_trimmed, plural(result->n_trimmed, "has its", "have their"));
}

/* The last refusal is what push ends with; those before it are said as the next one comes. */
struct refusals {
	bool is_any;
	struct problem last;
};

static void take_refusal(void *context, const struct problem *why)
{
	struct refusals *refusals = context;
	char text[1024];
	if (refusals->is_any)
		text_say(stderr, "joulecart: %s",
			 problem_text(&refusals->last, text, sizeof(text)));
	refusals->is_any = true;
	refusals->last = *why;
}

static int push_files(struct server *server, const char *given, char *const *paths,
		      struct problem *why)
{
	char team[200], doing[256];
	struct refusals refusals = { 0 };
	const struct push_listener listener = { take_refusal, &refusals };
	if (server_check(server, why) != 0 || care_check_formulas(server, why) != 0 ||
	    push_team(server, given, team, sizeof(team), why) != 0)
		return -1;
	int code = 0;
	for (; *paths && code == 0; paths++) {
		struct push_result result;
		snprintf(doing, sizeof(doing), "cannot push '%.200s'", *paths);
		server->doing = doing;
		code = push_file(server, team, *paths, &listener, &result, why);
		if (code == 0)
			tell_pushed(*paths, &result);
	}
	if (!refusals.is_any)
		return code;
	if (code == 0)
		*why = refusals.last;
	else /* why push ended is said last */
		take_refusal(&refusals, why);
	return -1;
}

static int push(int argc, char **argv, struct problem *why)
{
	struct push_options options = { 0 };
	struct server server;
	int first = options_parse(&push_table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (!options.to || first == argc)
		return options_operand_problem(&push_table,
					       "--to ADDRESS and one FILE.db or more", why);
	int code = server_open(&server, options.to, "cannot push", why);
	if (code == 0)
		code = push_files(&server, options.team, argv + first, why);
	server_close(&server);
	return code;
}

/* --- pull -------------------------------------------------------------------------------- */

static void tell_pulled(const char *path, const struct pull_result *result)
{
	wrap_say(stdout, 0, 2, "%s: %" PRId64 " %s of %" PRId64 " pushed %s", path,
		 result->n_campaigns, plural(result->n_campaigns, "campaign", "campaigns"),
		 result->n_sources, plural(result->n_sources, "file", "files"));
	if (result->n_along > 0)
		wrap_say(stdout, 2, 2,
			 "%" PRId64 " of them came along: they are sealed in one file with "
			 "what was asked for",
			 result->n_along);
	if (result->n_sealed > 0 && !result->broken[0])
		wrap_say(stdout, 2, 2, "%s%s",
			 result->n_sealed == 1 ? "its seal holds" : "all seals hold",
			 result->n_sources > 1
			     ? "; the file of all is without them, as after merge"
			     : "");
	if (result->n_unsealed > 0)
		wrap_say(stdout, 2, 2, "%" PRId64 " %s of retired campaigns as well",
			 result->n_unsealed,
			 plural(result->n_unsealed, "seal was left out: it is",
				"seals were left out: they are"));
	if (result->n_retired > 0)
		wrap_say(stdout, 2, 2,
			 "%" PRId64
			 " more %s retired: of them only figures are left, in the "
			 "database",
			 result->n_retired, plural(result->n_retired, "is", "are"));
}

static void warn_pulled(const struct pull_result *result)
{
	if (result->n_changed > 0)
		text_say(stderr,
			 "joulecart: warning: campaign %s%s not what was pushed: somebody "
			 "changed "
			 "it in the database",
			 result->changed,
			 result->n_changed > 1 ? " and others are" : " is");
	if (result->broken[0])
		text_say(stderr, "joulecart: warning: a seal is broken: %s",
			 result->broken);
}

static int pull(int argc, char **argv, struct problem *why)
{
	struct pull_options options = { 0 };
	struct pull_result result;
	struct server server;
	int first = options_parse(&pull_table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (!options.from || !options.output || first != argc)
		return options_operand_problem(&pull_table, "--from ADDRESS and -o OUT.db",
					       why);
	int code = server_open(&server, options.from, "cannot pull", why);
	if (code == 0)
		code = server_check(&server, why);
	if (code == 0)
		code = pull_file(&server, options.where, options.output, &result, why);
	if (code == 0) {
		tell_pulled(options.output, &result);
		warn_pulled(&result);
	}
	server_close(&server);
	return code;
}

/* --- fleet ------------------------------------------------------------------------------- */

static int say_status(struct server *server, struct problem *why)
{
	struct care_status status;
	if (server_check(server, why) != 0 || care_status(server, &status, why) != 0)
		return -1;
	printf("version     %" PRId64 "\n", status.version);
	printf("campaigns   %" PRId64 " of %" PRId64 " %s", status.n_campaigns,
	       status.n_teams, plural(status.n_teams, "team", "teams"));
	if (status.n_campaigns > 0)
		printf(", %s to %s", status.first, status.last);
	printf("\nsealed      %" PRId64 " %s\n", status.n_sealed,
	       plural(status.n_sealed, "file", "files"));
	printf("readings    %" PRId64 "\n", status.n_readings);
	printf("on disk     %.1f MB", (double)status.n_bytes / 1e6);
	if (status.n_readings > 0 && status.n_retired_months == 0)
		printf(", %.2f bytes a reading with its rollups",
		       (double)status.reading_bytes / (double)status.n_readings);
	if (status.n_other_formulas > 0)
		printf("\nfigures     of %" PRId64
		       " %s by other formulas: 'joulecart fleet upgrade'",
		       status.n_other_formulas,
		       plural(status.n_other_formulas, "campaign", "campaigns"));
	if (status.n_other_sums > 0)
		printf("\nsums        of %" PRId64
		       " %s of fleet_month are not those of their trials: 'joulecart fleet "
		       "upgrade'",
		       status.n_other_sums, plural(status.n_other_sums, "row", "rows"));
	printf("\nretired     %" PRId64 " %s\n", status.n_retired_months,
	       plural(status.n_retired_months, "month", "months"));
	return 0;
}

static int retire(struct server *server, int64_t days, struct problem *why)
{
	int64_t n_months, n_campaigns;
	if (days == 0) {
		problem_what(why, "%s", server->doing);
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "for example --older-than 400d",
				      "nothing says which months: --older-than DAYS");
	}
	if (server_check(server, why) != 0 ||
	    care_retire(server, days, &n_months, &n_campaigns, why) != 0)
		return -1;
	if (n_months == 0) {
		wrap_say(
		    stdout, 0, 2,
		    "nothing to retire: no month with readings ended more than %" PRId64
		    " %s ago",
		    days, plural(days, "day", "days"));
		return 0;
	}
	wrap_say(stdout, 0, 2,
		 "%" PRId64 " %s with %" PRId64
		 " %s retired: readings and rollups are gone, "
		 "figures are kept",
		 n_months, plural(n_months, "month", "months"), n_campaigns,
		 plural(n_campaigns, "campaign", "campaigns"));
	return 0;
}

static int make(struct server *server, const char *done, struct problem *why)
{
	if (fleet_make(server, why) != 0)
		return -1;
	wrap_say(stdout, 0, 2, "%s: version %d", done, FLEET_VERSION);
	return 0;
}

static int upgrade(struct server *server, struct problem *why)
{
	int64_t n = 0;
	if (make(server, "the fleet's database is brought up", why) != 0 ||
	    care_renew(server, &n, why) != 0)
		return -1;
	if (n > 0)
		wrap_say(stdout, 2, 2,
			 "the figures of %" PRId64 " %s made anew, by this "
			 "joulecart's formulas",
			 n, plural(n, "campaign were", "campaigns were"));
	return 0;
}

static int fleet(int argc, char **argv, struct problem *why)
{
	struct fleet_options options = { 0 };
	struct server server;
	int first = options_parse(&fleet_table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	const char *form = first + 1 == argc ? argv[first] : "";
	bool is_init = strcmp(form, "init") == 0, is_status = strcmp(form, "status") == 0,
	     is_upgrade = strcmp(form, "upgrade") == 0,
	     is_retire = strcmp(form, "retire") == 0;
	if (!options.at || !(is_init || is_status || is_upgrade || is_retire))
		return options_operand_problem(
		    &fleet_table, "init, status, upgrade or retire, and --at ADDRESS", why);
	if (options.older_than_days > 0 && !is_retire) {
		problem_what(why, "cannot use --older-than with '%s'", form);
		why->kind = PROBLEM_USAGE;
		problem_why(why, "it is of 'retire' alone");
		return problem_todo(why, "leave it out");
	}
	int code = server_open(&server, options.at, "cannot care for the fleet", why);
	if (code == 0)
		code = is_init      ? make(&server, "the fleet's database is made", why)
		       : is_upgrade ? upgrade(&server, why)
		       : is_status  ? say_status(&server, why)
				    : retire(&server, options.older_than_days, why);
	server_close(&server);
	return code;
}

/* --- main -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const struct option_table *table;
	int (*run)(int argc, char **argv, struct problem *why);
} commands[] = {
	{ "push", &push_table, push },
	{ "pull", &pull_table, pull },
	{ "fleet", &fleet_table, fleet },
};

static int run(int argc, char **argv, struct problem *why)
{
	const char *name = argc > 0 ? argv[0] : "";
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct config_tables own = { &commands[i].table, 1, true };
		if (strcmp(name, commands[i].name) == 0)
			return config_run(&own, commands[i].table, commands[i].run, argc,
					  argv, why);
	}
	problem_what(why, "cannot start");
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "'joulecart push', 'pull' and 'fleet' start it",
			      "this program is not called by itself");
}

/* This program has one thread, and takes and leaves the same large blocks for every page of readings: those
 * stay with it, where the kernel would clear them each time anew. */
static void set_up_memory(void)
{
	enum { LARGE = 64 << 20 };
	mallopt(M_MMAP_THRESHOLD, LARGE / 2);
	mallopt(M_TRIM_THRESHOLD, LARGE);
	mallopt(M_TOP_PAD, LARGE / 16);
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite_memory_set_up();
}

int main(int argc, char **argv)
{
	struct problem why = { 0 };
	char text[1024];
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	text_guard_output();
	set_up_memory();
	int status = run(argc, argv, &why);
	if (status >= 0)
		return status;
	problem_advise(&why);
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return why.exit_status ? why.exit_status : (int)why.kind;
}
