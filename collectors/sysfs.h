/* collectors/sysfs.h - reads the kernel's small text files (/sys, /proc).
 *
 * A file is opened once and read from its beginning each time: the kernel makes its text anew
 * for every read at offset 0. Functions return 0 or an errno. An empty file is ENODATA and
 * text of another form is EBADMSG, never a 0 that could be taken for a value. */
#ifndef JOULECART_SYSFS_H
#define JOULECART_SYSFS_H
#include <stddef.h>
#include <stdint.h>

/* A descriptor, or minus an errno. */
int sysfs_open(const char *path);

/* The file's first size - 1 bytes at most, without the newline at its end. */
int sysfs_read(int fd, char *text, size_t size);

/* The whole text is one decimal number. No allocation, no stdio. */
int sysfs_read_u64(int fd, uint64_t *value);

/* The same of a counter's state: all 64 bits, which drivers show for a register that they could not read, are
 * ERANGE. */
int sysfs_read_counter(int fd, uint64_t *value);

/* The same of a number that may have a minus sign, without it: where a driver shows the way in which
 * something flows by its sign, and another file tells that way, too. */
int sysfs_read_magnitude(int fd, uint64_t *value);

/* The text, and a number, by path, for what is read once. */
int sysfs_text(const char *path, char *text, size_t size);
int sysfs_u64(const char *path, uint64_t *value);

/* A decimal number without sign at the start of *text; moves *text behind it. EBADMSG when
 * there is none, ERANGE when it does not fit. Leading blanks are skipped. */
int parse_u64(const char **text, uint64_t *value);

/* Words for an error of the functions above: the C library's, but for a text that is no number or one that
 * does not fit, of which those say too little. Static; never NULL. */
const char *sysfs_error(int err);

#endif
