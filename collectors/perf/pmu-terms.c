/* collectors/perf/pmu-terms.c - see pmu-terms.h. */
#include <config.h>

#include "collectors/perf/pmu-terms.h"

#include "collectors/perf/pmu-sysfs.h"
#include "collectors/sysfs.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_SIZE = 256, NESTED_MAX = 2 }; /* an event's terms name no further event */

bool is_pmu_event(const char *name)
{
	const char *first = strchr(name, '/');
	const size_t length = strlen(name);
	return first && first != name && name[length - 1] == '/' &&
	       first + 1 < name + length - 1 && strchr(first + 1, '/') == name + length - 1;
}

static __u64 *word_of(const char **format, struct perf_event_attr *attr)
{
	const size_t length = strcspn(*format, ":");
	const char *word = *format;
	*format += length + (word[length] == ':');
	if (length == 6 && strncmp(word, "config", length) == 0)
		return &attr->config;
	if (length == 7 && strncmp(word, "config1", length) == 0)
		return &attr->config1;
	if (length == 7 && strncmp(word, "config2", length) == 0)
		return &attr->config2;
	return NULL;
}

/* Bits first to last of *word are the lowest of *value, which go. Returns these bits. */
static uint64_t put_bits(__u64 *word, uint64_t first, uint64_t last, uint64_t *value)
{
	const uint64_t width = last - first + 1;
	const uint64_t mask = width < 64 ? (UINT64_C(1) << width) - 1 : UINT64_MAX;
	*word &= ~(mask << first);
	*word |= (*value & mask) << first;
	*value = width < 64 ? *value >> width : 0;
	return mask << first;
}

int pmu_format_apply(const char *format, uint64_t value, struct perf_event_attr *attr)
{
	__u64 *word = word_of(&format, attr);
	uint64_t taken = 0, bits;
	if (!word)
		return EBADMSG;
	do {
		uint64_t first, last;
		int err = pmu_range_parse(&format, &first, &last);
		if (err || last > 63)
			return EBADMSG;
		bits = put_bits(word, first, last, &value);
		if (taken & bits) /* what was put there before is lost */
			return EBADMSG;
		taken |= bits;
	} while (*format++ == ',');
	return format[-1] != '\0' ? EBADMSG : value ? ERANGE : 0;
}

/* A number in C's notation, and nothing behind it. A term without one is switched on. */
static int parse_value(const char *text, uint64_t *value)
{
	char *end;
	*value = 1;
	if (!text)
		return 0;
	if (!isdigit((unsigned char)*text))
		return EBADMSG;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno ? errno : *end ? EBADMSG : 0;
}

static int read_file(const char *pmu, const char *kind, const char *name,
		     const char *suffix, char text[TEXT_SIZE])
{
	char path[PATH_MAX];
	if (strchr(name, '.') || (size_t)snprintf(path, sizeof(path), "%s/%s/%s%s", pmu,
						  kind, name, suffix) >= sizeof(path))
		return EINVAL;
	return sysfs_text(path, text, TEXT_SIZE);
}

/* The scale and the unit go with the event's name; most events have neither. */
static int read_measure(const char *pmu, const char *name, struct pmu_terms *found)
{
	char text[TEXT_SIZE];
	int err = read_file(pmu, "events", name, ".scale", text);
	if (!err)
		err = pmu_scale_parse(text, &found->scale);
	if (err && err != ENOENT)
		return err;
	err = read_file(pmu, "events", name, ".unit", text);
	if (!err &&
	    (size_t)snprintf(found->unit, PMU_UNIT_SIZE, "%s", text) >= PMU_UNIT_SIZE)
		return EBADMSG;
	return err == ENOENT ? 0 : err;
}

static int apply_list(const char *pmu, const char *list, struct pmu_terms *found, int depth,
		      char *why, size_t size);

