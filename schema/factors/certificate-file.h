/* schema/factors/certificate-file.h - a CSV of certificates of energy by the hour: guarantees of origin,
 * T-EACs.
 *
 * One row for what of a certificate is of one hour: columns hour (with its offset from UTC), kwh, g_per_kwh,
 * technology and certificate_id, and zone where the file says it. Headers are matched as of grid files. */
#ifndef JOULECART_CERTIFICATE_FILE_H
#define JOULECART_CERTIFICATE_FILE_H
#include "schema/factors/csv-table.h"
#include "schema/factors/grid-series.h"

#include <stddef.h>
#include <stdint.h>

struct data_file;
struct problem;

#define HOUR_NS INT64_C(3600000000000)

struct certificate {
	int64_t begin_ns; /* UTC, a whole hour */
	double kwh, g_per_kwh;
	char id[CSV_FIELD_SIZE], technology[CSV_FIELD_SIZE];
	size_t row; /* of the file */
};

struct certificate_file {
	char zone
	    [GRID_ZONE_SIZE]; /* as the file or the user has it: in which they may be used */
	char sha256[DIGEST_HEX_SIZE];
	struct certificate *certificates; /* by hour and id, none twice */
	size_t n;
};

/* Whether the file's header is one of certificates: columns of a certificate and of kWh. */
bool certificate_file_is(const struct data_file *data);

/* zone: the user's word for it; NULL: the file says it. 0; or -1 with *why's reason, which names the row: a
 * time that is no whole hour, an amount or factor that is none, no technology or certificate, text that cannot
 * be shown, another zone, the same hour of a certificate twice; or a column or the zone is missing. */
int certificate_file_parse(const struct data_file *data, const char *zone,
			   struct certificate_file *file, struct problem *why);
void certificate_file_free(struct certificate_file *file);

#endif
