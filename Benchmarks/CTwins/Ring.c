#include "CTwins.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
    uint64_t words[7];
} message;

typedef struct {
    _Atomic uint64_t number;
    message message;
} slot;

struct twin_ring {
    slot *slots;
    uint64_t mask;
    // Each on a line of its own: a position is one thread's alone.
    _Alignas(64) uint64_t pushed;
    _Alignas(64) uint64_t popped;
};

twin_ring *twin_ring_make(int capacity) {
    twin_ring *ring = aligned_alloc(64, sizeof *ring);
    ring->slots = aligned_alloc(64, (size_t)capacity * sizeof(slot));
    ring->mask = (uint64_t)capacity - 1;
    ring->pushed = ring->popped = 0;
    for (int i = 0; i < capacity; i++) atomic_init(&ring->slots[i].number, (uint64_t)i);
    return ring;
}

void twin_ring_free(twin_ring *ring) {
    free(ring->slots);
    free(ring);
}

static inline int push(slot *slots, uint64_t mask, uint64_t *position, const message *m) {
    slot *s = slots + (*position & mask);
    if (atomic_load_explicit(&s->number, memory_order_acquire) != *position) return 0;
    s->message = *m;
    atomic_store_explicit(&s->number, *position + 1, memory_order_release);
    *position += 1;
    return 1;
}

static inline int pop(slot *slots, uint64_t mask, uint64_t *position, message *m) {
    slot *s = slots + (*position & mask);
    if (atomic_load_explicit(&s->number, memory_order_acquire) != *position + 1) return 0;
    *m = s->message;
    atomic_store_explicit(&s->number, *position + mask + 1, memory_order_release);
    *position += 1;
    return 1;
}

uint64_t twin_ring_roundtrips(twin_ring *there, twin_ring *back, int count) {
    uint64_t hash = 1, pushed = there->pushed, popped = back->popped;
    message m = {{0, 1, 2, 3, 4, 5, 6}};
    for (int i = 0; i < count; i++) {
        m.words[0] = (uint64_t)i;
        while (!push(there->slots, there->mask, &pushed, &m)) {}
        while (!pop(back->slots, back->mask, &popped, &m)) {}
        hash = twin_fold(hash, m.words[0] + m.words[6]);
    }
    there->pushed = pushed;
    back->popped = popped;
    return hash;
}

void twin_ring_echo(twin_ring *there, twin_ring *back, int count) {
    uint64_t popped = there->popped, pushed = back->pushed;
    message m;
    for (int i = 0; i < count; i++) {
        while (!pop(there->slots, there->mask, &popped, &m)) {}
        // So that the answer is not what was sent.
        m.words[0]++;
        while (!push(back->slots, back->mask, &pushed, &m)) {}
    }
    there->popped = popped;
    back->pushed = pushed;
}
