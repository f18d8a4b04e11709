/* profiler/desk/cmd-sign.c - joulecart sign: seal a database, so that a later change shows. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "reports/signed/signatures.h"
#include "schema/seal/seal-words.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct options {
	const char *key_file, *new_file;
	const char *role, *name, *comment, *token_file;
};

static const struct option_row rows[] = {
	{ "key-file", 0, "FILE", NULL,
	  "sign the seal with this key (Ed25519) [no signature]",
	  OPTION_TEXT(struct options, key_file) },
	{ "new-key", 0, "FILE", NULL, "create a key, and print its public half",
	  OPTION_TEXT(struct options, new_file) },
	{ OPTION_HEADING("In a role, beside a seal that is there") },
	{ "role", 0, "ROLE", NULL,
	  "sign what is sealed as its preparer, reviewer or approver",
	  OPTION_TEXT(struct options, role), .choices = SIGNATURE_ROLES },
	{ "name", 0, "NAME", NULL, "who signs", OPTION_TEXT(struct options, name) },
	{ "comment", 0, "TEXT", NULL, "what the signer says of it",
	  OPTION_TEXT(struct options, comment) },
	{ "timestamp-token", 0, "FILE", NULL,
	  "attach a time stamp (RFC 3161) to the signature that it is of",
	  OPTION_TEXT(struct options, token_file) },
	{ 0 },
};

static const struct option_table table = {
	.command = "sign",
	.usage =
	    "Usage: joulecart sign [OPTION]... FILE.db\n"
	    "       joulecart sign --role ROLE --name NAME --key-file FILE FILE.db\n"
	    "       joulecart sign --timestamp-token FILE FILE.db\n"
	    "       joulecart sign --new-key FILE\n"
	    "Seal FILE.db with a hash chain over its samples, trials, factors and views.\n"
	    "\n"
	    "  joulecart sign --new-key lab.key\n"
	    "  joulecart sign --key-file lab.key shop.db\n"
	    "  joulecart sign --role approver --name 'Jane Doe' --key-file jane.key "
	    "shop.db\n",
	.rows = rows,
	.operands = { VALUES_DATABASES },
	.notes = "A seal without a key shows accidental changes. To show intended ones, "
		 "sign it,\n"
		 "and give the public half of the key to whoever verifies.\n",
};

static int new_key(const char *path, struct problem *why)
{
	uint8_t public_key[SEAL_KEY_SIZE];
	char hex[DIGEST_HEX_SIZE];
	if (seal_key_new(path, public_key, why) != 0)
		return -1;
	printf("evidence: public key %s\n", digest_hex(public_key, hex));
	return EXIT_OK;
}

static int seal(const char *path, const uint8_t *seed, struct problem *why)
{
	uint8_t head[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];
	sqlite3 *exists = store_open_read(path, why);
	sqlite3_close(exists);
	struct store *store = exists ? store_open(path, why) : NULL;
	if (!store)
		return -1;
	int code = store_begin(store, why);
	if (code == 0)
		code = seal_write(store_db(store), seed, head, why);
	if (code == 0)
		code = store_commit(store, why);
	else
		store_rollback(store);
	store_close(store);
	if (code != 0)
		return -1;
	printf("evidence: '%s' is sealed%s, head %s\n", path, seed ? " and signed" : "",
	       digest_hex(head, hex));
	return EXIT_OK;
}

/* The seal that is there, which must hold: its head is what people sign. */
static int read_seal(const char *path, struct seal_words *words, struct problem *why)
{
	sqlite3 *db = store_open_read(path, why);
	if (!db)
		return -1;
	int code = seal_words_read(db, NULL, words, why);
	sqlite3_close(db);
	if (code != 0)
		return -1;
	problem_what(why, "cannot sign '%s' in a role", path);
	if (strcmp(words->state, "none") == 0)
		return problem_refuse(why, "seal it first: joulecart sign FILE.db",
				      "it is not sealed");
	if (*words->place)
		return problem_refuse(why, "ask whoever sealed it",
				      "its seal is broken: %s", words->place);
	if (strcmp(words->state, "trimmed") == 0)
		return problem_refuse(why, "seal it anew: joulecart sign FILE.db",
				      "readings were trimmed after it was sealed");
	return 0;
}

static int sign_in_role(const char *path, const struct options *options,
			struct problem *why)
{
	struct seal_words words;
	uint8_t seed[SEAL_SEED_SIZE], digest[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];
	struct signing signing = { .role = options->role,
				   .name = options->name,
				   .comment = options->comment,
				   .seed = seed };
	if (seal_key_read(options->key_file, seed, why) != 0 ||
	    read_seal(path, &words, why) != 0)
		return -1;
	sodium_hex2bin(signing.head, DIGEST_SIZE, words.head, strlen(words.head), NULL,
		       NULL, NULL);
	int code = signature_append(path, &signing, digest, why);
	sodium_memzero(seed, sizeof(seed));
	if (code != 0)
		return -1;
	printf("evidence: '%s' is signed as %s, beside it in '%s.signatures'\n"
	       "sha256    %s (of the signature, for a time stamp)\n",
	       path, options->role, path, digest_hex(digest, hex));
	return EXIT_OK;
}

static int attach_stamp(const char *path, const char *token_path, struct problem *why)
{
	struct seal_words words;
	struct signature_list list;
	const struct role_signature *signature;
	struct arena *arena = arena_new();
	problem_what(why, "cannot attach the time stamp");
	if (!arena)
		return problem_why(why, "out of memory");
	int code = read_seal(path, &words, why);
	if (code == 0)
		code = signatures_read(path, &words, NULL, arena, &list, why);
	if (code == 0)
		code = signature_stamp(path, &list, token_path, &signature, why);
	if (code == 0)
		printf("evidence: the time stamp is with the signature of %s, %s\n",
		       signature->name, signature->role);
	arena_free(arena);
	return code == 0 ? EXIT_OK : -1;
}

static int refuse(const char *because, const char *todo, struct problem *why)
{
	problem_what(why, "cannot sign");
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, todo, "%s", because);
}

/* Which options go together. */
static int check(const struct options *options, struct problem *why)
{
	if (options->role && (!options->name || !options->key_file))
		return refuse("a role needs a name and a key", "give --name and --key-file",
			      why);
	if (!options->role && (options->name || options->comment))
		return refuse("a name and a comment are of somebody in a role",
			      "give --role, or leave them out", why);
	if (options->token_file && (options->role || options->key_file))
		return refuse("a time stamp is attached to a signature that is there",
			      "leave --role and --key-file out", why);
	return 0;
}

static int run(int argc, char **argv, struct problem *why)
{
	struct options options = { 0 };
	uint8_t seed[SEAL_SEED_SIZE];
	int first = options_parse(&table, argc, argv, &options, why);
	if (first <= 0)
		return first;
	if (options.new_file && first == argc)
		return new_key(options.new_file, why);
	if (options.new_file || first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	if (check(&options, why) != 0)
		return -1;
	if (options.role)
		return sign_in_role(argv[first], &options, why);
	if (options.token_file)
		return attach_stamp(argv[first], options.token_file, why);
	if (options.key_file && seal_key_read(options.key_file, seed, why) != 0)
		return -1;
	return seal(argv[first], options.key_file ? seed : NULL, why);
}

const struct command command_sign = {
	.name = "sign",
	.group = "Trust",
	.summary = "seal a database",
	.options = &table,
	.run = run,
};
