/* reports/signed/signatures.h - who signed a sealed content, in which role: preparer, reviewer, approver.
 *
 * They stand beside the database, in FILE.db.signatures, so that signing does not change what was signed: a line of JSON for
 * each, which is only ever appended. A signature is Ed25519's (libsodium) over
 *   "joulecart role 1" || 0 || the seal's head || made_utc_ns || role || name || comment,
 * numbers as 8 bytes, most significant first, and texts behind their length as such a number. A time stamp (RFC
 * 3161) is over the signature's 64 bytes, with SHA-256; whether its authority is to be trusted is checked by openssl, not
 * here. */
#ifndef JOULECART_SIGNATURES_H
#define JOULECART_SIGNATURES_H
#include "reports/figure/arena.h"
#include "schema/seal/seal.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct problem;
struct trust;
struct seal_words;

/* What --role takes. */
#define SIGNATURE_ROLES "preparer|reviewer|approver"
/* Bytes of a name or a comment. */
enum { SIGNATURE_TEXT_MOST = 1000 };

enum signature_state {
	SIGNATURE_HOLDS, /* it is that of its key, over this content */
	SIGNATURE_OTHER, /* it is that of its key, over another content, or over one that has changed */
	SIGNATURE_RENEWED, /* the same; its key has signed this content in the same role since */
	SIGNATURE_FALSE, /* it is not that of its key */
};

struct role_signature {
	const char *role, *name, *comment; /* "" where there is none */
	int64_t made_utc_ns;               /* by the signer's own clock */
	uint8_t head[DIGEST_SIZE], public_key[SEAL_KEY_SIZE], bytes[SEAL_SIGNATURE_SIZE];
	uint8_t digest[DIGEST_SIZE]; /* of bytes: what a time stamp is over */
	enum signature_state state;
	const char *known_as; /* by the reader's list; NULL: the key is unknown */
	const char *token;    /* base64 of its time stamp; NULL: none */
};

struct signature_list {
	const struct role_signature *signatures;
	size_t n;
	const char *
	    damage; /* which line is no signature; NULL: the file is sound, or there is none */
};

/* Reads and checks those of the database at that path, whose seal says words; trust may be NULL. All lives in the
 * arena, trust's names excepted. 0, or -1 with *why: the file is there and cannot be read. */
int signatures_read(const char *db_path, const struct seal_words *words,
		    const struct trust *trust, struct arena *arena,
		    struct signature_list *list, struct problem *why);

/* When, by the signer's own clock: "2026-01-31 12:00 UTC". Of the arena, or constant; never NULL. */
const char *signature_time(const struct role_signature *signature, struct arena *arena);

/* In one sentence, with what is not proven said to be so. The name that an unknown key gives itself comes last, in
 * quotes, so that no name can say anything of the key. Of the arena; never NULL. */
const char *signature_sentence(const struct role_signature *signature, struct arena *arena);

/* What must not be overlooked: the first signature of another content, or that is none of its key, or damage. NULL:
 * nothing. */
const char *signatures_place(const struct signature_list *list, struct arena *arena);

/* Whether somebody whom the reader knows holds that role over this content. */
bool signatures_have(const struct signature_list *list, const char *role);

/* For a report: sentences, and whether the file is sound; list NULL: nothing. 0, or -1: out of memory. */
int signatures_text(const struct signature_list *list, FILE *out);
/* The same as paragraphs of Markdown. */
int signatures_markdown(const struct signature_list *list, FILE *out);

/* An array of them; never NULL but for lack of memory. */
json_t *signatures_json(const struct signature_list *list);

/* Signs the seal of that head and appends it; comment may be NULL. *out has the signature's own SHA-256, for a time
 * stamp. 0, or -1 with *why. */
struct signing {
	const char *role, *name, *comment;
	const uint8_t *seed; /* SEAL_SEED_SIZE bytes */
	uint8_t head[DIGEST_SIZE];
};
int signature_append(const char *db_path, const struct signing *signing,
		     uint8_t out[DIGEST_SIZE], struct problem *why);

/* Appends a time stamp, as openssl ts -reply wrote it, to that signature of the list whose bytes it is over. 0, or -1 with
 * *why: it is over none of them. *signature is which. */
int signature_stamp(const char *db_path, const struct signature_list *list,
		    const char *token_path, const struct role_signature **signature,
		    struct problem *why);

#endif
