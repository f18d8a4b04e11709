/* models/infer/query-slices.c - see query-slices.h. */
#include <config.h>

#include "models/infer/query-slices.h"

#include "models/data/task.h"

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

size_t query_slices(const struct query *query, size_t slices[MOST_SLICE_KINDS])
{
	const struct face *face = &query->face;
	size_t n = 0;
	if (task_of(query) == TASK_MIRROR) {
		slices[n++] = SLICE_TONE + face->tone;
		slices[n++] = SLICE_LIGHT + face->light;
		slices[n++] = SLICE_POSE + face->pose;
		slices[n++] = SLICE_MAKEUP + face->makeup;
		return n;
	}
	slices[n++] = query->cold ? SLICE_COLD : SLICE_WARM;
	slices[n++] = language_of(query->text);
	slices[n++] = SLICE_SKIN + query->shopper.skin;
	return n;
}

struct slice_name slice_name(size_t slice)
{
	static const char *const languages[] = { "english", "chinese", "both" };
	static const struct {
		size_t first;
		const char *kind;
		const char *const *names;
	} kinds[] = {
		{ SLICE_ENGLISH, "language", languages },
		{ SLICE_SKIN, "skin", grammar_skins },
		{ SLICE_TONE, "tone", face_tones },
		{ SLICE_LIGHT, "light", face_lights },
		{ SLICE_POSE, "pose", face_poses },
		{ SLICE_MAKEUP, "makeup", face_makeups },
	};
	struct slice_name name = { .kind = "start" };
	if (slice < SLICE_ENGLISH) {
		name.name = slice == SLICE_WARM ? "warm" : "cold";
		snprintf(name.metric, sizeof(name.metric), "%s_top1", name.name);
		return name;
	}
	size_t at = sizeof(kinds) / sizeof(kinds[0]) - 1;
	while (kinds[at].first > slice)
		at--;
	name.kind = kinds[at].kind;
	name.name = kinds[at].names[slice - kinds[at].first];
	snprintf(name.metric, sizeof(name.metric), "top1_%s_%s", name.kind, name.name);
	return name;
}
