#include "Scan.h"

#include <stdatomic.h>

#define ZEROS 0x3030303030303030u

static const uint64_t powers[19] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

// The first `count` of eight digits, 1...8. (Lemire, "Quickly parsing eight digits", 2018)
SLUICE_INLINE uint64_t digits(uint64_t word, int count) {
    uint64_t value = (word << (64 - count * 8)) & 0x0f0f0f0f0f0f0f0fu;
    value = (value * 2561) >> 8;
    value = ((value & 0x00ff00ff00ff00ffu) * 6553601) >> 16;
    return ((value & 0x0000ffff0000ffffu) * 42949672960001u) >> 32;
}

// The high bit of each byte that is no digit; exact up to the first that is not ASCII.
SLUICE_INLINE uint64_t others(uint64_t word) {
    const uint64_t x = word ^ ZEROS;
    return ((x + 0x7676767676767676u) | x) & 0x8080808080808080u;
}

// Index of the first marked byte; 8 when none is.
SLUICE_INLINE int first_index(uint64_t marks) { return marks ? __builtin_ctzll(marks) >> 3 : 8; }

// A decimal and the quote after it, in units of 10^-decimals; null for anything else.
static const uint8_t *long_number(
    const uint8_t *p, const uint8_t *end, int decimals, int64_t *out) {
    uint64_t value = 0;
    int whole = 0, places = 0, count;
    do {
        const uint64_t word = load8(p);
        count = first_index(others(word));
        if (whole + count + decimals > 18) return NULL;
        if (count > 0) value = value * powers[count] + digits(word, count);
        whole += count;
        p += count;
    } while (count == 8);
    if (whole == 0) return NULL;
    if (*p == '.') {
        p++;
        int seen = 0;
        do {
            if (p >= end) return NULL;
            const uint64_t word = load8(p);
            count = first_index(others(word));
            const int room = decimals - places, taken = count < room ? count : room;
            if (taken > 0) value = value * powers[taken] + digits(word, taken);
            // Digits past the scale's must be zeros: they are dropped, never rounded.
            for (int i = taken; i < count; i++)
                if (p[i] != '0') return NULL;
            places += taken;
            seen += count;
            p += count;
        } while (count == 8);
        if (seen == 0) return NULL;
    }
    if (*p != '"') return NULL;
    *out = (int64_t)(value * powers[decimals - places]);
    return p + 1;
}

// The same, faster when one word holds the number and its quote: the digits are gathered side by
// side, and the bytes behind them are zero, which scales by the missing decimals for free.
SLUICE_INLINE const uint8_t *number(
    const uint8_t *p, const uint8_t *end, int decimals, int64_t *out) {
    const uint64_t word = load8(p), marks = others(word), later = marks & (marks - 1);
    const int first = first_index(marks);
    const bool has_point = p[first] == '.';
    const int last = has_point ? first_index(later) : first;
    const int count = first + decimals;
    if (last == 8 || count > 8) return long_number(p, end, decimals, out);
    // A point needs a digit behind it, and every number one in front.
    if (p[last] != '"' || first == 0 || (has_point && last == first + 1)) return NULL;
    const uint64_t whole = ((uint64_t)1 << first * 8) - 1, all = ((uint64_t)1 << last * 8) - 1;
    const uint64_t values = (word ^ ZEROS) & all;
    const uint64_t gathered = (values & whole) | (values >> 8 & ~whole);
    const uint64_t aligned = gathered << (64 - count * 8);
    if (aligned >> (64 - count * 8) != gathered) return NULL;
    *out = (int64_t)digits(aligned, 8);
    return p + last + 1;
}

const uint8_t *sluice_plain_level(
    const uint8_t *p, const uint8_t *end, struct sluice_level_scale scale,
    struct sluice_level *level) {
    if (p >= end || p[0] != '[' || p[1] != '"') return NULL;
    p = number(p + 2, end, (int)scale.price_decimals, &level->price);
    if (!p || p >= end || p[0] != ',' || p[1] != '"' || level->price == 0) return NULL;
    p = number(p + 2, end, (int)scale.size_decimals, &level->size);
    return p && p < end && *p == ']' ? p + 1 : NULL;
}

// Apart, so that the dispatch below is a jump.
__attribute__((noinline)) static int64_t scan_plain(
    struct sluice_level_scale scale, const uint8_t **next, const uint8_t *end,
    struct sluice_level *levels, int64_t capacity) {
    const uint8_t *p = *next;
    for (int64_t count = 0; count < capacity;) {
        p = sluice_plain_level(p, end, scale, levels + count++);
        if (!p || p >= end) return -1;
        if (*p++ == ',') continue;
        if (p[-1] != ']') return -1;
        *next = p;
        return count;
    }
    return -1;
}

// Tests change it while others decode: every level reads the same, so no order is asked for.
static atomic_int level = SLUICE_SCAN_PLAIN;

#if defined(__x86_64__)
#include <stdlib.h>

static int supported(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("sse4.1")) return SLUICE_SCAN_PLAIN;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                   __builtin_cpu_supports("bmi2")
               ? SLUICE_SCAN_AVX2
               : SLUICE_SCAN_SSE41;
}

__attribute__((constructor)) static void choose(void) {
    const char *wanted = getenv("SLUICE_SCAN");
    const bool is_plain = wanted && strcmp(wanted, "plain") == 0;
    const bool is_sse41 = wanted && strcmp(wanted, "sse41") == 0;
    sluice_scan_force(
        is_plain ? SLUICE_SCAN_PLAIN : is_sse41 ? SLUICE_SCAN_SSE41 : SLUICE_SCAN_AVX2);
}
#else
static int supported(void) { return SLUICE_SCAN_PLAIN; }
#endif

int64_t sluice_scan_levels(
    struct sluice_level_shapes *shapes, struct sluice_level_scale scale, const uint8_t **next,
    const uint8_t *end, struct sluice_level *levels, int64_t capacity) {
    if (scale.price_decimals > 17 || scale.size_decimals > 17) return -1;
#if defined(__x86_64__)
    const int used = atomic_load_explicit(&level, memory_order_relaxed);
    if (used == SLUICE_SCAN_AVX2)
        return sluice_scan_avx2(shapes, scale, next, end, levels, capacity);
    if (used == SLUICE_SCAN_SSE41)
        return sluice_scan_sse41(shapes, scale, next, end, levels, capacity);
#endif
    return scan_plain(scale, next, end, levels, capacity);
}

int sluice_scan_level(void) { return level; }

int sluice_scan_force(int wanted) {
    const int best = supported();
    level = wanted < best ? wanted : best;
    return level;
}
