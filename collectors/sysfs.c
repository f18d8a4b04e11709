/* collectors/sysfs.c - see sysfs.h. */
#include <config.h>

#include "collectors/sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int sysfs_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

int sysfs_read(int fd, char *text, size_t size)
{
	ssize_t length = pread(fd, text, size - 1, 0);
	if (length < 0)
		return errno;
	if (length == 0)
		return ENODATA;
	if (text[length - 1] == '\n')
		length--;
	text[length] = '\0';
	return 0;
}

/* Not strtoull: it takes a sign, and gives 0 for text that is no number. */
int parse_u64(const char **text, uint64_t *value)
{
	const char *at = *text;
	while (*at == ' ' || *at == '\t')
		at++;
	if (*at < '0' || *at > '9')
		return EBADMSG;
	for (*value = 0; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(*value, 10U, value) ||
		    __builtin_add_overflow(*value, (unsigned)(*at - '0'), value))
			return ERANGE;
	*text = at;
	return 0;
}

int sysfs_read_u64(int fd, uint64_t *value)
{
	char text[32];
	const char *at = text;
	int err = sysfs_read(fd, text, sizeof(text));
	if (!err)
		err = parse_u64(&at, value);
	return err ? err : *at ? EBADMSG : 0;
}

int sysfs_read_counter(int fd, uint64_t *value)
{
	int err = sysfs_read_u64(fd, value);
	return !err && *value == UINT64_MAX ? ERANGE : err;
}

int sysfs_read_magnitude(int fd, uint64_t *value)
{
	char text[32];
	int err = sysfs_read(fd, text, sizeof(text));
	const char *at = text + (!err && text[0] == '-');
	if (!err)
		err = parse_u64(&at, value);
	return err ? err : *at ? EBADMSG : 0;
}

int sysfs_text(const char *path, char *text, size_t size)
{
	int fd = sysfs_open(path);
	if (fd < 0)
		return -fd;
	int err = sysfs_read(fd, text, size);
	close(fd);
	return err;
}

int sysfs_u64(const char *path, uint64_t *value)
{
	int fd = sysfs_open(path);
	if (fd < 0)
		return -fd;
	int err = sysfs_read_u64(fd, value);
	close(fd);
	return err;
}

const char *sysfs_error(int err)
{
	const char *words = strerrordesc_np(err);
	return err == EBADMSG  ? "what it shows is no number, or a negative one"
	       : err == ERANGE ? "it shows a number that cannot be"
	       : words         ? words
			       : "unknown error";
}
