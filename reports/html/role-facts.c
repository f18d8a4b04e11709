/* reports/html/role-facts.c - see role-facts.h. */
#include <config.h>

#include "reports/html/role-facts.h"

#include "reports/html/parts.h"

#include <string.h>

static const char *role_words(const char *role)
{
	return strcmp(role, "preparer") == 0   ? _("Preparer")
	       : strcmp(role, "reviewer") == 0 ? _("Reviewer")
					       : _("Approver");
}

/* The name that an unknown key gives itself comes last, so that it can say nothing of the key. */
static const char *who(const struct document *document,
		       const struct role_signature *signature)
{
	char hex[DIGEST_HEX_SIZE];
	const char *key = digest_hex(signature->public_key, hex);
	return signature->known_as
		   ? arena_format(document->arena, _("%s, with the key of %s (%s)"),
				  signature->name, signature->known_as, key)
		   : arena_format(document->arena,
				  _("with an unknown key (%s), signing as \u201c%s\u201d"),
				  key, signature->name);
}

static const char *held_words(const struct document *document,
			      const struct role_signature *signature)
{
	const char *held = arena_format(
	    document->arena, _("%s: of this content, at %s by the signer's clock"),
	    who(document, signature), signature_time(signature, document->arena));
	return *signature->comment ? arena_format(document->arena, "%s: \u201c%s\u201d",
						  held, signature->comment)
				   : held;
}

static const char *words(const struct document *document,
			 const struct role_signature *signature)
{
	char hex[DIGEST_HEX_SIZE];
	if (signature->state == SIGNATURE_HOLDS)
		return held_words(document, signature);
	if (signature->state == SIGNATURE_FALSE)
		return arena_format(document->arena,
				    _("not signed: the signature is not that of its key "
				      "(%s), which is said to be of \u201c%s\u201d"),
				    digest_hex(signature->public_key, hex),
				    signature->name);
	return arena_format(document->arena, _("%s: signed another content, not this one"),
			    who(document, signature));
}

void role_facts(struct document *document)
{
	const struct signature_list *list = &document->seal->signatures;
	for (size_t i = 0; i < list->n; i++)
		part_fact(document, role_words(list->signatures[i].role),
			  words(document, &list->signatures[i]));
	if (list->damage)
		part_fact(document, _("Signatures"), list->damage);
}
