/* reports/html/role-facts.h - who signed the content, in which role, on the report's cover. */
#ifndef JOULECART_HTML_ROLE_FACTS_H
#define JOULECART_HTML_ROLE_FACTS_H
#include "reports/html/document.h"

/* A fact for each signature; none where there is none. */
void role_facts(struct document *document);

#endif
