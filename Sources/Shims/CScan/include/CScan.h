// Reads the levels of a depth message, in C so that one binary holds it for several CPUs.
//
//     ["61800.20","2.862"],["61799.00","0"],…]
//
// A level's shape is where its punctuation stands. A side has few shapes, so each is learned once:
// the next level of that shape is validated by one vector comparison and both its numbers are
// gathered and converted by one short chain of vector instructions.
#pragma once

#include <stdint.h>

/// How levels are read, in rising order.
enum sluice_scan_level {
    SLUICE_SCAN_PLAIN = 0, // digit by digit, eight at a time: any CPU
    SLUICE_SCAN_SSE41 = 1, // by shape
    SLUICE_SCAN_AVX2 = 2,  // by shape, 32 bytes at a time
};

/// Steps of two scales: digits after the point of a price and of a size, each in 0...17.
struct sluice_level_scale {
    uint32_t price_decimals;
    uint32_t size_decimals;
};

/// One level: price and size in units of their last decimal.
struct sluice_level {
    int64_t price;
    int64_t size;
};

/// The shapes learned so far: the caller's memory, aligned to 64 bytes and zero at the start, for
/// one thread at a time. What it holds changes how fast levels are read, never what is read.
struct sluice_level_shapes;

/// Bytes of a `sluice_level_shapes`.
#define SLUICE_LEVEL_SHAPES_BYTES (1024 * 64)

/// Reads levels up to the bracket that closes their array.
///
/// Prices are above zero; numbers are plain decimals of at most 18 digits in units, whose digits
/// past the scale's are zeros. Anything else is another shape: so are spaces, signs and escapes.
///
/// - next: at the first level; behind the closing bracket afterwards, when that is at most at
///   `end`. 64 bytes past `end` are readable.
/// - Returns: how many levels, at least one and at most `capacity`; negative when the text has
///   another shape.
int64_t sluice_scan_levels(
    struct sluice_level_shapes *shapes, struct sluice_level_scale scale, const uint8_t **next,
    const uint8_t *end, struct sluice_level *levels, int64_t capacity)
    __attribute__((swift_attr("@_noAllocation"))) __attribute__((swift_attr("@_noLocks")));

/// The level in use: the best of this CPU, or the lower one that the environment names at the
/// start (`SLUICE_SCAN=plain` or `sse41`).
int sluice_scan_level(void);

/// Uses `level`, or the best one this CPU has if that is lower; returns which. For tests: every
/// level gives the same results.
int sluice_scan_force(int level);
