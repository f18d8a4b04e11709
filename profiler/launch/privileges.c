/* profiler/launch/privileges.c - see privileges.h. */
#include <config.h>

#include "profiler/launch/privileges.h"

#include "base/problem.h"
#include "collectors/opener/opener-ask.h"
#include "collectors/opener/opener.h"
#include "profiler/launch/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Who the program's user is, where it has more rights than that user. */
struct user {
	uid_t uid;
	gid_t gid;
	struct passwd
	    *entry; /* called through sudo; else NULL, and the groups are the user's */
};

static const char root_path[] = "/usr/sbin:/usr/bin:/sbin:/bin";

/* Like environ, of which one is the program's own and one the commands': set once, by
 * privileges_begin(). NULL: they are the same. */
static char **command_environment;
static int task_socket = -1;

/* --- who is it -------------------------------------------------------------------------- */

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

/* The id in a variable of sudo's, 0 where there is none. False: it is no number. */
static bool id_of(const char *variable, unsigned *id)
{
	const char *text = getenv(variable);
	size_t length = text ? strspn(text, "0123456789") : 0;
	unsigned long value = length > 0 && length <= 10 ? strtoul(text, NULL, 10) : 0;
	*id = (unsigned)value;
	return !text ||
	       (length > 0 && length <= 10 && !text[length] && value < (unsigned)-1);
}

static bool has_capability(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	return syscall(SYS_capget, &header, data) != 0 || data[0].permitted ||
	       data[1].permitted;
}

/* Has a process that is not root's more rights than its user? Capabilities that whoever started it left
 * to it (ambient ones: a service manager) are the user's own, for what the user runs with them; a
 * program that runs nothing has no use for them once its counters are open. */
static bool has_more(enum rights wanted, uid_t uid)
{
	bool is_left = !getauxval(AT_SECURE);
	return is_left ? wanted == RIGHTS_VIEW && has_capability()
		       : geteuid() != uid || has_capability();
}

/* 1: user has fewer rights than this process. 0: nobody is behind it. -1 with *why. */
static int find_user(struct user *user, enum rights wanted, struct problem *why)
{
	const char *command = getenv("SUDO_COMMAND");
	*user = (struct user){ getuid(), getgid(), NULL };
	if (user->uid != 0)
		return has_more(wanted, user->uid);
	unsigned uid, gid;
	if (geteuid() != 0 || (command && is_shell(command)))
		return 0;
	if (!id_of("SUDO_UID", &uid) || !id_of("SUDO_GID", &gid))
		return problem_refuse(why, "start it by sudo itself, or unset both",
				      "SUDO_UID and SUDO_GID are not both numbers");
	if (uid == 0)
		return 0;
	errno = 0;
	user->entry = getpwuid(uid);
	if (!user->entry)
		return errno
			   ? problem_errno(why, errno)
			   : problem_refuse(
				 why,
				 "start it by sudo itself, or unset SUDO_UID and SUDO_GID",
				 "no user has the id %u", uid);
	user->uid = uid;
	user->gid = gid ? gid : user->entry->pw_gid;
	return 1;
}

/* --- dropping ---------------------------------------------------------------------------- */

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[2] = { 0 };
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0,
	      0); /* EINVAL before Linux 4.3 */
	return syscall(SYS_capset, &header, none) == 0;
}

static bool has_dropped(const struct user *user)
{
	uid_t uids[3];
	gid_t gids[3];
	if (getresuid(&uids[0], &uids[1], &uids[2]) != 0 ||
	    getresgid(&gids[0], &gids[1], &gids[2]) != 0 || has_capability())
		return false;
	for (size_t i = 0; i < 3; i++)
		if (uids[i] != user->uid || gids[i] != user->gid)
			return false;
	return setresuid((uid_t)-1, 0, (uid_t)-1) != 0;
}

/* Each in the order that leaves the right to the next. What the user's own commands may become
 * (by sudo, by ping) is their affair: their bounding set is left as it was. 0 or an errno. */
static int drop(const struct user *user, enum rights wanted)
{
	bool runs_commands = wanted == RIGHTS_COUNTERS;
	bool keeps_bounds = runs_commands || wanted == RIGHTS_ADVICE ||
			    wanted == RIGHTS_TASK;
	for (int i = 0; !keeps_bounds && prctl(PR_CAPBSET_DROP, i) == 0; i++)
		continue;
	if ((user->entry && initgroups(user->entry->pw_name, user->gid) != 0) ||
	    setresgid(user->gid, user->gid, user->gid) != 0 ||
	    setresuid(user->uid, user->uid, user->uid) != 0 || !drop_capabilities() ||
	    prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    (!runs_commands && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0))
		return errno;
	return has_dropped(user) ? 0 : EPERM;
}

