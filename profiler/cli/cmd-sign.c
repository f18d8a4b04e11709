/* profiler/cli/cmd-sign.c - joulecart sign: seal a database, so that a later change shows. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/command.h"
#include "profiler/cli/options.h"
#include "schema/seal/seal.h"
#include "schema/store/reader.h"
#include "schema/store/store.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

static const char usage[] =
    "Usage: joulecart sign [OPTION]... FILE.db\n"
    "       joulecart sign --new-key FILE\n"
    "Seal FILE.db: a hash chain over its samples, trials, factors and views.\n"
    "\n"
    "  joulecart sign --new-key lab.key\n"
    "  joulecart sign --key-file lab.key shop.db\n"
    "\n"
    "      --key-file=FILE    sign the seal with this key (Ed25519) [no signature]\n"
    "      --new-key=FILE     make a key, and print its public half\n"
    "  -h, --help             this text\n"
    "\n"
    "Without a key the seal shows accidents; against intent, sign it, and give the\n"
    "public half to whoever verifies.\n";

enum { OPT_KEY = 256, OPT_NEW };

static const struct option long_options[] = {
	{ "key-file", required_argument, NULL, OPT_KEY },
	{ "new-key", required_argument, NULL, OPT_NEW },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
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
	const char *key_file = NULL, *new_file = NULL;
	uint8_t seed[SEAL_SEED_SIZE];
	int code;
	while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (code == 'h')
			return fputs(usage, stdout), EXIT_OK;
		if (code == OPT_KEY)
			key_file = optarg;
		else if (code == OPT_NEW)
			new_file = optarg;
		else
			return option_problem(argv, code, why);
	}
	if (new_file && optind == argc)
		return new_key(new_file, why);
	if (new_file || optind + 1 != argc)
		return operand_problem("sign", "one FILE.db", why);
	if (key_file && seal_key_read(key_file, seed, why) != 0)
		return -1;
	return seal(argv[optind], key_file ? seed : NULL, why);
}

const struct command command_sign = {
	.name = "sign",
	.group = "Trust",
	.summary = "seal a database",
	.run = run,
};
