#include "CTwins.h"

#include <stdatomic.h>
#include <stdlib.h>

#define WORDS 8

struct twin_seqlock {
    _Alignas(64) _Atomic uint64_t sequence;
    _Atomic uint64_t words[WORDS];
};

typedef struct {
    uint64_t words[WORDS];
} value;

static inline void store(twin_seqlock *lock, value v) {
    uint64_t start = atomic_load_explicit(&lock->sequence, memory_order_relaxed);
    atomic_store_explicit(&lock->sequence, start + 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    for (int i = 0; i < WORDS; i++)
        atomic_store_explicit(&lock->words[i], v.words[i], memory_order_relaxed);
    atomic_store_explicit(&lock->sequence, start + 2, memory_order_release);
}

static inline value load(twin_seqlock *lock) {
    value v;
    while (1) {
        uint64_t before = atomic_load_explicit(&lock->sequence, memory_order_acquire);
        for (int i = 0; i < WORDS; i++)
            v.words[i] = atomic_load_explicit(&lock->words[i], memory_order_relaxed);
        atomic_thread_fence(memory_order_acquire);
        if (!(before & 1)
            && atomic_load_explicit(&lock->sequence, memory_order_relaxed) == before)
            return v;
    }
}

twin_seqlock *twin_seqlock_make(void) {
    twin_seqlock *lock = aligned_alloc(64, sizeof *lock);
    atomic_init(&lock->sequence, 0);
    for (int i = 0; i < WORDS; i++) atomic_init(&lock->words[i], 0);
    value v = {{0, 1, 2, 3, 4, 5, 6, 7}};
    store(lock, v);
    return lock;
}

void twin_seqlock_free(twin_seqlock *lock) { free(lock); }

uint64_t twin_seqlock_store(twin_seqlock *lock, int count) {
    value v = {{0, 1, 2, 3, 4, 5, 6, 7}};
    for (int i = 0; i < count; i++) {
        v.words[0] = (uint64_t)i;
        v.words[7] = (uint64_t)(count - i);
        store(lock, v);
    }
    v = load(lock);
    return twin_fold(twin_fold(1, v.words[0]), v.words[7]);
}

uint64_t twin_seqlock_load(twin_seqlock *lock, int count) {
    uint64_t sum = 1;
    for (int i = 0; i < count; i++) {
        value v = load(lock);
        sum += v.words[0] + v.words[1] + v.words[2] + v.words[3] + v.words[4] + v.words[5]
               + v.words[6] + v.words[7];
    }
    return sum;
}
