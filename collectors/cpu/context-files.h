/* collectors/cpu/context-files.h - the kernel's files that say in what state the processor works:
 * its frequency, its temperature, and how often heat has slowed it down.
 * Documentation/admin-guide/pm/cpufreq.rst, ABI/testing/sysfs-class-thermal,
 * Documentation/hwmon/coretemp.rst and arch/x86/kernel/cpu/mce/therm_throt.c. */
#ifndef JOULECART_CONTEXT_FILES_H
#define JOULECART_CONTEXT_FILES_H
#include <stddef.h>
#include <stdint.h>

/* Read at each slow tick: enough to see a socket, little enough to cost nothing. */
enum { CONTEXT_FILES_MAX = 16 };

/* Files of one meaning, opened. Where there are more than fit they are spread evenly. */
struct context_files {
	int fds[CONTEXT_FILES_MAX];
	size_t n;
};

/* Each opens what it finds below sys ("/sys"), and returns 0; or an errno, with nothing open:
 * ENOENT where the machine has none. */

/* scaling_cur_freq of the cpufreq policies, in kHz. 0 or an errno, as for all three. */
int context_find_frequency(const char *sys, struct context_files *files);

/* temp*_input of the processor's own sensors (coretemp, k10temp), or temp of the thermal zones
 * where there are none, in thousandths of a degree Celsius. */
int context_find_temperature(const char *sys, struct context_files *files);

/* package_throttle_count of the first CPU of each package (Intel alone has them), in
 * occurrences since boot. 0 or an errno. */
int context_find_throttling(const char *sys, struct context_files *files);

void context_close(struct context_files *files);

/* Each sets *value and returns 0; or an errno. A file that cannot be read is left out of the mean
 * and the hottest as long as another can (its core may be off), and so is one that shows what no
 * processor can be; a sum without a part is none. */
int context_mean(const struct context_files *files, uint64_t *value);
int context_sum(const struct context_files *files, uint64_t *value);

/* The greatest between 1 and 150 degrees. 0 or an errno; ENODATA: none is. */
int context_hottest(const struct context_files *files, uint64_t *value);

#endif
