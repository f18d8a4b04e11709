/* profiler/launch/signals.c - see signals.h. */
#include <config.h>

#include "profiler/launch/signals.h"

#include "base/clock.h"

#include <time.h>

/* What is passed on to the command. SIGTSTP and SIGCONT reach it through the terminal. */
static const int passed_on[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM
};
enum { N_PASSED_ON = sizeof(passed_on) / sizeof(passed_on[0]) };

static bool is_ignored(int signal)
{
	struct sigaction action;
	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void signals_block(struct signals *signals)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	sigemptyset(&signals->watched);
	sigaddset(&signals->watched, SIGCHLD);
	for (size_t i = 0; i < N_PASSED_ON; i++)
		if (!is_ignored(passed_on[i]))
			sigaddset(&signals->watched, passed_on[i]);
	sigaction(SIGCHLD, &usual, &signals->old_child);
	sigprocmask(SIG_BLOCK, &signals->watched, &signals->old_mask);
	signals->is_blocked = true;
}

void signals_give_back(const struct signals *signals)
{
	sigaction(SIGCHLD, &signals->old_child, NULL);
	sigprocmask(SIG_SETMASK, &signals->old_mask, NULL);
}

int signals_wait(const struct signals *signals, siginfo_t *info, int64_t for_ns)
{
	const struct timespec most = { for_ns / NS_PER_S, for_ns % NS_PER_S };
	int signal = sigtimedwait(&signals->watched, info, for_ns < 0 ? NULL : &most);
	return signal > 0 ? signal : 0;
}

bool signal_ends_the_run(int signal)
{
	return signal == SIGINT || signal == SIGTERM || signal == SIGHUP ||
	       signal == SIGQUIT;
}

void signals_unblock(struct signals *signals, bool drop_endings)
{
	const struct timespec at_once = { 0 };
	sigset_t endings;
	if (!signals->is_blocked)
		return;
	sigemptyset(&endings);
	for (size_t i = 0; i < N_PASSED_ON; i++)
		if (signal_ends_the_run(passed_on[i]) &&
		    sigismember(&signals->watched, passed_on[i]))
			sigaddset(&endings, passed_on[i]);
	while (drop_endings && sigtimedwait(&endings, NULL, &at_once) > 0)
		continue;
	signals_give_back(signals);
	signals->is_blocked = false;
}

static void do_nothing(int signal)
{
	(void)signal;
}

void signals_survive_file_limit(void)
{
	const struct sigaction survive = { .sa_handler = do_nothing,
					   .sa_flags = SA_RESTART };
	if (!is_ignored(SIGXFSZ))
		sigaction(SIGXFSZ, &survive, NULL);
}
