/* tests/fakes/payload.c - a library of an attacker's, for LD_PRELOAD, GCONV_PATH and their like: where it
 * is loaded it takes whatever rights it can and leaves a file, beside itself, that names them.
 *
 *     marks/REAL-EFFECTIVE-PROGRAM    of the ids that it had in the end */
#include <config.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What glibc's iconv looks for in a module of its own. */
int gconv_init(void *step);
int gconv(void);
void gconv_end(void *step);

__attribute__((constructor)) static void leave_mark(void)
{
	char path[4096];
	Dl_info self;
	if (!dladdr((void *)leave_mark, &self) || !strrchr(self.dli_fname, '/'))
		return;
	syscall(SYS_setresuid, 0, 0, 0);
	int length = (int)(strrchr(self.dli_fname, '/') - self.dli_fname);
	snprintf(path, sizeof(path), "%.*s/marks/%d-%d-%s", length, self.dli_fname,
		 (int)getuid(), (int)geteuid(), program_invocation_short_name);
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	if (fd >= 0)
		close(fd);
}

int gconv_init(void *step)
{
	(void)step;
	return 0;
}

int gconv(void)
{
	return 0;
}

void gconv_end(void *step)
{
	(void)step;
}
