// The order book's walk over its ladder, in C so that one binary holds it for several CPUs.
//
// Swift compiles a whole target for one instruction set. The walk gains a factor of three from
// 512-bit registers, and must not fault on a CPU without them: here it is compiled for each level,
// and the best one this CPU has is chosen once, when the process starts.
#pragma once

#include <stdint.h>

/// Instruction sets the walk is compiled for, in rising order.
enum sluice_ladder_level {
    SLUICE_LADDER_BASELINE = 0, // what every x86-64 (and any other CPU) has
    SLUICE_LADDER_AVX2 = 1,
    SLUICE_LADDER_AVX512 = 2,
};

/// A stretch of a circular ladder and what to take from it.
struct sluice_walk {
    /// Lots by slot; `window` of them, a power of two, at least 8. All in 0..<2^60.
    const int64_t *slots;
    int64_t window;
    /// Key of the best level; its slot is `best & (window - 1)`.
    int64_t best;
    /// How far from the best the walk may go, in ticks; below `window`.
    int64_t reach;
    /// In: at most so many lots, times `window` at most 2^62. Out: what is left of them.
    int64_t left;
    /// In: at most so many levels. Out: what is left of them.
    int64_t levels;
    /// Out: sum of distance from the best times lots taken.
    int64_t weighted;
    /// Out: distance of the last level touched; negative when none was.
    int64_t worst;
};

/// Walks from the best level to worse ones.
void sluice_ladder_walk(struct sluice_walk *walk)
    __attribute__((swift_attr("@_noAllocation"))) __attribute__((swift_attr("@_noLocks")));

/// The level in use.
int sluice_ladder_level(void);

/// Uses `level`, or the best one this CPU has if that is lower; returns which. For tests: every
/// level gives the same results.
int sluice_ladder_force(int level);
