/* collectors/cpu/arm-cores.h - what the cores of Arm's instruction set are called.
 *
 * Their /proc/cpuinfo has no name, only two fields of the register MIDR_EL1: who made the core, and
 * which of the maker's it is. */
#ifndef JOULECART_ARM_CORES_H
#define JOULECART_ARM_CORES_H

/* "Arm Cortex-A72"; NULL for one that is not in the table. */
const char *arm_core_name(unsigned implementer, unsigned part);

#endif
