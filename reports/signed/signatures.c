/* reports/signed/signatures.c - see signatures.h. */
#include <config.h>

#include "reports/signed/signatures.h"

#include "base/clock.h"
#include "base/problem.h"
#include "base/text.h"
#include "reports/figure/beside-file.h"
#include "schema/seal/seal-words.h"
#include "schema/seal/trust.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

static const char file_suffix[] = "signatures";
static const char signature_schema[] = "joulecart-signature-1";
static const char stamp_schema[] = "joulecart-timestamp-1";

enum {
	FILE_MOST = 4 << 20, /* bytes of the file: far above what people sign */
	TOKEN_MOST = 64 << 10,
	MESSAGE_MOST = 256 + 3 * SIGNATURE_TEXT_MOST,
};

/* --- what is signed -------------------------------------------------------------------- */

struct message {
	uint8_t bytes[MESSAGE_MOST];
	size_t size;
};

static void append(struct message *message, const void *bytes, size_t size)
{
	memcpy(message->bytes + message->size, bytes, size);
	message->size += size;
}

static void append_number(struct message *message, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		message->bytes[message->size++] = (uint8_t)(value >> (56 - 8 * i));
}

static void append_text(struct message *message, const char *text)
{
	append_number(message, strlen(text));
	append(message, text, strlen(text));
}

/* Each text is at most SIGNATURE_TEXT_MOST. */
static struct message message_of(const struct role_signature *signature)
{
	struct message message = { .size = 0 };
	append(&message, "joulecart role 1", sizeof("joulecart role 1"));
	append(&message, signature->head, DIGEST_SIZE);
	append_number(&message, (uint64_t)signature->made_utc_ns);
	append_text(&message, signature->role);
	append_text(&message, signature->name);
	append_text(&message, signature->comment);
	return message;
}

static bool is_its_keys(const struct role_signature *signature)
{
	struct message message = message_of(signature);
	return crypto_sign_verify_detached(signature->bytes, message.bytes, message.size,
					   signature->public_key) == 0;
}

/* --- reading --------------------------------------------------------------------------- */

static bool take_hex(const json_t *object, const char *key, uint8_t *bytes, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));
	size_t n = 0;
	return text &&
	       sodium_hex2bin(bytes, size, text, strlen(text), NULL, &n, NULL) == 0 &&
	       n == size;
}

/* Text that may be shown as it is, and is not too long; NULL: it is none. */
static const char *take_text(const json_t *object, const char *key, struct arena *arena)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);
	if (!text || json_string_length(value) > SIGNATURE_TEXT_MOST ||
	    !text_is_plain(text, json_string_length(value)))
		return NULL;
	return arena_string(arena, text);
}

static bool is_role(const char *role)
{
	return strcmp(role, "preparer") == 0 || strcmp(role, "reviewer") == 0 ||
	       strcmp(role, "approver") == 0;
}

static const char *take_name(const json_t *object, struct arena *arena)
{
	const char *name = take_text(object, "name", arena);
	return name && *name ? name : NULL;
}

static bool take_signature(const json_t *object, struct arena *arena,
			   struct role_signature *signature)
{
	const json_t *made = json_object_get(object, "made_utc_ns");
	*signature = (struct role_signature){
		.role = take_text(object, "role", arena),
		.name = take_name(object, arena),
		.comment = take_text(object, "comment", arena),
		.made_utc_ns = (int64_t)json_integer_value(made),
	};
	if (!json_is_integer(made) || !signature->role || !is_role(signature->role) ||
	    !signature->name || !signature->comment ||
	    !take_hex(object, "head", signature->head, DIGEST_SIZE) ||
	    !take_hex(object, "public_key", signature->public_key, SEAL_KEY_SIZE) ||
	    !take_hex(object, "signature", signature->bytes, SEAL_SIGNATURE_SIZE))
		return false;
	digest_of(signature->bytes, SEAL_SIGNATURE_SIZE, signature->digest);
	return true;
}

