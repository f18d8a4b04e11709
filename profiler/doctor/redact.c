/* profiler/doctor/redact.c - see redact.h. */
#include <config.h>

#include "profiler/doctor/redact.h"

#include <ctype.h>
#include <pwd.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

void redaction_add(struct redaction *words, const char *word)
{
	if (!word || strlen(word) < 2 || strcmp(word, "root") == 0 ||
	    words->n == PRIVATE_WORDS_MAX)
		return;
	snprintf(words->words[words->n++], PRIVATE_WORD_SIZE, "%s", word);
}

void redaction_find(struct redaction *words)
{
	struct utsname host;
	words->n = 0;
	if (uname(&host) == 0) {
		redaction_add(words, host.nodename);
		host.nodename[strcspn(host.nodename, ".")] = '\0';
		redaction_add(words, host.nodename);
	}
	const struct passwd *user = getpwuid(getuid());
	redaction_add(words, user ? user->pw_name : NULL);
	static const char *const variables[] = { "USER", "LOGNAME", "SUDO_USER" };
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		redaction_add(words, getenv(variables[i]));
}

static void blot(char *text, size_t length, char with)
{
	for (size_t i = 0; i < length; i++)
		if (isalnum((unsigned char)text[i]))
			text[i] = with;
}

static bool is_blotted(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (isalnum((unsigned char)text[i]) && text[i] != '0')
			return false;
	return true;
}

static unsigned blot_pattern(const char *pattern, char *text)
{
	regex_t regex;
	regmatch_t found;
	unsigned n = 0;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE) != 0)
		return 0;
	for (; regexec(&regex, text, 1, &found, 0) == 0; text += found.rm_eo) {
		const size_t length = (size_t)(found.rm_eo - found.rm_so);
		n += !is_blotted(text + found.rm_so, length);
		blot(text + found.rm_so, length, '0');
	}
	regfree(&regex);
	return n;
}

static unsigned blot_word(const char *word, char *text)
{
	const size_t length = strlen(word);
	unsigned n = 0;
	const char *start = text;
	for (char *at = text; (at = strcasestr(at, word)); at += length) {
		bool is_word = (at == start || !isalnum((unsigned char)at[-1])) &&
			       !isalnum((unsigned char)at[length]);
		if (is_word)
			blot(at, length, 'x');
		n += is_word;
	}
	return n;
}

unsigned redaction_blot(const struct redaction *words, char *text)
{
	unsigned n =
	    blot_pattern("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
			 text) +
	    blot_pattern("[0-9a-f]{2}([:_-])([0-9a-f]{2}[:_-]){4}[0-9a-f]{2}", text);
	for (size_t i = 0; i < words->n; i++)
		n += blot_word(words->words[i], text);
	return n;
}

/* Drops the lines that are not to be kept, in place. */
static unsigned keep_lines(char *text, bool (*is_kept)(const char *line))
{
	unsigned n = 0;
	char *end = text;
	for (const char *line = text; *line;) {
		const size_t length = strcspn(line, "\n") + (strchr(line, '\n') != NULL);
		if (is_kept(line)) {
			memmove(end, line, length);
			end += length;
		} else {
			n++;
		}
		line += length;
	}
	*end = '\0';
	return n;
}

/* x86, Arm, POWER and RISC-V. An empty line parts one processor from the next. */
static bool is_public_cpuinfo(const char *line)
{
	static const char *const keys[] = {
		"processor",   "vendor_id",    "cpu family",      "model",
		"model name",  "stepping",     "microcode",       "cpu MHz",
		"cache size",  "physical id",  "siblings",        "core id",
		"cpu cores",   "cpuid level",  "flags",           "bugs",
		"bogomips",    "clflush size", "cache_alignment", "address sizes",
		"BogoMIPS",    "Features",     "CPU implementer", "CPU architecture",
		"CPU variant", "CPU part",     "CPU revision",    "cpu",
		"clock",       "revision",     "timebase",        "hart",
		"isa",         "mmu",          "uarch",           "mvendorid",
		"marchid",     "mimpid",
	};
	size_t length = strcspn(line, ":\n");
	if (line[length] != ':')
		return length == 0;
	while (length > 0 && isblank((unsigned char)line[length - 1]))
		length--;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strlen(keys[i]) == length && strncmp(line, keys[i], length) == 0)
			return true;
	return false;
}

unsigned cpuinfo_keep_public(char *text)
{
	return keep_lines(text, is_public_cpuinfo);
}

static bool is_public_stat(const char *line)
{
	return strncmp(line, "cpu", 3) == 0;
}

unsigned proc_stat_keep_public(char *text)
{
	return keep_lines(text, is_public_stat);
}
