/* reports/campaign/standing.c - see standing.h. */
#include <config.h>

#include "reports/campaign/standing.h"

#include "base/wrap.h"
#include "reports/figure/figure-json.h"
#include "reports/figure/json-text.h"
#include "reports/figure/markdown-text.h"
#include "schema/store/reader.h"

int standing_read(sqlite3 *db, const struct trust *trust, struct standing *standing,
		  struct problem *why)
{
	store_departures(db, standing->departures, sizeof(standing->departures));
	return seal_words_read(db, trust, &standing->seal, why);
}

const char *const standing_columns[STANDING_COLUMNS] = { "seal", "seal_key", "left_aside" };

const char *standing_cell(const struct standing *standing, size_t column)
{
	if (!standing)
		return "";
	return column == 0   ? standing->seal.state
	       : column == 1 ? standing->seal.fingerprint
			     : standing->departures;
}

static json_t *words_or_null(const char *words)
{
	return json_text_or_null(*words ? words : NULL);
}

static json_t *json_seal(const struct seal_words *seal)
{
	return json_pack(
	    "{s:s, s:o, s:o, s:o, s:o, s:o}", "state", seal->state, "sentence",
	    json_text(seal->sentence), "public_key", words_or_null(seal->fingerprint),
	    "signer", words_or_null(seal->name), "claimed_utc",
	    words_or_null(seal->claimed_utc), "place", words_or_null(seal->place));
}

void standing_json(const struct standing *standing, json_t *object)
{
	json_object_set_new(object, "seal",
			    standing ? json_seal(&standing->seal) : json_null());
	json_object_set_new(object, "left_aside",
			    standing ? words_or_null(standing->departures) : json_null());
}

void standing_markdown(const struct standing *standing, FILE *out)
{
	fputs("\n**", out);
	markdown_text(standing->seal.sentence, out);
	fputs("**\n", out);
	if (*standing->departures) {
		fputs("\nLeft aside, by --despite-schema: ", out);
		markdown_text(standing->departures, out);
		fputc('\n', out);
	}
}

static void print_sentence(const char *sentence, FILE *out)
{
	fputc(' ', out);
	wrap_print(sentence, 1, 2, out);
}

void standing_text(const struct standing *standing, FILE *out)
{
	print_sentence(standing->seal.sentence, out);
	if (*standing->departures) {
		fputs(" Left aside, by --despite-schema:", out);
		print_sentence(standing->departures, out);
	}
}
