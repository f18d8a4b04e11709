/* collectors/papi/papi-units.h - what PAPI's names and units say of an event: is it energy, of what?
 * Pure, but for the files of a powercap zone. */
#ifndef JOULECART_PAPI_UNITS_H
#define JOULECART_PAPI_UNITS_H
#include "collectors/collector.h"
#include "collectors/rapl/rapl-zones.h"

#include <stdbool.h>

/* "nJ", "mW" and the like, as PAPI's event info says, to the SI value of one. PAPI's powercap
 * component says no unit but in its names, ENERGY_UJ:ZONE0; its other names that end so are
 * limits. name: the whole, "powercap:::ENERGY_UJ:ZONE0". False: it is not energy nor power. */
bool papi_energy_unit(const char *name, const char *said, enum unit *unit, double *si);

/* The folder of sysfs that PAPI's powercap component reads for a name of that form:
 * "ENERGY_UJ:ZONE0_SUBZONE1" is intel-rapl:0:1. False for all other names. */
bool papi_powercap_folder(const char *name, char *folder, size_t size);

/* What RAPL calls that zone and whether it counts, as collectors/rapl/powercap.c does; without inside.
 * 0 or an errno: EACCES when its counter may not be read, of which PAPI itself says nothing. */
int papi_powercap_zone(const char *folder, struct rapl_zone *zone);

#endif
