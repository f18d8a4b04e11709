/* profiler/markers/marker-message.h - what a marking program sends to the profiler, byte for byte.
 *
 * One message is a slot of memory that both share (marker-ring.h), or one packet of 264 bytes, in the
 * machine's own byte order, on the SOCK_SEQPACKET socket that JOULECART_MARKER_FD names. The bindings for
 * Python, Node and the shell write the same bytes, so this form is an interface: a member may be added
 * where zeros stood, none moves. */
#ifndef JOULECART_MARKER_MESSAGE_H
#define JOULECART_MARKER_MESSAGE_H
#include <stdint.h>

/* "FD:INODE", the socket's descriptor and its inode as fstat() gives it: a program that
 * inherits the variable without the descriptor finds another file there, and says nothing. */
#define MARKER_FD_VARIABLE "JOULECART_MARKER_FD"
/* The path of a SOCK_SEQPACKET socket that takes the same messages, for a process that
 * did not inherit the descriptor: Python's subprocess closes what it does not know. */
#define MARKER_SOCKET_VARIABLE "JOULECART_MARKER_SOCKET"
/* Behind that path, the name of a file: who cannot send a mark appends a byte to it, if it can. Such a
 * mark is not in a later message's dropped. */
#define MARKER_LOST_SUFFIX "-lost"
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
	MARKER_UNITS,    /* name = unit, "tokens"; number = how many of them were served */
	/* name = metric; phase = "1" or "8", the bits of an answer; real = how many answers there
	 * are; number = how many stand before these, a multiple of 8; text = the next
	 * MARKER_ANSWER_BYTES bytes of them, of which those beyond the last answer mean nothing */
	MARKER_ANSWERS,
	/* With it come two files: a sealed memfd that holds a struct region_page, and the reading end
	 * of a pipe that is closed when the program ends, or executes another */
	MARKER_REGIONS,
	/* On a connection of its own, with a file beside it: a sealed memfd that holds a struct marker_ring
	 * (marker-ring.h), where this process puts further marks once the profiler reads it */
	MARKER_RING,
	/* nothing but dropped, of a program that ends: no later mark tells it */
	MARKER_FAREWELL,
	MARKER_BELL, /* wakes the profiler, for what is in the ring */
	/* Never sent: a packet of another size or magic, as the sampler hands it on. */
	MARKER_FOREIGN = 1000,
};

/* So that the whole message is as long as the others. */
enum { MARKER_ANSWER_BYTES = 152 };

struct marker_message {
	uint32_t magic;
	uint32_t kind;
	int64_t mono_ns; /* when the program said it */
	uint64_t number;
	double
	    real; /* of a METRIC its value; of an edge how many ns earlier it may have been */
	int32_t pid;
	char phase[32];
	char name[32];
	char text[156];
	uint32_t
	    dropped; /* how many messages this process could not send so far, nor say so */
	int32_t
	    context; /* pairs an END with its BEGIN, and UNITS with their phase: a thread or
			  * a task; 0: the process's last phase of that name */
};
_Static_assert(sizeof(struct marker_message) == 264, "the bindings write these bytes");

#endif
