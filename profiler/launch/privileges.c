/* profiler/launch/privileges.c - see privileges.h. */
#include <config.h>

#include "profiler/launch/privileges.h"

#include "base/problem.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/* sudo's variables, sudo(8). */
static const char *const sudo_variables[] = { "SUDO_UID", "SUDO_GID", "SUDO_USER",
					      "SUDO_COMMAND", "SUDO_HOME" };

/* sudo -s, sudo bash, sudo su: a shell of root, from which whatever runs is root's. */
static bool is_shell(const char *command)
{
	size_t length = strcspn(command, " ");
	const char *shell;
	bool is_one = length >= 3 && strncmp(command + length - 3, "/su", 3) == 0;
	setusershell();
	while (!is_one && (shell = getusershell()))
		is_one = strlen(shell) == length && strncmp(shell, command, length) == 0;
	endusershell();
	return is_one;
}

/* The id in a variable, or 0: none, or root. */
static unsigned id_of(const char *variable)
{
	const char *text = getenv(variable);
	char *end;
	unsigned long id = text ? strtoul(text, &end, 10) : 0;
	return text && *text && !*end && id < (unsigned)-1 ? (unsigned)id : 0;
}

/* The ids once, in the order that leaves the right to the next. setresuid leaves 0 saved. */
static int set_ids(const struct passwd *user, gid_t gid)
{
	if (initgroups(user->pw_name, gid) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(user->pw_uid, user->pw_uid, 0) != 0)
		return errno;
	return 0;
}

/* The environment in which sudo was called: what its process was started with. It must be
 * read as root, and matters to the user's own command alone. */
static char *read_environment(size_t *length)
{
	char path[64], name[16] = "", *text = NULL;
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)getppid());
	FILE *file = fopen(path, "re");
	bool is_sudo = file && fgets(name, sizeof(name), file) && !strcmp(name, "sudo\n");
	if (file)
		fclose(file);
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)getppid());
	file = is_sudo ? fopen(path, "re") : NULL;
	if (!file)
		return NULL;
	size_t room = 0;
	ssize_t size, total = 0;
	do { /* getdelim's buffers cannot be joined: one growing text */
		char *grown = realloc(text, room += 65536);
		if (!grown)
			break;
		text = grown;
		size = (ssize_t)fread(text + total, 1, room - (size_t)total - 1, file);
		total += size;
	} while ((size_t)total == room - 1);
	fclose(file);
	if (text)
		text[total] = '\0';
	*length = (size_t)total;
	return text;
}

static void set_environment(const struct passwd *user, char *text, size_t length)
{
	for (size_t i = 0; i < sizeof(sudo_variables) / sizeof(*sudo_variables); i++)
		unsetenv(sudo_variables[i]);
	unsetenv("MAIL");
	setenv("HOME", user->pw_dir, 1);
	setenv("USER", user->pw_name, 1);
	setenv("LOGNAME", user->pw_name, 1);
	setenv("SHELL", user->pw_shell, 1);
	for (char *at = text; at && at < text + length; at += strlen(at) + 1) {
		char *equals = strchr(at, '=');
		if (!equals || equals == at)
			continue;
		*equals = '\0';
		setenv(at, equals + 1, 1);
		*equals = '=';
	}
}

int privileges_become(struct problem *why)
{
	const char *command = getenv("SUDO_COMMAND");
	uid_t uid = id_of("SUDO_UID");
	gid_t gid = id_of("SUDO_GID");
	if (geteuid() != 0 || uid == 0 || (command && is_shell(command)))
		return 0;
	size_t length = 0;
	errno = 0;
	const struct passwd *user = getpwuid(uid);
	problem_what(why, "cannot run as the user who called sudo");
	if (!user)
		return errno ? problem_errno(why, errno)
			     : problem_why(why, "no user has the id %u", (unsigned)uid);
	char *environment = read_environment(&length);
	int err = set_ids(user, gid ? gid : user->pw_gid);
	if (err == 0)
		set_environment(user, environment, length);
	free(environment);
	return err ? problem_errno(why, err) : 0;
}

/* Is there a way back? */
static bool was_root(void)
{
	uid_t real, effective, saved;
	return getresuid(&real, &effective, &saved) == 0 && real != 0 && saved == 0;
}

void privileges_raise(void)
{
	if (was_root() && seteuid(0) != 0)
		return; /* then counters cannot be opened, and say so themselves */
}

void privileges_lower(void)
{
	if (was_root() && seteuid(getuid()) != 0)
		abort(); /* to the own real id: the kernel has no reason to refuse */
}

/* Not by the C library, which sets the ids of all threads. */
static void set_thread_id(uid_t effective)
{
	syscall(SYS_setresuid, -1, effective, -1);
}

void privileges_raise_thread(void)
{
	if (was_root())
		set_thread_id(0);
}

void privileges_let_thread_read(void)
{
	if (!was_root())
		return;
	set_thread_id(getuid());
	setfsuid(0);
}

void privileges_return(void)
{
	if (was_root() && (seteuid(0) != 0 || setresgid(0, 0, 0) != 0 ||
			   setgroups(0, NULL) != 0 || setresuid(0, 0, 0) != 0))
		return; /* what needs root says so when it fails */
}

int privileges_give_up(void)
{
	uid_t uid = getuid();
	gid_t gid = getgid();
	if (!was_root())
		return 0;
	if (setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
		return errno;
	cap_t none = cap_init();
	int err = !none ? ENOMEM : cap_set_proc(none) != 0 ? errno : 0;
	cap_free(none);
	return err;
}
