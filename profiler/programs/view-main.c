/* profiler/programs/view-main.c - see view-main.h. */
#include <config.h>

#include "profiler/programs/view-main.h"

#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/config/config.h"
#include "profiler/launch/privileges.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

/* The other commands' settings are not known here. */
static int run_set(const struct option_table *table,
		   int (*run)(int argc, char **argv, struct problem *why), int argc,
		   char **argv, struct problem *why)
{
	const struct config_tables own = { &table, 1, true };
	return config_run(&own, table, run, argc, argv, why);
}

int view_main(const struct option_table *table,
	      int (*run)(int argc, char **argv, struct problem *why), bool is_text,
	      int argc, char **argv)
{
	struct problem why = { 0 };
	char text[1024];
	int status = privileges_begin(RIGHTS_VIEW, NULL, &why);
	if (status == 0) {
		setlocale(LC_CTYPE, "");
		if (is_text)
			text_guard_output();
		status = run_set(table, run, argc, argv, &why);
	}
	if (status >= 0)
		return status;
	problem_advise(&why);
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return why.exit_status ? why.exit_status : (int)why.kind;
}

int view_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

void view_allow_files(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}
