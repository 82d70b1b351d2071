#include "CLadder.h"

#include <string.h>

// A cache line of the ladder. Wider than some levels' registers: the compiler splits it.
typedef int64_t line_t __attribute__((ext_vector_type(8)));

#define SLUICE_INLINE static inline __attribute__((always_inline))

// The walk, compiled for each level by its callers below.
//
// Whole blocks of eight ticks while they fit into what is left; sum of distance * lots splits into
// one by blocks and one by lanes, so no vector is multiplied inside the loop.
SLUICE_INLINE void walk_blocks(struct sluice_walk *w) {
    const int64_t *slots = w->slots;
    const int64_t window = w->window, best = w->best, reach = w->reach;
    int64_t left = w->left, levels = w->levels;
    int64_t at = 0, weighted = 0, worst = -1, last_block = -1;
    line_t by_lane = 0;
    const line_t lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    while (at <= reach && left > 0 && levels > 0) {
        const int64_t slot = (best + at) & (window - 1);
        const int64_t *p = slots + slot;
        if (at + 7 > reach || slot + 8 > window) {
            // The ladder's seam, or the last ticks within reach.
            const int64_t taken = *p < left ? *p : left;
            left -= taken;
            weighted += at * taken;
            levels -= *p != 0;
            worst = *p != 0 ? at : worst;
            at++;
            continue;
        }
        line_t line;
        memcpy(&line, p, sizeof line);
        const int64_t sum = __builtin_reduce_add(line);
        const int64_t count = -__builtin_reduce_add(line != 0);
        if (count > levels) {
            // The levels end inside this block.
            for (int lane = 0; lane < 8 && levels > 0 && left > 0; lane++) {
                const int64_t taken = p[lane] < left ? p[lane] : left;
                left -= taken;
                weighted += (at + lane) * taken;
                levels -= taken > 0;
                worst = taken > 0 ? at + lane : worst;
            }
            break;
        }
        if (sum > left) {
            // The lots end inside this block: each lane takes what the lanes before it leave,
            // found for all at once from running sums. A branch here would be mispredicted.
            const line_t none = 0;
            line_t sums = line;
            sums += __builtin_shufflevector(none, sums, 0, 8, 9, 10, 11, 12, 13, 14);
            sums += __builtin_shufflevector(none, sums, 0, 0, 8, 9, 10, 11, 12, 13);
            sums += __builtin_shufflevector(none, sums, 0, 0, 0, 0, 8, 9, 10, 11);
            const line_t room = left - (sums - line);
            const line_t taken = room > line ? line : (room > none ? room : none);
            levels += __builtin_reduce_add(taken != 0);
            weighted += at * left;
            left = 0;
            by_lane += taken;
            worst = at + __builtin_reduce_max(taken != 0 ? lanes : none);
            break;
        }
        left -= sum;
        levels -= count;
        weighted += at * sum;
        by_lane += line;
        last_block = count > 0 ? at : last_block;
        at += 8;
    }
    if (last_block > worst) {
        worst = last_block + 7;
        while (slots[(best + worst) & (window - 1)] == 0) worst--;
    }
    w->left = left;
    w->levels = levels;
    w->weighted = weighted + __builtin_reduce_add(by_lane * lanes);
    w->worst = worst;
}

static void walk_baseline(struct sluice_walk *w) { walk_blocks(w); }

#if defined(__x86_64__)

__attribute__((target("avx2,bmi,bmi2,popcnt"))) static void walk_avx2(struct sluice_walk *w) {
    walk_blocks(w);
}

__attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512dq,avx512vl,avx512bw"),
               min_vector_width(512))) static void
walk_avx512(struct sluice_walk *w) {
    walk_blocks(w);
}

static int supported(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
        !__builtin_cpu_supports("bmi2") || !__builtin_cpu_supports("popcnt"))
        return SLUICE_LADDER_BASELINE;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512bw"))
        return SLUICE_LADDER_AVX2;
    return SLUICE_LADDER_AVX512;
}

#else

#define walk_avx2 walk_baseline
#define walk_avx512 walk_baseline

static int supported(void) { return SLUICE_LADDER_BASELINE; }

#endif

static int level = SLUICE_LADDER_BASELINE;

__attribute__((constructor)) static void choose(void) { level = supported(); }

void sluice_ladder_walk(struct sluice_walk *w) {
    switch (level) {
    case SLUICE_LADDER_AVX512: walk_avx512(w); return;
    case SLUICE_LADDER_AVX2: walk_avx2(w); return;
    default: walk_baseline(w); return;
    }
}

int sluice_ladder_level(void) { return level; }

int sluice_ladder_force(int wanted) {
    const int best = supported();
    level = wanted < best ? wanted : best;
    return level;
}
