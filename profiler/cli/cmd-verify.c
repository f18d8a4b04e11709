/* profiler/cli/cmd-verify.c - joulecart verify: is it what was sealed, and do the figures follow? */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "reports/verify/verify.h"
#include "schema/seal/seal.h"
#include "schema/store/migrate.h"
#include "schema/store/reader.h"
#include "schema/store/views.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* --public-key */
struct wanted_key {
	bool is_given;
	uint8_t bytes[SEAL_KEY_SIZE];
};

struct verify {
	const char *path;
	bool require_sealed, is_json;
	struct wanted_key key;
	struct seal_report seal;
	struct recompute figures;
	bool has_other_views; /* of another build, or changed */
	char damage[300];     /* what SQLite says of the file; empty: it is sound */
};

static int take_key(void *member, const char *text, struct problem *why)
{
	struct wanted_key *key = member;
	size_t size = 0;
	key->is_given = true;
	if (sodium_hex2bin(key->bytes, sizeof(key->bytes), text, strlen(text), NULL, &size,
			   NULL) == 0 &&
	    size == sizeof(key->bytes))
		return 0;
	return options_invalid("public-key", text, "64 hexadecimal digits are expected",
			       why);
}

static const struct option_row rows[] = {
	{ "public-key", 0, "HEX", NULL, "require a signature by this key",
	  OPTION_OWN(struct verify, key, take_key) },
	{ "require-sealed", 0, NULL, NULL, "fail if FILE.db was not sealed",
	  OPTION_FLAG(struct verify, require_sealed) },
	{ "json", 0, NULL, NULL, "print the result as JSON",
	  OPTION_FLAG(struct verify, is_json) },
	{ 0 },
};

static const struct option_table table = {
	.command = "verify",
	.usage = "Usage: joulecart verify [OPTION]... FILE.db\n"
		 "Compute every figure again from the raw readings, and check chain and "
		 "signature.\n"
		 "\n"
		 "  joulecart verify shop.db\n"
		 "  joulecart verify --public-key 5b0c... shop.db\n",
	.rows = rows,
	.notes = "Exit status: 0 everything agrees; 1 FILE.db cannot be read; 3 something "
		 "does not\nagree, and the first such row is named; 2 usage.\n",
};

static void check_file(sqlite3 *db, char *damage, size_t size)
{
	sqlite3_stmt *row = NULL;
	bool is_sound = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &row,
					   NULL) == SQLITE_OK &&
			sqlite3_step(row) == SQLITE_ROW;
	const char *text = is_sound ? (const char *)sqlite3_column_text(row, 0)
				    : sqlite3_errmsg(db);
	if (!is_sound || strcmp(text, "ok") != 0)
		snprintf(damage, size, "the file is damaged: %s", text);
	for (char *c = damage; *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	sqlite3_finalize(row);
}

/* As this program reads the file: with its own views. */
static int recompute_read(struct verify *verify, struct problem *why)
{
	sqlite3 *db = store_open_read(verify->path, why);
	int code = db ? recompute(db, &verify->figures, why) : -1;
	sqlite3_close(db);
	return code;
}

/* As any other SQLite reads it: with the file's views, where they are not this program's. Those
 * of another build may lack what this one asks for: that is no finding. */
static void recompute_views(sqlite3 *db, struct verify *verify)
{
	struct recompute figures;
	struct problem why = { 0 };
	int version;
	if (migrate_check(db, verify->path, &version, &why) != 0 ||
	    version != STORE_VERSION || views_differ(db, &verify->has_other_views) != 0 ||
	    !verify->has_other_views)
		return;
	if (recompute(db, &figures, &why) == 0 && *figures.place)
		snprintf(verify->figures.place, sizeof(verify->figures.place), "%.390s",
			 figures.place);
}

/* The file as it is, for the seal; then its figures. */
static int examine(struct verify *verify, struct problem *why)
{
	sqlite3 *db = store_open_as_is(verify->path, why);
	if (!db)
		return -1;
	check_file(db, verify->damage, sizeof(verify->damage));
	int code = *verify->damage ? 0 : seal_check(db, &verify->seal, why);
	if (code == 0 && !*verify->damage && !*verify->seal.place) {
		code = recompute_read(verify, why);
		if (code == 0 && !*verify->figures.place)
			recompute_views(db, verify);
	}
	sqlite3_close(db);
	return code;
}

