/* models/infer/query-slices.c - see query-slices.h. */
#include <config.h>

#include "models/infer/query-slices.h"

#include <ctype.h>
#include <stdio.h>

static size_t language_of(const char *text)
{
	bool has_latin = false, has_other = false;
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		has_latin |= isalpha(*at) != 0;
		has_other |= *at >= 0x80;
	}
	if (has_latin && has_other)
		return SLICE_BOTH;
	return has_other ? SLICE_CHINESE : SLICE_ENGLISH;
}

void query_slices(const struct query *query, size_t slices[N_SLICE_KINDS])
{
	slices[0] = query->cold ? SLICE_COLD : SLICE_WARM;
	slices[1] = language_of(query->text);
	slices[2] = SLICE_SKIN + query->shopper.skin;
}

struct slice_name slice_name(size_t slice)
{
	static const char *const first[SLICE_SKIN][2] = {
		{ "start", "warm" },       { "start", "cold" },
		{ "language", "english" }, { "language", "chinese" },
		{ "language", "both" },
	};
	if (slice < SLICE_ENGLISH) {
		struct slice_name name = { .kind = first[slice][0],
					   .name = first[slice][1] };
		snprintf(name.metric, sizeof(name.metric), "%s_top1", name.name);
		return name;
	}
	struct slice_name name = { .kind = "skin" };
	if (slice < SLICE_SKIN) {
		name.kind = first[slice][0];
		name.name = first[slice][1];
	} else {
		name.name = grammar_skins[slice - SLICE_SKIN];
	}
	snprintf(name.metric, sizeof(name.metric), "top1_%s_%s", name.kind, name.name);
	return name;
}
