#include "CTwins.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NO_KEY INT64_MAX

typedef struct {
    int64_t *slots;
    int64_t window, mask, room, low, best;
    int64_t in_window;
    int64_t *keys, *lots;
    int overflow, overflow_capacity;
} side;

typedef struct {
    int64_t unknown_deletes, lost;
} result;

struct twin_book {
    side bids, asks;
    int64_t sequence, previous;
    int64_t applied, crossed, unknown, gaps, overflows;
    bool is_sound;
};

static void side_make(side *s, int64_t window, int overflow_capacity) {
    memset(s, 0, sizeof *s);
    s->window = window;
    s->mask = window - 1;
    s->room = window / 8;
    s->slots = aligned_alloc(64, (size_t)window * 8);
    memset(s->slots, 0, (size_t)window * 8);
    s->keys = malloc((size_t)overflow_capacity * 8);
    s->lots = malloc((size_t)overflow_capacity * 8);
    s->overflow_capacity = overflow_capacity;
    s->best = NO_KEY;
}

static void side_free(side *s) {
    free(s->slots);
    free(s->keys);
    free(s->lots);
}

static int lower_bound(const side *s, int64_t key) {
    int low = 0, high = s->overflow;
    while (low < high) {
        int middle = (low + high) >> 1;
        if (s->keys[middle] < key) low = middle + 1;
        else high = middle;
    }
    return low;
}

static void shift(side *s, int from, int distance) {
    size_t bytes = (size_t)(s->overflow - from) * 8;
    memmove(s->keys + from + distance, s->keys + from, bytes);
    memmove(s->lots + from + distance, s->lots + from, bytes);
    s->overflow += distance;
}

static bool overflow_set(side *s, int64_t key, int64_t lots) {
    int i = lower_bound(s, key);
    if (i < s->overflow && s->keys[i] == key) {
        s->lots[i] = lots;
        return true;
    }
    if (s->overflow == s->overflow_capacity) return false;
    shift(s, i, 1);
    s->keys[i] = key;
    s->lots[i] = lots;
    return true;
}

static bool overflow_remove(side *s, int64_t key) {
    int i = lower_bound(s, key);
    if (i == s->overflow || s->keys[i] != key) return false;
    shift(s, i + 1, -1);
    return true;
}

static int64_t next_occupied(const side *s, int64_t key) {
    while (key & 7) {
        if (s->slots[key & s->mask]) return key;
        key++;
    }
    for (int64_t end = key + s->window; key < end; key += 8) {
        const int64_t *line = s->slots + (key & s->mask);
        if (line[0] | line[1] | line[2] | line[3] | line[4] | line[5] | line[6] | line[7]) {
            while (!s->slots[key & s->mask]) key++;
            return key;
        }
    }
    abort();
}

static void slide_down(side *s, int64_t low, result *r) {
    int64_t old_end = s->low + s->window;
    int64_t first = low + s->window > s->low ? low + s->window : s->low;
    int leaving = 0, filled = 0;
    for (int64_t key = first; key < old_end; key++) leaving += s->slots[key & s->mask] != 0;
    bool fits = leaving <= s->overflow_capacity - s->overflow;
    if (fits) shift(s, 0, leaving);
    else r->lost += leaving;
    for (int64_t key = first; filled < leaving; key++) {
        int64_t *slot = s->slots + (key & s->mask);
        if (!*slot) continue;
        if (fits) {
            s->keys[filled] = key;
            s->lots[filled] = *slot;
        }
        *slot = 0;
        filled++;
    }
    s->in_window -= leaving;
    s->low = low;
}

static void slide_up(side *s, int64_t low) {
    s->low = low;
    int taken = 0;
    while (taken < s->overflow && (uint64_t)(s->keys[taken] - low) < (uint64_t)s->window) {
        s->slots[s->keys[taken] & s->mask] = s->lots[taken];
        taken++;
    }
    if (taken > 0 && s->in_window == 0) s->best = s->keys[0];
    s->in_window += taken;
    if (taken > 0) shift(s, taken, -taken);
}

__attribute__((noinline)) static bool apply_outside(
    side *s, int64_t key, int64_t lots, result *r) {
    if (lots == 0) {
        if (!overflow_remove(s, key)) r->unknown_deletes++;
        return false;
    }
    if (s->in_window == 0 && s->overflow == 0) {
        s->low = key - s->room;
    } else if (key < s->low) {
        slide_down(s, key - s->room, r);
    } else {
        if (!overflow_set(s, key, lots)) r->lost++;
        return false;
    }
    s->slots[key & s->mask] = lots;
    s->in_window++;
    return true;
}

