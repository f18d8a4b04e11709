/* schema/factors/grid-parse.h - the parsers behind grid-file.h: text to series, no more. */
#ifndef JOULECART_GRID_PARSE_H
#define JOULECART_GRID_PARSE_H
#include <stddef.h>

struct grid_file;
struct problem;

/* What a publisher's files have in common in either form, as initializers of a struct grid_format
 * (grid-series.h). */
#define GRID_ELECTRICITY_MAPS                                                       \
	.publisher = "Electricity Maps", .unit = "gCO2eq/kWh", .method = "average", \
	.basis = "consumption", .g_per_kwh = 1, .is_utc = true
#define GRID_NESO                                                                \
	.publisher = "NESO", .licence = "CC BY 4.0 (NESO Carbon Intensity API)", \
	.unit = "gCO2/kWh", .method = "average", .scope = "direct",              \
	.basis = "consumption", .zone = "GB", .g_per_kwh = 1, .is_utc = true
#define GRID_WATTTIME                                                     \
	.publisher = "WattTime", .licence = "proprietary: your own copy", \
	.unit = "lbs_co2_per_mwh", .scope = "direct",                     \
	.g_per_kwh = G_PER_KWH_OF_LB_PER_MWH, .is_utc = true

/* text[0..size) into the series of file. 0, or -1 with *why's reason. */
int grid_parse_csv(const char *text, size_t size, struct grid_file *file,
		   struct problem *why);
int grid_parse_json(const char *text, size_t size, struct grid_file *file,
		    struct problem *why);

#endif