/* TERM=VALUE, TERM, or the name of an event. */
static int apply_term(const char *pmu, char *term, struct pmu_terms *found, int depth,
		      char *why, size_t size)
{
	char text[TEXT_SIZE];
	const char *name = strsep(&term, "=");
	uint64_t value;
	int err = read_file(pmu, "format", name, "", text);
	if (!err) {
		err = parse_value(term, &value);
		if (!err)
			err = pmu_format_apply(text, value, &found->attr);
	} else if (!term && depth < NESTED_MAX) {
		err = read_file(pmu, "events", name, "", text);
		if (!err)
			err = read_measure(pmu, name, found);
		if (!err)
			return apply_list(pmu, text, found, depth + 1, why, size);
	}
	if (err == ENOENT || err == EINVAL)
		snprintf(why, size, "%s has no event and no term '%s'",
			 strrchr(pmu, '/') + 1, name);
	else if (err)
		snprintf(why, size, "'%s' of %s cannot be understood: %s", name,
			 strrchr(pmu, '/') + 1, strerrordesc_np(err));
	return err ? -1 : 0;
}

static int apply_list(const char *pmu, const char *list, struct pmu_terms *found, int depth,
		      char *why, size_t size)
{
	char copy[TEXT_SIZE], *rest = copy, *term;
	if ((size_t)snprintf(copy, sizeof(copy), "%s", list) >= sizeof(copy)) {
		snprintf(why, size, "its terms are too long");
		return -1;
	}
	while ((term = strsep(&rest, ",")) != NULL)
		if (apply_term(pmu, term, found, depth, why, size) != 0)
			return -1;
	return 0;
}

/* Adds one PMU's places: one a CPU of its mask, or a single one where it has none. */
static int add_places(const char *pmu, struct pmu_terms *found)
{
	char path[PATH_MAX], text[TEXT_SIZE];
	unsigned cpus[PMU_PLACES_MAX] = { 0 };
	uint64_t type;
	size_t n = 1;
	snprintf(path, sizeof(path), "%s/type", pmu);
	int err = sysfs_u64(path, &type);
	if (err || type > UINT32_MAX)
		return err ? err : ERANGE;
	snprintf(path, sizeof(path), "%s/cpumask", pmu);
	err = sysfs_text(path, text, sizeof(text));
	found->is_machine = err != ENOENT;
	if (!err)
		err = pmu_cpus_parse(text, cpus, PMU_PLACES_MAX - found->n_places, &n);
	if (err && err != ENOENT)
		return err;
	if (found->n_places + n > PMU_PLACES_MAX)
		return ERANGE;
	for (size_t i = 0; i < n; i++)
		found->places[found->n_places++] = (struct pmu_place){ (uint32_t)type,
								       cpus[i] };
	return 0;
}

/* FOLDER/NAME, or FOLDER/NAME_<digit>... where there is none. 0 or glob(3)'s error. */
static int glob_pmus(const char *folder, const char *name, glob_t *pmus)
{
	char pattern[PATH_MAX];
	snprintf(pattern, sizeof(pattern), "%s/%s/type", folder, name);
	if (access(pattern, F_OK) != 0)
		snprintf(pattern, sizeof(pattern), "%s/%s_[0-9]*/type", folder, name);
	return glob(pattern, 0, NULL, pmus);
}

static int find_places(const glob_t *types, struct pmu_terms *found, char *why, size_t size)
{
	for (size_t i = 0; i < types->gl_pathc; i++) {
		const char *pmu = dirname(types->gl_pathv[i]);
		int err = add_places(pmu, found);
		if (err) {
			snprintf(why, size, "%s cannot be read: %s", pmu,
				 strerrordesc_np(err));
			return -1;
		}
	}
	return 0;
}

int pmu_terms_find(const char *folder, const char *name, struct pmu_terms *found, char *why,
		   size_t size)
{
	char pmu[TEXT_SIZE], *list = pmu;
	glob_t types;
	*found = (struct pmu_terms){ .scale = 1 };
	if (!is_pmu_event(name) || strpbrk(name, "*?[\\") ||
	    (size_t)snprintf(pmu, sizeof(pmu), "%s", name) >= sizeof(pmu)) {
		snprintf(why, size, "it is not of the form PMU/EVENT/");
		return -1;
	}
	pmu[strlen(pmu) - 1] = '\0';
	const char *called = strsep(&list, "/");
	int err = glob_pmus(folder, called, &types);
	if (err)
		snprintf(why, size, "this machine has no PMU '%s'", called);
	else
		err = find_places(&types, found, why, size);
	if (!err) /* whose path the line above has left without its file */
		err = apply_list(types.gl_pathv[0], list, found, 0, why, size);
	globfree(&types);
	found->attr.type = found->n_places ? found->places[0].type : 0;
	return err ? -1 : 0;
}
