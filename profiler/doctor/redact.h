/* profiler/doctor/redact.h - what tells whose machine a text comes from, blotted out.
 *
 * Letters and digits become 'x' or '0' in place, so that a text keeps its length and form. Pure
 * but for redaction_find. */
#ifndef JOULECART_REDACT_H
#define JOULECART_REDACT_H
#include <stddef.h>

/* Host, domain, user, home and the like; HOST_NAME_MAX is 64, a home may be longer. */
enum { PRIVATE_WORDS_MAX = 8, PRIVATE_WORD_SIZE = 256 };

/* Names of this machine and of who uses it; an empty one, and "root", say nothing. */
struct redaction {
	char words[PRIVATE_WORDS_MAX][PRIVATE_WORD_SIZE];
	size_t n;
};

/* The host's name, whole and without its domain, and the names of the user. */
void redaction_find(struct redaction *words);
void redaction_add(struct redaction *words, const char *word);

/* Blots out of text: UUIDs, hardware addresses (six pairs of hexadecimal digits), and those
 * names where they stand as words, in either case. Returns how many it found. */
unsigned redaction_blot(const struct redaction *words, char *text);

/* Keeps of /proc/cpuinfo the lines that say which processor it is and what it can do: boards
 * of Arm and mainframes have their serial number there. Returns how many lines went. */
unsigned cpuinfo_keep_public(char *text);

/* Keeps of /proc/stat the processors' lines: the others tell when the machine was started and
 * what runs on it. */
unsigned proc_stat_keep_public(char *text);

#endif
