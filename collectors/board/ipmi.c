/* collectors/board/ipmi.c - what a server's management controller (BMC) says of its power supplies:
 * the whole node, coarsely.
 *
 * The BMC reads its own meter about once a second and gives whole watts, so it is asked no more
 * often. Asking takes from some to some hundred milliseconds: a thread of its own does it, not
 * the tick. Everything in the case is in it, the processors too: it counts only where they
 * have no meter themselves. The device is root's alone, and stays so: who may send a BMC this
 * command may send it any other. */
#include <config.h>

#include "base/clock.h"
#include "base/problem.h"
#include "collectors/board/ipmi-power.h"
#include "collectors/collector.h"
#include "collectors/opener/opener.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* SMBIOS tells of a BMC in a structure of type 38 (SMBIOS 3.6, 7.39). */
#define BMC_IN_FIRMWARE "/sys/firmware/dmi/entries/38-0"

/* A BMC answers in whole watts. */
enum { UW_PER_W = 1000000 };

static const int64_t read_interval_ns = NS_PER_S;

/* No single machine draws more (eight accelerators in one: about 11 kW). */
static const double max_power_w = 20000;

struct ipmi {
	struct channel channel;
	struct reading last;
	int64_t next_ns;
};

static void close_ipmi(void *state)
{
	free(state);
}

/* The kernel has no device for it. */
static int explain_no_device(struct problem *why)
{
	/* no remedy: without a BMC */
	if (access(BMC_IN_FIRMWARE, F_OK) != 0)
		return problem_why(why,
				   "no " IPMI_DEVICE ", and the firmware lists no BMC");
	problem_why(why, "no " IPMI_DEVICE ", although the firmware lists a BMC");
	return problem_todo(why, "run 'sudo modprobe -a ipmi_si ipmi_devintf'");
}

static int explain(int err, struct problem *why)
{
	switch (err) {
	case EACCES:
	case EPERM:
		problem_why(
		    why, IPMI_DEVICE
		    " may be opened by root only: it can also switch the machine off");
		return problem_todo(
		    why, "use 'sudo joulecart run': the command still runs as you");
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return explain_no_device(why);
	case EOPNOTSUPP:
		/* no remedy: for the next two another BMC would be needed */
		return problem_why(why, "the BMC cannot report power: it has no DCMI");
	case ENODATA:
		return problem_why(why, "the BMC has DCMI, but does not measure power");
	default:
		problem_why(why, "the BMC gave no power reading: %s", strerrordesc_np(err));
		return err == EBUSY || err == ETIMEDOUT
			   ? problem_todo(why, "try again")
			   : problem_todo(
				 why,
				 "the kernel's log, 'dmesg', may say what the BMC has");
	}
}

/* Kept as microwatts, like all power: joules are made of the same steps, and whole ones would be
 * too few for a short run. */
static void read_now(struct ipmi *ipmi)
{
	uint64_t w = 0;
	ipmi->last.err = ipmi_power_read(&w);
	ipmi->last.raw = w * UW_PER_W;
	ipmi->next_ns = monotonic_ns() + read_interval_ns;
}

static struct channel describe(void)
{
	return (struct channel){
		.name = "node",
		.domain = "machine",
		.kind = KIND_GAUGE,
		.unit = UNIT_W,
		.provenance = PROV_MEASURED,
		.counted = true,
		.part = "machine",
		.unit_per_raw = 1.0 / UW_PER_W,
		.update_interval_ns = (uint64_t)read_interval_ns,
		.max_power_w = max_power_w,
		.uncertainty_k2 = 0.10,
		.uncertainty_basis =
		    "coarse: a BMC's own meter, whose maker states no tolerance",
	};
}

static int open_ipmi(const struct scope *scope, void **state, struct channel_list *list,
		     struct problem *why)
{
	(void)scope;
	problem_what(why, "cannot measure by IPMI");
	struct ipmi *ipmi = calloc(1, sizeof(*ipmi));
	if (!ipmi)
		return problem_errno(why, ENOMEM);
	read_now(ipmi);
	if (ipmi->last.err) {
		explain(ipmi->last.err, why);
		close_ipmi(ipmi);
		return -1;
	}
	ipmi->channel = describe();
	*state = ipmi;
	*list = (struct channel_list){ .channels = &ipmi->channel, .n = 1 };
	return 0;
}

static int probe(char *found, size_t size, struct problem *why)
{
	void *state;
	struct channel_list list;
	if (open_ipmi(NULL, &state, &list, why) != 0)
		return -1;
	const struct ipmi *ipmi = state;
	snprintf(found, size, "the whole node by its BMC, once a second (coarse): %llu W",
		 (unsigned long long)ipmi->last.raw / UW_PER_W);
	close_ipmi(state);
	return 0;
}

/* Repeats what was read in the last second: that of open() is the first reading. */
static size_t read_ipmi(void *state, struct reading *out)
{
	struct ipmi *ipmi = state;
	if (monotonic_ns() >= ipmi->next_ns)
		read_now(ipmi);
	*out = ipmi->last;
	return out->err != 0;
}

const struct collector ipmi_collector = {
	.name = "ipmi",
	.source = "whole-node power of the BMC: DCMI, through " IPMI_DEVICE,
	.is_energy = true,
	.is_slow = true,
	.probe = probe,
	.open = open_ipmi,
	.read = read_ipmi,
	.close = close_ipmi,
};
