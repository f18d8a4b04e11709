/* schema/samples/advance.h - how far a counter went between two good readings: the one rule for
 * wraparound, jumps and gaps, used when samples are written and when they are checked again.
 *
 * Pure: no state, no errors. All counts are raw steps; SI value = raw * unit_per_raw. */
#ifndef JOULECART_ADVANCE_H
#define JOULECART_ADVANCE_H
#include <stdbool.h>
#include <stdint.h>

/* No single RAPL zone draws more. The largest packages sold have a TDP of 500 W (EPYC 9965,
 * Xeon 6980P) and pass it by less than half for milliseconds; psys spans a whole board, and
 * boards that report it are single-socket clients below 1 kW. At 2 kW the usual RAPL range
 * of 262 kJ takes 131 s, the oldest one of 65 kJ 32 s: both far above any tick. */
#define ADVANCE_CEILING_W 2000.0

/* What a channel of that domain never draws, for one that tells no limit of its own, in watts:
 *   package, core, uncore, psys   ADVANCE_CEILING_W
 *   dram      1000: the memory of one socket; 16 modules of 256 GB draw some 300 W
 *   gpu       2000: the largest boards sold are limited to 1400 W (B300, MI355X)
 *   machine, and what is of no known domain   20000: a machine of eight of these, 14 kW */
double advance_ceiling_w(const char *domain);

/* A limit that a channel tells may be nonsense, too (0xffffffff mW): only one that is at most
 * twice the ceiling is taken, since limits hold on average; else the ceiling. told_w: 0 unknown. */
double advance_limit_w(double told_w, const char *domain);

/* Can hardware of that domain not draw nothing while this program runs? The machine, its packages
 * and its boards with a driver at work; but a single rail can. */
bool advance_is_never_zero(const char *domain);

/* The slowest sensor that reports a counter and hides its interval (boards: 100 ms). */
#define ADVANCE_SLOWEST_UPDATE_NS 100000000U

/* What is known of a counter; the fields mean what they mean in struct channel. */
struct advance_rule {
	uint64_t wrap_range;         /* raw values are modulo this; 0 = never wraps */
	double unit_per_raw;         /* > 0 */
	double max_power_w;          /* SI units per second; 0 = unknown: ADVANCE_CEILING_W
	                                where the counter wraps (only energy does), else none */
	uint64_t update_interval_ns; /* 0 = unknown: ADVANCE_SLOWEST_UPDATE_NS */
	bool is_never_zero;          /* of a gauge of watts: 0 is no reading */
};

/* Can a gauge of watts show that? Not above max_power_w, nor 0 where that cannot be. */
bool advance_can_draw(uint64_t raw, const struct advance_rule *rule);

enum advance_kind {
	ADVANCE_OK,
	ADVANCE_WRAPPED,   /* passed its range exactly once */
	ADVANCE_AMBIGUOUS, /* could have passed its range more often than the readings show */
	ADVANCE_IMPLAUSIBLE, /* no advance within the limit explains the readings: a jump */
};

/* low <= raw <= high always; they differ only where the readings do not decide:
 *   AMBIGUOUS    raw = low = the least advance that fits, high = the greatest;
 *   IMPLAUSIBLE  raw = low = 0, the least that is proven; high = the limit below, or 0 when
 *                there is none: then nothing is known, and the caller keeps a gap.
 * After an implausible step the next one starts at the new reading: counters that jump
 * (a zone registered again, a reset by firmware) go on from where they landed. */
struct advance {
	uint64_t raw;
	uint64_t low, high;
	unsigned wraps; /* in raw: 0 or 1 */
	enum advance_kind kind;
	/* Of an implausible step: steps before it were too fast as well, each for itself within the
	 * limit. They are taken back: so many raw steps, in that time. */
	uint64_t back;
	int64_t back_ns;
};

/* How far a counter is ahead of what its greatest power explains, from its steps up to now. Starts
 * as zeros; back and back_ns are set to 0 where what was counted cannot be taken back. */
struct advance_pace {
	int64_t ahead_ns; /* below 0: it stood still for as long */
	int64_t stood_ns; /* since the first reading, until it first moved */
	bool has_moved;
	uint64_t back;
	int64_t back_ns;
};

/* From prev to now, dt_ns apart (the longest time that can lie between the two readings, gaps
 * included).
 * The limit is max_power_w * (dt + 2 update intervals) + one raw step: each reading may be
 * one interval old, so that two quick ones can show more than dt alone allows.
 * A reading outside the range is implausible. */
struct advance advance_between(uint64_t prev, uint64_t now, int64_t dt_ns,
			       const struct advance_rule *rule);

/* The same for step after step of one counter, whose limit holds for all of them together too: over
 * any time the counter rises by at most max_power_w * (that time + 2 update intervals). A step may
 * show what was drawn since the counter last moved; the first one, for as long as four times of
 * what it was seen to stand, since it may have stood before. */
struct advance advance_next(struct advance_pace *pace, uint64_t prev, uint64_t now,
			    int64_t dt_ns, const struct advance_rule *rule);

#endif
