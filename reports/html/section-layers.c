/* reports/html/section-layers.c - what each layer used, where programs marked them. */
#include <config.h>

#include "reports/figure/column-text.h"
#include "reports/html/layer-bars.h"

/* NULL: no section, since nothing is marked. */
static const char *heading(const struct document *document)
{
	const struct layers_read *read = document->layers;
	const struct layer_row *most = NULL;
	for (size_t i = 0; i < read->n; i++)
		if (read->layers[i].name && read->layers[i].joules.is_known &&
		    (!most || read->layers[i].split_j > most->split_j))
			most = &read->layers[i];
	if (read->n == 0)
		return NULL;
	if (!most)
		return _("No layer used enough joules to be told");
	return arena_format(document->arena, _("%s of %s used the most of all layers"),
			    shown_text(most->name, document->arena),
			    shown_text(most->variant, document->arena));
}

static void write_section(struct document *document)
{
	layer_bars_write(document, document->layers);
}

const struct section section_layers = { "layers", N_("Layers"), heading, write_section };
