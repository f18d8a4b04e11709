/* collectors/board/ipmi-power.h - what the machine draws now, asked of its BMC over IPMI.
 *
 * The command is "Get Power Reading" of the Data Center Manageability Interface (DCMI 1.5,
 * 6.6.1), sent through the kernel's own device. It is sent where the device may be opened: by the
 * privileged part, if there is one, which sends this command and no other. */
#ifndef JOULECART_IPMI_POWER_H
#define JOULECART_IPMI_POWER_H
#include <stddef.h>
#include <stdint.h>

/* Whole watts, in a time of some to some hundred milliseconds. 0, or an errno: EOPNOTSUPP when
 * the BMC knows no such command, ENODATA when it has no meter or does not measure now,
 * ETIMEDOUT, EBUSY, EIO, or that of opening the device. */
int ipmi_power_read(uint64_t *w);

/* The same of the answer's bytes, its completion code first. Pure. Returns as above. */
int ipmi_power_parse(const unsigned char *answer, size_t size, uint64_t *w);

#endif