static inline void repair_best(side *s, int64_t touched) {
    if (s->in_window == 0) {
        s->best = NO_KEY;
        if (s->overflow > 0) slide_up(s, s->keys[0] - s->room);
        return;
    }
    s->best = s->slots[touched & s->mask] ? touched : next_occupied(s, touched);
    if (s->best - s->low > s->room * 2) slide_up(s, s->best - s->room);
}

static inline result side_apply(side *s, const twin_change *change, int count, int64_t flip) {
    result r = {0, 0};
    int64_t touched = s->best, added = 0, low = s->low;
    int64_t *slots = s->slots, mask = s->mask;
    uint64_t window = (uint64_t)s->window;
    for (const twin_change *end = change + count; change < end; change++) {
        int64_t key = change->ticks ^ flip, lots = change->lots;
        if ((uint64_t)(key - low) < window) {
            int64_t *slot = slots + (key & mask);
            int64_t was_empty = *slot == 0, is_empty = lots == 0;
            *slot = lots;
            added += was_empty - is_empty;
            r.unknown_deletes += was_empty & is_empty;
            touched = key < touched ? key : touched;
        } else {
            s->in_window += added;
            added = 0;
            if (apply_outside(s, key, lots, &r)) touched = key;
            low = s->low;
        }
    }
    s->in_window += added;
    repair_best(s, touched);
    return r;
}

static result side_replace(side *s, const twin_change *changes, int count, int64_t flip) {
    memset(s->slots, 0, (size_t)s->window * 8);
    s->in_window = 0;
    s->overflow = 0;
    s->best = NO_KEY;
    int64_t first = NO_KEY;
    for (int i = 0; i < count; i++) {
        int64_t key = changes[i].ticks ^ flip;
        if (changes[i].lots && key < first) first = key;
    }
    if (first == NO_KEY) return (result){0, 0};
    s->low = first - s->room;
    result r = side_apply(s, changes, count, flip);
    r.unknown_deletes = 0;
    return r;
}

__attribute__((noinline)) static void book_apply(twin_book *b, const twin_depth *m) {
    result bids, asks;
    if (m->is_snapshot) {
        bids = side_replace(&b->bids, m->bids, m->bid_count, -1);
        asks = side_replace(&b->asks, m->asks, m->ask_count, 0);
        b->is_sound = true;
    } else {
        if (b->sequence != b->previous + 1) {
            b->gaps++;
            b->is_sound = false;
            return;
        }
        bids = side_apply(&b->bids, m->bids, m->bid_count, -1);
        asks = side_apply(&b->asks, m->asks, m->ask_count, 0);
    }
    b->applied++;
    if (bids.lost + asks.lost > 0) {
        b->overflows++;
        b->is_sound = false;
    } else if (b->bids.in_window + b->bids.overflow > 0 && b->asks.in_window + b->asks.overflow > 0
               && ~b->bids.best >= b->asks.best) {
        b->crossed++;
        b->is_sound = false;
    } else if (bids.unknown_deletes + asks.unknown_deletes > 0) {
        b->unknown++;
        b->is_sound = false;
    }
}

twin_book *twin_book_make(int64_t window, int overflow_capacity) {
    twin_book *b = calloc(1, sizeof *b);
    side_make(&b->bids, window, overflow_capacity);
    side_make(&b->asks, window, overflow_capacity);
    return b;
}

void twin_book_free(twin_book *b) {
    side_free(&b->bids);
    side_free(&b->asks);
    free(b);
}

uint64_t twin_book_run(twin_book *b, const twin_depth *depths, int messages, int *at, int count) {
    uint64_t hash = 1;
    for (int i = 0; i < count; i++) {
        const twin_depth *m = depths + *at;
        *at = *at + 1 == messages ? 0 : *at + 1;
        b->previous = b->sequence++;
        book_apply(b, m);
        const side *bids = &b->bids, *asks = &b->asks;
        int64_t lots = bids->in_window ? bids->slots[bids->best & bids->mask] : 0;
        int64_t ask = asks->in_window + asks->overflow > 0 ? asks->best : 0;
        hash = twin_fold(hash, (uint64_t)(lots ^ ask));
    }
    return hash;
}
