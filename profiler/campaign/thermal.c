/* profiler/campaign/thermal.c - see thermal.h. */
#include <config.h>

#include "profiler/campaign/thermal.h"

#include "base/clock.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <time.h>

static bool read_number(const char *path, double *number)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	bool is_read = fscanf(file, "%lf", number) == 1;
	fclose(file);
	return is_read;
}

bool thermal_celsius(double *celsius)
{
	glob_t found = { 0 };
	bool any = false;
	double milli;
	glob("/sys/class/thermal/thermal_zone*/temp", 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		/* some firmware says 0, or nonsense, for a zone that it does not have */
		if (!read_number(found.gl_pathv[i], &milli) || milli < 1000 ||
		    milli > 150000)
			continue;
		*celsius = any && *celsius > milli / 1000 ? *celsius : milli / 1000;
		any = true;
	}
	globfree(&found);
	return any;
}

int64_t thermal_throttles(void)
{
	glob_t found = { 0 };
	int64_t sum = -1;
	double count;
	glob("/sys/devices/system/cpu/cpu*/thermal_throttle/*_throttle_count", 0, NULL,
	     &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (read_number(found.gl_pathv[i], &count))
			sum = (sum < 0 ? 0 : sum) + (int64_t)count;
	globfree(&found);
	return sum;
}

double thermal_wait(double celsius, double at_most_s)
{
	const struct timespec step = { .tv_nsec = 200000000 };
	int64_t begin = monotonic_ns();
	double now, waited = 0;
	while (waited < at_most_s && thermal_celsius(&now) && now > celsius &&
	       nanosleep(&step, NULL) == 0)
		waited = (double)(monotonic_ns() - begin) / NS_PER_S;
	return waited;
}
