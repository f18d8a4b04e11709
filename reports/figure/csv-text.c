/* reports/figure/csv-text.c - see csv-text.h. */
#include <config.h>

#include "reports/figure/csv-text.h"

#include "base/text.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Spreadsheets look behind blanks, and take the wide forms of the signs too. */
static bool is_formula(const char *text)
{
	static const char *const begins[] = { "=", "+", "-", "@", "＝", "＋", "－", "＠" };
	char *end;
	text += strspn(text, " ");
	strtod(text, &end);
	bool is_number = end != text && *end == '\0' && text[strspn(text, "+-.")] <= '9';
	for (size_t i = 0; !is_number && i < sizeof(begins) / sizeof(begins[0]); i++)
		if (strncmp(text, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

void csv_text(const char *text, FILE *out)
{
	size_t n = text ? strlen(text) : 0;
	char *shown = n > 0 ? malloc(TEXT_GROWTH * n + 2) : NULL;
	if (!shown)
		return;
	bool formula = is_formula(text);
	shown[0] = '\'';
	size_t length = formula + text_shown(text, n, shown + formula);
	csv_fwrite(out, shown, length);
	free(shown);
}
