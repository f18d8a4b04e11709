/* profiler/desk/cmd-verify.c - joulecart verify: is it what was sealed, and do the figures follow? */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "base/wrap.h"
#include "profiler/cli/command.h"
#include "reports/figure/json-text.h"
#include "reports/signed/signatures.h"
#include "reports/verify/verify.h"
#include "schema/gate/damage.h"
#include "schema/gate/gate.h"
#include "schema/seal/seal-words.h"
#include "schema/seal/trust.h"
#include "schema/store/reader.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* --public-key */
struct wanted_key {
	bool is_given;
	uint8_t bytes[SEAL_KEY_SIZE];
};

struct verify {
	const char *path;
	bool require_sealed, allow_trimmed, is_json;
	struct wanted_key key;
	const char *trust_path;
	struct trust *trust; /* of trust_path, while it is examined */
	struct seal_report seal;
	struct seal_words words;
	struct signature_list signatures;
	struct arena *arena;
	const char *required_role; /* NULL: none */
	const char *missing;       /* "nobody ... as approver" */
	const char *bad_signature;
	struct verification figures;
	bool has_other_views; /* of another build, known to this one */
	char damage[300];     /* of the file or its schema; empty: it is sound */
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
	{ "trust", 0, "FILE", NULL,
	  "require a signature by one of the keys in FILE: lines of fingerprint and name",
	  OPTION_TEXT(struct verify, trust_path), .setting = SETTING_OWN },
	{ "require-sealed", 0, NULL, NULL, "fail if FILE.db was not sealed",
	  OPTION_FLAG(struct verify, require_sealed) },
	{ "require-role", 0, "ROLE", NULL,
	  "fail unless a key of --trust signed as preparer, reviewer or approver",
	  OPTION_TEXT(struct verify, required_role), .choices = SIGNATURE_ROLES },
	{ "allow-trimmed", 0, NULL, NULL,
	  "accept that trim dropped readings after the seal",
	  OPTION_FLAG(struct verify, allow_trimmed) },
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
	.operands = { VALUES_DATABASES },
	.notes = "Exit status: 0 everything agrees; 1 FILE.db cannot be read; 3 something "
		 "does not\nagree, and the first such row is named; 2 usage.\n",
};

static void check_schema(const struct as_is *file, struct verify *verify)
{
	const struct schema_report *schema = &as_is_gate(file)->schema;
	const struct schema_departure *first = schema->departures;
	verify->has_other_views = !schema->has_own_views;
	if (schema->n_departures > 0)
		snprintf(verify->damage, sizeof(verify->damage), "%.200s %.90s",
			 first->object, first->how);
}

static int recompute_figures(struct as_is *file, struct verify *verify, struct problem *why)
{
	sqlite3 *db = NULL;
	if (as_is_figures(file, false, &db, why) != 0) {
		/* A value outside of its domain is a finding, not a failure to read. */
		snprintf(verify->damage, sizeof(verify->damage), "%s", why->why);
		return *why->why ? 0 : -1;
	}
	int code = verify_database(db, &verify->figures, why);
	if (db != as_is_db(file))
		sqlite3_close(db);
	return code;
}

/* Those beside it, over the seal's head. */
static int examine_signatures(struct verify *verify, struct problem *why)
{
	if (signatures_read(verify->path, &verify->words, verify->trust, verify->arena,
			    &verify->signatures, why) != 0)
		return -1;
	verify->bad_signature = signatures_place(&verify->signatures, verify->arena);
	if (verify->required_role &&
	    !signatures_have(&verify->signatures, verify->required_role))
		verify->missing = arena_format(
		    verify->arena, "nobody on the list of trusted keys signed it as %s",
		    verify->required_role);
	return 0;
}

