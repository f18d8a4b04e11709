/* collectors/board/ipmi-power.h - what the machine draws now, asked of its BMC over IPMI.
 *
 * The command is "Get Power Reading" of the Data Center Manageability Interface (DCMI 1.5,
 * 6.6.1), sent through the kernel's own device by FreeIPMI. Built without FreeIPMI
 * (--without-ipmi), opening fails and says so. */
#ifndef JOULECART_IPMI_POWER_H
#define JOULECART_IPMI_POWER_H
#include <stdint.h>

#define IPMI_DEVICE "/dev/ipmi0"

struct ipmi_power;
struct problem;

/* Loads the library and opens the device. 0, or -1 with WHY and TODO of *why, and *power NULL. */
int ipmi_power_open(struct ipmi_power **power, struct problem *why);

/* Whole watts, in a time of some to some hundred milliseconds. 0, or an errno: EOPNOTSUPP when
 * the BMC knows no such command, ENODATA when it has no meter or does not measure now,
 * ETIMEDOUT, EBUSY, or EIO. */
int ipmi_power_read(struct ipmi_power *power, uint64_t *w);

void ipmi_power_close(struct ipmi_power *power); /* takes NULL */

#endif
