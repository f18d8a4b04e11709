/* tests/fuzz/config-target.c - see config-target.h. */
#include <config.h>

#include "tests/fuzz/config-target.h"

#include "base/problem.h"
#include "profiler/config/config-file.h"
#include "tests/fuzz/must.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct seen {
	int line, n;
};

/* Lines come in order, and each setting once, with its name and without a line break. */
static int take_setting(void *into, const char *section, const char *key, const char *value,
			int line, struct problem *why)
{
	struct seen *seen = into;
	(void)why;
	MUST(line > seen->line);
	MUST(!strpbrk(section, "\n") && !strpbrk(key, "\n") && !strpbrk(value, "\n"));
	seen->line = line;
	seen->n++;
	return strcmp(key, "stop") == 0 ? problem_why(why, "stopped") : 0;
}

void take_config(const char *text, size_t size)
{
	char path[64], refusal[64] = "";
	struct seen seen = { 0 };
	struct problem why = { 0 };
	int fd = memfd_create("config", MFD_CLOEXEC);
	MUST(fd >= 0 && fchmod(fd, 0600) == 0);
	MUST(write(fd, text, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int code = config_file_read(path, take_setting, &seen, refusal, sizeof(refusal),
				    &why);
	close(fd);
	MUST(code == CONFIG_FILE_READ || code == CONFIG_FILE_REFUSED || code == -1);
	MUST((code == CONFIG_FILE_REFUSED) == (refusal[0] != '\0'));
	MUST(code != CONFIG_FILE_REFUSED || seen.n == 0);
	MUST(code != -1 || (why.what[0] && why.why[0]));
}
