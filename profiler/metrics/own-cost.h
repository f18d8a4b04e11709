/* profiler/metrics/own-cost.h - what this process itself has used. */
#ifndef JOULECART_OWN_COST_H
#define JOULECART_OWN_COST_H

/* Processor time of all its threads, in seconds, and its memory at its highest, in bytes. */
double own_cpu_s(void);
double own_bytes(void);

#endif