/* Whether it is base64 of what holds the digest, as a time stamp's message imprint does. */
static bool is_stamp_over(const char *token, const uint8_t digest[DIGEST_SIZE],
			  struct arena *arena)
{
	size_t length = strlen(token), size = 0;
	uint8_t *bytes = arena_room(arena, length + 1);
	return length <= 2 * TOKEN_MOST &&
	       sodium_base642bin(bytes, length, token, length, NULL, &size, NULL,
				 sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       memmem(bytes, size, digest, DIGEST_SIZE);
}

/* Gives the stamp to the signature that it is of; false: there is none, or it is no stamp. */
static bool take_stamp(const json_t *object, struct role_signature *signatures, size_t n,
		       struct arena *arena)
{
	uint8_t of[DIGEST_SIZE];
	const char *token = json_string_value(json_object_get(object, "token"));
	if (!token || !take_hex(object, "of_signature_sha256", of, DIGEST_SIZE) ||
	    !is_stamp_over(token, of, arena))
		return false;
	for (size_t i = 0; i < n; i++)
		if (memcmp(signatures[i].digest, of, DIGEST_SIZE) == 0) {
			signatures[i].token = arena_string(arena, token);
			return true;
		}
	return false;
}

struct parse {
	struct arena *arena;
	struct role_signature *signatures;
	size_t n;
};

static bool take_line(const char *line, size_t size, struct parse *parse)
{
	json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	const char *schema = json_string_value(json_object_get(object, "schema"));
	bool is_taken = false;
	if (schema && strcmp(schema, signature_schema) == 0) {
		is_taken = take_signature(object, parse->arena,
					  &parse->signatures[parse->n]);
		parse->n += is_taken;
	} else if (schema && strcmp(schema, stamp_schema) == 0)
		is_taken = take_stamp(object, parse->signatures, parse->n, parse->arena);
	json_decref(object);
	return is_taken;
}

static size_t count_lines(const char *text, size_t size)
{
	size_t n = 1;
	for (size_t i = 0; i < size; i++)
		n += text[i] == '\n';
	return n;
}

static void parse_file(const char *text, size_t size, struct arena *arena,
		       struct signature_list *list)
{
	size_t number = 0, most = count_lines(text, size);
	struct parse parse = { .arena = arena,
			       .signatures = arena_room(arena,
							most * sizeof(*parse.signatures)) };
	for (const char *line = text, *end; line < text + size; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + size - line));
		end = end ? end : text + size;
		number++;
		if (!take_line(line, (size_t)(end - line), &parse) && !list->damage)
			list->damage = arena_format(
			    arena,
			    "line %zu of the file of signatures is no signature, and no "
			    "time stamp of one",
			    number);
	}
	list->signatures = parse.signatures;
	list->n = parse.n;
}

/* --- judging --------------------------------------------------------------------------- */

static bool is_over(const struct role_signature *signature, const struct seal_words *words)
{
	char hex[DIGEST_HEX_SIZE];
	return strcmp(digest_hex(signature->head, hex), words->head) == 0 &&
	       strcmp(words->state, "trimmed") != 0;
}

static bool is_renewed(const struct signature_list *list, const struct role_signature *old)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct role_signature *other = &list->signatures[i];
		if (other->state == SIGNATURE_HOLDS &&
		    strcmp(other->role, old->role) == 0 &&
		    memcmp(other->public_key, old->public_key, SEAL_KEY_SIZE) == 0)
			return true;
	}
	return false;
}

static void judge(struct role_signature *signatures, const struct signature_list *list,
		  const struct seal_words *words, const struct trust *trust)
{
	for (size_t i = 0; i < list->n; i++) {
		struct role_signature *one = &signatures[i];
		one->known_as = trust_name(trust, one->public_key);
		one->state = !is_its_keys(one)     ? SIGNATURE_FALSE
			     : is_over(one, words) ? SIGNATURE_HOLDS
						   : SIGNATURE_OTHER;
	}
	for (size_t i = 0; i < list->n; i++)
		if (signatures[i].state == SIGNATURE_OTHER &&
		    is_renewed(list, &signatures[i]))
			signatures[i].state = SIGNATURE_RENEWED;
}

