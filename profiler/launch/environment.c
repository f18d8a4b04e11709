/* profiler/launch/environment.c - see environment.h. */
#include <config.h>

#include "profiler/launch/environment.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Of a name of a locale, terminal or time zone. */
enum { VALUE_MAX = 255 };

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

static const char word[] = LETTERS DIGITS "._+-";
static const char locale_name[] = LETTERS DIGITS "._@:-"; /* without '/': no file's path */
static const char time_zone[] = LETTERS DIGITS "._+-/,<>";
static const char number[] = DIGITS;
static const char zone[] = LETTERS DIGITS "._-/";
static const char board_list[] = LETTERS DIGITS ",-/";

/* One whose name ends with '_' stands for all names that begin so. */
static const struct allowed {
	const char *name, *characters; /* NULL: a folder */
} alloweds[] = {
	{ "TERM", word },
	{ "COLORTERM", word },
	{ "NO_COLOR", word },
	{ "COLUMNS", number },
	{ "LINES", number },
	{ "LANG", locale_name },
	{ "LANGUAGE", locale_name },
	{ "LC_", locale_name },
	{ "TZ", time_zone },
	{ "CUDA_VISIBLE_DEVICES", board_list },
	{ "JOULECART_ZONE", zone },
	{ "JOULECART_PUE", word },
	{ "JOULECART_RATE", word },
	{ "JOULECART_REQUIRE_MEASURED", word },
	{ "JOULECART_OUTPUT", word },
	{ "HOME", NULL },
	{ "XDG_DATA_HOME", NULL },
	{ "XDG_CONFIG_HOME", NULL },
};

static const struct allowed *find(const char *entry)
{
	for (size_t i = 0; i < sizeof(alloweds) / sizeof(*alloweds); i++) {
		size_t length = strlen(alloweds[i].name);
		bool is_beginning = alloweds[i].name[length - 1] == '_';
		if (strncmp(entry, alloweds[i].name, length) == 0 &&
		    (is_beginning || entry[length] == '='))
			return &alloweds[i];
	}
	return NULL;
}

static bool is_own_folder(const char *path, uid_t uid)
{
	struct stat status;
	return *path == '/' && stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
	       status.st_uid == uid;
}

bool environment_allows(const char *entry, uid_t uid)
{
	const struct allowed *allowed = find(entry);
	const char *value = strchr(entry, '=');
	if (!allowed || !value || strspn(entry, LETTERS "_") != (size_t)(value - entry))
		return false;
	value++;
	if (!allowed->characters)
		return is_own_folder(value, uid);
	return strlen(value) <= VALUE_MAX &&
	       strspn(value, allowed->characters) == strlen(value) && *value != '/' &&
	       !strstr(value, "..");
}

char *environment_path(const char *path)
{
	char *kept = calloc(1, strlen(path) + 1), *end = kept;
	for (const char *at = path; kept && *at;) {
		size_t length = strcspn(at, ":");
		if (*at == '/') {
			end = end > kept ? stpcpy(end, ":") : end;
			end = mempcpy(end, at, length);
		}
		at += length + (at[length] == ':');
	}
	if (kept && *kept)
		return kept;
	free(kept);
	return NULL;
}
