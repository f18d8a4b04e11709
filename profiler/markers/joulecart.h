/* profiler/markers/joulecart.h - the marker API: a program that runs under joulecart says where its
 * phases begin and end, how many queries they served, and how good the answers were.
 *
 * Every function is safe without a profiler: it then does nothing and costs one branch. So it is until
 * joulecart_attach() was called once, which finds the profiler. No function blocks (joulecart_answers()
 * alone may wait), allocates on the marking path or prints. Any thread may call any of them at any time;
 * C++ and Rust use this header as it is.
 *
 * A message goes into memory that the process shares with the profiler (280 KB, which joulecart_attach()
 * makes). Where there is none, a message is one packet: on the process's own connection to the socket at
 * JOULECART_MARKER_SOCKET, else on the inherited socket that JOULECART_MARKER_FD names. A message that
 * finds no room is dropped, and joulecart_detach() says how many were. A program that is killed loses
 * nothing that it had said.
 *
 * A phase belongs to the thread that began it. A process that forks leaves its open phases to
 * the parent: the child is a process of its own, begins with none, and marks its own.
 *
 * ABI: libjoulecart.so.0 exports these functions alone, with the symbol version JOULECART_0. They
 * take and return what stands here, and no structure: a function may be added, none changes. */
#ifndef JOULECART_H
#define JOULECART_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Finds the profiler through the environment. Returns true when a profiler listens. */
bool joulecart_attach(void);

/* Has the process count its own hardware events through PAPI, which is loaded here, and reads them
 * at each edge of a phase from now on: some 20 us an edge. joulecart_attach() does so by itself
 * where events were named with --events. Call it before other threads are started. */
void joulecart_count(void);

/* Begins a phase; names are at most 31 bytes. The names that reports know: "load",
 * "warm-up", "steady" (joules per query come from it), "train". Others are kept as given.
 * Phases of one thread nest at most eight deep and end in reverse order, by their name; a
 * phase within a ninth, and an end that fits no open phase, is passed over. */
void joulecart_begin(const char *phase);

/* Ends the phase; queries is how many functional units it served, 0 if that has no meaning. */
void joulecart_end(const char *phase, uint64_t queries);

/* A number for the region of that name (at most 63 bytes; 255 regions a process), for the functions
 * below: which layer, which function. Made once, kept: it holds whoever listens, and after a fork. 0:
 * there is no room for more; marks of 0 then cost as much and are of no region.
 * Regions are for what happens thousands of times a second. Their time is added up in
 * memory that the profiler reads; a mark is no packet, no system call and no allocation. */
unsigned joulecart_region(const char *name);

/* What one passage through the region computes (floating-point operations; a multiply-add is two) and
 * how many bytes of weights it reads, for joules per operation in the report. 0: not known. */
void joulecart_region_work(unsigned region, double flop, double weight_bytes);

/* This thread enters the region, and leaves it for the one that was open around it. Regions nest 64
 * deep, in themselves too; the time of an inner one is not the outer one's. The end of an outer
 * one ends those that are still open within it; the end of what is not open is passed over. A passage counts
 * where it ends: in that phase; what a thread, exit() or joulecart_detach() leaves open ends there, what
 * a killed process leaves does not count. A thread's
 * first mark, and a process's first after a fork, takes some microseconds. Not to be called
 * from a signal handler. */
void joulecart_region_begin(unsigned region);
void joulecart_region_end(unsigned region);

/* Adds to what the innermost open phase of this thread has served, in a unit beside queries:
 * "tokens", "images"; at most 31 bytes. Joules per unit stand where joules per query do. Outside
 * of every phase it is the whole run that has served them. */
void joulecart_units(const char *unit, uint64_t n);

/* Records a figure of this run that is no energy: "top1" 0.897, "peak_rss_bytes" 9.7e7. */
void joulecart_metric(const char *name, double value);

/* How good each of n answers was, by the metric of that name, from 0 (wrong) to 1 (right): in the order of
 * the queries, which joulecart_workload() names. Programs that answered the same queries are then compared
 * query by query, which tells much smaller differences. At most 2^20; once, after the queries. Waits for
 * room in the socket, three seconds at most where the profiler reads nothing. Does not stand for
 * joulecart_metric(). */
void joulecart_answers(const char *metric, const float *answers, size_t n);

/* Names the work that this run does (a hash of inputs and their order): only trials of the
 * same workload may be compared. At most 31 bytes. */
void joulecart_workload(const char *hash);

/* Names the work, as another run gave it to joulecart_workload(), that made what this run starts
 * from: a teacher's training, for that of its student. Its joules belong to this one's too. */
void joulecart_parent(const char *hash);

/* Stops the counters and closes the socket. What another thread marks meanwhile may be lost. Returns how
 * many messages were dropped. */
uint64_t joulecart_detach(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
