/* schema/factors/zone.h - which grid a user means: the key of table factor, kind 'grid'. */
#ifndef JOULECART_ZONE_H
#define JOULECART_ZONE_H
#include <sqlite3.h>
#include <stddef.h>

struct problem;

/* Longest key and its end: "LATIN-AMERICA". */
enum { ZONE_KEY_SIZE = 16 };

/* Finds the zone of that ISO 3166 alpha-2 or alpha-3 code or region word ("WORLD", "EU"), part
 * of the US grid ("US-CAMX"), or region of a cloud provider ("aws/eu-west-3"), in any case, and writes its key to key[0..size), size at least ZONE_KEY_SIZE. Returns 0; or -1
 * with *why of kind PROBLEM_USAGE that names the zones whose code or name is nearest. */
int zone_resolve(sqlite3 *db, const char *asked, char *key, size_t size,
		 struct problem *why);

/* Would a new database know that zone? Asked before one is made. Returns as zone_resolve(). */
int zone_check_bundled(const char *asked, struct problem *why);

/* Grams of CO2e a kWh of that zone, by its key: what a run's carbon is computed with. -1 with
 * *why. */
int zone_intensity(sqlite3 *db, const char *key, double *g_per_kwh, struct problem *why);

/* Of which electricity that intensity is the mean: "consumption", "production", or "" where its source
 * does not tell. After zone_intensity(). */
const char *zone_basis(sqlite3 *db, const char *key);

#endif