int signatures_read(const char *db_path, const struct seal_words *words,
		    const struct trust *trust, struct arena *arena,
		    struct signature_list *list, struct problem *why)
{
	size_t size;
	*list = (struct signature_list){ 0 };
	const char *text = beside_bytes_if_any(beside_path(db_path, file_suffix, arena),
					       FILE_MOST, arena, &size, why);
	if (!text)
		return problem_todo(
		    why, "put it right, or take it away: then nobody signed in a role");
	parse_file(text, size, arena, list);
	/* the arena's, so that it may be written to */
	judge((struct role_signature *)(uintptr_t)list->signatures, list, words, trust);
	return 0;
}

bool signatures_have(const struct signature_list *list, const char *role)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->signatures[i].state == SIGNATURE_HOLDS &&
		    list->signatures[i].known_as &&
		    strcmp(list->signatures[i].role, role) == 0)
			return true;
	return false;
}

/* --- saying ---------------------------------------------------------------------------- */

const char *signature_time(const struct role_signature *signature, struct arena *arena)
{
	time_t seconds = (time_t)(signature->made_utc_ns / 1000000000);
	struct tm tm;
	char text[64];
	if (!gmtime_r(&seconds, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm) == 0)
		return "no time";
	return arena_string(arena, text);
}

const char *signature_sentence(const struct role_signature *signature, struct arena *arena)
{
	char hex[DIGEST_HEX_SIZE];
	const char *key = digest_hex(signature->public_key, hex);
	const char *who = signature->known_as
			      ? arena_format(arena, "%s %s, with the key of %s (%s)",
					     signature->role, signature->name,
					     signature->known_as, key)
			      : arena_format(arena,
					     "%s with an unknown key (%s), signing as '%s'",
					     signature->role, key, signature->name);
	if (signature->state == SIGNATURE_FALSE)
		return arena_format(arena,
				    "%s: not signed, the signature is not that of its key "
				    "(%s), which is said to be of '%s'.",
				    signature->role, key, signature->name);
	if (signature->state != SIGNATURE_HOLDS)
		return arena_format(
		    arena, "%s: signed another content, not this one%s.", who,
		    signature->state == SIGNATURE_RENEWED ? ", and this one since" : "");
	return arena_format(arena,
			    "%s, at %s by the signer's clock, of this content%s%s%s%s.",
			    who, signature_time(signature, arena),
			    signature->token ? "; a time stamp is attached, which openssl "
					       "ts checks"
					     : "",
			    *signature->comment ? ": '" : "", signature->comment,
			    *signature->comment ? "'" : "");
}

const char *signatures_place(const struct signature_list *list, struct arena *arena)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct role_signature *one = &list->signatures[i];
		char hex[DIGEST_HEX_SIZE];
		if (one->state == SIGNATURE_FALSE)
			return arena_format(arena,
					    "the signature of %s, %s, is not that of its "
					    "key",
					    one->name, one->role);
		if (one->state == SIGNATURE_OTHER)
			return arena_format(arena,
					    "the signature of %s, %s, is over another "
					    "content (head %.16s...)",
					    one->name, one->role,
					    digest_hex(one->head, hex));
	}
	return list->damage;
}

static const char *const state_words[] = { [SIGNATURE_HOLDS] = "holds",
					   [SIGNATURE_OTHER] = "other content",
					   [SIGNATURE_RENEWED] = "renewed",
					   [SIGNATURE_FALSE] = "false" };

json_t *signatures_json(const struct signature_list *list)
{
	json_t *array = json_array();
	for (size_t i = 0; i < list->n; i++) {
		const struct role_signature *one = &list->signatures[i];
		char key[DIGEST_HEX_SIZE], head[DIGEST_HEX_SIZE];
		json_array_append_new(
		    array,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:I, s:s?}", "role",
			      one->role, "name", one->name, "comment", one->comment,
			      "state", state_words[one->state], "head",
			      digest_hex(one->head, head), "public_key",
			      digest_hex(one->public_key, key), "known_as", one->known_as,
			      "made_utc_ns", (json_int_t)one->made_utc_ns,
			      "timestamp_token", one->token));
	}
	return array;
}

/* --- writing --------------------------------------------------------------------------- */

