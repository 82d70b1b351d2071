// What the readers of levels share.
#pragma once

#include "CScan.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define SLUICE_INLINE static inline __attribute__((always_inline))
#define SLUICE_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/// Reads one level at `p`, up to and with its closing bracket; the place behind it, or null when
/// it is no level. Reads less than 24 bytes past what it accepts.
const uint8_t *sluice_plain_level(
    const uint8_t *p, const uint8_t *end, struct sluice_level_scale scale,
    struct sluice_level *level);

/// `sluice_scan_levels` by shape; only for CPUs with SSE4.1.
int64_t sluice_scan_sse41(
    struct sluice_level_shapes *shapes, struct sluice_level_scale scale, const uint8_t **next,
    const uint8_t *end, struct sluice_level *levels, int64_t capacity);

/// The same; only for CPUs with AVX2, BMI and BMI2.
int64_t sluice_scan_avx2(
    struct sluice_level_shapes *shapes, struct sluice_level_scale scale, const uint8_t **next,
    const uint8_t *end, struct sluice_level *levels, int64_t capacity);

SLUICE_INLINE uint64_t load8(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}
