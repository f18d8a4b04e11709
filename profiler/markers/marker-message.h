/* profiler/markers/marker-message.h - what a marking program sends to the profiler, byte for byte.
 *
 * One message is one packet on the SOCK_SEQPACKET socket that JOULECART_MARKER_FD names. Both
 * ends run on one machine and are built from this header; the magic guards against others. */
#ifndef JOULECART_MARKER_MESSAGE_H
#define JOULECART_MARKER_MESSAGE_H
#include <stdint.h>

#define MARKER_FD_VARIABLE "JOULECART_MARKER_FD"
/* Set by the profiler: the program counts its own events; the value is the list of events,
 * empty for the default set. */
#define MARKER_EVENTS_VARIABLE "JOULECART_PAPI_EVENTS"

enum { MARKER_MAGIC = 0x4a434d31 }; /* "JCM1" */

enum marker_kind {
	MARKER_BEGIN = 1, /* phase */
	MARKER_END,       /* phase; number = queries */
	MARKER_COUNT,  /* phase, name = event; number = its count in the phase just ended */
	MARKER_ABSENT, /* name = event or empty; text = why it is not counted */
	MARKER_METRIC, /* name; real = value */
	MARKER_WORKLOAD, /* name = hash */
	MARKER_PARENT,   /* name = the workload that made what this run starts from */
	/* Never sent: a packet of another size or magic, as the sampler hands it on. */
	MARKER_FOREIGN = 1000,
};

struct marker_message {
	uint32_t magic;
	uint32_t kind;
	int64_t mono_ns; /* when the program said it */
	uint64_t number;
	double real;
	int32_t pid;
	char phase[32];
	char name[32];
	char text[164];
};

#endif