static int check_text(const char *text, const char *which, struct problem *why)
{
	problem_what(why, "cannot sign");
	why->kind = PROBLEM_USAGE;
	if (strlen(text) > SIGNATURE_TEXT_MOST)
		return problem_refuse(why, "shorten it", "the %s is longer than %d bytes",
				      which, SIGNATURE_TEXT_MOST);
	if (!text_is_plain(text, strlen(text)))
		return problem_refuse(why, "write it in one line of UTF-8",
				      "the %s has characters that cannot be shown", which);
	return 0;
}

static int append_line(const char *db_path, json_t *line, struct problem *why)
{
	struct arena *arena = arena_new();
	if (!arena) {
		json_decref(line);
		return problem_why(why, "out of memory");
	}
	int code = beside_append_line(beside_path(db_path, file_suffix, arena), line, why);
	arena_free(arena);
	return code;
}

int signature_append(const char *db_path, const struct signing *signing,
		     uint8_t out[DIGEST_SIZE], struct problem *why)
{
	struct role_signature made = { .role = signing->role,
				       .name = signing->name,
				       .comment = signing->comment ? signing->comment : "",
				       .made_utc_ns = clock_ns(CLOCK_REALTIME) };
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	char head[DIGEST_HEX_SIZE], key[DIGEST_HEX_SIZE], hex[2 * SEAL_SIGNATURE_SIZE + 1];
	if (check_text(made.name, "name", why) != 0 ||
	    check_text(made.comment, "comment", why) != 0)
		return -1;
	if (!*made.name)
		return problem_refuse(why, "say who signs", "the name is empty");
	memcpy(made.head, signing->head, DIGEST_SIZE);
	crypto_sign_seed_keypair(made.public_key, secret, signing->seed);
	struct message message = message_of(&made);
	crypto_sign_detached(made.bytes, NULL, message.bytes, message.size, secret);
	sodium_memzero(secret, sizeof(secret));
	digest_of(made.bytes, SEAL_SIGNATURE_SIZE, out);
	return append_line(
	    db_path,
	    json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "schema",
		      signature_schema, "role", made.role, "name", made.name, "comment",
		      made.comment, "made_utc_ns", (json_int_t)made.made_utc_ns, "head",
		      digest_hex(made.head, head), "public_key",
		      digest_hex(made.public_key, key), "signature",
		      sodium_bin2hex(hex, sizeof(hex), made.bytes, SEAL_SIGNATURE_SIZE)),
	    why);
}

/* The signature whose digest stands in the token, as its message imprint does; NULL: none. */
static const struct role_signature *stamped(const struct signature_list *list,
					    const char *token, size_t size)
{
	for (size_t i = 0; i < list->n; i++)
		if (memmem(token, size, list->signatures[i].digest, DIGEST_SIZE))
			return &list->signatures[i];
	return NULL;
}

int signature_stamp(const char *db_path, const struct signature_list *list,
		    const char *token_path, const struct role_signature **signature,
		    struct problem *why)
{
	struct arena *arena = arena_new();
	char hex[DIGEST_HEX_SIZE];
	size_t size = 0;
	int code = -1;
	problem_what(why, "cannot attach the time stamp");
	problem_why(why, "out of memory");
	const char *token = arena ? beside_bytes(token_path, TOKEN_MOST, arena, &size, why)
				  : NULL;
	*signature = token ? stamped(list, token, size) : NULL;
	if (*signature) {
		size_t room = sodium_base64_ENCODED_LEN(size,
							sodium_base64_VARIANT_ORIGINAL);
		char *text = arena_room(arena, room);
		sodium_bin2base64(text, room, (const unsigned char *)token, size,
				  sodium_base64_VARIANT_ORIGINAL);
		code = append_line(db_path,
				   json_pack("{s:s, s:s, s:s}", "schema", stamp_schema,
					     "of_signature_sha256",
					     digest_hex((*signature)->digest, hex), "token",
					     text),
				   why);
	} else if (token) {
		problem_refuse(why, "ask for one over the SHA-256 that sign --role printed",
			       "'%s' is over none of the signatures", token_path);
	}
	arena_free(arena);
	return code;
}
