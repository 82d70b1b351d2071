#include "CTwins.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NO_KEY INT64_MAX
#define SLACK 64
#define unlikely(x) __builtin_expect(!!(x), 0)

typedef struct {
    int64_t *slots;
    int64_t window, mask, room, low, best, span;
    int64_t *keys, *lots;
    int overflow, overflow_capacity;
} side;

typedef struct {
    bool has_unknown_delete, has_lost;
} result;

enum { AWAITING, SOUND, GAP, RESET, CROSSED, UNKNOWN_DELETE, OVERFLOW };
enum { R_APPLIED, R_GAP, R_RESET, R_STALE, R_CROSSED, R_UNKNOWN_DELETE, R_OVERFLOW };

struct twin_book {
    uint16_t instrument;
    uint8_t integrity;
    side bids, asks;
    struct {
        int64_t applied, snapshots, gaps, resets, crossed, unknown_deletes, overflows, stale;
    } counts;
    int64_t sequence, cross_sequence, published_at, matched_at;
};

static void side_make(side *s, int64_t window, int overflow_capacity) {
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

static inline bool is_in_window(const side *s, int64_t key) {
    return (uint64_t)(key - s->low) < (uint64_t)s->window;
}

/// The first occupied key at or after `key`, or NO_KEY.
static inline int64_t next_occupied(const side *s, int64_t key) {
    for (int64_t end = s->best + s->span; key < end; key++) {
        const int64_t *line = s->slots + (key & s->mask);
        while (!(key & 7)
               && !(line[0] | line[1] | line[2] | line[3]
                    | line[4] | line[5] | line[6] | line[7])) {
            key += 8;
            if (key >= end) return NO_KEY;
            line = s->slots + (key & s->mask);
        }
        if (*line) return key;
    }
    return NO_KEY;
}

static void slide_down(side *s, int64_t low, result *r) {
    int64_t end = s->best + s->span;
    int64_t first = low + s->window > s->best ? low + s->window : s->best;
    s->low = low;
    if (first >= end) return;
    int leaving = 0;
    for (int64_t key = first; (key = next_occupied(s, key)) != NO_KEY; key++) leaving++;
    bool fits = leaving <= s->overflow_capacity - s->overflow;
    if (fits) shift(s, 0, leaving);
    else r->has_lost = true;
    int64_t key = first;
    for (int i = 0; i < leaving; i++, key++) {
        key = next_occupied(s, key);
        int64_t *slot = s->slots + (key & s->mask);
        if (fits) {
            s->keys[i] = key;
            s->lots[i] = *slot;
        }
        *slot = 0;
    }
    s->span = first - s->best;
}

static void slide_up(side *s, int64_t low) {
    s->low = low;
    int taken = 0;
    while (taken < s->overflow && is_in_window(s, s->keys[taken])) {
        s->slots[s->keys[taken] & s->mask] = s->lots[taken];
        taken++;
    }
    if (taken == 0) return;
    if (s->span == 0) s->best = s->keys[0];
    s->span = s->keys[taken - 1] - s->best + 1;
    shift(s, taken, -taken);
}

__attribute__((noinline)) static void apply_aside(side *s, int64_t key, int64_t lots, result *r) {
    if (lots == 0) {
        if (is_in_window(s, key) || !overflow_remove(s, key)) r->has_unknown_delete = true;
        return;
    }
    if (s->span == 0) {
        s->low = key - s->room;
    } else if (key < s->low) {
        slide_down(s, key - s->room, r);
    } else if (!is_in_window(s, key)) {
        if (!overflow_set(s, key, lots)) r->has_lost = true;
        return;
    }
    s->slots[key & s->mask] = lots;
    if (s->span == 0) {
        s->best = key;
        s->span = 1;
    } else if (key < s->best) {
        s->span += s->best - key;
        s->best = key;
    } else {
        int64_t end = s->low + s->window;
        s->span = (key + SLACK < end ? key + SLACK : end) - s->best;
    }
}

__attribute__((noinline)) static void repair_best(side *s) {
    int64_t next = next_occupied(s, s->best);
    if (next != NO_KEY) {
        s->span -= next - s->best;
        s->best = next;
        if (next - s->low > s->room * 2) slide_up(s, next - s->room);
        return;
    }
    s->best = NO_KEY;
    s->span = 0;
    if (s->overflow > 0) slide_up(s, s->keys[0] - s->room);
}

static inline result side_apply(side *s, const twin_change *change, int64_t count, int64_t flip) {
    result r = {false, false};
    int64_t *slots = s->slots, mask = s->mask, best = s->best;
    uint64_t span = (uint64_t)s->span;
    for (const twin_change *end = change + count; change < end; change++) {
        int64_t key = change->ticks ^ flip, lots = change->lots;
        int64_t *slot = slots + (key & mask);
        if (unlikely((uint64_t)(key - best) >= span) || unlikely((*slot | lots) == 0)) {
            apply_aside(s, key, lots, &r);
            best = s->best;
            span = (uint64_t)s->span;
            continue;
        }
        *slot = lots;
    }
    if (slots[best & mask] == 0) repair_best(s);
    return r;
}

static void side_clear(side *s) {
    int64_t first = s->best & s->mask;
    int64_t before_seam = s->span < s->window - first ? s->span : s->window - first;
    memset(s->slots + first, 0, (size_t)before_seam * 8);
    memset(s->slots, 0, (size_t)(s->span - before_seam) * 8);
    s->overflow = 0;
    s->best = NO_KEY;
    s->span = 0;
}

static result side_replace(side *s, const twin_change *changes, int64_t count, int64_t flip) {
    side_clear(s);
    int64_t first = NO_KEY, last = INT64_MIN;
    for (int64_t i = 0; i < count; i++) {
        int64_t key = changes[i].ticks ^ flip;
        if (changes[i].lots == 0) continue;
        first = key < first ? key : first;
        last = key > last ? key : last;
    }
    if (first == NO_KEY) return (result){false, false};
    s->low = first - s->room;
    s->best = first;
    int64_t end = s->low + s->window;
    s->span = (last < end - 1 ? last : end - 1) - first + 1;
    result r = side_apply(s, changes, count, flip);
    r.has_unknown_delete = false;
    return r;
}

static inline int settle(twin_book *b, const twin_depth *m, result bids, result asks) {
    b->counts.applied++;
    b->cross_sequence = m->cross_sequence;
    b->published_at = m->published_at;
    b->matched_at = m->matched_at;
    if (bids.has_lost || asks.has_lost) {
        b->counts.overflows++;
        b->integrity = OVERFLOW;
        return R_OVERFLOW;
    }
    if (~b->bids.best >= b->asks.best) {
        b->counts.crossed++;
        b->integrity = CROSSED;
        return R_CROSSED;
    }
    if (bids.has_unknown_delete || asks.has_unknown_delete) {
        b->counts.unknown_deletes++;
        if (b->integrity == SOUND) b->integrity = UNKNOWN_DELETE;
        return R_UNKNOWN_DELETE;
    }
    return b->integrity == SOUND ? R_APPLIED : R_STALE;
}

__attribute__((noinline)) static int replace(twin_book *b, const twin_depth *m) {
    b->sequence = m->sequence;
    b->counts.snapshots++;
    if (m->sequence == 1) b->counts.resets++;
    result bids = side_replace(&b->bids, m->bids, m->bid_count, -1);
    result asks = side_replace(&b->asks, m->asks, m->ask_count, 0);
    bids.has_unknown_delete = asks.has_unknown_delete = false;
    b->integrity = SOUND;
    return settle(b, m, bids, asks);
}

int twin_book_apply(twin_book *b, const twin_depth *m) {
    if (m->instrument != b->instrument) abort();
    if (m->is_snapshot) return replace(b, m);
    int64_t previous = b->sequence;
    b->sequence = m->sequence;
    if (m->sequence == 1) {
        b->counts.resets++;
        side_clear(&b->bids);
        side_clear(&b->asks);
        b->integrity = RESET;
        return R_RESET;
    }
    if (b->integrity != SOUND && b->integrity != CROSSED && b->integrity != UNKNOWN_DELETE) {
        b->counts.stale++;
        return R_STALE;
    }
    if (m->sequence != previous + 1) {
        b->counts.gaps++;
        b->integrity = GAP;
        return R_GAP;
    }
    result bids = side_apply(&b->bids, m->bids, m->bid_count, -1);
    result asks = side_apply(&b->asks, m->asks, m->ask_count, 0);
    return settle(b, m, bids, asks);
}

twin_bbo twin_book_bbo(const twin_book *b) {
    const side *bids = &b->bids, *asks = &b->asks;
    return (twin_bbo){
        bids->span ? ~bids->best : 0,
        bids->slots[bids->best & bids->mask],
        asks->span ? asks->best : 0,
        asks->slots[asks->best & asks->mask],
    };
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