/* --- the environment ---------------------------------------------------------------------- */

/* sudo's variables, sudo(8), and what they say of root. */
static void forget_sudo(const struct passwd *user)
{
	static const char *const names[] = { "SUDO_UID",     "SUDO_GID",  "SUDO_USER",
					     "SUDO_COMMAND", "SUDO_HOME", "MAIL" };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);
	setenv("HOME", user->pw_dir, 1);
	setenv("USER", user->pw_name, 1);
	setenv("LOGNAME", user->pw_name, 1);
	setenv("SHELL", user->pw_shell, 1);
}

static char *read_all(int fd, size_t *length)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t size = 1;
	for (*length = 0; size > 0; *length += size > 0 ? (size_t)size : 0) {
		if (room - *length < 2) {
			char *grown = realloc(text, room += 65536);
			if (!grown)
				break;
			text = grown;
		}
		size = read(fd, text + *length, room - *length - 1);
	}
	if (text)
		text[*length] = '\0';
	return text;
}

/* Over what is there, the environment in which sudo was called: the user's own. */
static void take_environment(int fd)
{
	size_t length;
	char *text = fd >= 0 ? read_all(fd, &length) : NULL;
	for (char *at = text; at && at < text + length; at += strlen(at) + 1) {
		char *equals = strchr(at, '=');
		if (!equals || equals == at)
			continue;
		*equals = '\0';
		setenv(at, equals + 1, 1);
		*equals = '=';
	}
	free(text);
}

/* A copy of the list; its strings stay where they are. */
static char **copy_environment(void)
{
	char **own = environ;
	size_t n = 0;
	while (own && own[n])
		n++;
	char **copy = calloc(n + 1, sizeof(*copy));
	if (!copy)
		return NULL;
	for (size_t i = 0; own && i < n; i++)
		copy[i] = own[i];
	return copy;
}

/* Splits the user's environment from the program's own, which has little. given: PATH as sudo, or
 * whoever started the program, gave it. 0 or an errno. */
static int split_environment(const struct user *user, const char *given)
{
	char *path = given ? environment_path(given) : NULL;
	int fd = opener_environment();
	if (user->entry) {
		forget_sudo(user->entry);
		take_environment(fd);
	}
	if (fd >= 0)
		close(fd);
	command_environment = copy_environment();
	if (!command_environment || clearenv() != 0)
		return ENOMEM;
	int code = setenv("PATH", path ? path : root_path, 1);
	free(path);
	if (user->entry && code == 0)
		code = setenv("HOME", user->entry->pw_dir, 1) |
		       setenv("USER", user->entry->pw_name, 1) |
		       setenv("LOGNAME", user->entry->pw_name, 1);
	for (char **entry = command_environment; *entry && code == 0; entry++)
		if (environment_allows(*entry, user->uid))
			code = putenv(*entry);
	return code ? ENOMEM : 0;
}

void privileges_enter_environment(void)
{
	if (command_environment)
		environ = command_environment;
}

const char *const *privileges_command_environment(void)
{
	return (const char *const *)(command_environment ? command_environment : environ);
}

const char *privileges_command_variable(const char *name)
{
	char **own = environ;
	privileges_enter_environment();
	const char *value = getenv(name);
	environ = own;
	return value;
}

int privileges_system(const char *command)
{
	char **own = environ;
	privileges_enter_environment();
	/* a shell is what the user asked for: --setup and the like are commands of theirs */
	int status = system(command); /* NOLINT(cert-env33-c) */
	environ = own;
	return status;
}

/* --- the processes that keep rights --------------------------------------------------------- */

/* What root does must not end halfway at a limit that the user set. A container's root may not be
 * allowed to lift it: false. */
static bool lift_limits(void)
{
	static const int limits[] = { RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA };
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	bool is_lifted = true;
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		struct rlimit now = none;
		setrlimit((__rlimit_resource_t)limits[i], &none);
		is_lifted &= getrlimit((__rlimit_resource_t)limits[i], &now) == 0 &&
			     now.rlim_cur == RLIM_INFINITY;
	}
	return is_lifted;
}