/* The first thing that does not agree; NULL: all does. */
static const char *disagreement(const struct verify *verify)
{
	const struct seal_report *seal = &verify->seal;
	if (*verify->damage)
		return verify->damage;
	if (*seal->place)
		return seal->place;
	if (verify->key.is_given && !seal->is_signed)
		return "it is not signed";
	if (verify->key.is_given &&
	    memcmp(verify->key.bytes, seal->public_key, SEAL_KEY_SIZE) != 0)
		return "it is signed with another key";
	if (verify->require_sealed && !seal->is_sealed)
		return "it is not sealed";
	return *verify->figures.place ? verify->figures.place : NULL;
}

static const char *utc(int64_t ns, char *text, size_t size)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;
	gmtime_r(&seconds, &tm);
	strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text;
}

static void print_seal(const struct seal_report *seal)
{
	char when[32], hex[DIGEST_HEX_SIZE], key[DIGEST_HEX_SIZE];
	if (!seal->is_sealed) {
		puts("seal      none: later changes of the readings would not show");
		return;
	}
	printf("seal      %" PRId64 " rows as sealed at %s\nhead      %s\n", seal->n_rows,
	       utc(seal->made_utc_ns, when, sizeof(when)), digest_hex(seal->head, hex));
	if (seal->is_reissue)
		printf("replaces  %s\n", digest_hex(seal->supersedes, hex));
	if (seal->is_signed)
		printf("signed    by %s\n", digest_hex(seal->public_key, key));
	else
		puts("signed    no: anyone who can write the file can seal it again");
	if (seal->n_trimmed > 0)
		printf("trimmed   %" PRId64 " chunks of readings were sealed and are gone; "
		       "their rollups are as sealed\n",
		       seal->n_trimmed);
}

/* What the figures were recomputed from: readings, and rollups where those were trimmed. */
static void print_evidence(const struct recompute *figures)
{
	printf("evidence: %" PRId64 " figures of %" PRId64 " trials recomputed from ",
	       figures->n_figures, figures->n_trials);
	if (figures->n_readings > 0)
		printf("%" PRId64 " readings of %" PRId64 " channels\n",
		       figures->n_readings, figures->n_channels);
	else
		printf("%" PRId64 " stored rollups\n", figures->n_trimmed);
	if (figures->n_trimmed > 0)
		printf("trimmed   the readings of %" PRId64
		       " rollups were trimmed: these rollups were taken as stored\n",
		       figures->n_trimmed);
}

static void print_text(const struct verify *verify)
{
	print_evidence(&verify->figures);
	if (verify->has_other_views)
		puts("views     those of the file differ from this joulecart's, which were "
		     "used");
	print_seal(&verify->seal);
}

static json_t *hex_or_null(bool is_known, const uint8_t *bytes)
{
	char hex[DIGEST_HEX_SIZE];
	return is_known ? json_string(digest_hex(bytes, hex)) : json_null();
}

static void print_json(const struct verify *verify, const char *place)
{
	const struct seal_report *seal = &verify->seal;
	const struct recompute *figures = &verify->figures;
	json_t *root = json_pack(
	    "{s:s, s:b, s:s?, s:I, s:I, s:I, s:I, s:b, s:b, s:b, s:o, s:o, s:o, s:I}",
	    "schema", "joulecart-verify-1", "agrees", place == NULL, "first_disagreement",
	    place, "trials", (json_int_t)figures->n_trials, "readings",
	    (json_int_t)figures->n_readings, "figures", (json_int_t)figures->n_figures,
	    "trimmed_stretches", (json_int_t)figures->n_trimmed, "other_views",
	    verify->has_other_views, "sealed", seal->is_sealed, "signed", seal->is_signed,
	    "head", hex_or_null(seal->is_sealed, seal->head), "supersedes",
	    hex_or_null(seal->is_reissue, seal->supersedes), "public_key",
	    hex_or_null(seal->is_signed, seal->public_key), "trimmed_chunks",
	    (json_int_t)seal->n_trimmed);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct verify verify = { 0 };
	int first = options_parse(&table, argc, argv, &verify, why);
	if (first <= 0)
		return first;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	verify.path = argv[first];
	if (examine(&verify, why) != 0)
		return -1;
	const char *place = disagreement(&verify);
	if (verify.is_json)
		print_json(&verify, place);
	else if (!place)
		print_text(&verify);
	if (!place)
		return EXIT_OK;
	problem_what(why, "'%s' does not verify", verify.path);
	why->kind = PROBLEM_NOT_MEASURED;
	return problem_why(why, "%s", place);
}

const struct command command_verify = {
	.name = "verify",
	.group = "Trust",
	.summary = "recompute every figure, find changes",
	.options = &table,
	.run = run,
};
