#include "CTwins.h"

#include <stdlib.h>

#define SUB_BITS 5
#define SUB_COUNT 32
#define TOP_BIT 42
#define BUCKETS ((TOP_BIT - SUB_BITS + 2) * SUB_COUNT)

struct twin_histogram {
    uint64_t maximum;
    uint64_t buckets[BUCKETS];
};

twin_histogram *twin_histogram_make(void) { return calloc(1, sizeof(twin_histogram)); }
void twin_histogram_free(twin_histogram *h) { free(h); }

static inline int bucket(uint64_t value) {
    int shift = 58 - __builtin_clzll(value | 32);
    int64_t index = (int64_t)shift * SUB_COUNT + (int64_t)(value >> shift);
    return (int)(index < BUCKETS - 1 ? index : BUCKETS - 1);
}

static uint64_t upper_bound(int index) {
    if (index < SUB_COUNT) return (uint64_t)index;
    int shift = index / SUB_COUNT - 1;
    return (((uint64_t)(index % SUB_COUNT + SUB_COUNT) + 1) << shift) - 1;
}

static uint64_t median(const twin_histogram *h, uint64_t *total) {
    uint64_t sum = 0, seen = 0;
    for (int i = 0; i < BUCKETS; i++) sum += h->buckets[i];
    *total = sum;
    uint64_t rank = (sum + 1) / 2;
    for (int i = 0; i < BUCKETS - 1; i++) {
        seen += h->buckets[i];
        if (seen >= rank) {
            uint64_t bound = upper_bound(i);
            return bound < h->maximum ? bound : h->maximum;
        }
    }
    return h->maximum;
}

uint64_t twin_histogram_run(twin_histogram *h, const uint64_t *values, int mask, int count) {
    for (int i = 0; i < count; i++) {
        uint64_t value = values[i & mask];
        h->buckets[bucket(value)]++;
        if (value > h->maximum) h->maximum = value;
    }
    uint64_t total;
    uint64_t middle = median(h, &total);
    return twin_fold(twin_fold(twin_fold(1, total), middle), h->maximum);
}
