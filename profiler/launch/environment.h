/* profiler/launch/environment.h - which variables reach a program that had more rights than its
 * user, and with which values. */
#ifndef JOULECART_ENVIRONMENT_H
#define JOULECART_ENVIRONMENT_H
#include <stdbool.h>
#include <sys/types.h>

/* May "NAME=VALUE" be kept for a program that is uid's? Of folders (HOME, XDG_DATA_HOME) only
 * those that are uid's own. PATH keeps its absolute folders: see environment_path(). */
bool environment_allows(const char *entry, uid_t uid);

/* The absolute folders of a PATH, to be freed; NULL: none is left, or no memory. */
char *environment_path(const char *path);

#endif
