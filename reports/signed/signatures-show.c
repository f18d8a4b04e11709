/* reports/signed/signatures-show.c - who signed, as a report says it. See signatures.h. */
#include <config.h>

#include "reports/signed/signatures.h"

#include "base/wrap.h"
#include "reports/figure/markdown-text.h"

typedef void put_sentence(const char *sentence, FILE *out);

static int put_all(const struct signature_list *list, put_sentence *put, FILE *out)
{
	if (!list || (list->n == 0 && !list->damage))
		return 0;
	struct arena *arena = arena_new();
	if (!arena)
		return -1;
	for (size_t i = 0; i < list->n; i++)
		put(signature_sentence(&list->signatures[i], arena), out);
	if (list->damage)
		put(list->damage, out);
	arena_free(arena);
	return 0;
}

static void put_text(const char *sentence, FILE *out)
{
	fputc(' ', out);
	wrap_print(sentence, 1, 2, out);
}

int signatures_text(const struct signature_list *list, FILE *out)
{
	return put_all(list, put_text, out);
}

static void put_paragraph(const char *sentence, FILE *out)
{
	fputc('\n', out);
	markdown_text(sentence, out);
	fputc('\n', out);
}

int signatures_markdown(const struct signature_list *list, FILE *out)
{
	return put_all(list, put_paragraph, out);
}
