/* collectors/papi/papi-start.h - starts PAPI, which is one library for the whole process. */
#ifndef JOULECART_PAPI_START_H
#define JOULECART_PAPI_START_H

struct problem;

/* Initialises PAPI, unless the process has done so already. 0; -1: *why says why, and what helps. */
int papi_start(struct problem *why);

/* Why papi_start() leaves out a component of that name, as a constant text; NULL: it does not. */
const char *papi_left_out(const char *component);

#endif
