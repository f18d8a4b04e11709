/* profiler/launch/exit-status.h - what 'run' exits with when the command did not. */
#ifndef JOULECART_EXIT_STATUS_H
#define JOULECART_EXIT_STATUS_H

/* As coreutils' wrappers (env, timeout) have it: 125 and above are joulecart's own, so that the
 * command's statuses pass through unchanged. */
enum {
	EXIT_OK = 0,
	EXIT_RUN_FAILED = 125,
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_SIGNAL_BASE = 128 /* + the number of the signal */
};

#endif