/* The file as it is, for the seal; then its figures: all in one read transaction. */
static int examine(struct verify *verify, struct problem *why)
{
	struct as_is *file = as_is_open(verify->path, why);
	if (!file)
		return -1;
	check_schema(file, verify);
	int code = *verify->damage ? 0 : seal_check(as_is_db(file), &verify->seal, why);
	/* A seal's check has seen to the pages. */
	if (code == 0 && !*verify->damage && !verify->seal.is_sealed)
		store_damage(as_is_db(file), verify->damage, sizeof(verify->damage));
	if (code == 0 && !*verify->damage && !*verify->seal.place)
		code = recompute_figures(file, verify, why);
	seal_words_of(&verify->seal, verify->trust, &verify->words);
	as_is_close(file);
	return code == 0 ? examine_signatures(verify, why) : code;
}

/* The first thing that does not agree; NULL: all does. */
static const char *disagreement(const struct verify *verify)
{
	const struct seal_report *seal = &verify->seal;
	if (*verify->damage)
		return verify->damage;
	if (*seal->place)
		return seal->place;
	if (seal->is_trimmed && !verify->allow_trimmed)
		return "readings were trimmed after it was sealed";
	if ((verify->key.is_given || verify->trust_path) && !seal->is_signed)
		return seal->is_sealed || !verify->require_sealed ? "it is not signed"
								  : "it is not sealed";
	if (verify->key.is_given &&
	    memcmp(verify->key.bytes, seal->public_key, SEAL_KEY_SIZE) != 0)
		return "it is signed with another key";
	if (verify->trust_path && !*verify->words.name)
		return "it is signed with a key that is not on the list of trusted keys";
	if (verify->require_sealed && !seal->is_sealed)
		return "it is not sealed";
	if (verify->bad_signature)
		return verify->bad_signature;
	if (verify->missing)
		return verify->missing;
	return *verify->figures.place ? verify->figures.place : NULL;
}

static void print_seal(const struct seal_report *seal, const struct seal_words *words)
{
	char hex[DIGEST_HEX_SIZE];
	if (!seal->is_sealed) {
		wrap_say(stdout, 0, 10,
			 "seal      none: later changes of the readings would not show");
		return;
	}
	printf("seal      %" PRId64 " rows as sealed; the time is given as %s\n"
	       "head      %s\n",
	       seal->n_rows, words->claimed_utc, digest_hex(seal->head, hex));
	if (seal->is_reissue)
		printf("replaces  %s\n", digest_hex(seal->supersedes, hex));
	if (seal->is_signed)
		wrap_say(stdout, 0, 10, "signed    by %s, %s", words->fingerprint,
			 *words->name ? words->name : "an unknown key");
	else
		wrap_say(stdout, 0, 10,
			 "signed    no: anyone who can write the file can seal it again");
	if (seal->n_trimmed > 0)
		wrap_say(stdout, 0, 10,
			 "trimmed   %" PRId64
			 " chunks of readings were sealed and are gone; their rollups are "
			 "as sealed",
			 seal->n_trimmed);
}

/* What the figures were recomputed from: readings, and rollups where those were trimmed. */
static void print_evidence(const struct verification *figures)
{
	const char *trials = figures->n_trials == 1 ? "trial" : "trials";
	if (figures->n_readings > 0)
		wrap_say(stdout, 0, 10,
			 "evidence: %" PRId64 " figures of %" PRId64
			 " %s recomputed from %" PRId64 " readings of %" PRId64
			 " channel%s",
			 figures->n_figures, figures->n_trials, trials, figures->n_readings,
			 figures->n_channels, figures->n_channels == 1 ? "" : "s");
	else
		wrap_say(stdout, 0, 10,
			 "evidence: %" PRId64 " figures of %" PRId64
			 " %s recomputed from %" PRId64 " stored rollup%s",
			 figures->n_figures, figures->n_trials, trials, figures->n_trimmed,
			 figures->n_trimmed == 1 ? "" : "s");
	if (figures->n_trimmed > 0)
		wrap_say(stdout, 0, 10,
			 "trimmed   the readings of %" PRId64
			 " rollups were trimmed: these rollups were taken as stored",
			 figures->n_trimmed);
}

