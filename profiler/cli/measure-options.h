/* profiler/cli/measure-options.h - the options that say how to measure: the same for each command
 * that does. */
#ifndef JOULECART_MEASURE_OPTIONS_H
#define JOULECART_MEASURE_OPTIONS_H
#include "profiler/campaign/campaign.h"

#include <getopt.h>

struct problem;

enum {
	MEASURE_RATE = 1024, /* above the codes that a command gives its own options */
	MEASURE_PIN,
	MEASURE_EVENTS,
	MEASURE_PAPI_EVENTS,
	MEASURE_GPUS,
	MEASURE_RAPL,
	MEASURE_ZONE,
	MEASURE_PUE,
	MEASURE_REQUIRE_MEASURED
};

/* In a command's table for getopt_long. */
/* clang-format off */
#define MEASURE_LONG_OPTIONS                                          \
	{ "rate", required_argument, NULL, MEASURE_RATE },               \
	{ "pin-sampler", required_argument, NULL, MEASURE_PIN },         \
	{ "events", required_argument, NULL, MEASURE_EVENTS },           \
	{ "papi-events", required_argument, NULL, MEASURE_PAPI_EVENTS }, \
	{ "gpus", required_argument, NULL, MEASURE_GPUS },               \
	{ "rapl", required_argument, NULL, MEASURE_RAPL },               \
	{ "zone", required_argument, NULL, MEASURE_ZONE },               \
	{ "pue", required_argument, NULL, MEASURE_PUE },                 \
	{ "require-measured", no_argument, NULL, MEASURE_REQUIRE_MEASURED }
/* clang-format on */

/* In its help. */
#define MEASURE_USAGE                                                                   \
	"      --rate=HZ          readings a second, 0.1 to 10000, or auto [auto]\n"    \
	"      --pin-sampler=CPU  keep the thread that reads on that processor\n"       \
	"      --events=LIST      hardware events to count, comma-separated\n"          \
	"      --papi-events=LIST energy and power events of PAPI's components\n"       \
	"      --gpus=LIST        NVIDIA boards, by index or UUID\n"                    \
	"                         [$CUDA_VISIBLE_DEVICES, or all]\n"                    \
	"      --rapl=HOW         CPU energy by powercap, power-pmu or auto [auto]\n"   \
	"      --zone=CODE        grid: country [world, assumed]\n"                     \
	"      --pue=X            energy of the data centre over its IT [1, assumed]\n" \
	"      --require-measured refuse to start where energy would be estimated\n"

/* Of struct trial_options, before any option: no processor to stay on. */
#define MEASURE_DEFAULTS .sampler_cpu = -1

/* Takes what getopt_long returned, with its value (kept, not copied). 1: it is none of these; -1
 * with a usage problem. Warns of events that cannot be counted here. */
int measure_option(struct campaign_options *options, int code, const char *value,
		   struct problem *why);

#endif
