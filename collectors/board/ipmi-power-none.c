/* collectors/board/ipmi-power-none.c - ipmi-power.h without FreeIPMI. */
#include <config.h>

#include "collectors/board/ipmi-power.h"

#include "base/problem.h"

#include <errno.h>

int ipmi_power_open(struct ipmi_power **power, struct problem *why)
{
	*power = NULL;
	problem_why(why, "this joulecart was built without FreeIPMI");
	return problem_todo(why, "apt-get install libfreeipmi-dev, and build it anew");
}

int ipmi_power_read(struct ipmi_power *power, uint64_t *w)
{
	(void)power;
	*w = 0;
	return EOPNOTSUPP;
}

void ipmi_power_close(struct ipmi_power *power)
{
	(void)power;
}
