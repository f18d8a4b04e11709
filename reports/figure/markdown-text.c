/* reports/figure/markdown-text.c - see markdown-text.h. */
#include <config.h>

#include "reports/figure/markdown-text.h"

#include "base/text.h"

#include <string.h>

void markdown_text(const char *text, FILE *out)
{
	for (size_t left = strlen(text); left > 0;) {
		struct text_piece piece = text_piece(text, left);
		char shown[4];
		if (piece.kind == TEXT_PLAIN &&
		    strchr("\\|`*_[]<>&~$#!", (int)piece.code) && piece.code < 0x80)
			fputc('\\', out);
		fwrite(shown, 1, text_put(text_seen(piece), shown), out);
		text += piece.length;
		left -= piece.length;
	}
}

void markdown_cells(const char *const *cells, size_t n, FILE *out)
{
	fputc('|', out);
	for (size_t i = 0; i < n; i++) {
		fputc(' ', out);
		markdown_text(cells[i], out);
		fputs(" |", out);
	}
	fputc('\n', out);
}
