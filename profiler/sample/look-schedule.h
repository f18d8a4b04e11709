/* profiler/sample/look-schedule.h - when the sampler looks for marks by itself, so that no program pays for
 * waking it.
 *
 * Waking a thread that sleeps on another processor takes who does it some microseconds, and 15 to 50 on a
 * virtual machine, where the interrupt for it leaves the machine. After a mark another is likely: so the
 * sampler looks at the memory and the sockets of marks on its own clock, first after LOOKS_LEAST_NS, and then the
 * more rarely the longer none has come: a quarter of that time later, LOOKS_MOST_NS at most. So much later an edge is
 * read, and a sensor changes once a millisecond at best. After LOOKS_LAST_NS it sleeps, and a mark wakes it: that is
 * below half a hundredth of the time since the one before, and the end of a longer phase is read at once.
 *
 * A look takes some microseconds of a processor, 15 on a virtual machine. Some twenty are as dear as to keep the
 * program waiting once, where that processor has nothing else to do, and dearer where it is the program's:
 * there only the first look is made. */
#ifndef JOULECART_LOOK_SCHEDULE_H
#define JOULECART_LOOK_SCHEDULE_H
#include <stdbool.h>
#include <stdint.h>

/* A look, and some time to read, are a millisecond. */
enum { LOOKS_LEAST_NS = 200000, LOOKS_MOST_NS = 800000, LOOKS_LAST_NS = 15000000 };

/* Zeros: it sleeps. Times are of CLOCK_MONOTONIC. */
struct look_schedule {
	int64_t heard_ns, due_ns;
};

/* Marks have come. */
void look_schedule_hear(struct look_schedule *looks, int64_t now_ns);

/* It has looked, and none had come. is_apart: it has a processor to itself. */
void look_schedule_miss(struct look_schedule *looks, int64_t now_ns, bool is_apart);

/* There is more than one look could take: the next is due at once. */
void look_schedule_hurry(struct look_schedule *looks, int64_t now_ns);

/* Does it look again by itself? At looks->due_ns then. */
bool look_schedule_is_on(const struct look_schedule *looks);

#endif
