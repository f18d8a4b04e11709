/* profiler/launch/find-command.h - what the shell would say of a command's name before running it. */
#ifndef JOULECART_FIND_COMMAND_H
#define JOULECART_FIND_COMMAND_H

struct problem;

/* Can it be run? 0, or the exit status that says why not (126, 127) with *why. */
int find_command(const char *name, struct problem *why);

/* The same for the errno that exec gave: 126 or 127 with *why. */
int cannot_run(const char *name, int err, struct problem *why);

#endif
