/* collectors/registry.h - finding collectors, and the words for what they describe. */
#ifndef JOULECART_REGISTRY_H
#define JOULECART_REGISTRY_H
#include "collectors/collector.h"

/* The collector of that name, or NULL. */
const struct collector *collector_find(const char *name);

/* The words that the database, JSON and people see: "J", "W", "s", "count"; "measured",
 * "modelled", "estimated", "assumed". Constant texts, never NULL. */
const char *unit_name(enum unit unit);
const char *provenance_name(enum provenance provenance);

#endif
