/* collectors/board/ipmi-power.c - see ipmi-power.h. */
#include <config.h>

#include "collectors/board/ipmi-power.h"

#include "collectors/opener/opener-ask.h"
#include "collectors/opener/opener.h"

#include <errno.h>

/* DCMI 1.5, table 6-16; completion codes: IPMI 2.0, table 5-2. */
enum {
	GROUP_DCMI = 0xdc,
	STATE_IS_MEASURING = 0x40,
	AT_GROUP = 1,
	AT_NOW = 2,
	AT_STATE = 18
};

static int errno_of(unsigned char completion)
{
	switch (completion) {
	case 0x00:
		return 0;
	case 0xc1: /* no such command */
	case 0xc2: /* none for this LUN */
		return EOPNOTSUPP;
	case 0xc0:
		return EBUSY;
	case 0xc3:
		return ETIMEDOUT;
	default:
		return EIO;
	}
}

int ipmi_power_parse(const unsigned char *answer, size_t size, uint64_t *w)
{
	*w = 0;
	int err = size > 0 ? errno_of(answer[0]) : EIO;
	if (err)
		return err;
	if (size <= AT_STATE || answer[AT_GROUP] != GROUP_DCMI)
		return EIO;
	uint64_t now_w = answer[AT_NOW] | (uint64_t)answer[AT_NOW + 1] << 8;
	if (!(answer[AT_STATE] & STATE_IS_MEASURING) || now_w == 0)
		return ENODATA; /* a BMC without a meter says 0 W */
	*w = now_w;
	return 0;
}

int ipmi_power_read(uint64_t *w)
{
	unsigned char answer[OPENER_DATA_MAX];
	int length = opener_ask_bmc_power(answer, sizeof(answer));
	*w = 0;
	return length < 0 ? -length : ipmi_power_parse(answer, (size_t)length, w);
}