static void *look_as_user(const struct privileges_task *task, const struct user *user)
{
	if (initgroups(user->entry->pw_name, user->gid) != 0 ||
	    setresgid(user->gid, user->gid, 0) != 0 ||
	    setresuid(user->uid, user->uid, 0) != 0)
		_exit(1);
	void *found = task->look();
	if (setresuid(0, 0, 0) != 0 || setresgid(0, 0, 0) != 0 || setgroups(0, NULL) != 0)
		_exit(1);
	return found;
}

/* Waits for one byte, does it, says how that ended. */
static _Noreturn void serve_task(int socket, const struct privileges_task *task,
				 const struct user *user)
{
	static char path[64];
	static char *environment[] = { path, NULL };
	struct problem why = { 0 };
	char word;
	sigset_t none;
	sigemptyset(&none);
	snprintf(path, sizeof(path), "PATH=%s", root_path);
	environ = environment;
	umask(022);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_DFL); /* ignored, it would hide how a command ended */
	if (prctl(PR_SET_DUMPABLE, 0) != 0 || chdir("/") != 0 || dup2(socket, 3) != 3 ||
	    fcntl(3, F_SETFD, FD_CLOEXEC) != 0 || close_range(4, ~0U, 0) != 0)
		_exit(1);
	bool is_free = lift_limits();
	if (recv(3, &word, 1, 0) != 1)
		_exit(0);
	problem_what(&why, "cannot act as root");
	if (!is_free) {
		problem_why(&why, "a limit is set that root may not lift here");
		problem_todo(&why, "call it where 'ulimit' shows none");
	} else if (task->act(look_as_user(task, user), &why) == 0) {
		why.kind = 0;
	}
	fflush(NULL);
	_exit(send(3, &why, sizeof(why), MSG_NOSIGNAL) < 0);
}

/* The process that serves what is wanted: the socket to it, or minus an errno. */
static int start(enum rights wanted, const struct privileges_task *task,
		 const struct user *user)
{
	int ends[2];
	pid_t self = getpid(), sudo = user->entry ? getppid() : 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return -errno;
	pid_t child = fork();
	int err = child < 0 ? errno : 0;
	if (child == 0 && wanted == RIGHTS_TASK)
		serve_task(ends[1], task, user);
	if (child == 0)
		opener_run(ends[1], self, sudo);
	close(ends[1]);
	if (err)
		close(ends[0]);
	return err ? -err : ends[0];
}

static int start_wanted(enum rights wanted, const struct privileges_task *task,
			const struct user *user)
{
	bool is_task = wanted == RIGHTS_TASK && user->entry;
	/* What the program's file allows, its runs have too: advice speaks of them. Not so sudo. */
	bool is_of_file = wanted == RIGHTS_ADVICE && !user->entry;
	if (!is_task && !is_of_file && wanted != RIGHTS_COUNTERS && wanted != RIGHTS_VIEW)
		return 0;
	int fd = start(wanted, task, user);
	if (fd < 0)
		return -fd;
	if (is_task)
		task_socket = fd;
	else
		opener_connect(fd);
	return 0;
}

bool privileges_have_task(void)
{
	return task_socket >= 0;
}

int privileges_do_task(struct problem *why)
{
	struct problem said = { 0 };
	if (send(task_socket, "a", 1, MSG_NOSIGNAL) != 1 ||
	    recv(task_socket, &said, sizeof(said), 0) != sizeof(said)) {
		problem_what(why, "cannot act as root");
		return problem_refuse(why, "start joulecart again",
				      "the process that would has ended");
	}
	if (said.kind == 0)
		return 0;
	*why = said;
	return -1;
}

/* --- all of it ------------------------------------------------------------------------------- */

/* A stream that is closed is opened so that using it fails as before, lest the next file that is
 * opened becomes it. No child sees it. */
static int hold_streams(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", flags[fd] | O_CLOEXEC) != fd)
			return errno ? errno : EBADF;
	return 0;
}

int privileges_begin(enum rights wanted, const struct privileges_task *task,
		     struct problem *why)
{
	struct user user;
	char **given = environ, *none[] = { NULL };
	problem_what(why, "cannot give up rights");
	int err = hold_streams();
	if (err)
		return problem_errno(why, err);
	problem_what(why, "cannot run as the user who called sudo");
	int code = find_user(&user, wanted, why);
	if (code <= 0 || wanted == RIGHTS_PASS_ON)
		return code < 0 ? -1 : 0;
	const char *path = getenv("PATH");
	environ = none; /* nobody reads the caller's until rights are gone */
	err = start_wanted(wanted, task, &user);
	if (!err)
		err = drop(&user, wanted);
	environ = given;
	if (!err)
		err = split_environment(&user, path);
	return err ? problem_errno(why, err) : 0;
}
