/* profiler/cli/cmd-attach.c - joulecart attach: measure a service that runs already. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/campaign/attachment.h"
#include "profiler/campaign/campaign.h"
#include "profiler/cli/command.h"
#include "profiler/options/measure-options.h"
#include "reports/render/report.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

struct attach_options {
	struct campaign_options campaign;
	int64_t pid, starter;
	const char *group, *unit, *name, *queries_url;
	double seconds;
	bool quiet;
};

static const struct option_row rows[] = {
	{ "pid", 0, "N", NULL, "the process N and its descendants",
	  OPTION_COUNT(struct attach_options, pid, 1, 4194304) },
	{ "cgroup", 0, "PATH", NULL, "whatever is in that control group",
	  OPTION_TEXT(struct attach_options, group) },
	{ "unit", 0, "NAME", NULL, "a unit of systemd, such as nginx.service",
	  OPTION_TEXT(struct attach_options, unit) },
	{ "starter", 0, "FD", NULL,
	  "with --pid: the socket to who started it, and knows how it ended",
	  OPTION_COUNT(struct attach_options, starter, 0, 1024) },
	{ "for", 0, "S", NULL, "seconds [until Ctrl-C, or the process ends]",
	  OPTION_REAL(struct attach_options, seconds, 0.1, 1e8) },
	{ "queries-url", 0, "URL#METRIC", NULL,
	  "queries are what that Prometheus counter rises by; URL alone of vLLM, SGLang, "
	  "TGI, TensorRT-LLM (tokens too), or nginx's stub_status",
	  OPTION_TEXT(struct attach_options, queries_url) },
	{ "output", 'o', "FILE", "joulecart.db", "database to add to",
	  OPTION_TEXT(struct attach_options, campaign.path), .setting = SETTING_FILE },
	{ "name", 0, "LABEL", NULL,
	  "what reports call the service [its unit, group or PID]",
	  OPTION_TEXT(struct attach_options, name) },
	{ "quiet", 'q', NULL, NULL, "print no summary",
	  OPTION_FLAG(struct attach_options, quiet) },
	{ OPTION_INCLUDE(measure_rows, struct attach_options, campaign) },
	{ 0 },
};

static const struct option_table table = {
	.command = "attach",
	.usage =
	    "Usage: joulecart attach --pid N | --cgroup PATH | --unit NAME [OPTION]...\n"
	    "Measure a service that runs already, without starting or changing anything:\n"
	    "the machine's energy, and the service's share of it by CPU time.\n"
	    "\n"
	    "  joulecart attach --unit nginx.service --for 60\n"
	    "  joulecart attach --pid 4711 --for 60 --queries-url \\\n"
	    "    http://127.0.0.1:8000/metrics#vllm:request_success_total\n",
	.rows = rows,
	.takes_no_operand = true,
	.notes =
	    "Joules per query are the whole machine's. If the machine also does other\n"
	    "things, 'its share' is the service's part of its joules, by CPU time.\n",
};

static int find_service(struct attachment *attachment, const struct attach_options *options,
			struct problem *why)
{
	if (options->pid)
		return attachment_to_pid(attachment, options->pid, why);
	if (options->group)
		return attachment_to_group(attachment, options->group, why);
	return attachment_to_unit(attachment, options->unit, why);
}

static int print_summary(struct campaign *campaign, const struct attach_options *options,
			 struct problem *why)
{
	const struct report_options report = { .campaign_id = campaign->campaign_id,
					       .path = options->campaign.path };
	return options->quiet
		   ? 0
		   : footer_render(store_db(campaign->store), stderr, &report, why);
}

static int measure(struct attach_options *options, struct problem *why)
{
	struct campaign campaign;
	char pid[16];
	snprintf(pid, sizeof(pid), "pid %lld", (long long)options->pid);
	const char *name = options->name    ? options->name
			   : options->unit  ? options->unit
			   : options->group ? options->group
					    : pid;
	char *argv[] = { (char[]){ "(attached)" }, (char *)name, NULL };
	const struct campaign_trial trial = {
		.variant = name, .job = "command", .argv = argv, .block = 1
	};
	struct trial_result result;
	if (campaign_begin(&campaign, &options->campaign, why) != 0)
		return -1;
	int code = campaign_run(&campaign, &trial, &result, why);
	if (code == 0 && !result.is_stored)
		code = -1;
	if (code == 0)
		code = campaign_end(&campaign, why);
	if (code == 0)
		code = print_summary(&campaign, options, why);
	campaign_close(&campaign);
	return code;
}

/* One service is measured. */
static int check_service(const struct attach_options *options, struct problem *why)
{
	const struct {
		bool is_given;
		const char *name;
	} services[] = { { options->pid, "--pid" },
			 { options->group, "--cgroup" },
			 { options->unit, "--unit" } };
	const char *first = NULL;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (services[i].is_given && first) {
			problem_what(why, "cannot attach to both %s and %s", first,
				     services[i].name);
			why->kind = PROBLEM_USAGE;
			return problem_refuse(why, "leave one of them out",
					      "one service is measured at a time");
		}
		first = services[i].is_given ? services[i].name : first;
	}
	if (options->starter >= 0 && !options->pid) {
		problem_what(why, "cannot be told how '%s' ended", first ? first : "it");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why, "give --pid, or leave --starter out",
				      "only a process is started by somebody");
	}
	return first ? 0
		     : options_operand_problem(&table, "one of --pid, --cgroup and --unit",
					       why);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct attach_options options = {
		.campaign = { .kind = "run", .argv = argv, .trial = { MEASURE_DEFAULTS } },
		.starter = -1,
	};
	struct attachment attachment = { .pid_fd = -1, .starter_fd = -1 };
	char path[PATH_MAX];
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (check_service(&options, why) != 0 ||
	    campaign_name_file(&options.campaign, path, sizeof(path), why) != 0)
		return -1;
	attachment.seconds = options.seconds;
	attachment.starter_fd = (int)options.starter;
	options.campaign.trial.attachment = &attachment;
	int code = find_service(&attachment, &options, why);
	if (code == 0 && options.queries_url) {
		attachment.metrics = metrics_source_new(options.queries_url, why);
		code = attachment.metrics ? 0 : -1;
	}
	if (code == 0)
		code = measure(&options, why);
	attachment_end(&attachment);
	metrics_source_free(attachment.metrics);
	return code == 0 ? EXIT_OK : -1;
}

/* It starts nothing of the user's. */
static enum rights rights(int argc, char *const *argv)
{
	(void)argc;
	(void)argv;
	return RIGHTS_VIEW;
}

const struct command command_attach = {
	.name = "attach",
	.group = "Measure",
	.summary = "a service that runs already",
	.options = &table,
	.run = run,
	.rights = rights,
};
