/* collectors/perf/pmu-sysfs.c - see pmu-sysfs.h. */
#include <config.h>

#include "collectors/perf/pmu-sysfs.h"

#include "collectors/sysfs.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int pmu_config_parse(const char *text, uint64_t *config)
{
	static const char term[] = "event=0x";
	char *end;
	if (strncmp(text, term, sizeof(term) - 1) != 0)
		return EBADMSG;
	text += sizeof(term) - 1;
	if (!*text || strspn(text, "0123456789abcdefABCDEF") != strlen(text))
		return EBADMSG;
	errno = 0;
	*config = strtoull(text, &end, 16);
	return errno;
}

int pmu_range_parse(const char **text, uint64_t *first, uint64_t *last)
{
	int err = parse_u64(text, first);
	*last = *first;
	if (!err && **text == '-') {
		++*text;
		err = parse_u64(text, last);
	}
	return err ? err : *last < *first ? EBADMSG : 0;
}

int pmu_cpus_parse(const char *text, unsigned *cpus, size_t room, size_t *n)
{
	uint64_t first, last;
	*n = 0;
	do {
		int err = pmu_range_parse(&text, &first, &last);
		if (err)
			return err;
		if (last > UINT32_MAX || last - first >= room - *n)
			return ERANGE;
		for (uint64_t cpu = first; cpu <= last; cpu++)
			cpus[(*n)++] = (unsigned)cpu;
	} while (*text++ == ',');
	return text[-1] == '\0' ? 0 : EBADMSG;
}

int pmu_scale_parse(const char *text, double *scale)
{
	/* The kernel writes a point whatever the user's locale has. */
	char *end;
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (c == (locale_t)0)
		return ENOMEM;
	*scale = strtod_l(text, &end, c);
	freelocale(c);
	return end != text && *end == '\0' && isfinite(*scale) && *scale > 0 ? 0 : EBADMSG;
}

static int read_text(const char *folder, const char *name, const char *suffix, char *text,
		     size_t size)
{
	char path[256];
	if ((size_t)snprintf(path, sizeof(path), "%s/events/%s%s", folder, name, suffix) >=
	    sizeof(path))
		return ENAMETOOLONG;
	return sysfs_text(path, text, size);
}

int pmu_event_read(const char *folder, const char *name, struct pmu_event *event)
{
	char text[64];
	int err = read_text(folder, name, "", text, sizeof(text));
	if (!err)
		err = pmu_config_parse(text, &event->config);
	if (!err)
		err = read_text(folder, name, ".scale", text, sizeof(text));
	if (!err)
		err = pmu_scale_parse(text, &event->scale);
	if (!err)
		err = read_text(folder, name, ".unit", event->unit, sizeof(event->unit));
	return err;
}
