/* reports/render/render.c - the list of renderers. */
#include <config.h>

#include "reports/render/render.h"

const struct renderer *const renderers[] = { &renderer_text, &renderer_json, &renderer_csv,
					     &renderer_markdown, NULL };
