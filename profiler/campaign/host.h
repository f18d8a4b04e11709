/* profiler/campaign/host.h - the facts of this machine that go with each campaign.
 *
 * Nothing here is needed to measure: a fact that cannot be read is NULL or -1. */
#ifndef JOULECART_HOST_H
#define JOULECART_HOST_H
#include "schema/store/writer.h"

#include <stddef.h>

struct host; /* holds the strings that the facts point to */

/* Fills *facts. Free the result after the facts were stored; NULL facts when out of memory. */
struct host *host_read(struct host_facts *facts);
void host_free(struct host *host); /* takes NULL */

/* A random UUID from the kernel. Returns uuid. */
const char *host_new_uuid(char *uuid, size_t size);

#endif
