/* collectors/board/ipmi-power.c - see ipmi-power.h. FreeIPMI is GPL 3 or later: so is, as a whole, a
 * program that is handed on with it. */
#include <config.h>

#include "collectors/board/ipmi-power.h"

#include "base/problem.h"
#include "collectors/library.h"

#include <errno.h>
#include <freeipmi/freeipmi.h>
#include <stdlib.h>

static const char package[] = "libfreeipmi17";

#define FREEIPMI_SYMBOLS(EACH)                \
	EACH(ipmi_ctx_create)                 \
	EACH(ipmi_ctx_open_inband)            \
	EACH(ipmi_ctx_errnum)                 \
	EACH(ipmi_ctx_errormsg)               \
	EACH(ipmi_ctx_close)                  \
	EACH(ipmi_ctx_destroy)                \
	EACH(ipmi_cmd_dcmi_get_power_reading) \
	EACH(fiid_obj_create)                 \
	EACH(fiid_obj_get)                    \
	EACH(fiid_obj_destroy)                \
	EACH(tmpl_cmd_dcmi_get_power_reading_rs)

/* Each by its own name, with the type that its header gives it. */
struct freeipmi {
#define EACH(name) __typeof__(name) *name;
	FREEIPMI_SYMBOLS(EACH)
#undef EACH
};

struct ipmi_power {
	struct freeipmi library;
	ipmi_ctx_t context;
	fiid_obj_t reply;
};

static int load(struct freeipmi *library, struct problem *why)
{
#define EACH(name) { #name, offsetof(struct freeipmi, name) },
	static const struct library_symbol symbols[] = { FREEIPMI_SYMBOLS(EACH) };
#undef EACH
	return library_load(FREEIPMI_SONAME, package, symbols,
			    sizeof(symbols) / sizeof(*symbols), library, why);
}

/* Through the kernel's driver alone: FreeIPMI's own ones would reach past it to the hardware. */
static int open_device(struct ipmi_power *power, struct problem *why)
{
	const struct freeipmi *library = &power->library;
	power->context = library->ipmi_ctx_create();
	power->reply = library->fiid_obj_create(
	    *library->tmpl_cmd_dcmi_get_power_reading_rs);
	if (!power->context || !power->reply)
		return problem_errno(why, ENOMEM);
	if (library->ipmi_ctx_open_inband(power->context, IPMI_DEVICE_OPENIPMI, 1, 0, 0,
					  IPMI_DEVICE, 0, 0) == 0)
		return 0;
	return problem_why(why, IPMI_DEVICE ": %s",
			   library->ipmi_ctx_errormsg(power->context));
}

int ipmi_power_open(struct ipmi_power **power, struct problem *why)
{
	struct ipmi_power *opened = calloc(1, sizeof(*opened));
	*power = NULL;
	if (!opened)
		return problem_errno(why, ENOMEM);
	if (load(&opened->library, why) != 0) {
		free(opened);
		return -1;
	}
	if (open_device(opened, why) != 0) {
		ipmi_power_close(opened);
		return -1;
	}
	*power = opened;
	return 0;
}

void ipmi_power_close(struct ipmi_power *power)
{
	if (!power)
		return;
	power->library.fiid_obj_destroy(power->reply);
	if (power->context) {
		power->library.ipmi_ctx_close(power->context);
		power->library.ipmi_ctx_destroy(power->context);
	}
	free(power);
}

static int errno_of(int code)
{
	switch (code) {
	case IPMI_ERR_COMMAND_INVALID_OR_UNSUPPORTED:
	case IPMI_ERR_COMMAND_INVALID_FOR_SELECTED_INTERFACE:
		return EOPNOTSUPP;
	case IPMI_ERR_BMC_BUSY:
	case IPMI_ERR_DRIVER_BUSY:
		return EBUSY;
	case IPMI_ERR_DRIVER_TIMEOUT:
	case IPMI_ERR_MESSAGE_TIMEOUT:
		return ETIMEDOUT;
	default:
		return EIO;
	}
}

int ipmi_power_read(struct ipmi_power *power, uint64_t *w)
{
	const struct freeipmi *library = &power->library;
	uint64_t is_measuring;
	if (library->ipmi_cmd_dcmi_get_power_reading(
		power->context, IPMI_DCMI_POWER_READING_MODE_SYSTEM_POWER_STATISTICS, 0,
		power->reply) != 0)
		return errno_of(library->ipmi_ctx_errnum(power->context));
	if (library->fiid_obj_get(power->reply, "current_power", w) != 1 ||
	    library->fiid_obj_get(power->reply, "power_reading_state.power_measurement",
				  &is_measuring) != 1)
		return EIO;
	return is_measuring && *w > 0 ? 0 : ENODATA; /* a BMC without a meter says 0 W */
}
