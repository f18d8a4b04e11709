/* reports/whatif/whatif-json.h - a campaign with other grids, PUEs and volumes, as JSON. */
#ifndef JOULECART_WHATIF_JSON_H
#define JOULECART_WHATIF_JSON_H
#include "reports/whatif/device.h"

#include <jansson.h>

/* per_year: queries a year, 0: not asked for. The caller's; NULL: memory ran out. */
json_t *whatif_json(const struct whatif *whatif, double per_year);

/* The user's device beside the cloud, in grams of a query or run. As above. */
json_t *device_json(const struct device_comparison *both, double bytes);

#endif
