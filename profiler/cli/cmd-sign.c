/* profiler/cli/cmd-sign.c - joulecart sign: seal a database, so that a later change shows. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "profiler/cli/command.h"
#include "schema/seal/seal.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"

#include <stdbool.h>
#include <stdio.h>

struct options {
	const char *key_file, *new_file;
};

static const struct option_row rows[] = {
	{ "key-file", 0, "FILE", NULL,
	  "sign the seal with this key (Ed25519) [no signature]",
	  OPTION_TEXT(struct options, key_file) },
	{ "new-key", 0, "FILE", NULL, "create a key, and print its public half",
	  OPTION_TEXT(struct options, new_file) },
	{ 0 },
};

static const struct option_table table = {
	.command = "sign",
	.usage =
	    "Usage: joulecart sign [OPTION]... FILE.db\n"
	    "       joulecart sign --new-key FILE\n"
	    "Seal FILE.db with a hash chain over its samples, trials, factors and views.\n"
	    "\n"
	    "  joulecart sign --new-key lab.key\n"
	    "  joulecart sign --key-file lab.key shop.db\n",
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
