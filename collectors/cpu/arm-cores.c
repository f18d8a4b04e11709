/* collectors/cpu/arm-cores.c - see arm-cores.h.
 *
 * Implementers: Arm Architecture Reference Manual, MIDR_EL1. Parts: the cores' own Technical
 * Reference Manuals as Linux collects them in arch/arm64/include/asm/cputype.h. */
#include <config.h>

#include "collectors/cpu/arm-cores.h"

#include <stddef.h>

struct arm_core {
	unsigned implementer, part;
	const char *name;
};

static const struct arm_core arm_cores[] = {
	{ 0x41, 0xd03, "Arm Cortex-A53" },     { 0x41, 0xd04, "Arm Cortex-A35" },
	{ 0x41, 0xd05, "Arm Cortex-A55" },     { 0x41, 0xd07, "Arm Cortex-A57" },
	{ 0x41, 0xd08, "Arm Cortex-A72" },     { 0x41, 0xd09, "Arm Cortex-A73" },
	{ 0x41, 0xd0a, "Arm Cortex-A75" },     { 0x41, 0xd0b, "Arm Cortex-A76" },
	{ 0x41, 0xd0c, "Arm Neoverse-N1" },    { 0x41, 0xd0d, "Arm Cortex-A77" },
	{ 0x41, 0xd0e, "Arm Cortex-A76AE" },   { 0x41, 0xd40, "Arm Neoverse-V1" },
	{ 0x41, 0xd41, "Arm Cortex-A78" },     { 0x41, 0xd42, "Arm Cortex-A78AE" },
	{ 0x41, 0xd44, "Arm Cortex-X1" },      { 0x41, 0xd46, "Arm Cortex-A510" },
	{ 0x41, 0xd47, "Arm Cortex-A710" },    { 0x41, 0xd48, "Arm Cortex-X2" },
	{ 0x41, 0xd49, "Arm Neoverse-N2" },    { 0x41, 0xd4b, "Arm Cortex-A78C" },
	{ 0x41, 0xd4c, "Arm Cortex-X1C" },     { 0x41, 0xd4d, "Arm Cortex-A715" },
	{ 0x41, 0xd4e, "Arm Cortex-X3" },      { 0x41, 0xd4f, "Arm Neoverse-V2" },
	{ 0x41, 0xd80, "Arm Cortex-A520" },    { 0x41, 0xd81, "Arm Cortex-A720" },
	{ 0x41, 0xd82, "Arm Cortex-X4" },      { 0x41, 0xd84, "Arm Neoverse-V3" },
	{ 0x41, 0xd85, "Arm Cortex-X925" },    { 0x41, 0xd87, "Arm Cortex-A725" },
	{ 0x41, 0xd8e, "Arm Neoverse-N3" },    { 0x43, 0x0a1, "Cavium ThunderX" },
	{ 0x43, 0x0af, "Marvell ThunderX2" },  { 0x46, 0x001, "Fujitsu A64FX" },
	{ 0x48, 0xd01, "HiSilicon TSV110" },   { 0x4e, 0x003, "NVIDIA Denver" },
	{ 0x4e, 0x004, "NVIDIA Carmel" },      { 0x51, 0x001, "Qualcomm Oryon" },
	{ 0x51, 0xc00, "Qualcomm Falkor" },    { 0x61, 0x022, "Apple M1 Icestorm" },
	{ 0x61, 0x023, "Apple M1 Firestorm" }, { 0x61, 0x032, "Apple M2 Blizzard" },
	{ 0x61, 0x033, "Apple M2 Avalanche" }, { 0x6d, 0xd49, "Microsoft Cobalt 100" },
	{ 0xc0, 0xac3, "Ampere-1" },           { 0xc0, 0xac4, "Ampere-1A" },
};

const char *arm_core_name(unsigned implementer, unsigned part)
{
	for (size_t i = 0; i < sizeof(arm_cores) / sizeof(*arm_cores); i++)
		if (arm_cores[i].implementer == implementer && arm_cores[i].part == part)
			return arm_cores[i].name;
	return NULL;
}