static void print_text(const struct verify *verify)
{
	print_evidence(&verify->figures);
	if (verify->has_other_views)
		wrap_say(stdout, 0, 10,
			 "views     those of the file differ from this joulecart's, which "
			 "were used");
	print_seal(&verify->seal, &verify->words);
	for (size_t i = 0; i < verify->signatures.n; i++)
		wrap_say(
		    stdout, 0, 10, "role      %s",
		    signature_sentence(&verify->signatures.signatures[i], verify->arena));
}

static json_t *hex_or_null(bool is_known, const uint8_t *bytes)
{
	char hex[DIGEST_HEX_SIZE];
	return is_known ? json_text(digest_hex(bytes, hex)) : json_null();
}

static void print_json(const struct verify *verify, const char *place)
{
	const struct seal_report *seal = &verify->seal;
	const struct verification *figures = &verify->figures;
	json_t *root = json_pack(
	    "{s:s, s:b, s:s?, s:I, s:I, s:I, s:I, s:b, s:b, s:b, s:o, s:o, s:o, s:s?, s:I, "
	    "s:o}",
	    "schema", "joulecart-verify-1", "agrees", place == NULL, "first_disagreement",
	    place, "trials", (json_int_t)figures->n_trials, "readings",
	    (json_int_t)figures->n_readings, "figures", (json_int_t)figures->n_figures,
	    "trimmed_stretches", (json_int_t)figures->n_trimmed, "other_views",
	    verify->has_other_views, "sealed", seal->is_sealed, "signed", seal->is_signed,
	    "head", hex_or_null(seal->is_sealed, seal->head), "supersedes",
	    hex_or_null(seal->is_reissue, seal->supersedes), "public_key",
	    hex_or_null(seal->is_signed, seal->public_key), "signer",
	    *verify->words.name ? verify->words.name : NULL, "trimmed_chunks",
	    (json_int_t)seal->n_trimmed, "signatures",
	    signatures_json(&verify->signatures));
	json_print(root, JSON_INDENT(2), stdout);
}

/* Against what disagreement() found. */
static const char *remedy(const struct verify *verify, const char *place)
{
	const struct seal_report *seal = &verify->seal;
	if (place == verify->damage || place == seal->place ||
	    place == verify->figures.place)
		return "quote no figure of it; ask who made it for the file as it was "
		       "written";
	if (seal->is_trimmed && !verify->allow_trimmed)
		return "--allow-trimmed takes the rest as sealed";
	if (place == verify->bad_signature || place == verify->missing)
		return "ask those who sign to sign this content: joulecart sign --role";
	if (!seal->is_sealed || !seal->is_signed)
		return "'joulecart sign' seals a file of your own";
	return "ask who made it which key is theirs";
}

/* Prints what was found; the exit status, or -1 with *why. */
static int judge(struct verify *verify, struct problem *why)
{
	verify->arena = arena_new();
	problem_what(why, "cannot verify '%s'", verify->path);
	if (!verify->arena)
		return problem_why(why, "out of memory");
	if (examine(verify, why) != 0)
		return -1;
	const char *place = disagreement(verify);
	if (verify->is_json)
		print_json(verify, place);
	else if (!place)
		print_text(verify);
	if (!place)
		return EXIT_OK;
	problem_what(why, "'%s' does not verify", verify->path);
	why->kind = PROBLEM_NOT_MEASURED;
	return problem_refuse(why, remedy(verify, place), "%s", place);
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
	if (verify.required_role && !verify.trust_path) {
		problem_what(why, "cannot require a role");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(
		    why, "give --trust FILE",
		    "who may hold it is not known without a list of keys");
	}
	if (verify.trust_path && !(verify.trust = trust_read(verify.trust_path, why)))
		return -1;
	int code = judge(&verify, why);
	trust_free(verify.trust);
	arena_free(verify.arena);
	return code;
}

const struct command command_verify = {
	.name = "verify",
	.group = "Trust",
	.summary = "recompute every figure, find changes",
	.options = &table,
	.run = run,
};
