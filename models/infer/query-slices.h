/* models/infer/query-slices.h - the parts that test queries fall into, so that a model which serves one kind of
 * shopper worse can be told from one that serves all alike. */
#ifndef JOULECART_MODELS_QUERY_SLICES_H
#define JOULECART_MODELS_QUERY_SLICES_H
#include "models/data/data.h"

/* Of each kind of its task a query is in exactly one. */
enum {
	SLICE_WARM,
	SLICE_COLD, /* of a cold-start class */
	SLICE_ENGLISH,
	SLICE_CHINESE,
	SLICE_BOTH,
	SLICE_SKIN, /* the first of N_SKINS */
	/* Of the mirror: by the face's tone, and by what its picture varies in. */
	SLICE_TONE = SLICE_SKIN + N_SKINS,
	SLICE_LIGHT = SLICE_TONE + FACE_TONES,
	SLICE_POSE = SLICE_LIGHT + N_LIGHTS,
	SLICE_MAKEUP = SLICE_POSE + N_POSES,
	N_SLICES = SLICE_MAKEUP + N_MAKEUPS,
	MOST_SLICE_KINDS =
	    4, /* tone, light, pose, makeup; of the agent: start, language, skin */
};

struct slice_name {
	const char *kind, *name; /* "skin", "dry" */
	char metric[40];         /* of its top-1: "top1_skin_dry" */
};

/* By the text, not by how it was made: English has Latin letters alone, Chinese none of them. Returns how many
 * kinds there are. */
size_t query_slices(const struct query *query, size_t slices[MOST_SLICE_KINDS]);

struct slice_name slice_name(size_t slice);

#endif
